-- Indexes the tables of a generation. The indexes equal those of row_versions and searched, which adopt them.
--
-- It has the rights of its owner, for roles that may append but own no table. It sees this schema alone, whatever the
-- search_path of the caller is; format() writes the schema into it.
DO $$
BEGIN
    EXECUTE format($f$
    CREATE FUNCTION %1$I.index_generation(number bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp SET maintenance_work_mem = '256MB' AS $body$
    BEGIN
        EXECUTE format('ALTER TABLE %%I ADD PRIMARY KEY (generation, stream, key, known_from, valid_from, rank_from)',
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
    $f$, current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION index_generation(bigint) FROM PUBLIC;
