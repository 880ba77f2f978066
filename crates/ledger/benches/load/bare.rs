//! The same rows by prepared statements and nothing else: no rules, no keys looked up, no versions checked, no bytes
//! made. What the ledger does beside writing its rows is what it takes longer than this.

use crate::workload::{Actions, Client, EVENTS_PER_STREAM};
use crate::{Ledger, Span};
use anyhow::Context as _;
use minutebook_ledger::{LedgerUrl, Log, Recorder};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use std::time::{Duration, Instant};

/// Everything that one command adds.
struct Rows {
    position: i64,
    stream: String,
    version: i64,
    event_id: String,
    event_type: String,
    recorded_at: i64,
    event_bytes: Vec<u8>,
    salt: Vec<u8>,
    leaf: Vec<u8>,
    command_id: String,
    fingerprint: Vec<u8>,
    references: Vec<String>,
}

const INSERT_REFERENCE: &str = "INSERT INTO event_references (reference, position) VALUES ($1, $2)";
const INSERT_COMMAND: &str =
    "INSERT INTO commands (command_id, fingerprint, first_position, last_position) VALUES ($1, $2, $3, $3)";
const UPDATE_HEAD: &str = "UPDATE head SET position = $1, recorded_at = $2";

pub(crate) async fn measure(ledger: &Ledger, one_statement: bool, span: Span) -> anyhow::Result<serde_json::Value> {
    let log = ledger.open().await?;
    let actions = Actions::begin(&log).await?;
    let recorder = Recorder::new(log.clone());
    // The ledger's own rows of one action, which are then written again and again under other names.
    let mut client = Client::new(actions);
    let first = log.head().await?.number() + 1;
    for _ in 0..EVENTS_PER_STREAM {
        recorder.record(&client.next_request(&log)?).await?;
    }
    let mut connection = match &ledger.url {
        LedgerUrl::Sqlite(path) => {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            Connection::Sqlite(options.connect().await?)
        }
        LedgerUrl::Postgres(options) => {
            let connection = PgConnection::connect_with(options).await?;
            if one_statement { Connection::PostgresAtOnce(connection) } else { Connection::Postgres(connection) }
        }
    };
    let templates = connection.rows_from(i64::try_from(first)?).await?;
    let begin = Instant::now() + Duration::from_secs_f64(span.warm_up);
    let end = begin + Duration::from_secs_f64(span.seconds);
    let mut position = i64::try_from(log.head().await?.number())?;
    // The head's time never goes back, so every row has the time of the last one that the ledger wrote.
    let recorded_at = templates.iter().map(|rows| rows.recorded_at).max().context("the ledger wrote some rows")?;
    let mut commands: u32 = 0;
    for (template, number) in templates.iter().cycle().zip(0_i64..) {
        position += 1;
        let rows = Rows { recorded_at, ..next_rows(&log, template, number, position)? };
        connection.add(&rows).await?;
        let done = Instant::now();
        if done >= end {
            break;
        }
        commands += u32::from(done >= begin);
    }
    Ok(serde_json::json!({
        "measure": "append",
        "peer": if one_statement { "bare, one statement" } else { "bare" },
        "store": ledger.store(),
        "clients": 1,
        "commands": commands,
        "commands_per_second": f64::from(commands) / span.seconds,
    }))
}

/// The rows of `template`, as the command at this place would add them.
fn next_rows(log: &Log, template: &Rows, number: i64, position: i64) -> anyhow::Result<Rows> {
    let own = template.references.iter().position(|reference| template.stream.ends_with(reference.as_str()));
    let own = own.context("an action's event can be followed by the action")?;
    let action = number / i64::from(EVENTS_PER_STREAM);
    let name = format!("BARE{}/{}", 1 + action / 1000, action % 1000);
    let mut references = template.references.clone();
    references[own].clone_from(&name);
    Ok(Rows {
        position,
        stream: format!("action:{name}"),
        event_id: log.environment().command_id()?,
        event_type: template.event_type.clone(),
        event_bytes: template.event_bytes.clone(),
        salt: template.salt.clone(),
        leaf: template.leaf.clone(),
        command_id: log.environment().command_id()?,
        fingerprint: template.fingerprint.clone(),
        references,
        ..*template
    })
}

enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
    PostgresAtOnce(PgConnection),
}

/// Reads the ledger's rows; the two databases differ in nothing but their types and how a UUID becomes text.
macro_rules! rows_from {
    ($connection:expr, $first:expr, $event_id:literal) => {{
        let sql = concat!(
            "SELECT e.position, stream, version, ",
            $event_id,
            ", event_type, recorded_at, event_bytes, salt, leaf, command_id, fingerprint \
             FROM events e JOIN commands c ON c.first_position = e.position WHERE e.position >= $1 ORDER BY e.position"
        );
        let mut all = Vec::new();
        for row in sqlx::query(sql).bind($first).fetch_all(&mut *$connection).await? {
            let position: i64 = row.try_get(0)?;
            let sql = "SELECT reference FROM event_references WHERE position = $1 ORDER BY reference";
            all.push(Rows {
                position,
                stream: row.try_get(1)?,
                version: row.try_get(2)?,
                event_id: row.try_get(3)?,
                event_type: row.try_get(4)?,
                recorded_at: row.try_get(5)?,
                event_bytes: row.try_get(6)?,
                salt: row.try_get(7)?,
                leaf: row.try_get(8)?,
                command_id: row.try_get(9)?,
                fingerprint: row.try_get(10)?,
                references: sqlx::query_scalar(sql).bind(position).fetch_all(&mut *$connection).await?,
            });
        }
        all
    }};
}

/// One transaction, one statement for each row.
macro_rules! add {
    ($connection:expr, $begin:literal, $event_id:literal, $rows:expr) => {{
        let sql = concat!(
            "INSERT INTO events (position, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf) ",
            "VALUES ($1, $2, $3, ",
            $event_id,
            ", $5, $6, $7, $8, $9)"
        );
        let rows: &Rows = $rows;
        let mut transaction = $connection.begin_with($begin).await?;
        sqlx::query(sql)
            .bind(rows.position)
            .bind(&rows.stream)
            .bind(rows.version)
            .bind(&rows.event_id)
            .bind(&rows.event_type)
            .bind(rows.recorded_at)
            .bind(&rows.event_bytes)
            .bind(&rows.salt)
            .bind(&rows.leaf)
            .execute(&mut *transaction)
            .await?;
        for reference in &rows.references {
            sqlx::query(INSERT_REFERENCE).bind(reference).bind(rows.position).execute(&mut *transaction).await?;
        }
        sqlx::query(INSERT_COMMAND)
            .bind(&rows.command_id)
            .bind(&rows.fingerprint)
            .bind(rows.position)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(UPDATE_HEAD).bind(rows.position).bind(rows.recorded_at).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }};
}

impl Connection {
    async fn rows_from(&mut self, first: i64) -> anyhow::Result<Vec<Rows>> {
        Ok(match self {
            Self::Sqlite(connection) => rows_from!(connection, first, "event_id"),
            Self::Postgres(connection) | Self::PostgresAtOnce(connection) => {
                rows_from!(connection, first, "event_id::text")
            }
        })
    }

    async fn add(&mut self, rows: &Rows) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => add!(connection, "BEGIN IMMEDIATE", "$4", rows),
            Self::Postgres(connection) => add!(connection, "BEGIN", "$4::uuid", rows),
            Self::PostgresAtOnce(connection) => add_at_once(connection, rows).await?,
        }
        Ok(())
    }
}

async fn add_at_once(connection: &mut PgConnection, rows: &Rows) -> anyhow::Result<()> {
    let sql = "\
        WITH appended AS (\
            INSERT INTO events (position, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf) \
            VALUES ($1, $2, $3, $4::uuid, $5, $6, $7, $8, $9)), \
        referred AS (INSERT INTO event_references (reference, position) SELECT r, $1 FROM UNNEST($10::text[]) AS r), \
        remembered AS (\
            INSERT INTO commands (command_id, fingerprint, first_position, last_position) VALUES ($11, $12, $1, $1)) \
        UPDATE head SET position = $1, recorded_at = $6";
    sqlx::query(sql)
        .bind(rows.position)
        .bind(&rows.stream)
        .bind(rows.version)
        .bind(&rows.event_id)
        .bind(&rows.event_type)
        .bind(rows.recorded_at)
        .bind(&rows.event_bytes)
        .bind(&rows.salt)
        .bind(&rows.leaf)
        .bind(&rows.references)
        .bind(&rows.command_id)
        .bind(&rows.fingerprint)
        .execute(connection)
        .await?;
    Ok(())
}
