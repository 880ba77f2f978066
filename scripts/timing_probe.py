"""The ledger and the requests of scripts/check-timing.sh."""

import hashlib
import http.client
import json
import random
import sys
import time
from urllib.parse import quote

HIDDEN = range(10, 30)
ABSENT = range(40, 60)


def letters(number):
    return chr(ord("A") + number // 26) + chr(ord("A") + number % 26)


def lines():
    """A committee with one public meeting, and with meetings, actions and parties that are RED, each as a JSON command."""

    def text(mark, words):
        return {"classification": mark, "text": words}

    def line(stream, event, data, mark=None):
        command = {"stream": stream, "type": event, "data": data}
        if mark:
            command["classification"] = mark
        command["idempotency_key"] = hashlib.sha256(json.dumps(command).encode()).hexdigest()
        print(json.dumps(command))

    line("committee:SSC", "CommitteeEstablished", {"code": "SSC", "name": "Security", "default_classification": "WHITE"})
    numbers = [(1, "WHITE"), *((number, "RED") for number in HIDDEN)]
    for number, mark in numbers:
        meeting = f"SSC_{number}_0102"
        stream = f"meeting:{meeting}"
        line(stream, "MeetingConvened", {"reference": meeting, "held_on": "2019-02-01", "classification": mark}, mark)
        for place in range(10):
            line(stream, "ParagraphRecorded", {"text": text(mark, f"Paragraph {place} of {meeting}. " * 20)}, mark)
        for place in range(5):
            line(stream, "DecisionRecorded", {"verb": "AGREED", "text": text(mark, f"plan {place}")}, mark)
        for place in range(1, 4):
            action = f"SSC{number}/{place:02}"
            raised = {"reference": action, "text": text(mark, "Write the paper."), "owners": ["SECAS"],
                      "raised_in": meeting, "raised_on": "2019-02-01"}
            line(f"action:{action}", "ActionRaised", raised, mark)
            for day in range(2, 8):
                note = {"note": text(mark, f"Half done on day {day}. " * 10), "progressed_on": f"2019-02-0{day}",
                        "at_meeting": meeting}
                line(f"action:{action}", "ActionProgressed", note, mark)
        party = f"Other User {letters(number)}"
        line(f"party:SSC:{party}", "PartyRegistered",
             {"committee": "SSC", "name": party, "category": "Other User"}, mark)
        for kind in ["assurance", "compliance"]:
            agreed = {"meeting": meeting, "agreed_on": "2019-02-01", "kind": kind}
            line(f"party:SSC:{party}", "StatusAgreed", agreed, mark)


def routes():
    """The name of each route, and the path of the subject with a number."""
    meeting = "/api/v1/meetings/SSC_{0}_0102"
    decision = "/api/v1/decisions/SSC_{0}_0102/D3"
    action = "/api/v1/actions/SSC{0}/02"
    party = "/api/v1/parties/{1}"
    return {
        "headlines": meeting + "/headlines",
        "provenance of a meeting": meeting + "/provenance",
        "provenance of a decision": decision + "/provenance",
        "provenance of an action": action + "/provenance",
        "provenance of a party": party + "/provenance",
        "a meeting": meeting,
        "a decision": decision,
        "an action": action,
        "statuses of a party": party + "/statuses",
        # A limit at random, so that hardly any answer comes from the response cache.
        "actions of a meeting": "/api/v1/actions?all=true&meeting=SSC_{0}_0102&limit={2}",
        "decisions of a meeting": "/api/v1/decisions?meeting=SSC_{0}_0102&limit={2}",
        "events of an action": "/api/v1/events?stream=action%3ASSC{0}%2F02&limit={2}",
    }


def probe(address, pairs, limit):
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port))

    def ask(path):
        began = time.perf_counter_ns()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return time.perf_counter_ns() - began, answer.status

    def path(route, number):
        return route.format(number, quote(f"Other User {letters(number)}"), random.randint(1, 1000))

    failed = False
    print("| route | status | median, hidden | median, absent | classifier right |")
    print("|---|---|---|---|---|")
    for name, route in routes().items():
        statuses = set()
        for number in [*HIDDEN, *ABSENT] * 2:
            statuses.add(ask(path(route, number))[1])
        assert len(statuses) == 1, f"{name} answers {statuses}"
        times = []
        for _ in range(pairs):
            asked = [(True, random.choice(HIDDEN)), (False, random.choice(ABSENT))]
            random.shuffle(asked)
            took = {is_hidden: ask(path(route, number))[0] for is_hidden, number in asked}
            times.append((took[True], took[False]))
        slower = sum(hidden > absent for hidden, absent in times) / pairs * 100
        right = max(slower, 100 - slower)
        hidden, absent = (sorted(column)[pairs // 2] / 1000 for column in zip(*times))
        print(f"| {name} | {statuses.pop()} | {hidden:.0f} µs | {absent:.0f} µs | {right:.1f} % |", flush=True)
        failed |= right > limit
    if failed:
        sys.exit(f"a classifier is right more than {limit} % of the time")


if sys.argv[1] == "lines":
    lines()
else:
    probe(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
