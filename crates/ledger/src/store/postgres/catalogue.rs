//! The schema of a PostgreSQL database: triggers, functions, views, policies, constraints and rights.

use crate::migrations::Schema;
use crate::store::catalogue::{Catalogue, SchemaAudit, differences};
use crate::store::error::StoreError;
use crate::store::timed::{TimedConnection, TimedPool};
use minutebook_domain::classification::Clearance;
use sqlx::{AssertSqlSafe, Postgres};

/// Selects the objects of the current schema, each with what it is made of. The tables of a read model's generation, whose
/// names end in its number, come and go. The server writes the definitions anew, so those of two schemas compare.
const SELECT_OBJECTS: &str = r"
    WITH relations AS (
        SELECT c.* FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
               AND c.relname !~ '^(row_versions|searched)_[0-9]+' AND c.relname <> '_sqlx_migrations'
    ), routines AS (
        SELECT p.*, format('function `%s(%s)`', p.proname, pg_get_function_identity_arguments(p.oid)) AS object
        FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
    )
    SELECT format('trigger `%s` of `%s`', t.tgname, c.relname),
           pg_get_triggerdef(t.oid, true) || ' ' || CASE WHEN t.tgenabled IN ('O', 'A') THEN 'enabled' ELSE 'disabled' END
    FROM pg_trigger t JOIN relations c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL
    SELECT object, concat_ws(' ', pg_get_function_result(oid), prosrc, (SELECT lanname FROM pg_language l WHERE l.oid = prolang),
           prosecdef, provolatile, replace(array_to_string(proconfig, ' '), quote_ident(current_schema()), 'schema'))
    FROM routines
    UNION ALL
    SELECT format('view `%s`', relname), concat_ws(' ', pg_get_viewdef(oid, true), array_to_string(reloptions, ' '))
    FROM relations WHERE relkind = 'v'
    UNION ALL
    SELECT format('rule `%s` of `%s`', r.rulename, c.relname), pg_get_ruledef(r.oid, true)
    FROM pg_rewrite r JOIN relations c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT format('policy `%s` of `%s`', p.polname, c.relname),
           concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid),
                     CASE p.polroles WHEN ARRAY[c.relowner] THEN 'owner' ELSE p.polroles::text END)
    FROM pg_policy p JOIN relations c ON c.oid = p.polrelid
    UNION ALL
    SELECT format('row security of `%s`', relname), concat_ws(' ', relrowsecurity, relforcerowsecurity)
    FROM relations WHERE relkind IN ('r', 'p')
    UNION ALL
    SELECT format('constraint `%s` of `%s`', k.conname, c.relname), pg_get_constraintdef(k.oid, true)
    FROM pg_constraint k JOIN relations c ON c.oid = k.conrelid
    UNION ALL
    SELECT format('right of everyone on `%s`', relname), string_agg(granted.privilege_type, ' ' ORDER BY granted.privilege_type)
    FROM relations, aclexplode(relacl) AS granted WHERE granted.grantee = 0 GROUP BY relname
    UNION ALL
    SELECT format('right of everyone on the %s', object), string_agg(granted.privilege_type, ' ' ORDER BY granted.privilege_type)
    FROM routines, aclexplode(COALESCE(proacl, acldefault('f', proowner))) AS granted WHERE granted.grantee = 0 GROUP BY object";

/// Selects rights of other roles than the owner by which the log, or who reads what, could be changed.
const SELECT_DANGEROUS_RIGHTS: &str = "
    SELECT format('%s has the right %s on `%s`', CASE granted.grantee WHEN 0 THEN 'everyone' ELSE 'the role `' || pg_get_userbyid(granted.grantee) || '`' END,
                  granted.privilege_type, c.relname)
    FROM pg_class c,
         LATERAL (SELECT * FROM aclexplode(c.relacl)
                  UNION SELECT of_column.* FROM pg_attribute a, aclexplode(a.attacl) AS of_column WHERE a.attrelid = c.oid) AS granted
    WHERE c.relnamespace = current_schema()::regnamespace AND granted.grantee <> c.relowner
          AND ((c.relname IN ('events', 'event_references', 'commands') AND granted.privilege_type NOT IN ('SELECT', 'INSERT'))
               OR (c.relname = 'head' AND granted.privilege_type NOT IN ('SELECT', 'UPDATE'))
               OR (c.relname IN ('reader_clearances', '_sqlx_migrations') AND granted.privilege_type <> 'SELECT'))
    ORDER BY 1";

/// Selects the roles that are members, also by way of others, of the role that owns the log. Superusers are members of every
/// role and are not listed.
const SELECT_OWNERS: &str = "
    SELECT format('the role `%s` has the rights of `%s`, which owns the log and may change all of it', r.rolname, o.rolname)
    FROM pg_roles r, pg_class c JOIN pg_roles o ON o.oid = c.relowner
    WHERE c.oid = 'events'::regclass AND r.oid <> o.oid AND NOT r.rolsuper AND pg_has_role(r.oid, o.oid, 'MEMBER')
    ORDER BY 1";

/// Selects settings, of this session and of those to come, under which no trigger fires.
const SELECT_TRIGGERS_OFF: &str = "
    SELECT 'session_replication_role is ' || setting || ': the triggers do not fire'
    FROM pg_settings WHERE name = 'session_replication_role' AND setting <> 'origin'
    UNION ALL
    SELECT format('%s sets %s: the triggers do not fire',
                  CASE WHEN s.setrole = 0 THEN 'the database' ELSE 'the role `' || pg_get_userbyid(s.setrole) || '`' END, setting)
    FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
    WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
          AND setting LIKE 'session_replication_role=%' AND setting <> 'session_replication_role=origin'";

/// Selects whether a schema can be created here. A replica only reads.
const SELECT_MAY_CREATE: &str = "SELECT has_database_privilege(current_database(), 'CREATE'), \
    current_setting('transaction_read_only') = 'on', current_user::text";

/// Compares the schema with a new one, which is made in a transaction and never committed.
pub(super) async fn audit(pool: &TimedPool<Postgres>) -> Result<SchemaAudit, StoreError> {
    let mut found = SchemaAudit::default();
    let mut transaction = pool.begin("BEGIN").await?;
    let present = objects(&mut transaction).await?;
    found.problems.extend(sqlx::query_scalar::<_, String>(SELECT_DANGEROUS_RIGHTS).fetch_all(&mut transaction).await?);
    found.problems.extend(sqlx::query_scalar::<_, String>(SELECT_TRIGGERS_OFF).fetch_all(&mut transaction).await?);
    let reads_clearances: bool = sqlx::query_scalar("SELECT has_table_privilege('reader_clearances', 'SELECT')")
        .fetch_one(&mut transaction)
        .await?;
    let readers: Vec<(String, i32)> = if reads_clearances {
        sqlx::query_as("SELECT role, rank FROM reader_clearances ORDER BY role").fetch_all(&mut transaction).await?
    } else {
        found.notes.push("which roles read the SQL views was not read: verify as the owner".to_owned());
        Vec::new()
    };
    found.notes.extend(readers.into_iter().map(|(role, rank)| {
        let highest = Clearance::at_rank(u8::try_from(rank).unwrap_or(u8::MAX)).highest();
        format!("the role `{role}` reads the SQL views up to {highest}")
    }));
    found.notes.extend(sqlx::query_scalar::<_, String>(SELECT_OWNERS).fetch_all(&mut transaction).await?);
    let (may_create, is_read_only, role): (bool, bool, String) =
        sqlx::query_as(SELECT_MAY_CREATE).fetch_one(&mut transaction).await?;
    if is_read_only || !may_create {
        let why = if is_read_only {
            "this database only reads: verify its primary".to_owned()
        } else {
            format!("the role `{role}` may not create one to compare it with: verify as the owner")
        };
        found.notes.push(format!("the schema was not compared: {why}"));
        transaction.rollback().await?;
        return Ok(found);
    }
    let expected = expected(&mut transaction).await?;
    transaction.rollback().await?;
    found.problems.extend(differences(&expected, &present));
    Ok(found)
}

/// The objects of a new schema.
async fn expected(connection: &mut TimedConnection<Postgres>) -> Result<Catalogue, StoreError> {
    let schema: String =
        sqlx::query_scalar("SELECT 'minutebook_expected_' || pg_backend_pid()").fetch_one(&mut *connection).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {schema}; SET LOCAL search_path = {schema}")))
        .execute(&mut *connection)
        .await?;
    for migration in Schema::postgres().migrator().iter() {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut *connection).await?;
    }
    objects(connection).await
}

async fn objects(connection: &mut TimedConnection<Postgres>) -> Result<Catalogue, StoreError> {
    let objects: Vec<(String, String)> = sqlx::query_as(SELECT_OBJECTS).fetch_all(connection).await?;
    Ok(objects.into_iter().collect())
}
