-- Creates the tables of a generation, and lets the caller fill them.
--
-- It has the rights of its owner, for roles that may append but own no table. It sees this schema alone, whatever the
-- search_path of the caller is; format() writes the schema into it.
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
    $f$, current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION begin_generation(bigint) FROM PUBLIC;
