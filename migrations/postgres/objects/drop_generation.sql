-- Drops the tables of a generation that is not in use. It waits for readers no longer than others can wait behind it;
-- the caller tries again.
--
-- It has the rights of its owner, for roles that may append but own no table. It sees this schema alone, whatever the
-- search_path of the caller is; format() writes the schema into it.
DO $$
BEGIN
    EXECUTE format($f$
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
REVOKE EXECUTE ON FUNCTION drop_generation(bigint) FROM PUBLIC;
