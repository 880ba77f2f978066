//! The schema: the same tables and columns in both stores, and only a database that has it is opened.

use crate::fixtures::cli::Cli;
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores, template};
use crate::fixtures::postgres::cluster;
use crate::fixtures::raw_database::RawDatabase;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::SqlitePool;
use minutebook_ledger::{Environment, Log, Opening};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Stdio};

/// Columns that PostgreSQL alone has, and why.
const ONLY_IN_POSTGRES: [(&str, &str, &str); 4] = [
    ("reader_clearances", "rank", "SQLite has no roles"),
    ("reader_clearances", "role", "SQLite has no roles"),
    ("row_versions", "generation", "on SQLite it is in the name of the table"),
    ("searched", "generation", "on SQLite it is in the name of the table"),
];
/// Columns whose types do not follow [`TYPES`]: table, column, type on SQLite, type on PostgreSQL.
const OTHER_TYPES: [(&str, &str, &str, &str); 2] =
    [("events", "event_id", "text", "uuid"), ("searched", "words", "text", "tsvector")];
/// The type on SQLite, and its equals on PostgreSQL.
const TYPES: [(&str, &[&str]); 3] = [("integer", &["bigint", "integer"]), ("text", &["text"]), ("blob", &["bytea"])];

const SQLITE_COLUMNS: &str = "\
    SELECT t.name || '|' || c.name || '|' || lower(c.type) || '|' || (c.\"notnull\" OR c.pk > 0) \
    FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations' \
          AND t.name NOT LIKE 'searched_words_%'";
const POSTGRES_COLUMNS: &str = "\
    SELECT c.relname || '|' || a.attname || '|' || format_type(a.atttypid, a.atttypmod) || '|' || a.attnotnull::integer \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
          AND c.relname <> '_sqlx_migrations'";

/// Type and NOT NULL of each column, by table and column.
type Columns = BTreeMap<(String, String), (String, String)>;

fn columns<'a>(lines: impl Iterator<Item = &'a str>) -> Columns {
    let mut columns = Columns::new();
    for line in lines {
        let [table, column, sql_type, not_null] = line.split('|').collect::<Vec<_>>().try_into().unwrap();
        // On SQLite each generation has tables of its own.
        let table = table.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('_');
        let described = (sql_type.to_owned(), not_null.to_owned());
        let before = columns.insert((table.to_owned(), column.to_owned()), described.clone());
        assert!(before.is_none_or(|before| before == described), "generations differ in {table}.{column}");
    }
    columns
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_stores_have_the_same_tables_and_columns() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let pool = SqlitePool::connect(&ledger.url_text).await.unwrap();
    let lines: Vec<String> = sqlx::query_scalar(SQLITE_COLUMNS).fetch_all(&pool).await.unwrap();
    let sqlite = columns(lines.iter().map(String::as_str));
    let lines = cluster().execute(&cluster().create_database_from(template()), POSTGRES_COLUMNS);
    let mut postgres = columns(lines.lines());
    for (table, column, why) in ONLY_IN_POSTGRES {
        let removed = postgres.remove(&(table.to_owned(), column.to_owned()));
        assert!(removed.is_some(), "{table}.{column} is gone, so `{why}` explains nothing");
    }
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for ((table, column), (on_sqlite, not_null)) in &sqlite {
        let (on_postgres, also_not_null) = &postgres[&(table.clone(), column.clone())];
        assert_eq!(not_null, also_not_null, "NOT NULL of {table}.{column}");
        let usual = TYPES.iter().any(|(one, others)| one == on_sqlite && others.contains(&on_postgres.as_str()));
        let listed = OTHER_TYPES.contains(&(table, column, on_sqlite, on_postgres));
        assert!(usual || listed, "{table}.{column} is {on_sqlite} on SQLite and {on_postgres} on PostgreSQL");
    }
}

#[test]
fn each_object_is_defined_once_in_a_file_of_the_migrations() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = std::fs::read_to_string(root.join("crates/ledger/src/migrations.rs")).unwrap();
    let mut defined = BTreeSet::new();
    for folder in ["sqlite", "postgres", "postgres/objects"] {
        let store = folder.split('/').next().unwrap();
        for entry in std::fs::read_dir(root.join("migrations").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let name = path.file_stem().unwrap().to_str().unwrap();
            let listed =
                if folder.ends_with("objects") { format!("\"objects/{name}\"") } else { format!("\"{name}\"") };
            assert!(list.contains(&listed), "crates/ledger/src/migrations.rs does not name {}", path.display());
            let text = std::fs::read_to_string(&path).unwrap();
            let objects: Vec<(&str, &str)> = text.lines().filter_map(created).collect();
            if folder.ends_with("objects") {
                assert!(matches!(objects[..], [(_, object)] if object == name), "{name} defines {objects:?}");
            }
            for object in objects {
                let (kind, object) = object;
                assert!(
                    defined.insert((store, kind.to_owned(), object.to_owned())),
                    "{kind} {object} is defined twice"
                );
            }
        }
    }
}

/// Returns the kind and the name of what a line creates.
fn created(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix("CREATE ")?;
    let (kind, rest) = rest.split_once(' ')?;
    // Policies, sequences and types have no files of their own, and the name ends the second word in any case.
    let name = rest.split([' ', '(', ';']).next()?;
    Some((kind, name.rsplit('.').next()?))
}

on_both_stores!(
    a_ledger_of_a_development_version_is_refused_with_what_to_do,
    a_ledger_of_a_newer_version_is_refused,
    a_ledger_that_lacks_a_migration_is_refused_until_it_is_migrated,
);

/// Opens the ledger, and returns the refusal.
async fn refusal(ledger: &TestLedger, opening: Opening) -> String {
    let opened = Log::open(&ledger.url, opening, Environment::system()).await;
    opened.err().expect("the ledger is refused").to_string()
}

async fn a_ledger_of_a_development_version_is_refused_with_what_to_do(ledger: TestLedger) {
    ledger.open().await.close().await;
    let raw = RawDatabase::of(&ledger).await;
    // The first migration had another text before the first release.
    let other = match ledger.store() {
        Store::Sqlite => "x'00'",
        Store::Postgres => "'\\x00'::bytea",
    };
    raw.execute(&format!("UPDATE _sqlx_migrations SET checksum = {other} WHERE version = 1")).await.unwrap();
    let tables = "SELECT COUNT(*) FROM _sqlx_migrations";
    let before = raw.number(tables).await;
    for opening in [Opening::Existing, Opening::OrNew, Opening::Migrate] {
        let refusal = refusal(&ledger, opening).await;
        assert!(
            refusal.contains("a development version") && refusal.contains("import the documents again"),
            "{refusal}"
        );
    }
    assert_eq!(raw.number(tables).await, before, "nothing was migrated");
}

async fn a_ledger_of_a_newer_version_is_refused(ledger: TestLedger) {
    ledger.open().await.close().await;
    let raw = RawDatabase::of(&ledger).await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 999, 'of another time', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    raw.execute(newer).await.unwrap();
    for opening in [Opening::Existing, Opening::Migrate] {
        let refusal = refusal(&ledger, opening).await;
        assert!(refusal.contains("was made by a newer version"), "{refusal}");
    }
}

async fn a_ledger_that_lacks_a_migration_is_refused_until_it_is_migrated(ledger: TestLedger) {
    ledger.open().await.close().await;
    let raw = RawDatabase::of(&ledger).await;
    raw.execute("DROP TABLE webhooks").await.unwrap();
    raw.execute("DELETE FROM _sqlx_migrations WHERE description = 'webhooks'").await.unwrap();
    let refusal = refusal(&ledger, Opening::Existing).await;
    assert!(refusal.contains("run `minutebook migrate`"), "{refusal}");
    Log::open(&ledger.url, Opening::Migrate, Environment::system()).await.unwrap().close().await;
    assert_eq!(raw.number("SELECT COUNT(*) FROM webhooks").await, 0);
}

#[test]
fn several_processes_make_one_new_file() {
    for _ in 0..5 {
        let cli = Cli::new();
        let begin = || cli.command(&["migrate"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let processes: Vec<Child> = (0..6).map(|_| begin()).collect();
        for process in processes {
            let ended = process.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
    }
}

#[test]
fn an_empty_file_is_refused_and_stays_empty() {
    let cli = Cli::new();
    let file = cli.path("minutebook.db");
    std::fs::write(&file, "").unwrap();
    for words in [&["actions"][..], &["verify"], &["record", "item", "SSC_72_2702", "Title"]] {
        let run = cli.run(words);
        assert!(run.status == 1 && run.err.contains("holds no ledger of this version"), "{words:?}: {}", run.err);
        assert_eq!(std::fs::metadata(&file).unwrap().len(), 0, "{words:?}");
    }
    cli.done(&["migrate"]);
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_alone_and_set_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let cli = Cli::new();
    let mode = |name: &str| std::fs::metadata(cli.path(name)).unwrap().permissions().mode() & 0o777;
    cli.done(&["migrate"]);
    assert_eq!(mode("minutebook.db"), 0o600);
    std::fs::set_permissions(cli.path("minutebook.db"), std::fs::Permissions::from_mode(0o640)).unwrap();
    cli.done(&["migrate"]);
    assert_eq!(mode("minutebook.db"), 0o640);
}
