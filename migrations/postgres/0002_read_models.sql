-- The read models: versions of rows, each with the time for which it is valid and the positions that knew it. All of it
-- can be made again from the log.

CREATE TABLE read_models (
    name       TEXT    NOT NULL COLLATE "C" PRIMARY KEY,
    version    BIGINT  NOT NULL, -- the version of the projection; another one has the rows made again
    generation BIGINT  NOT NULL, -- the number of the set of rows in use; a rebuild makes a new set
    halted_at  BIGINT,           -- the position of the event that the projection rejected
    halted_why TEXT
);

-- The position that the read models have reached: the head, unless another version of the program appended.
CREATE TABLE read_up_to (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    position  BIGINT NOT NULL
);

INSERT INTO read_up_to (singleton, position) VALUES (1, 0);

-- Locked by a rebuild. Every role of a database may take any advisory lock; this one takes a right on the table, which roles
-- that only read do not have.
CREATE TABLE rebuild_lock ();

-- Each generation is a partition, which a rebuild fills with COPY, indexes and then attaches: begin_generation,
-- index_generation and finish_generation. docs/decisions/0014-generations-as-partitions.md gives the reasons.
CREATE TABLE row_versions (
    generation  BIGINT  NOT NULL,
    stream      TEXT NOT NULL COLLATE "C",
    key         TEXT NOT NULL COLLATE "C",
    valid_from  BIGINT  NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    valid_to    BIGINT  NOT NULL, -- 9223372036854775807 while no end is known
    known_from  BIGINT  NOT NULL, -- a position
    ended_known BIGINT  NOT NULL, -- the position at which valid_to became known
    known_to    BIGINT  NOT NULL, -- the position that withdrew it
    known_end   BIGINT  NOT NULL, -- known_to where it is set, else ended_known
    valid_node  BIGINT  NOT NULL, -- its node in an interval tree over valid time
    known_node  BIGINT  NOT NULL, -- its node in an interval tree over positions
    rank_from   BIGINT  NOT NULL, -- the lowest rank of clearance for which it is the row
    rank_to     BIGINT  NOT NULL, -- the rank above them; 32767 if there is none
    scope       TEXT NOT NULL COLLATE "C",
    facet       TEXT NOT NULL COLLATE "C",
    content     TEXT,             -- JSON; null in a version that ends the row
    PRIMARY KEY (generation, stream, key, known_from, valid_from, rank_from)
) PARTITION BY LIST (generation);

CREATE INDEX row_versions_by_valid_time ON row_versions (generation, scope, facet, valid_node, valid_from, valid_to)
    WHERE known_to = 9223372036854775807;

CREATE INDEX row_versions_by_known_time ON row_versions (generation, scope, facet, known_node, known_from)
    WHERE known_end < 9223372036854775807;
