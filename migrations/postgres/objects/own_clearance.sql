-- The clearance of the role that asks. Roles that may insert rows keep the ledger, and see everything.
CREATE VIEW own_clearance AS
SELECT CASE WHEN has_table_privilege('row_versions'::regclass, 'INSERT') THEN 255
            ELSE COALESCE((SELECT MAX(c.rank) FROM reader_clearances c JOIN pg_roles r ON r.rolname = c.role
                           WHERE pg_has_role(r.oid, 'USAGE')), 0)
       END AS rank;
GRANT SELECT ON own_clearance TO PUBLIC;
