-- What can be searched in the read models: for each row the words that it said at one time or another, by the lowest
-- clearance that may read them. docs/decisions/0013-search.md says why it is done this way.
--
-- No role that reads the SQL views may be given this table, and none is: `migrate --grant-read-to` refuses one that is.
-- It has no row-level security, under which PostgreSQL uses no index of words.

CREATE TABLE searched (
    id         BIGINT   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    generation BIGINT   NOT NULL, -- as in row_versions
    stream     TEXT     NOT NULL COLLATE "C",
    key        TEXT     NOT NULL COLLATE "C",
    known_from BIGINT   NOT NULL, -- the position from which the row said it
    rank       BIGINT   NOT NULL, -- of the clearance that may read all of the words
    words      TSVECTOR NOT NULL  -- one of them says where the row is listed
);

CREATE INDEX searched_by_row ON searched (generation, stream, key);
CREATE INDEX searched_by_word ON searched USING gin (words);

-- Whoever keeps the rows keeps this too: `migrate --grant-to` gave them the right before there was anything to search.
DO $$
DECLARE keeper regrole;
BEGIN
    FOR keeper IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) AS a
                  WHERE c.oid = 'row_versions'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> 0
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON searched TO %s', keeper);
    END LOOP;
END
$$;
