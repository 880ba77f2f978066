-- What can be searched in the read models: for each row the words that it said at one time or another, by the lowest
-- clearance that may read them. docs/decisions/0013-search.md says why it is done this way.

CREATE TABLE searched (
    id         INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL, -- as in row_versions
    stream     TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    known_from INTEGER NOT NULL, -- the position from which the row said it
    rank       INTEGER NOT NULL, -- of the clearance that may read all of the words
    words      TEXT    NOT NULL  -- different ones, a space between each two; one says where the row is listed
) STRICT;

CREATE INDEX searched_by_row ON searched (generation, stream, key);

-- The words are made by the program: letters and digits in lower case. The ascii tokenizer parts them at the spaces and
-- nowhere else, for it takes whatever is not ASCII for a letter.
CREATE VIRTUAL TABLE searched_words USING fts5(
    words, content = 'searched', content_rowid = 'id', tokenize = 'ascii', detail = 'none', columnsize = 0
);

CREATE TRIGGER searched_is_indexed AFTER INSERT ON searched BEGIN
    INSERT INTO searched_words (rowid, words) VALUES (new.id, new.words);
END;

CREATE TRIGGER searched_is_unindexed AFTER DELETE ON searched BEGIN
    INSERT INTO searched_words (searched_words, rowid, words) VALUES ('delete', old.id, old.words);
END;
