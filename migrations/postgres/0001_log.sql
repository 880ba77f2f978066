-- The log: events, their references, the commands that led to them, and the head.
--
-- Rows are appended and never changed; the triggers make the database itself refuse a change, even to its owner. One row
-- moves, the head, and it moves forward only. `verify` checks that the triggers exist and are enabled, by the names in
-- crates/ledger/src/store/postgres.

CREATE TABLE events (
    position    BIGINT NOT NULL PRIMARY KEY,
    stream      TEXT   NOT NULL COLLATE "C",
    version     BIGINT NOT NULL,
    event_id    UUID   NOT NULL UNIQUE,
    event_type  TEXT   NOT NULL COLLATE "C",
    recorded_at BIGINT NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    event_bytes BYTEA  NOT NULL, -- canonical JSON, written once
    salt        BYTEA  NOT NULL CHECK (length(salt) = 32), -- of the fragments too, which are derived from it
    leaf        BYTEA  NOT NULL CHECK (length(leaf) = 32), -- over the skeleton, in which each fragment is a digest
    UNIQUE (stream, version)
);

CREATE INDEX events_by_type ON events (event_type, position);

CREATE TABLE event_references (
    reference TEXT   NOT NULL COLLATE "C",
    position  BIGINT NOT NULL,
    PRIMARY KEY (reference, position)
);

CREATE TABLE commands (
    command_id     TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    fingerprint    BYTEA  NOT NULL,
    first_position BIGINT NOT NULL,
    last_position  BIGINT NOT NULL,
    CHECK (first_position <= last_position)
);

CREATE TABLE head (
    singleton   INTEGER PRIMARY KEY CHECK (singleton = 1),
    position    BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL -- microseconds since 1970-01-01T00:00:00Z
);

INSERT INTO head (singleton, position, recorded_at) VALUES (1, 0, 0);

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER event_references_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_references
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER commands_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON commands
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER head_never_deleted BEFORE INSERT OR DELETE OR TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER head_only_forward BEFORE UPDATE ON head
    FOR EACH ROW WHEN (NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at)
    EXECUTE FUNCTION refuse_change();
