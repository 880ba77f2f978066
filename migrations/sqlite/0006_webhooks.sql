-- Whom events are sent to, and how far each has come. It is no part of the record: it changes, and goes when it is removed.
CREATE TABLE webhooks (
    id              TEXT PRIMARY KEY,
    -- Where to, with which secret, for which clearance: JSON that the program alone reads.
    definition      TEXT    NOT NULL,
    -- The last position that was delivered, or is not for it.
    position        INTEGER NOT NULL,
    -- Attempts in a row that failed, and since when. All times are microseconds since 1970-01-01T00:00:00Z.
    failures        INTEGER NOT NULL DEFAULT 0,
    failing_since   INTEGER,
    next_attempt_at INTEGER NOT NULL DEFAULT 0,
    last_outcome    TEXT,
    disabled_at     INTEGER,
    -- The process that delivers at present, and until when the others leave it to that one.
    leased_by       TEXT,
    leased_until    INTEGER NOT NULL DEFAULT 0
) STRICT;
