-- The read models: versions of rows, each with the time for which it is valid and the positions that knew it. All of it
-- can be made again from the log.
--
-- The rows of a generation are in tables of their own, row_versions_N, searched_N and searched_words_N, which the program
-- creates as it makes the rows (crates/ledger/src/store/sqlite/rebuild.rs; docs/decisions/0014-generations-as-partitions.md).

CREATE TABLE read_models (
    name       TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL, -- the version of the projection; another one has the rows made again
    generation INTEGER NOT NULL, -- the number of the set of rows in use; a rebuild makes a new set
    halted_at  INTEGER,          -- the position of the event that the projection rejected
    halted_why TEXT
) STRICT, WITHOUT ROWID;

-- The position that the read models have reached: the head, unless another version of the program appended.
CREATE TABLE read_up_to (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    position  INTEGER NOT NULL
) STRICT;

INSERT INTO read_up_to (singleton, position) VALUES (1, 0);
