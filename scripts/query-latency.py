"""Times single reads of a server, one after the other, each with a moment of its own: no answer is in a cache.

Prints a line of JSON for each kind of read, with its times in milliseconds. Called by bench-queries.sh.
"""

import http.client
import json
import os
import random
import sys
import time

SAMPLES, WARM_UP = 300, 5
connection = http.client.HTTPConnection(sys.argv[1], timeout=600)
headers = {"Authorization": "Bearer " + os.environ["TOKEN"], "Accept": "application/json"}


def get(path):
    begin = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status, body[:300])
    return (time.perf_counter() - begin) * 1000, body


def moment():
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % (
        random.randrange(2001, 2020), random.randrange(1, 13), random.randrange(1, 29),
        random.randrange(24), random.randrange(60), random.randrange(60))


def memory():
    with open("/proc/%s/status" % os.environ["SERVER"]) as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


random.seed(7)
committees = [row["code"] for row in json.loads(get("/api/v1/committees?limit=1000")[1])["committees"]]
some = lambda: random.choice(committees)
action = lambda: "%s%d/%02d" % (some(), random.randrange(1, 240), random.randrange(1, 4))


def decision():
    committee, number = some(), random.randrange(1, 240)
    year, month = 2000 + number // 12, number % 12 + 1
    return "%s_%d_12%02d/D%d" % (committee, number, month, random.randrange(1, 5))


def month():
    year, first = random.randrange(2001, 2019), random.randrange(1, 12)
    return "from=%d-%02d-01&to=%d-%02d-01" % (year, first, year, first + 1)


reads = {
    "statistics of one committee": lambda: "/api/v1/statistics?committee=%s&as_of=%s" % (some(), moment()),
    "statistics of all committees": lambda: "/api/v1/statistics?as_of=%s" % moment(),
    "statistics of one owner": lambda: "/api/v1/statistics?committee=%s&owner=SECAS&as_of=%s" % (some(), moment()),
    "one action": lambda: "/api/v1/actions/%s?as_of=2030-01-01T00:00:%02d.%06dZ" % (
        action(), random.randrange(60), random.randrange(1000000)),
    "one decision": lambda: "/api/v1/decisions/%s?as_of=2030-01-01T00:00:%02d.%06dZ" % (
        decision(), random.randrange(60), random.randrange(1000000)),
    "one party": lambda: "/api/v1/parties/Other%%20User%%20L/statuses?committee=%s&limit=20&as_of=%s" % (some(), moment()),
    "changes of a month, one committee": lambda: "/api/v1/actions/changes?%s&committee=%s" % (month(), some()),
    "outstanding actions of all committees": lambda: "/api/v1/actions?as_of=%s" % moment(),
    "committees": lambda: "/api/v1/committees?as_of=%s" % moment(),
    "references of one committee": lambda: "/api/v1/references?committee=%s&as_of=%s" % (some(), moment()),
}
first, _ = get("/api/v1/statistics?as_of=%s" % moment())
for name, path in reads.items():
    times, size = [], 0
    begin = time.perf_counter()
    for sample in range(WARM_UP + SAMPLES):
        took, body = get(path())
        if sample >= WARM_UP:
            times.append(took)
            size = len(body)
        if time.perf_counter() - begin > 60 and len(times) > 20:
            break
    times.sort()
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))], 2)
    print(json.dumps({"read": name, "store": os.environ["STORE"], "events": int(os.environ["EVENTS"]),
                      "committees": len(committees), "p50_ms": at(0.5), "p99_ms": at(0.99), "bytes": size}), flush=True)
print(json.dumps({"read": "first statistics of all committees", "store": os.environ["STORE"],
                  "events": int(os.environ["EVENTS"]), "ms": round(first), "server_mib": memory()}), flush=True)
