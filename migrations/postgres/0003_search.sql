-- The search index: for each row the words that it held at any time, by the lowest clearance that may read them.
-- docs/decisions/0013-search.md gives the reasons.
--
-- No role that reads the SQL views may have rights on this table, and `migrate --grant-read-to` refuses one that has. It has
-- no row-level security, under which PostgreSQL uses no index of words.

-- One sequence for all partitions: a partitioned table cannot have an identity column.
CREATE SEQUENCE searched_ids;
CREATE TABLE searched (
    id         BIGINT   NOT NULL DEFAULT nextval('searched_ids'),
    generation BIGINT   NOT NULL, -- as in row_versions
    stream     TEXT     NOT NULL COLLATE "C",
    key        TEXT     NOT NULL COLLATE "C",
    known_from BIGINT   NOT NULL, -- the position from which the row held the words
    rank       BIGINT   NOT NULL, -- the clearance that may read all of the words
    words      TSVECTOR NOT NULL  -- one of them names the list of the row
) PARTITION BY LIST (generation);

CREATE INDEX searched_by_row ON searched (generation, stream, key);
CREATE INDEX searched_by_word ON searched USING gin (words);
