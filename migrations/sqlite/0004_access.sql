-- The last use of each token. It is no part of the record: it changes in place, is written now and then, and may be lost.
CREATE TABLE token_uses (
    token_id     TEXT PRIMARY KEY,
    last_used_at INTEGER NOT NULL -- microseconds since 1970-01-01T00:00:00Z
) STRICT;
