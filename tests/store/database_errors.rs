//! What an operator reads when the database is not there, not ready, or behind a pooler: which one, and what to do.

use crate::fixtures::cli::{Cli, Run};
use crate::fixtures::pooler::Pooler;
use crate::fixtures::postgres::cluster;
use crate::fixtures::record_lines::minutebook;
use std::net::TcpListener;
use std::time::Instant;

const COMMITTEE: [&str; 5] = ["record", "committee", "SSC", "--name", "Security"];

fn run(ledger: &str, arguments: &[&str]) -> Run {
    Cli::new().run(&[&["--ledger", ledger], arguments].concat())
}

fn migrated() -> String {
    let database = cluster().create_database();
    let made = minutebook(&cluster().url(&database)).arg("migrate").output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    database
}

#[test]
fn an_error_names_the_database_and_what_to_look_at_but_never_the_password() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("postgres://jane:hunter2@{}/book", silent.local_addr().unwrap());
    for (ledger, place, advice) in [
        ("postgres://jane:hunter2@127.0.0.1:1/book".to_owned(), "book on 127.0.0.1:1", "listens on this port"),
        (silent, "book on 127.0.0.1:", "the network lets it through"),
        (cluster().url("nowhere"), "nowhere on /", "make the database first"),
    ] {
        let begun = Instant::now();
        let run = run(&ledger, &["actions"]);
        let seconds = begun.elapsed().as_secs();
        assert_eq!(run.status, 1);
        assert!(run.err.contains("cannot connect to") && run.err.contains(place), "{}", run.err);
        assert!(run.err.contains(advice) && !run.err.contains("hunter2"), "{}", run.err);
        assert!(seconds < 10, "{seconds} s");
    }
}

#[test]
fn a_database_in_another_encoding_is_refused_before_it_is_migrated() {
    let sql = "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0";
    cluster().execute("postgres", sql);
    let run = run(&cluster().url("latin"), &["migrate"]);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.err.contains("latin on /") && run.err.contains("LATIN1") && run.err.contains("UTF8"), "{}", run.err);
    let tables = cluster().execute("latin", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
    assert_eq!(tables, "0");
}

#[test]
fn a_server_without_a_connection_to_spare_says_so_within_seconds() {
    let database = migrated();
    cluster().execute(&database, "CREATE ROLE crowded LOGIN SUPERUSER CONNECTION LIMIT 1");
    // A superuser is not limited; the owner of the tables would be.
    cluster()
        .execute(&database, "ALTER ROLE crowded NOSUPERUSER; GRANT pg_read_all_data, pg_write_all_data TO crowded");
    let begun = Instant::now();
    let run = run(&cluster().url_as(&database, "crowded"), &COMMITTEE);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.err.contains("gave no connection in time") && run.err.contains("max_connections"), "{}", run.err);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

/// Field case 21.
#[test]
fn a_pooler_works_by_sessions_and_is_named_where_it_changes_them() {
    let database = migrated();
    let by_session = Pooler::start("session", 20);
    for arguments in [&COMMITTEE[..], &["actions"], &["verify"]] {
        let run = run(&by_session.url(&database), arguments);
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
    }
    let by_transaction = Pooler::start("transaction", 20);
    for arguments in [&["actions"][..], &["verify"], &["migrate"]] {
        let run = run(&by_transaction.url(&database), arguments);
        assert_eq!(run.status, 1, "{arguments:?}: {}", run.out);
        assert!(run.err.contains("pool_mode = session") && run.err.contains("on 127.0.0.1:"), "{}", run.err);
    }
}

#[test]
fn an_exhausted_pooler_is_named_within_seconds() {
    let database = migrated();
    let pooler = Pooler::start("session", 1);
    let begun = Instant::now();
    let run = run(&pooler.url(&database), &COMMITTEE);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.err.contains("pool_size"), "{}", run.err);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}
