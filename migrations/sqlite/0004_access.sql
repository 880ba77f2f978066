-- When each token was last used. It is no part of the record: it changes, it is written now and then, and it may be lost.
CREATE TABLE token_uses (
    token_id     TEXT PRIMARY KEY,
    -- Microseconds since 1970-01-01T00:00:00Z.
    last_used_at INTEGER NOT NULL
) STRICT;
