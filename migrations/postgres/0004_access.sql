-- The last use of each token. It is no part of the record: it changes in place, is written now and then, and may be lost.
CREATE TABLE token_uses (
    token_id     TEXT PRIMARY KEY,
    last_used_at BIGINT NOT NULL -- microseconds since 1970-01-01T00:00:00Z
);

-- The clearance of each role that reads the SQL views, and of the roles that inherit it. Other roles read WHITE alone.
CREATE TABLE reader_clearances (
    role TEXT    NOT NULL COLLATE "C" PRIMARY KEY,
    rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 254)
);
