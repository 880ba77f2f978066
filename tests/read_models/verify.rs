//! `verify` finds every change made directly in the read models and names the row.

use crate::fixtures::committee::{begin, completed, progressed, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::raw_database::RawDatabase;
use crate::fixtures::record_lines::minutebook;
use minutebook_ledger::{CheckKind, Environment, Log, Recorder, VerifyCheck, verify};
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

on_both_stores!(
    rows_of_random_commands_have_no_problem,
    every_change_of_a_row_is_found_and_named,
    a_read_model_out_of_use_is_reported,
    appends_during_a_verification_are_no_problem,
);

async fn check_rows(log: &Log) -> VerifyCheck {
    let report = verify(log, |_| {}).await.unwrap();
    assert!(
        report.checks.iter().all(|check| check.kind == CheckKind::ReadModels || check.problems_found == 0),
        "{report:?}"
    );
    report.checks.into_iter().find(|check| check.kind == CheckKind::ReadModels).unwrap()
}

async fn rows_of_random_commands_have_no_problem(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    for round in 0..5 {
        record_random(&recorder, &mut runner, round).await;
        let check = check_rows(recorder.log()).await;
        assert_eq!(check.problems_found, 0, "{check:?}");
    }
    recorder.log().rebuild(&[], |_| {}).await.unwrap();
    let check = check_rows(recorder.log()).await;
    assert_eq!(check.problems_found, 0, "{check:?}");
}

/// Records two actions, one of them with a struck completion.
async fn recorded(ledger: &TestLedger) -> Recorder {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    for (key, json) in [("1", raised("SSC72/01")), ("2", raised("SSC72/02")), ("3", progressed("SSC72/01", "Sent"))] {
        recorder.record(&request(key, &json)).await.unwrap();
    }
    let receipt = recorder.record(&request("4", &completed("SSC72/01"))).await.unwrap();
    let struck = json!({"corrects": receipt.events[0].event_id, "change": "struck", "reason": "it was another"});
    recorder.record(&request("5", &struck)).await.unwrap();
    recorder
}

async fn every_change_of_a_row_is_found_and_named(ledger: TestLedger) {
    let recorder = recorded(&ledger).await;
    let raw = RawDatabase::of(&ledger).await;
    let rows = format!("row_versions_{}", raw.generation("actions").await);
    let open = "stream = 'action:SSC72/02'";
    let of_struck = "stream = 'action:SSC72/01' AND known_to < 9223372036854775807";
    let numbered = if matches!(raw, RawDatabase::Postgres(_)) { "generation, " } else { "" };
    let columns = "key, valid_from, valid_to, known_from, ended_known, known_to, known_end, valid_node, known_node, scope, \
                   facet, rank_from, rank_to, content";
    let copied = format!(
        "INSERT INTO {rows} ({numbered}stream, {columns}) SELECT {numbered}'action:SSC99/09', {columns} FROM {rows} \
         WHERE {open}"
    );
    for (change, back, what) in [
        (
            format!("UPDATE {rows} SET content = replace(content, 'SECAS', 'DCC') WHERE {open}"),
            format!("UPDATE {rows} SET content = replace(content, 'DCC', 'SECAS') WHERE {open}"),
            "differs from the log in its content",
        ),
        (
            format!("UPDATE {rows} SET scope = 'TSC' WHERE {open}"),
            format!("UPDATE {rows} SET scope = 'SSC' WHERE {open}"),
            "is listed under values that differ from its content",
        ),
        (
            format!("UPDATE {rows} SET rank_to = rank_to - 1 WHERE {open}"),
            format!("UPDATE {rows} SET rank_to = rank_to + 1 WHERE {open}"),
            "is known to other clearances than in the log",
        ),
        (
            format!("UPDATE {rows} SET valid_to = valid_to - 1 WHERE {open}"),
            format!("UPDATE {rows} SET valid_to = valid_to + 1 WHERE {open}"),
            "ends at another time",
        ),
        (
            format!("UPDATE {rows} SET known_to = known_to - 1 WHERE {open}"),
            format!("UPDATE {rows} SET known_to = known_to + 1 WHERE {open}"),
            "was known for another time",
        ),
        (
            format!("UPDATE {rows} SET known_to = known_to - 1 WHERE {of_struck}"),
            format!("UPDATE {rows} SET known_to = known_to + 1 WHERE {of_struck}"),
            "was known for another time",
        ),
        (
            format!("UPDATE {rows} SET valid_from = valid_from + 1 WHERE {open}"),
            format!("UPDATE {rows} SET valid_from = valid_from - 1 WHERE {open}"),
            "does not follow from the log",
        ),
        (
            format!("UPDATE {rows} SET valid_node = valid_node + 1 WHERE {open}"),
            format!("UPDATE {rows} SET valid_node = valid_node - 1 WHERE {open}"),
            "is indexed wrongly, so queries miss it",
        ),
        (
            format!("UPDATE {rows} SET known_end = known_end - 1 WHERE {open}"),
            format!("UPDATE {rows} SET known_end = known_end + 1 WHERE {open}"),
            "is indexed wrongly, so queries miss it",
        ),
        (
            copied,
            format!("DELETE FROM {rows} WHERE stream = 'action:SSC99/09'"),
            "is stray: its stream is not in the log",
        ),
        (
            format!("UPDATE {rows} SET stream = 'action:SSC72/0' WHERE {open}"),
            format!("UPDATE {rows} SET stream = 'action:SSC72/02' WHERE stream = 'action:SSC72/0'"),
            "is missing",
        ),
    ] {
        raw.execute(&change).await.unwrap();
        let check = check_rows(recorder.log()).await;
        let named = check.problems.iter().any(|problem| {
            problem.what.starts_with("in the read model `actions`, the row `") && problem.what.contains(what)
        });
        assert!(named, "{change}: {check:?}");
        assert!(check.problems.iter().all(|problem| problem.what.contains("of action:SSC")), "{check:?}");
        raw.execute(&back).await.unwrap();
        assert_eq!(check_rows(recorder.log()).await.problems_found, 0, "after {back}");
    }
    raw.execute(&format!("DELETE FROM {rows} WHERE {of_struck}")).await.unwrap();
    let check = check_rows(recorder.log()).await;
    assert!(check.problems.iter().all(|problem| problem.what.contains("of action:SSC72/01 is missing")), "{check:?}");
    assert!(check.problems_found > 0);
    recorder.log().rebuild(&["actions"], |_| {}).await.unwrap();
    assert_eq!(check_rows(recorder.log()).await.problems_found, 0, "a rebuild repairs the rows");
}

async fn a_read_model_out_of_use_is_reported(ledger: TestLedger) {
    let recorder = recorded(&ledger).await;
    let raw = RawDatabase::of(&ledger).await;
    for (change, back, what) in [
        (
            "UPDATE read_models SET halted_at = 4, halted_why = 'why' WHERE name = 'minutes'",
            "UPDATE read_models SET halted_at = NULL, halted_why = NULL WHERE name = 'minutes'",
            "`minutes` rejected this event and is halted",
        ),
        (
            "UPDATE read_models SET version = version + 1 WHERE name = 'matters'",
            "UPDATE read_models SET version = version - 1 WHERE name = 'matters'",
            "`matters` has version ",
        ),
        (
            "UPDATE read_models SET name = 'acts' WHERE name = 'actions'",
            "UPDATE read_models SET name = 'actions' WHERE name = 'acts'",
            "`actions` is missing",
        ),
        (
            "UPDATE read_up_to SET position = position - 1",
            "UPDATE read_up_to SET position = position + 1",
            "the read models are at position 6, but the log at 7",
        ),
    ] {
        raw.execute(change).await.unwrap();
        let check = check_rows(recorder.log()).await;
        assert_eq!(check.problems_found, 1, "{change}: {check:?}");
        assert!(check.problems[0].what.contains(what), "{change}: {check:?}");
        // The command reports it too: it does not rebuild first.
        let output = minutebook(&ledger.url_text).arg("verify").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stdout).contains(what), "{output:?}");
        raw.execute(back).await.unwrap();
    }
    assert_eq!(check_rows(recorder.log()).await.problems_found, 0);
}

async fn appends_during_a_verification_are_no_problem(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    record_random(&recorder, &mut runner, 0).await;
    let other = Log::open_as_it_is(&ledger.url, Environment::system()).await.unwrap();
    let (over, is_over) = tokio::sync::watch::channel(false);
    let verifying = tokio::spawn(async move {
        let mut times = 0;
        while !*is_over.borrow() {
            let check = check_rows(&other).await;
            assert_eq!(check.problems_found, 0, "{check:?}");
            times += 1;
        }
        times
    });
    for round in 1..5 {
        record_random(&recorder, &mut runner, round).await;
        recorder.log().rebuild(&[], |_| {}).await.unwrap();
    }
    over.send_replace(true);
    assert!(verifying.await.unwrap() > 0);
}
