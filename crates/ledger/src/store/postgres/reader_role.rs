//! The role that reads the SQL views of `migrations/postgres/objects/`, and nothing else.

use crate::store::error::StoreError;
use crate::store::timed::TimedConnection;
use minutebook_domain::classification::Clearance;
use sqlx::{AssertSqlSafe, Postgres};

/// The views that such a role may read: the documented ones, and the versions behind them and behind their functions.
const VIEWS: &str = "actions, outstanding_actions, party_status_history, party_statuses_current, decision_register, \
                     matters_arising, meetings, agenda_items, minutes, committees, action_versions, \
                     party_status_versions, decision_versions, matter_versions, meeting_versions, minutes_versions, \
                     committee_versions, meeting_name_versions";

/// Selects a table with texts that the role could read past the views.
const SELECT_WAY_ROUND: &str = "\
    SELECT name FROM UNNEST(ARRAY['events', 'event_references', 'commands', 'row_versions', 'searched', 'whole_versions']) AS name \
    WHERE has_table_privilege($1, name, 'SELECT') OR has_any_column_privilege($1, name, 'SELECT') \
          OR has_table_privilege($1, name, 'INSERT') LIMIT 1";

/// Selects the owner of the views if the policy that lets them read the rows names another owner: the database was
/// restored under a new one, or handed over.
const SELECT_NEW_OWNER: &str = "\
    SELECT quote_ident(pg_get_userbyid(c.relowner)) FROM pg_class c WHERE c.oid = 'whole_versions'::regclass \
    AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = 'row_versions'::regclass \
                    AND p.polname = 'behind_the_views' AND c.relowner = ANY (p.polroles))";

/// Lets `role` read the views up to a clearance. A second grant changes the clearance.
pub(super) async fn grant(
    connection: &mut TimedConnection<Postgres>,
    role: &str,
    clearance: Clearance,
) -> Result<(), StoreError> {
    let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)")
        .bind(role)
        .fetch_one(&mut *connection)
        .await?;
    if !known {
        return Err(StoreError::NoSuchRole(role.to_owned()));
    }
    let way_round: Option<String> =
        sqlx::query_scalar(SELECT_WAY_ROUND).bind(role).fetch_optional(&mut *connection).await?;
    if let Some(table) = way_round {
        return Err(StoreError::ReadsPastTheViews { role: role.to_owned(), table });
    }
    // A role's name cannot be a parameter; the server quotes it.
    let (quoted, schema, enters): (String, String, bool) = sqlx::query_as(
        "SELECT quote_ident($1), quote_ident(current_schema()), has_schema_privilege($1, current_schema(), 'USAGE')",
    )
    .bind(role)
    .fetch_one(&mut *connection)
    .await?;
    if !enters {
        let sql = format!("GRANT USAGE ON SCHEMA {schema} TO {quoted}");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    let owner: Option<String> = sqlx::query_scalar(SELECT_NEW_OWNER).fetch_optional(&mut *connection).await?;
    if let Some(owner) = owner {
        sqlx::query("DROP POLICY IF EXISTS behind_the_views ON row_versions").execute(&mut *connection).await?;
        let sql = format!("CREATE POLICY behind_the_views ON row_versions FOR SELECT TO {owner} USING (true)");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    // The clearance comes first, so that the role never reads with an earlier one.
    let sql = "INSERT INTO reader_clearances (role, rank) VALUES ($1, $2) \
               ON CONFLICT (role) DO UPDATE SET rank = EXCLUDED.rank";
    sqlx::query(sql).bind(role).bind(i32::from(clearance.rank())).execute(&mut *connection).await?;
    let sql = format!("GRANT SELECT ON {VIEWS} TO {quoted}");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    Ok(())
}
