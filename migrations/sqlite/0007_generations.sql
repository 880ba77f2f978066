-- The rows of each generation of a read model, and what is searched of them, stand in tables of their own, which the program
-- makes as it makes the rows: row_versions_N, searched_N and searched_words_N. So what was replaced goes with its tables, and
-- rows are added at the end of a table wherever their streams stand.
-- docs/decisions/0014-generations-as-partitions.md says why it is done this way.

-- The rows are made again when the ledger is next opened. Until then nobody takes the old ones for current.
DELETE FROM read_models;

DROP TABLE searched_words;
DROP TABLE searched;
DROP TABLE row_versions;
