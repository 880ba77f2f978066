-- The word that says where a row is listed does not name the generation any more: each has an index of words of its own. The
-- rows are made again when the ledger is next opened. Until then nobody takes the old ones for current.
DELETE FROM read_models;
