-- The read models: versions of rows, each with when it was so and when that was known. All of it can be made again
-- from the log.

CREATE TABLE read_models (
    name       TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL, -- of the projection; another one has the rows made again
    generation INTEGER NOT NULL, -- which rows are its own: a rebuild makes new ones beside them
    halted_at  INTEGER,          -- the position of the event that it could not take in
    halted_why TEXT
) STRICT, WITHOUT ROWID;

-- How far the log is in the read models: to its head, but for what another version of the program appended.
CREATE TABLE read_up_to (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    position  INTEGER NOT NULL
) STRICT;

INSERT INTO read_up_to (singleton, position) VALUES (1, 0);

CREATE TABLE row_versions (
    generation  INTEGER NOT NULL,
    stream      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    valid_from  INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    valid_to    INTEGER NOT NULL, -- 9223372036854775807 while it goes on
    known_from  INTEGER NOT NULL, -- a position
    ended_known INTEGER NOT NULL, -- the position at which valid_to became known
    known_to    INTEGER NOT NULL, -- the position from which it does not count
    known_end   INTEGER NOT NULL, -- known_to if it has come, else ended_known
    valid_node  INTEGER NOT NULL, -- the node of an interval tree that it is filed under, by valid time
    known_node  INTEGER NOT NULL, -- and by position
    scope       TEXT    NOT NULL,
    facet       TEXT    NOT NULL,
    rank        INTEGER NOT NULL,
    content     TEXT,             -- JSON; null where there is no row from then on
    PRIMARY KEY (generation, stream, key, known_from, valid_from)
) STRICT, WITHOUT ROWID;

CREATE INDEX row_versions_by_valid_time ON row_versions (generation, scope, facet, valid_node, valid_from, valid_to)
    WHERE known_to = 9223372036854775807;

CREATE INDEX row_versions_by_known_time ON row_versions (generation, scope, facet, known_node, known_from)
    WHERE known_end < 9223372036854775807;
