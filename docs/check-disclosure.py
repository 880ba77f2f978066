#!/usr/bin/env python3
"""Checks disclosures of events, one a line: those of `minutebook log --disclosure`, or events with one, as the API answers
with disclosure=true. It prints OK, index and leaf, or REFUSED and why, and then fails. docs/events.md has the form."""
import base64, hashlib, json, sys


def members(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a duplicate key")
    return dict(pairs)


def parse(text):
    return json.loads(text, object_pairs_hook=members)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(name, salt, text):
    if len(bytes.fromhex(salt)) != 32:
        raise ValueError("a salt of another length")
    return hashlib.sha256(b"minutebook/" + name + b"/v2\n" + bytes.fromhex(salt) + text.encode()).digest()


def digests(value):
    if isinstance(value, dict) and list(value) == ["sd"]:
        return [value["sd"]]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [digest for value in values for digest in digests(value)]


def leaf(given):
    event = parse(given["skeleton"])
    if canonical(event) != given["skeleton"]:
        raise ValueError("the skeleton is not canonical")
    if not event["position"] == given["position"] == given["leaf_index"] + 1:
        raise ValueError("the skeleton is of another event")
    committed = {canonical(index): digest for index, digest in enumerate(digests(event))}
    for fragment in given["fragments"]:
        digest = sha256(b"fragment", fragment["salt"], canonical(fragment["value"]))
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != committed.pop(canonical(fragment["index"])):
            raise ValueError("a fragment is not in the event")
    commitment = sha256(b"commitment", given["outer_salt"], given["skeleton"])
    return hashlib.sha256(b"\0minutebook/entry/v2\n" + commitment).hexdigest()


status = 0
for line in sys.stdin:
    try:
        disclosure = parse(line)
        disclosure = disclosure.get("disclosure", disclosure)
        if leaf(disclosure) != disclosure["leaf"]:
            raise ValueError("the leaf is not that of the skeleton")
        print("OK", disclosure["leaf_index"], disclosure["leaf"])
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        print("REFUSED", repr(error))
        status = 1
sys.exit(status)
