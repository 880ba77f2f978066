-- Attaches the tables of a generation as partitions. Their checks spare a scan of the rows.
--
-- It has the rights of its owner, for roles that may append but own no table. It sees this schema alone, whatever the
-- search_path of the caller is; format() writes the schema into it.
DO $$
BEGIN
    EXECUTE format($f$
    CREATE FUNCTION %1$I.finish_generation(number bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
    BEGIN
        EXECUTE format('REVOKE INSERT ON %%I, %%I FROM %%I', 'row_versions_' || number, 'searched_' || number, session_user);
        EXECUTE format('ALTER TABLE row_versions ATTACH PARTITION %%I FOR VALUES IN (%%s)', 'row_versions_' || number, number);
        EXECUTE format('ALTER TABLE searched ATTACH PARTITION %%I FOR VALUES IN (%%s)', 'searched_' || number, number);
    END
    $body$;
    $f$, current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION finish_generation(bigint) FROM PUBLIC;
