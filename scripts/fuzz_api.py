#!/usr/bin/env python3
"""Sends random requests to one server, made from its OpenAPI document and bent: see `scripts/fuzz-api.sh`.

Every operation is called by nobody, a reader, a secretary and with tokens that are not right. Parameters, headers and
bodies are the document's own, changed, left out, repeated, of another type, or any bytes. A failure is an answer of 500 or
above that is not 503 or 507, a 503 without `Retry-After`, an answer that does not come within 30 seconds, and a connection
that breaks without one.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from serving import commands, listening

ROOT = Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--program", required=True)
parser.add_argument("--ledger", required=True)
parser.add_argument("--requests", type=int, default=100_000)
parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
options = parser.parse_args()
program = commands(options.program, options.ledger, "fuzz")

CLIENTS, PATIENCE = 16, 30
# Headers with values of their own below.
BELOW = ("Idempotency-Key", "If-Match", "If-None-Match", "Authorization")
ENDLESS = "/api/v1/events/stream"
dice = random.Random(options.seed)

STRANGE = [
    "", "0", "-1", "1", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e400", "NaN", "0x10", "٣",
    "null", "true", "[]", "{}", "\x00", "a\x00b", "%00", "\r\n", "\x1b[31m", "\u202e", "\ud7ff", "\U0001f600" * 50, "a" * 5000,
    "../../etc/passwd", "' OR 1=1 --", "\"", "\\", "*", "=1+1", "2019-02-30", "0000-01-01", "9999-12-31", "10000-01-01",
    "-0001-01-01", "2019-02-27T25:00:00Z", "2019-03-31T01:30:00+01:00", "2019-02-27T12:00:00.123456789Z", "now", "today",
    "1.0.8210266876799000000", "0.0.0", "a.b.c", "SSC", "ssc", "XYZ", "WHITE", "RED", "PINK", "SSC72/01", "SSC72/1", "SSC/",
    "SSC72/99999999999999999999", "SSC_72_2702", "SSC_72_0000", "csv", "ndjson", "docx", "0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10",
]
TEXTS = ["The paper was circulated.", "", "\u0000", "x" * 20000, "\u202ereversed", "é" * 300, "<script>", "line\nline", "\t"]


class Document:
    def __init__(self, text):
        self.document = json.loads(text)
        self.operations = [
            (path, method.upper(), operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "put", "delete", "patch") and path != ENDLESS
        ]

    def resolve(self, schema):
        for _ in range(20):
            if "$ref" not in schema:
                break
            place = self.document
            for part in schema["$ref"][2:].split("/"):
                place = place[part]
            schema = place
        return schema

    def value(self, schema, depth=0):
        """A value that fits the schema, now and then bent."""
        schema = self.resolve(schema)
        if dice.random() < 0.04:
            return dice.choice([None, True, -1, 1 << 70, 0.5, "", "x", [], {}, [[]], {"a": 1}, *STRANGE[:20]])
        for word in ("const", "default"):
            if word in schema and dice.random() < 0.7:
                return schema[word]
        if "enum" in schema:
            return dice.choice(schema["enum"])
        examples = schema.get("examples") or ([schema["example"]] if "example" in schema else [])
        if examples and dice.random() < 0.7:
            return dice.choice(examples)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self.value(dice.choice(schema[word]), depth)
        if "allOf" in schema:
            merged = {}
            for part in schema["allOf"]:
                value = self.value(part, depth)
                if isinstance(value, dict):
                    merged.update(value)
            return merged
        kind = schema.get("type", "object")
        kind = dice.choice(kind) if isinstance(kind, list) else kind
        if kind == "object":
            required = schema.get("required", [])
            made = {}
            for name, part in schema.get("properties", {}).items():
                if (name in required and dice.random() < 0.97) or (depth < 6 and dice.random() < 0.4):
                    made[name] = self.value(part, depth + 1)
            if dice.random() < 0.02:
                made[dice.choice(["surprise", "", "__proto__"])] = 1
            return made
        if kind == "array":
            return [self.value(schema.get("items", {}), depth + 1) for _ in range(dice.choice([0, 1, 1, 2, 3]))]
        if kind in ("integer", "number"):
            return dice.choice([0, 1, 2, 7, 100, -1, 1 << 31, (1 << 63) - 1, 1 << 64])
        if kind == "boolean":
            return dice.random() < 0.5
        if kind == "null":
            return None
        return dice.choice(TEXTS) if dice.random() < 0.5 else dice.choice(STRANGE)

    def body(self, content):
        """A body of the document's examples, changed in at most a few places, or one that is made from the schema."""
        examples = [example.get("value") for example in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        if not examples or dice.random() < 0.3:
            return self.value(content.get("schema", {}))
        value = json.loads(json.dumps(dice.choice(examples)))
        for _ in range(dice.choice([0, 0, 1, 1, 2])):
            value = bent(value)
        return value

    def text(self, parameter):
        """The text of a parameter."""
        example = parameter.get("example", self.resolve(parameter.get("schema", {})).get("example"))
        if example is not None and dice.random() < 0.8:
            return str(example)
        if dice.random() < 0.5:
            value = self.value(parameter.get("schema", {}))
            return value if isinstance(value, str) else json.dumps(value)
        return dice.choice(STRANGE)


def bent(value):
    """The same value with another one in a place."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        name = dice.choice(list(value))
        if dice.random() < 0.1:
            return {other: part for other, part in value.items() if other != name}
        return {**value, name: bent(value[name])}
    if isinstance(value, list) and value and dice.random() < 0.9:
        place = dice.randrange(len(value))
        return [*value[:place], bent(value[place]), *value[place + 1:]]
    return dice.choice([*STRANGE, *TEXTS, None, 0, -1, [], {}, True, value])


def request(document, tokens):
    path, method, operation = dice.choice(document.operations)
    query, headers = [], []
    for parameter in operation.get("parameters", []):
        parameter = document.resolve(parameter)
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", quote(document.text(parameter), safe="/" * dice.randrange(2)))
        elif parameter["in"] == "query" and dice.random() < (0.95 if parameter.get("required") else 0.2):
            for _ in range(dice.choice([1, 1, 1, 1, 2])):
                value = quote(document.text(parameter), safe="")
                query.append(f"{parameter['name']}={value if dice.random() < 0.97 else '%zz%ff'}")
        elif parameter["in"] == "header" and parameter["name"] not in BELOW and dice.random() < 0.6:
            headers.append((parameter["name"], document.text(parameter)))
    if dice.random() < 0.03:
        query.append(dice.choice(["surprise=1", "&&&", "=", "%", "a" * 3000]))
    if dice.random() < 0.02:
        path = dice.choice(["/", "//", "/api", "/api/v2", path + "/", path + "/..", path.upper(), "/%2e%2e/", "/api/v1/%00"])
    if dice.random() < 0.02:
        method = dice.choice(["PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW"])
    token = dice.choice(tokens)
    if dice.random() < 0.1:
        token = dice.choice([None, "mbk_wrong", "a.b.c", "x" * 4000])
    if token:
        headers.append(("Authorization", f"{'Basic' if dice.random() < 0.01 else 'Bearer'} {token}"))
    for name, values in {
        "Accept": ["*/*", "application/json", "text/csv", "text/html", "image/png", "a", "*/*;q=0", "application/x-ndjson"],
        "If-None-Match": ["*", '"1"', 'W/"1"', "1"],
        "If-Match": ["*", '"0"', '"1"', "1", '"99999999999999999999"'],
        "X-Forwarded-For": ["1.2.3.4", "::1", "[::1]:80", ", ,", "a"],
        "Range": ["bytes=0-1", "bytes=9-1"],
        "Accept-Encoding": ["gzip", "br", "identity;q=0", "a"],
        "traceparent": ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0-0-0"],
    }.items():
        if dice.random() < 0.08:
            headers.append((name, dice.choice(values)))
    body = b""
    if method in ("POST", "PUT", "PATCH") or dice.random() < 0.01:
        if dice.random() < 0.9:
            headers.append(("Idempotency-Key", f"key-{dice.randrange(options.requests)}" if dice.random() < 0.95 else dice.choice(STRANGE)))
        content = operation.get("requestBody", {}).get("content", {})
        kind = dice.choice(list(content)) if content else "application/json"
        if "json" in kind:
            value = document.body(content.get(kind, {}))
            body = json.dumps(value, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
        else:
            body = SAMPLE if dice.random() < 0.5 else dice.randbytes(dice.randrange(300))
        if dice.random() < 0.1 and body:
            place = dice.randrange(len(body))
            body = dice.choice([body[:place], body[:place] + dice.randbytes(3) + body[place:], b"[" * 5000, b"\xff", body * 3])
        headers.append(("Content-Type", kind if dice.random() < 0.95 else dice.choice(["text/plain", "a", "", "application/xml"])))
    head = f"{method} {path}{'?' + '&'.join(query) if query else ''} HTTP/1.1\r\nHost: a\r\n".encode("utf-8", "surrogatepass")
    for name, value in headers:
        # A header is one line; the other control characters are sent as they are.
        value = value.replace("\r", "").replace("\n", "").encode("utf-8", "surrogatepass")
        head += name.encode() + b": " + value + b"\r\n"
    return method, f"{method} {path}", head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


SAMPLE = (ROOT / "sample/TSC_41_1001.md").read_bytes()


class Client:
    def __init__(self, port, outcomes, failures):
        self.port, self.outcomes, self.failures, self.streams = port, outcomes, failures, None

    async def exchange(self, method, message):
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 26)
        reader, writer = self.streams
        writer.write(message)
        await writer.drain()
        line = await reader.readline()
        if not line:
            raise ConnectionError("no answer")
        status, headers = int(line.split()[1]), {}
        while (line := await reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = b""
        if method != "HEAD" and status not in (204, 304):
            if headers.get("transfer-encoding") == "chunked":
                while size := int(await reader.readline(), 16):
                    body += await reader.readexactly(size + 2)
                await reader.readline()
            else:
                body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close" or status == 400 and "content-type" not in headers:
            writer.close()
            self.streams = None
        return status, headers, body

    async def send(self, method, what, message):
        # A connection that was kept open may have been closed by the server in the meantime: then once more on a new one.
        for attempt in (1, 2):
            fresh = self.streams is None
            try:
                status, headers, body = await asyncio.wait_for(self.exchange(method, message), PATIENCE)
                break
            except asyncio.TimeoutError:
                self.failures.append((f"{what}: no answer within {PATIENCE} s", message))
                self.streams = None
                return
            except (ConnectionError, asyncio.IncompleteReadError, ValueError) as error:
                self.streams = None
                if fresh or attempt == 2:
                    self.failures.append((f"{what}: {error!r}", message))
                    return
        self.outcomes[status] += 1
        if status >= 500 and status not in (503, 507) or status == 503 and "retry-after" not in headers:
            self.failures.append((f"{what}: {status} {body[:500]!r}", message))


async def fuzz(port, tokens):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    document = Document((await reader.read()).split(b"\r\n\r\n", 1)[1])
    outcomes, failures, left, called = Counter(), [], options.requests, Counter()

    async def work():
        nonlocal left
        client = Client(port, outcomes, failures)
        while left > 0 and len(failures) < 20:
            left -= 1
            method, what, message = request(document, tokens)
            called[method] += 1
            await client.send(method, what, message)

    begun = time.monotonic()
    await asyncio.gather(*(work() for _ in range(CLIENTS)))
    shown = ", ".join(f"{count} × {status}" for status, count in sorted(outcomes.items()))
    print(f"{sum(outcomes.values())} answers in {time.monotonic() - begun:.0f} s (seed {options.seed}): {shown}", flush=True)
    return failures


def main():
    program("migrate")
    program("record", "lines", text=(ROOT / "tests/schemathesis/committee.ndjson").read_text())
    tokens = []
    for roles, clearance in ((["secretary", "admin", "auditor"], "RED"), (["reader"], "GREEN"), (["secretary"], "RED")):
        arguments = [part for role in roles for part in ("--role", role)]
        created = program("token", "create", f"fuzz {len(tokens)}", *arguments, "--clearance", clearance, "--format", "json")
        tokens.append(json.loads(created)["token"])
    settings = {"token_requests_per_minute": 0, "address_requests_per_minute": 0, "bad_tokens_per_minute": 0}
    sets = [part for name, value in settings.items() for part in ("--set", f"limits.{name}={value}")]
    command = [options.program, "--ledger", options.ledger, "serve", "--listen", "127.0.0.1:0", *sets]
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(command, stderr=log)
        try:
            failures = asyncio.run(fuzz(listening(log), tokens))
            ended = server.poll()
        finally:
            server.terminate()
            server.wait()
        log.seek(0)
        panics = [line for line in log.read().splitlines() if "panicked" in line]
    for what, message in failures:
        print(f"{what}\n    {message[:1500]!r}", file=sys.stderr)
    for line in panics[:10]:
        print(line, file=sys.stderr)
    if failures or panics or ended is not None:
        sys.exit(f"fuzz_api.py: {len(failures)} failures, {len(panics)} panics, the server ended with {ended}")
    program("verify")


main()
