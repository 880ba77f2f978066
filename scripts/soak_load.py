#!/usr/bin/env python3
"""Runs one server under a steady mixed load, and checks that it stays as it was: see `scripts/soak.sh`.

Readers, writers, followers of the live feed and uploads first show together what the server can bear. Then they keep half
that rate. Any answer but a success is an error. After the first minute (of a short run, the first third), neither the
descriptors nor the memory of the server may grow, while the book does.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from serving import commands, listening

ROOT = Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--program", required=True)
parser.add_argument("--ledger", required=True)
parser.add_argument("--name", required=True, help="the name of the store in the table")
parser.add_argument("--seconds", type=int, default=600)
options = parser.parse_args()
program = commands(options.program, options.ledger, "soak")

READERS, WRITERS, FEEDS = 8, 4, 20
# A long run begins with a book that fills the caches: what grows after that is a leak, and not a cache.
ACTIONS = 10_000 if options.seconds >= 600 else 1000
# An action has some ten events in its life, and a committee some years of meetings: the book grows by more of both.
OPEN_ACTIONS, MEETINGS = 1000, 24
SATURATION = min(20, options.seconds // 6)
WARM = min(60, options.seconds // 3)
SAMPLE = (ROOT / "sample/TSC_41_1001.md").read_text()
# More than a fifth above the memory after the warm-up is growth; an allocator keeps some pages in reserve. In a short run the
# caches still fill.
MEMORY_GROWTH, SLOWER = 1.2 if options.seconds >= 600 else 2.0, 1.5


class Connection:
    """An HTTP connection that is used again and again."""

    def __init__(self, port, token):
        self.port, self.token, self.streams = port, token, None

    async def ask(self, method, path, body=b"", kind="application/json", key=None):
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        key = f"Idempotency-Key: {key}\r\n" if key else ""
        writer.write((f"{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.token}\r\n{key}"
                      f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body)
        await writer.drain()
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()) not in (b"\r\n", b""):
            name, value = line.decode().split(":", 1)
            if name.lower() == "content-length":
                length = int(value)
        return status, await reader.readexactly(length)


def raised(number):
    reference = f"SSC{number // 9000 + 1}/{number % 9000 + 1:04}"
    return {"stream": f"action:{reference}", "type": "ActionRaised", "data": {
        "reference": reference, "raised_on": "2019-02-27", "due_on": "2019-03-13", "owners": ["SECAS"],
        "text": {"classification": "WHITE", "text": "Circulate the paper to the members of the committee."}}}


def progressed(number):
    reference = f"SSC{number // 9000 + 1}/{number % 9000 + 1:04}"
    return {"stream": f"action:{reference}", "type": "ActionProgressed", "data": {
        "reported": "on target", "progressed_on": "2019-03-01",
        "note": {"classification": "GREEN", "text": "The paper is with the chair."}}}


def committee(number):
    """The code of the committee that held the meeting of this number."""
    first, second = divmod(number // MEETINGS, 26)
    return f"T{chr(65 + first)}{chr(65 + second)}"


def document(number):
    held = date(2024, 1, 10) + timedelta(days=28 * (number % MEETINGS))
    text = SAMPLE.replace("10 January 2024", f"{held.day} {held:%B %Y}")
    meeting = number % MEETINGS + 1
    text = text.replace("TSC\\_41\\_1001", f"TSC\\_{meeting}\\_{held:%d%m}").replace("TSC41/", f"TSC{meeting}/")
    return text.replace("TSC", committee(number)).encode()


class Load:
    def __init__(self, port, token):
        self.port, self.token = port, token
        self.errors, self.reads, self.writes, self.uploads, self.followed = [], [], 0, 0, 0
        self.actions, self.documents, self.keys = ACTIONS, 0, 0
        # The numbers of the actions that were acknowledged.
        self.readable = list(range(ACTIONS))
        self.over = False

    def note(self, what, status, answer):
        if status >= 400:
            self.errors.append(f"{what}: {status} {answer[:300]!r}")

    def read_path(self):
        number = random.choice(self.readable)
        choice = random.random()
        if choice < 0.6:
            return f"/api/v1/actions/SSC{number // 9000 + 1}/{number % 9000 + 1:04}"
        if choice < 0.75 and self.uploads:
            return f"/api/v1/decisions?committee={committee(random.randrange(self.uploads))}&limit=20"
        if choice < 0.9:
            return f"/api/v1/events?after={random.randrange(ACTIONS)}&limit=50"
        return "/api/v1/parties?limit=20"

    async def reader(self, pause):
        connection = Connection(self.port, self.token)
        while not self.over:
            path, begun = self.read_path(), time.monotonic()
            self.note(path, *await connection.ask("GET", path))
            self.reads.append((begun, time.monotonic() - begun))
            await asyncio.sleep(max(0, pause() - (time.monotonic() - begun)))

    async def writer(self, number, pause):
        connection = Connection(self.port, self.token)
        while not self.over:
            begun = time.monotonic()
            self.keys += 1
            new = None
            if random.random() < 0.1:
                new = self.actions
                self.actions += 1
                command = raised(new)
            else:
                recent = self.readable[-OPEN_ACTIONS:]
                mine = [action for action in recent if action % WRITERS == number]
                command = progressed(random.choice(mine))
            body = json.dumps({"commands": [command]}).encode()
            self.note("write", *await connection.ask("POST", "/api/v1/commands", body, key=f"soak-{self.keys}"))
            self.writes += 1
            if new is not None:
                self.readable.append(new)
            await asyncio.sleep(max(0, pause() - (time.monotonic() - begun)))

    async def uploader(self):
        connection = Connection(self.port, self.token)
        while not self.over:
            body = document(self.documents)
            self.documents += 1
            self.note("upload", *await connection.ask("POST", "/api/v1/imports", body, "text/markdown"))
            self.uploads += 1
            await asyncio.sleep(2)

    async def follower(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /api/v1/events/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode())
        while not self.over:
            line = await reader.readline()
            if not line:
                self.errors.append("a feed ended")
                return
            self.followed += line.startswith(b"id: ")


def state(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    memory = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
    return memory, len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


def p99(times):
    times = sorted(times)
    return 1000 * times[len(times) * 99 // 100] if times else 0.0


async def soak(process, port, token):
    load = Load(port, token)
    connection = Connection(port, token)
    for first in range(0, ACTIONS, 500):
        body = json.dumps({"commands": [raised(number) for number in range(first, first + 500)]}).encode()
        status, answer = await connection.ask("POST", "/api/v1/commands", body, key=f"fill-{first}")
        assert status == 201, answer
    pause = {"read": 0.0, "write": 0.0}
    tasks = [asyncio.create_task(load.reader(lambda: pause["read"])) for _ in range(READERS)]
    tasks += [asyncio.create_task(load.writer(number, lambda: pause["write"])) for number in range(WRITERS)]
    tasks += [asyncio.create_task(load.follower()) for _ in range(FEEDS)]
    tasks.append(asyncio.create_task(load.uploader()))
    await asyncio.sleep(SATURATION)
    reads, writes = len(load.reads) / SATURATION, load.writes / SATURATION
    pause.update(read=2 * READERS / reads, write=2 * WRITERS / writes)
    load.reads.clear()
    begun, samples = time.monotonic(), []
    while (elapsed := time.monotonic() - begun) < options.seconds:
        samples.append((elapsed, *state(process)))
        failed = [task for task in tasks if task.done()]
        if failed or load.errors:
            break
        await asyncio.sleep(1)
    load.over = True
    for task in tasks:
        if task.done() and task.exception():
            load.errors.append(repr(task.exception()))
        task.cancel()
    warm = [sample for sample in samples if sample[0] >= WARM] or samples
    part = max(options.seconds - WARM, 1) / 5
    first = p99([took for at, took in load.reads if WARM <= at - begun < WARM + part])
    last = p99([took for at, took in load.reads if at - begun >= options.seconds - part])
    # The beginning is what the first tenth after the warm-up reached: a single sample may catch a passing answer.
    early, late = warm[:max(len(warm) // 10, 3)], warm[-max(len(warm) // 10, 3):]
    memory = [max(sample[1] for sample in some) for some in (early, late)]
    descriptors = [max(sample[2] for sample in some) for some in (early, late)]
    # The first connection was idle for too long.
    status, answer = await Connection(port, token).ask("GET", "/api/v1/events?limit=1&after=0")
    events = json.loads(answer)["position"] if status == 200 else answer
    print(f"| {options.name} | {reads:.0f} + {writes:.0f} | {len(load.reads)} + {load.writes} + {load.uploads} | {events} "
          f"| {len(load.errors)} | {memory[0]:.0f} → {memory[1]:.0f} MiB | {descriptors[0]} → {descriptors[1]} "
          f"| {first:.1f} → {last:.1f} ms |", flush=True)
    wrong = load.errors[:5]
    if load.followed < load.writes:
        wrong.append(f"{FEEDS} feeds received {load.followed} events of {load.writes} writes")
    if memory[1] > MEMORY_GROWTH * memory[0] + 16:
        wrong.append("the memory grew")
    if descriptors[1] > descriptors[0] + 4:
        wrong.append("the descriptors grew")
    if options.seconds >= 600 and last > SLOWER * first:
        wrong.append(f"the last reads took more than {SLOWER} times as long as the first")
    return wrong


def main():
    program("migrate")
    program("record", "committee", "SSC", "--name", "Security Sub-Committee")
    created = program("token", "create", "soak", "--role", "secretary", "--role", "auditor", "--clearance", "RED",
                      "--format", "json")
    token = json.loads(created)["token"]
    settings = {"token_requests_per_minute": 0, "address_requests_per_minute": 0}
    sets = [part for name, value in settings.items() for part in ("--set", f"limits.{name}={value}")]
    command = [options.program, "--ledger", options.ledger, "serve", "--listen", "127.0.0.1:0", *sets]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, stderr=log, text=True)
        try:
            wrong = asyncio.run(soak(process, listening(log), token))
        finally:
            process.terminate()
            process.wait()
        if wrong:
            log.seek(0)
            print("\n".join([*wrong, *log.read().splitlines()[-20:]]), file=sys.stderr)
            sys.exit(1)
    program("verify")


main()
