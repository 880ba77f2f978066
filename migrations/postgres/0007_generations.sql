-- The rows of each generation of a read model, and what is searched of them, stand in tables of their own, which are
-- partitions of row_versions and searched. So a rebuild fills tables that nobody else has to do with: in bulk, with COPY,
-- its indexes made once when all rows are there; and what was replaced goes with its tables.
-- docs/decisions/0014-generations-as-partitions.md says why it is done this way.

-- The rows are made again when the ledger is next opened. Until then nobody takes the old ones for current.
DELETE FROM read_models;

ALTER TABLE row_versions RENAME TO row_versions_before;
ALTER TABLE row_versions_before RENAME CONSTRAINT row_versions_pkey TO row_versions_before_pkey;
ALTER INDEX row_versions_by_valid_time RENAME TO row_versions_before_by_valid_time;
ALTER INDEX row_versions_by_known_time RENAME TO row_versions_before_by_known_time;

CREATE TABLE row_versions (
    generation  BIGINT  NOT NULL,
    stream      TEXT NOT NULL COLLATE "C",
    key         TEXT NOT NULL COLLATE "C",
    valid_from  BIGINT  NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    valid_to    BIGINT  NOT NULL, -- 9223372036854775807 while it goes on
    known_from  BIGINT  NOT NULL, -- a position
    ended_known BIGINT  NOT NULL, -- the position at which valid_to became known
    known_to    BIGINT  NOT NULL, -- the position from which it does not count
    known_end   BIGINT  NOT NULL, -- known_to if it has come, else ended_known
    valid_node  BIGINT  NOT NULL, -- the node of an interval tree that it is filed under, by valid time
    known_node  BIGINT  NOT NULL, -- and by position
    scope       TEXT NOT NULL COLLATE "C",
    facet       TEXT NOT NULL COLLATE "C",
    rank        BIGINT  NOT NULL,
    content     TEXT,             -- JSON; null where there is no row from then on
    PRIMARY KEY (generation, stream, key, known_from, valid_from)
) PARTITION BY LIST (generation);

CREATE INDEX row_versions_by_valid_time ON row_versions (generation, scope, facet, valid_node, valid_from, valid_to)
    WHERE known_to = 9223372036854775807;

CREATE INDEX row_versions_by_known_time ON row_versions (generation, scope, facet, known_node, known_from)
    WHERE known_end < 9223372036854775807;

-- As 0003 has them, for the new table.
CREATE OR REPLACE VIEW own_clearance AS
SELECT CASE WHEN has_table_privilege('row_versions'::regclass, 'INSERT') THEN 255
            ELSE COALESCE((SELECT MAX(c.rank) FROM reader_clearances c JOIN pg_roles r ON r.rolname = c.role
                           WHERE pg_has_role(r.oid, 'USAGE')), 0)
       END AS rank;

CREATE OR REPLACE VIEW whole_versions AS
SELECT m.name AS model, v.stream, v.key, v.scope, v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       v.content::jsonb AS content,
       (SELECT own.rank FROM own_clearance AS own) AS clearance,
       CASE WHEN v.known_to = 9223372036854775807 THEN 0
            ELSE COALESCE((SELECT MAX(t.rank) FROM row_versions t
                           WHERE t.generation = v.generation AND t.stream = v.stream AND t.key = v.key
                                 AND t.known_to = 9223372036854775807 AND t.content IS NOT NULL), 30)
       END AS mark_today
FROM read_models m
JOIN row_versions v ON v.generation = m.generation
WHERE v.content IS NOT NULL
      -- Scalars, so that the planner knows that there is one of each.
      AND CASE WHEN m.halted_at IS NULL AND (SELECT position FROM read_up_to) = (SELECT position FROM head) THEN true
               ELSE refuse_stale(m.name, m.halted_at, (SELECT position FROM read_up_to), (SELECT position FROM head))
          END;

ALTER TABLE row_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE row_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY kept ON row_versions
    USING ((SELECT has_table_privilege('row_versions'::regclass, 'INSERT')))
    WITH CHECK ((SELECT has_table_privilege('row_versions'::regclass, 'INSERT')));
CREATE POLICY cleared ON row_versions FOR SELECT USING (rank <= (SELECT own.rank FROM own_clearance AS own));
CREATE POLICY behind_the_views ON row_versions FOR SELECT TO CURRENT_USER USING (true);

DROP TABLE searched;

-- The ids of all partitions come from one sequence: an identity column is no part of a partitioned table.
CREATE SEQUENCE searched_ids;
CREATE TABLE searched (
    id         BIGINT   NOT NULL DEFAULT nextval('searched_ids'),
    generation BIGINT   NOT NULL, -- as in row_versions
    stream     TEXT     NOT NULL COLLATE "C",
    key        TEXT     NOT NULL COLLATE "C",
    known_from BIGINT   NOT NULL, -- the position from which the row said it
    rank       BIGINT   NOT NULL, -- of the clearance that may read all of the words
    words      TSVECTOR NOT NULL  -- one of them says where the row is listed
) PARTITION BY LIST (generation);

CREATE INDEX searched_by_row ON searched (generation, stream, key);
CREATE INDEX searched_by_word ON searched USING gin (words);

-- Whoever may append need not own the tables, and so cannot make one. These three make and remove the tables of a
-- generation for them, by its number, and nothing else. They see this schema alone, whatever the caller's search_path says.
DO $$
BEGIN
    EXECUTE format($f$
        CREATE FUNCTION %1$I.begin_generation(number bigint) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
        BEGIN
            EXECUTE format('CREATE TABLE %%I (LIKE row_versions, CHECK (generation = %%s))', 'row_versions_' || number, number);
            EXECUTE format('CREATE TABLE %%I (LIKE searched INCLUDING DEFAULTS, CHECK (generation = %%s))',
                           'searched_' || number, number);
            EXECUTE format('GRANT INSERT ON %%I, %%I TO %%I', 'row_versions_' || number, 'searched_' || number, session_user);
        END
        $body$;

        -- The indexes are made as the tables become partitions, and the checks spare a look at each row.
        CREATE FUNCTION %1$I.finish_generation(number bigint) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp SET maintenance_work_mem = '256MB' AS $body$
        BEGIN
            EXECUTE format('REVOKE INSERT ON %%I, %%I FROM %%I', 'row_versions_' || number, 'searched_' || number, session_user);
            EXECUTE format('ALTER TABLE row_versions ATTACH PARTITION %%I FOR VALUES IN (%%s)', 'row_versions_' || number, number);
            EXECUTE format('ALTER TABLE searched ATTACH PARTITION %%I FOR VALUES IN (%%s)', 'searched_' || number, number);
            EXECUTE format('ANALYZE %%I, %%I', 'row_versions_' || number, 'searched_' || number);
        END
        $body$;

        -- It waits for readers no longer than others can wait behind it, and is called again.
        CREATE FUNCTION %1$I.drop_generation(number bigint) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp SET lock_timeout = '100ms' AS $body$
        BEGIN
            IF EXISTS (SELECT 1 FROM read_models WHERE generation = number) THEN
                RAISE EXCEPTION 'generation %% is in use', number;
            END IF;
            EXECUTE format('DROP TABLE IF EXISTS %%I, %%I', 'searched_' || number, 'row_versions_' || number);
        END
        $body$;
    $f$, current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION begin_generation(bigint), finish_generation(bigint), drop_generation(bigint) FROM PUBLIC;

-- Whoever kept the rows keeps them.
DO $$
DECLARE keeper regrole;
BEGIN
    FOR keeper IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) AS a
                  WHERE c.oid = 'row_versions_before'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> 0
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON row_versions, searched TO %s', keeper);
        EXECUTE format('GRANT USAGE ON SEQUENCE searched_ids TO %s', keeper);
        EXECUTE format('GRANT EXECUTE ON FUNCTION begin_generation(bigint), finish_generation(bigint), '
                       'drop_generation(bigint) TO %s', keeper);
    END LOOP;
END
$$;

DROP TABLE row_versions_before;
