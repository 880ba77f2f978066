-- Webhooks and their progress. They are no part of the record: they change in place, and a removed one leaves nothing.
CREATE TABLE webhooks (
    id              TEXT PRIMARY KEY,
    definition      TEXT NOT NULL, -- address, secret and clearance, as JSON that the program alone reads
    position        BIGINT NOT NULL, -- the last one that was delivered, or that the audience excludes
    -- Consecutive failed attempts, and the time of the first. All times are microseconds since 1970-01-01T00:00:00Z.
    failures        BIGINT NOT NULL DEFAULT 0,
    failing_since   BIGINT,
    -- The delay before the next attempt, in microseconds, and its end by the clock of the server that failed.
    retry_delay     BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL DEFAULT 0,
    last_outcome    TEXT,
    disabled_at     BIGINT,
    -- The process that delivers at present. It counts the renewals up with each delivery; others take over once they have
    -- seen the same count for the length of a lease.
    leased_by       TEXT,
    lease_renewals  BIGINT NOT NULL DEFAULT 0
);
