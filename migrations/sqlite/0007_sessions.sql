-- The sessions of browsers: what each stands for, and when it began and was last used. A session is known by the hash of its
-- secret. It is no part of the record, and may be lost: then its bearer signs in again.
CREATE TABLE sessions (
    id_hash  TEXT PRIMARY KEY, -- SHA-256 of the secret, in hexadecimal digits
    bearer   TEXT    NOT NULL, -- the id of the token that was presented
    began_at INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    used_at  INTEGER NOT NULL
) STRICT;
