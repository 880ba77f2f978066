//! The database itself refuses to change or delete recorded events.

use crate::fixtures::committee::{begin, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores, template};
use crate::fixtures::postgres::cluster;
use crate::fixtures::raw_database::RawDatabase;
use minutebook_ledger::{Environment, Log, Opening, Recorder};

on_both_stores!(the_database_refuses_every_update_and_delete);

async fn the_database_refuses_every_update_and_delete(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("k", &raised("SSC72/01"))).await.unwrap();
    let raw = RawDatabase::of(&ledger).await;
    let mut statements = vec![
        "UPDATE events SET event_type = 'MeetingClosed' WHERE position = 1",
        "UPDATE events SET event_bytes = salt",
        "DELETE FROM events WHERE position = 3",
        "DELETE FROM event_references",
        "UPDATE event_references SET reference = 'x'",
        "DELETE FROM commands",
        "UPDATE commands SET last_position = 1",
        "DELETE FROM head",
        "UPDATE head SET position = 1",
        "UPDATE head SET recorded_at = 0",
        "INSERT INTO head (singleton, position, recorded_at) VALUES (2, 0, 0)",
    ];
    match raw {
        RawDatabase::Sqlite(_) => statements.extend([
            // REPLACE deletes a row without firing its DELETE triggers.
            "INSERT OR REPLACE INTO events SELECT * FROM events WHERE position = 3",
            "INSERT OR REPLACE INTO events SELECT 4, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf \
             FROM events WHERE position = 3",
            "INSERT OR REPLACE INTO commands SELECT command_id, fingerprint, 1, 1 FROM commands",
            "INSERT OR REPLACE INTO head VALUES (1, 0, 0)",
            // A position that leaves a gap.
            "INSERT INTO events SELECT 9, 'meeting:SSC_73_1303', 1, 'x', event_type, recorded_at, event_bytes, salt, leaf \
             FROM events WHERE position = 3",
        ]),
        RawDatabase::Postgres(_) => statements.extend([
            "TRUNCATE events",
            "TRUNCATE event_references",
            "TRUNCATE commands",
            "TRUNCATE head",
            "INSERT INTO events SELECT * FROM events WHERE position = 3 \
             ON CONFLICT (position) DO UPDATE SET event_type = 'x'",
        ]),
    }
    let before = recorder.log().read_all(minutebook_ledger::Selection::All).await.unwrap();
    for statement in statements {
        let refusal = raw.execute(statement).await.expect_err(statement);
        assert!(
            refusal.contains("append-only") || refusal.contains("unique") || refusal.contains("UNIQUE"),
            "{statement}: {refusal}"
        );
    }
    assert_eq!(recorder.log().read_all(minutebook_ledger::Selection::All).await.unwrap(), before);
}

#[tokio::test]
async fn the_application_role_can_only_append_and_read() {
    let database = cluster().create_database_from(template());
    cluster().execute(&database, "DROP ROLE IF EXISTS appending_role; CREATE ROLE appending_role LOGIN");
    Log::grant(&cluster().url(&database).parse().unwrap(), "appending_role").await.unwrap();
    let url = cluster().url_as(&database, "appending_role");
    let log = Log::open(&url.parse().unwrap(), Opening::Existing, Environment::system()).await.unwrap();
    begin(&Recorder::new(log)).await;
    let raw = RawDatabase::at(&url).await;
    for statement in [
        "UPDATE events SET event_type = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM commands",
        "TRUNCATE event_references",
        "DELETE FROM head",
        "TRUNCATE head",
        "ALTER TABLE events DISABLE TRIGGER USER",
        "DROP TRIGGER events_append_only ON events",
        "DROP TABLE events CASCADE",
    ] {
        let refusal = raw.execute(statement).await.expect_err(statement);
        assert!(refusal.contains("permission denied") || refusal.contains("must be owner"), "{statement}: {refusal}");
    }
    let in_use = "SELECT drop_generation((SELECT MIN(generation) FROM read_models))";
    assert!(raw.execute(in_use).await.unwrap_err().contains("is in use"), "a generation in use cannot be dropped");
    let migration = Log::open(&url.parse().unwrap(), Opening::Migrate, Environment::system()).await;
    assert!(migration.is_err(), "only the owner of the schema may migrate it");
}
