"""Reads and folds a history with `eventsourcing`, as `benches/views rebuild` makes the read models again.

    replay.py HISTORY FILE

HISTORY is the log as `minutebook log --format ndjson` prints it. Its events are first recorded with the library in a new
SQLite FILE, each stream an aggregate with the same versions (which is not measured); then the application's log is read
in its order, each event decoded, and folded into one row for each stream, which are written to a table of the same file
in one transaction. That is less than what the ledger does: one projection, no index of words, no second clock.
"""

import json
import sqlite3
import sys
import time
from uuid import NAMESPACE_URL, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

PAGE = 5000


class Stream(Aggregate):
    """A stream of the log."""

    @event("Recorded")
    def record(self, name, kind, data):
        pass


def recorded(path, mapper):
    """The history as the library stores it, a stream's first event as the one that creates an aggregate."""
    versions = {}
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        identity = uuid5(NAMESPACE_URL, row["stream"])
        version = versions[identity] = versions.get(identity, 0) + 1
        fields = {"originator_id": identity, "originator_version": version, "timestamp": Aggregate.Event.create_timestamp()}
        yield mapper.to_stored_event(
            Stream.Recorded(**fields, name=row["stream"], kind=row["type"], data=row["data"])
        )


def fill(app, path):
    batch, total = [], 0
    for stored in recorded(path, app.mapper):
        batch.append(stored)
        total += 1
        if len(batch) == PAGE:
            app.recorder.insert_events(batch)
            batch = []
    app.recorder.insert_events(batch)
    return total


def replay(app):
    rows, start = {}, 1
    while True:
        notifications = app.recorder.select_notifications(start=start, limit=PAGE)
        if not notifications:
            return rows
        for notification in notifications:
            happened = app.mapper.to_domain_event(notification)
            row = rows.setdefault(happened.name, {"events": 0, "state": {}})
            row["events"] += 1
            row["last"] = happened.kind
            row["state"].update(happened.data)
        start = notifications[-1].id + 1


def write(name, rows):
    lines = ((stream, json.dumps(row)) for stream, row in rows.items())
    with sqlite3.connect(name) as connection:
        connection.execute("CREATE TABLE rows (stream TEXT PRIMARY KEY, content TEXT)")
        connection.executemany("INSERT INTO rows VALUES (?, ?)", lines)


def main():
    path, name = sys.argv[1:]
    app = Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": name})
    events = fill(app, path)
    begun = time.perf_counter()
    rows = replay(app)
    write(name, rows)
    seconds = time.perf_counter() - begun
    measured = {"measure": "rebuild", "peer": "eventsourcing", "store": "sqlite", "events": events, "rows": len(rows)}
    print(json.dumps({**measured, "seconds": seconds, "events_per_second": events / seconds}))


if __name__ == "__main__":
    main()
