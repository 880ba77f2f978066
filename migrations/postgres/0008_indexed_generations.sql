-- The indexes of a new generation are made before its tables become partitions, so that those of several are made at a
-- time: a table takes one partition after the other.

-- The word that says where a row is listed does not name the generation any more: each has an index of words of its own. The
-- rows are made again when the ledger is next opened. Until then nobody takes the old ones for current.
DELETE FROM read_models;

DO $$
DECLARE keeper regrole;
BEGIN
    EXECUTE format($f$
        -- They are as those of row_versions and searched, which take them for their own.
        CREATE FUNCTION %1$I.index_generation(number bigint) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp SET maintenance_work_mem = '256MB' AS $body$
        BEGIN
            EXECUTE format('ALTER TABLE %%I ADD PRIMARY KEY (generation, stream, key, known_from, valid_from)',
                           'row_versions_' || number);
            EXECUTE format('CREATE INDEX ON %%I (generation, scope, facet, valid_node, valid_from, valid_to) '
                           'WHERE known_to = 9223372036854775807', 'row_versions_' || number);
            EXECUTE format('CREATE INDEX ON %%I (generation, scope, facet, known_node, known_from) '
                           'WHERE known_end < 9223372036854775807', 'row_versions_' || number);
            EXECUTE format('CREATE INDEX ON %%I (generation, stream, key)', 'searched_' || number);
            EXECUTE format('CREATE INDEX ON %%I USING gin (words)', 'searched_' || number);
            EXECUTE format('ANALYZE %%I, %%I', 'row_versions_' || number, 'searched_' || number);
        END
        $body$;

        -- The checks spare a look at each row.
        CREATE OR REPLACE FUNCTION %1$I.finish_generation(number bigint) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
        BEGIN
            EXECUTE format('REVOKE INSERT ON %%I, %%I FROM %%I', 'row_versions_' || number, 'searched_' || number, session_user);
            EXECUTE format('ALTER TABLE row_versions ATTACH PARTITION %%I FOR VALUES IN (%%s)', 'row_versions_' || number, number);
            EXECUTE format('ALTER TABLE searched ATTACH PARTITION %%I FOR VALUES IN (%%s)', 'searched_' || number, number);
        END
        $body$;
    $f$, current_schema());
    REVOKE EXECUTE ON FUNCTION index_generation(bigint) FROM PUBLIC;

    -- Whoever keeps the rows may make their indexes.
    FOR keeper IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) AS a
                  WHERE c.oid = 'row_versions'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> 0
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION index_generation(bigint) TO %s', keeper);
    END LOOP;
END
$$;
