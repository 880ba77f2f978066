#!/usr/bin/env python3
"""Measures an honest client beside attacks on one server, and the lag of many feeds: `scripts/bench-attack.py`.

`--program PATH` is the program (default: target/release/minutebook), `--short` uses small numbers. The table goes to
standard output. Needs Linux, and descriptors for two connections for each feed.
"""

import argparse
import asyncio
import json
import multiprocessing
import re
import resource
import select
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--program", default=ROOT / "target/release/minutebook")
parser.add_argument("--short", action="store_true")
options = parser.parse_args()
ACTIONS, SILENT, FEEDS, EVENTS = (500, 100, 200, 20) if options.short else (10_000, 2_100, 3_000, 100)
AUDIENCES = 40
IDS = re.compile(rb"^id: (\d+)$", re.MULTILINE)
SECONDS = 5 if options.short else 20

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def program(folder, *arguments):
    command = [options.program, "--ledger", f"sqlite:{folder}/book.db", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={"MINUTEBOOK_ACTOR": "bench"}).stdout


def peak(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) >> 10


class Server:
    def __init__(self, folder):
        settings = {
            "connections": 8000, "token_requests_per_minute": 0, "address_requests_per_minute": 0,
        }
        sets = [part for name, value in settings.items() for part in ("--set", f"limits.{name}={value}")]
        self.log = open(f"{folder}/server.log", "w")
        command = [options.program, "--ledger", f"sqlite:{folder}/book.db", "serve", "--listen", "127.0.0.1:0", *sets]
        self.process = subprocess.Popen(command, stderr=self.log)
        self.port = None
        while self.port is None:
            time.sleep(0.05)
            for line in Path(f"{folder}/server.log").read_text().splitlines():
                if line.startswith("listening on "):
                    self.port = int(line.split(":")[2].split("/")[0])

    async def connect(self, client=0):
        # Clients come from many addresses of this machine.
        address = (f"127.0.{client // 200 + 1}.{client % 200 + 1}", 0)
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=address)

    async def send(self, head, body=b"", client=0):
        reader, writer = await self.connect(client)
        writer.write(f"{head}\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        return reader, writer

    async def ask(self, head, body=b"", client=0):
        reader, writer = await self.send(f"{head}\r\nConnection: close", body, client)
        answer = await reader.read()
        writer.close()
        return int(answer[9:12] or 0), answer

    async def record(self, token, key, commands):
        head = (f"POST /api/v1/commands HTTP/1.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
                "Content-Type: application/json")
        status, answer = await self.ask(head, json.dumps({"commands": commands}).encode())
        assert status == 201, answer


def raised(number):
    reference = f"SSC{number // 9000 + 1}/{number % 9000 + 1:04}"
    return {"stream": f"action:{reference}", "type": "ActionRaised", "data": {
        "reference": reference, "raised_on": "2019-02-27", "due_on": "2019-03-13", "owners": ["SECAS"],
        "text": {"classification": "WHITE", "text": "Circulate the paper to the members of the committee. " * 12}}}


def honest(port, over, results):
    """Asks for small answers, one after the other, until `over`. It has a process of its own, so that the clients that attack
    do not delay it."""
    times = []
    while not over.is_set():
        for path in ("/health/live", "/api/v1/actions/SSC1/0001", "/api/v1/committees/SSC"):
            started = time.perf_counter()
            with socket.create_connection(("127.0.0.1", port), source_address=("127.0.5.200", 0)) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            assert answer[9:12] == b"200", answer
            times.append(1000 * (time.perf_counter() - started))
        time.sleep(0.01)
    results.put(times)


async def beside(server, name, attack):
    over, results = multiprocessing.Event(), multiprocessing.Queue()
    client = multiprocessing.Process(target=honest, args=(server.port, over, results))
    client.start()
    try:
        await asyncio.wait_for(attack, SECONDS)
    except asyncio.TimeoutError:
        pass
    over.set()
    times = sorted(await asyncio.to_thread(results.get))
    client.join()
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"| {name} | {len(times)} | {p50:.0f} ms | {p99:.0f} ms | {peak(server.process)} MiB |", flush=True)


async def silent(server):
    head = "GET /api/v1/actions?format=csv&due_before=2020-{:02}-{:02} HTTP/1.1"
    held = [await server.send(head.format(n % 12 + 1, n % 28 + 1), client=n) for n in range(SILENT)]
    await asyncio.sleep(SECONDS)
    del held


async def long_statistics(server):
    head = "GET /api/v1/statistics?months=240&as_of=99{:02}-12-31 HTTP/1.1"
    await asyncio.gather(*(server.ask(head.format(n), client=n) for n in range(8)))


async def large_bodies(server, token):
    body = b'{"commands":[' + b"[]," * ((8 << 20) // 3 - 10) + b"[]]}"
    head = (f"POST /api/v1/commands HTTP/1.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: k\r\n"
            "Content-Type: application/json")
    await asyncio.gather(*(server.ask(head, body, client=n) for n in range(24)))


def receive(sockets, arrivals, over):
    """Notes when each feed receives each event. One thread and no task for each feed: the client must not be the limit."""
    poll = select.epoll()
    for connection in sockets:
        connection.setblocking(False)
        poll.register(connection, select.EPOLLIN)
    by_descriptor = {connection.fileno(): connection for connection in sockets}
    while not over.is_set():
        for descriptor, _ in poll.poll(0.5):
            data = by_descriptor[descriptor].recv(1 << 16)
            if not data:
                poll.unregister(descriptor)
            at = time.perf_counter()
            arrivals.extend((int(position), at) for position in IDS.findall(data))


async def feeds(server, secretary, folder):
    tokens = []
    for number in range(AUDIENCES):
        code = f"C{chr(65 + number // 26)}{chr(65 + number % 26)}"
        program(folder, "record", "committee", code, "--name", code)
        created = program(folder, "token", "create", f"reader {number}", "--role", "reader", "--clearance", "RED",
                          "--committee", "SSC", "--committee", code, "--format", "json")
        tokens.append(json.loads(created)["token"])
    arrivals = []
    sockets = []
    for number in range(FEEDS):
        address = (f"127.0.{number // 200 + 1}.{number % 200 + 1}", 0)
        sockets.append(socket.create_connection(("127.0.0.1", server.port), source_address=address))
        head = f"GET /api/v1/events/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {tokens[number % AUDIENCES]}\r\n\r\n"
        sockets[-1].sendall(head.encode())
    over = threading.Event()
    receiver = threading.Thread(target=receive, args=(sockets, arrivals, over))
    receiver.start()
    await asyncio.sleep(SECONDS)
    sent = {}
    for number in range(EVENTS):
        head = (f"POST /api/v1/commands HTTP/1.1\r\nAuthorization: Bearer {secretary}\r\nIdempotency-Key: feed-{number}\r\n"
                "Content-Type: application/json")
        status, answer = await server.ask(head, json.dumps({"commands": [raised(20_000 + number)]}).encode(), client=999)
        assert status == 201, answer
        sent[json.loads(answer.split(b"\r\n\r\n", 1)[1])["position"]] = time.perf_counter()
        await asyncio.sleep(0.2)
    await asyncio.sleep(3 if options.short else 12)
    lags = sorted(max(0.0, 1000 * (at - sent[position])) for position, at in arrivals if position in sent)
    p50, p99 = lags[len(lags) // 2], lags[len(lags) * 99 // 100]
    whole = f"{len(lags)} of {FEEDS * EVENTS}"
    print(f"| {FEEDS} feeds, {AUDIENCES} audiences: lag | {whole} | {p50:.0f} ms | {p99:.0f} ms | {peak(server.process)} MiB |")
    over.set()
    receiver.join()
    for connection in sockets:
        connection.close()


async def main(folder):
    program(folder, "migrate")
    program(folder, "record", "committee", "SSC", "--name", "Security Sub-Committee")
    created = program(folder, "token", "create", "secretary", "--role", "secretary", "--clearance", "RED", "--format", "json")
    token = json.loads(created)["token"]
    server = Server(folder)
    try:
        for first in range(0, ACTIONS, 500):
            await server.record(token, f"fill-{first}", [raised(n) for n in range(first, min(first + 500, ACTIONS))])
        print("| beside | answers | p50 | p99 | peak memory |\n|---|---|---|---|---|")
        await beside(server, "nothing", asyncio.sleep(SECONDS))
        await beside(server, f"{SILENT} clients that read nothing of a CSV", silent(server))
        await beside(server, "8 statistics of 240 months in the future", long_statistics(server))
        await beside(server, "24 bodies of 8 MiB at once", large_bodies(server, token))
        await feeds(server, token, folder)
    finally:
        server.process.terminate()
        server.process.wait()


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(folder))
