//! `verify` finds every change made directly in the database and names its position.

use crate::fixtures::committee::{begin, completed, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::raw_database::RawDatabase;
use minutebook_domain::Position;
use minutebook_ledger::merkle::Hash;
use minutebook_ledger::{CheckKind, KnownRoot, Log, VerifyReport, verify, verify_against};

on_both_stores!(
    a_changed_bit_in_any_event_salt_or_leaf_is_found_at_its_position,
    every_other_change_is_found_by_its_check,
    a_sound_log_has_no_problems,
    every_change_of_the_schema_and_its_rights_is_found,
    a_root_kept_elsewhere_shows_events_that_were_cut_off_or_rewritten,
    side_tables_that_name_what_the_log_does_not_hold_are_found,
);

/// A ledger of seven events, and a direct connection to its database.
async fn recorded(ledger: &TestLedger) -> (Log, RawDatabase) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    for (key, json) in [
        ("1", raised("SSC72/01")),
        ("2", raised("SSC72/02")),
        ("3", completed("SSC72/01")),
        ("4", serde_json::json!({"commands": [raised("SSC72/03"), completed("SSC72/02")]})),
    ] {
        recorder.record(&request(key, &json)).await.unwrap();
    }
    (recorder.log().clone(), RawDatabase::of(ledger).await)
}

async fn verified(log: &Log) -> VerifyReport {
    verify(log, |_| {}).await.unwrap()
}

fn positions(report: &VerifyReport) -> Vec<u64> {
    report.checks.iter().flat_map(|check| &check.problems).map(|problem| problem.position.number()).collect()
}

async fn a_sound_log_has_no_problems(ledger: TestLedger) {
    let (log, _) = recorded(&ledger).await;
    let report = verified(&log).await;
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.events, report.checks.len()), (7, 14));
    assert_eq!(verified(&log).await.root, report.root);
}

async fn a_changed_bit_in_any_event_salt_or_leaf_is_found_at_its_position(ledger: TestLedger) {
    let (log, raw) = recorded(&ledger).await;
    let sound = verified(&log).await;
    raw.drop_safeguards().await;
    for position in 1..=7 {
        for column in ["event_bytes", "salt", "leaf"] {
            let stored = raw.bytes(column, position).await;
            // One bit at several places, from the first byte to the last.
            for (step, index) in [0, stored.len() / 3, stored.len() / 2, stored.len() - 1].into_iter().enumerate() {
                let mut changed = stored.clone();
                changed[index] ^= 1 << (step * 2);
                raw.set_bytes(column, position, &changed).await;
                let report = verified(&log).await;
                let leaves = report.checks.iter().find(|check| check.kind == CheckKind::Leaves).unwrap();
                let named =
                    leaves.problems.iter().any(|problem| problem.position.number() == u64::try_from(position).unwrap());
                assert!(named, "byte {index} of {column} at {position}: {report:?}");
                assert!(!report.is_sound());
                if column != "leaf" {
                    assert_ne!(report.root, sound.root, "the root does not cover {column}");
                }
            }
            raw.set_bytes(column, position, &stored).await;
        }
    }
    // Only the dropped safeguards are reported now.
    let report = verified(&log).await;
    assert!(
        report.checks.iter().all(|check| check.kind == CheckKind::Safeguards || check.problems_found == 0),
        "{report:?}"
    );
}

async fn every_other_change_is_found_by_its_check(ledger: TestLedger) {
    let (log, raw) = recorded(&ledger).await;
    raw.drop_safeguards().await;
    // Each change is found by its check at its position, and undone by the statement beside it.
    for (change, back, check, position) in [
        (
            "UPDATE events SET event_type = 'ActionRaised' WHERE position = 5",
            "UPDATE events SET event_type = 'ActionCompleted' WHERE position = 5",
            "columns",
            5,
        ),
        (
            "UPDATE events SET recorded_at = recorded_at + 60000000 WHERE position = 3",
            "UPDATE events SET recorded_at = recorded_at - 60000000 WHERE position = 3",
            "times",
            4,
        ),
        (
            "UPDATE events SET version = 9 WHERE position = 5",
            "UPDATE events SET version = 2 WHERE position = 5",
            "versions",
            5,
        ),
        (
            "UPDATE events SET position = 70 WHERE position = 7",
            "UPDATE events SET position = 7 WHERE position = 70",
            "positions",
            70,
        ),
        (
            "DELETE FROM event_references WHERE position = 4",
            "INSERT INTO event_references VALUES ('SSC72/02', 4)",
            "references",
            4,
        ),
        (
            "INSERT INTO event_references VALUES ('SECMP0037', 4)",
            "DELETE FROM event_references WHERE reference = 'SECMP0037'",
            "references",
            4,
        ),
        (
            "UPDATE commands SET last_position = 6 WHERE first_position = 6",
            "UPDATE commands SET last_position = 7 WHERE first_position = 6",
            "commands",
            6,
        ),
        ("UPDATE head SET position = 6", "UPDATE head SET position = 7", "positions", 7),
        ("UPDATE head SET recorded_at = recorded_at + 1", "UPDATE head SET recorded_at = recorded_at - 1", "head", 7),
    ] {
        raw.execute(change).await.unwrap();
        let report = verified(&log).await;
        let by = report.checks.iter().find(|found| found.kind.name() == check).unwrap();
        assert!(by.problems.iter().any(|problem| problem.position.number() == position), "{change}: {report:?}");
        raw.execute(back).await.unwrap();
    }
    raw.execute("DELETE FROM events WHERE position = 4").await.unwrap();
    let report = verified(&log).await;
    assert!(positions(&report).contains(&4), "{report:?}");
    let safeguards = report.checks.iter().find(|check| check.kind == CheckKind::Safeguards).unwrap();
    assert!(safeguards.problems_found > 0, "the dropped triggers are named");
}

/// The problems of one check, in words.
fn problems(report: &VerifyReport, check: &str) -> Vec<String> {
    let found = report.checks.iter().find(|found| found.kind.name() == check).unwrap();
    found.problems.iter().map(|problem| problem.what.clone()).collect()
}

async fn every_change_of_the_schema_and_its_rights_is_found(ledger: TestLedger) {
    let (log, raw) = recorded(&ledger).await;
    // Each change, and what is said of it.
    let sqlite = [
        (
            "DROP TRIGGER head_only_forward; CREATE TRIGGER head_only_forward BEFORE UPDATE ON head BEGIN SELECT 1; END",
            "trigger `head_only_forward` is not as this version makes it",
        ),
        ("DROP TRIGGER events_never_deleted", "trigger `events_never_deleted` is missing"),
        (
            "CREATE TRIGGER helpful AFTER INSERT ON events BEGIN DELETE FROM webhooks; END",
            "this version makes no trigger `helpful`",
        ),
        ("CREATE VIEW all_events AS SELECT * FROM events", "this version makes no view `all_events`"),
    ];
    let postgres = [
        (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "function `refuse_change()` is not as this version makes it",
        ),
        ("ALTER TABLE events DISABLE TRIGGER events_append_only", "trigger `events_append_only` of `events` is not as"),
        ("ALTER TABLE row_versions NO FORCE ROW LEVEL SECURITY", "row security of `row_versions` is not as"),
        ("DROP POLICY cleared ON row_versions", "policy `cleared` of `row_versions` is missing"),
        ("CREATE POLICY all_of_it ON row_versions USING (true)", "makes no policy `all_of_it` of `row_versions`"),
        (
            "CREATE OR REPLACE VIEW own_clearance AS SELECT 255 AS rank",
            "view `own_clearance` is not as this version makes it",
        ),
        ("GRANT SELECT ON events TO PUBLIC", "this version makes no right of everyone on `events`"),
        ("GRANT UPDATE ON head, events TO pg_monitor", "the role `pg_monitor` has the right UPDATE on `events`"),
        ("GRANT UPDATE (leaf) ON events TO pg_read_all_stats", "`pg_read_all_stats` has the right UPDATE on `events`"),
        ("GRANT DELETE ON commands TO PUBLIC", "everyone has the right DELETE on `commands`"),
        (
            "CREATE RULE nothing AS ON INSERT TO token_uses DO INSTEAD NOTHING",
            "this version makes no rule `nothing` of `token_uses`",
        ),
        ("ALTER TABLE commands DROP CONSTRAINT commands_pkey", "constraint `commands_pkey` of `commands` is missing"),
    ];
    assert_eq!(problems(&verified(&log).await, "safeguards"), [""; 0]);
    let changes = if matches!(raw, RawDatabase::Sqlite(_)) { &sqlite[..] } else { &postgres[..] };
    for (index, (change, said)) in changes.iter().enumerate() {
        raw.execute(change).await.unwrap();
        let report = verified(&log).await;
        let found = problems(&report, "safeguards");
        assert!(found.iter().any(|what| what.contains(said)), "{change}: {found:#?}");
        assert!(found.len() > index && !report.is_sound(), "{change}: {found:#?}");
    }
    if let RawDatabase::Postgres(_) = raw {
        raw.execute("INSERT INTO reader_clearances VALUES ('dashboard', 254)").await.unwrap();
        let notes = verified(&log).await.notes;
        assert_eq!(notes, ["the role `dashboard` reads the SQL views up to RED"]);
    }
}

async fn a_root_kept_elsewhere_shows_events_that_were_cut_off_or_rewritten(ledger: TestLedger) {
    let (log, raw) = recorded(&ledger).await;
    let five = {
        let mut tree = minutebook_ledger::merkle::Tree::default();
        for position in 1..=5 {
            let leaf = raw.bytes("leaf", position).await;
            tree.push(Hash::new(leaf.try_into().unwrap()));
        }
        tree.root()
    };
    let known = |at: u64, root| Some(KnownRoot { at: Position::new(at), root });
    let of_seven = verified(&log).await.root;
    for (at, root) in [(5, five), (7, of_seven)] {
        let report = verify_against(&log, known(at, root), |_| {}).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!(problems(&report, "root"), [""; 0]);
    }
    let report = verify_against(&log, known(6, five), |_| {}).await.unwrap();
    let said = problems(&report, "root");
    assert!(said.len() == 1 && said[0].starts_with("the root of the first 6 events is "), "{said:?}");
    let report = verify_against(&log, known(8, of_seven), |_| {}).await.unwrap();
    assert_eq!(problems(&report, "root"), ["the log ends at 7: events up to 8 are missing"]);
}

async fn side_tables_that_name_what_the_log_does_not_hold_are_found(ledger: TestLedger) {
    let (log, raw) = recorded(&ledger).await;
    raw.execute("INSERT INTO token_uses (token_id, last_used_at) VALUES ('nobody', 1)").await.unwrap();
    raw.execute("INSERT INTO webhooks (id, definition, position) VALUES ('ahead', '{}', 8)").await.unwrap();
    let session = "INSERT INTO sessions (id_hash, bearer, began_at, used_at) VALUES ('00', 'nobody', 1, 1)";
    raw.execute(session).await.unwrap();
    let said = problems(&verified(&log).await, "side tables");
    assert_eq!(
        said,
        [
            "a use is noted of the token `nobody`, which the log does not hold",
            "a session stands for the token `nobody`, which the log does not hold",
            "webhook `ahead` has delivered up to 8, beyond the head 7",
        ]
    );
}
