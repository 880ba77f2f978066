-- Row-level security on row_versions: the second fence, in case a role is granted the table itself. Such a role sees only rows
-- as its clearance knows them. The first fence is that the roles of readers have rights on views alone.
ALTER TABLE row_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE row_versions FORCE ROW LEVEL SECURITY;

-- Roles that may insert rows keep the ledger, and see and write everything.
CREATE POLICY kept ON row_versions
    USING ((SELECT has_table_privilege('row_versions'::regclass, 'INSERT')))
    WITH CHECK ((SELECT has_table_privilege('row_versions'::regclass, 'INSERT')));

CREATE POLICY cleared ON row_versions FOR SELECT
    USING (rank_from <= (SELECT own.rank FROM own_clearance AS own)
           AND rank_to > (SELECT own.rank FROM own_clearance AS own));

-- The views read with the rights of their owner, and hold rows and texts back themselves.
CREATE POLICY behind_the_views ON row_versions FOR SELECT TO CURRENT_USER USING (true);
