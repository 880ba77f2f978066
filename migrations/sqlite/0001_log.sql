-- The log: events, their references, the commands that led to them, and the head.
--
-- Rows are appended and never changed; the triggers make the database itself refuse a change. One row moves, the head,
-- and it moves forward only. `verify` checks that the triggers exist, by the names in crates/ledger/src/store/sqlite.

CREATE TABLE events (
    position    INTEGER PRIMARY KEY,
    stream      TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    event_id    TEXT    NOT NULL UNIQUE,
    event_type  TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    event_bytes BLOB    NOT NULL, -- canonical JSON, written once
    salt        BLOB    NOT NULL CHECK (length(salt) = 32), -- of the fragments too, which are derived from it
    leaf        BLOB    NOT NULL CHECK (length(leaf) = 32), -- over the skeleton, in which each fragment is a digest
    UNIQUE (stream, version)
) STRICT;

CREATE INDEX events_by_type ON events (event_type, position);

CREATE TABLE event_references (
    reference TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (reference, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE commands (
    command_id     TEXT    NOT NULL PRIMARY KEY,
    fingerprint    BLOB    NOT NULL,
    first_position INTEGER NOT NULL,
    last_position  INTEGER NOT NULL,
    CHECK (first_position <= last_position)
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
    singleton   INTEGER PRIMARY KEY CHECK (singleton = 1),
    position    INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL -- microseconds since 1970-01-01T00:00:00Z
) STRICT;

INSERT INTO head (singleton, position, recorded_at) VALUES (1, 0, 0);

CREATE TRIGGER events_never_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: events are never updated'); END;

CREATE TRIGGER events_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: events are never deleted'); END;

-- INSERT OR REPLACE deletes a row without firing the trigger above. An event with the next position, the next version of
-- its stream and an unused id replaces nothing.
CREATE TRIGGER events_appended_in_order BEFORE INSERT ON events
WHEN NEW.position <> (SELECT COALESCE(MAX(position), 0) + 1 FROM events)
  OR NEW.version <> (SELECT COALESCE(MAX(version), 0) + 1 FROM events WHERE stream = NEW.stream)
  OR EXISTS (SELECT 1 FROM events WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event takes the next position and the next version'); END;

CREATE TRIGGER event_references_never_updated BEFORE UPDATE ON event_references
BEGIN SELECT RAISE(ABORT, 'the log is append-only: references are never updated'); END;

CREATE TRIGGER event_references_never_deleted BEFORE DELETE ON event_references
BEGIN SELECT RAISE(ABORT, 'the log is append-only: references are never deleted'); END;

CREATE TRIGGER commands_never_updated BEFORE UPDATE ON commands
BEGIN SELECT RAISE(ABORT, 'the log is append-only: commands are never updated'); END;

CREATE TRIGGER commands_never_deleted BEFORE DELETE ON commands
BEGIN SELECT RAISE(ABORT, 'the log is append-only: commands are never deleted'); END;

CREATE TRIGGER commands_never_replaced BEFORE INSERT ON commands
WHEN EXISTS (SELECT 1 FROM commands WHERE command_id = NEW.command_id)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: a command is recorded once'); END;

CREATE TRIGGER head_only_forward BEFORE UPDATE ON head
WHEN NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'the log is append-only: the head moves forward only'); END;

CREATE TRIGGER head_never_deleted BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the log is append-only: the head is never deleted'); END;

CREATE TRIGGER head_never_replaced BEFORE INSERT ON head
BEGIN SELECT RAISE(ABORT, 'the log is append-only: there is one head'); END;
