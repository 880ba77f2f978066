//! `--why` of the lists, and `minutebook why`: where each field comes from.

use crate::fixtures::cli::Cli;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;
use serde_json::Value;
use std::path::Path;

on_both_stores!(
    each_field_is_printed_with_the_event_that_set_it,
    provenance_is_as_of_the_moment_and_as_known_then,
    provenance_above_the_clearance_is_not_shown,
    an_unknown_subject_has_no_provenance,
);

async fn each_field_is_printed_with_the_event_that_set_it(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    insta::assert_snapshot!(
        "where_it_comes_from",
        book.all_asked(&[
            "actions TSC4/01 --why",
            "actions TSC4/02 --why --as-of 2023-05-11 --format csv",
            "actions TSC4/01 --why --as-of 2023-04-20 --known-at 2023-07-15 --format json",
            "party other~user~k --why --clearance WHITE",
            "decisions NYC_1_1404/D2 --why --clearance AMBER",
            "why TSC_5_1205 --format csv",
        ])
    );
    for (list, general) in [
        ("actions TSC4/01 --why", "why TSC4/01"),
        ("party other~user~k --why", "why Other~User~K"),
        ("decisions TSC_4_1404/D1 --why", "why TSC_4_1404/D1"),
    ] {
        assert_eq!(book.run(list).out, book.run(general).out, "{list}");
    }
}

/// The field, and the position of the event that gave it its value.
fn origin(book: &SampleLedger, words: &str, field: &str) -> (Value, u64) {
    let rows = book.json(words);
    assert_eq!(rows.as_array().unwrap().len(), 1, "{words}");
    let field = &rows[0]["fields"][field];
    (field["value"].clone(), field["position"].as_u64().unwrap())
}

async fn provenance_is_as_of_the_moment_and_as_known_then(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let due = |moment: &str| origin(&book, &format!("actions TSC4/01 --why {moment}"), "due_on");
    let (now, corrected) = due("");
    let (then, first) = due("--known-at 2023-07-15");
    assert_eq!((now, then), ("2023-04-21".into(), "2023-04-28".into()));
    let entries: Value = serde_json::from_str(&book.run("log --format json").out).unwrap();
    assert_eq!(entries[usize::try_from(first).unwrap() - 1]["type"], "ActionRaised");
    assert_eq!(entries[usize::try_from(corrected).unwrap() - 1]["type"], "EventCorrected");
    let status = |moment: &str| origin(&book, &format!("actions TSC4/01 --why {moment}"), "status").0;
    assert_eq!((status("--as-of 2023-04-26"), status("--as-of 2023-04-27")), ("outstanding".into(), "complete".into()));
    let error = book.refused("actions TSC4/01 --why --as-of 2023-04-13", 1);
    let (what, help) = error.split_once('\n').unwrap();
    assert_eq!(what, "error: there is no record of `TSC4/01` as of 2023-04-13");
    assert!(help.starts_with("  help: it is there since 2023-04-14, recorded at position "), "{help}");
}

async fn provenance_above_the_clearance_is_not_shown(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    // The note is GREEN, and so is the text of the action itself.
    let note = "actions TSC4/02 --why --as-of 2023-05-11";
    assert_eq!(origin(&book, &format!("{note} --clearance GREEN"), "note").0, "NCSC asked for three more weeks");
    for words in [
        format!("{note} --clearance WHITE"),
        // It was taken for WHITE once.
        "actions NYC1/02 --why --clearance AMBER --known-at 2023-07-15".to_owned(),
        "decisions NYC_1_1404/D1 --why --clearance AMBER".to_owned(),
        "why NYC_1_1404 --clearance WHITE".to_owned(),
    ] {
        let error = book.refused(&words, 1);
        assert!(error.starts_with("error: ") && error.lines().count() == 1, "no similar reference is named: {error}");
    }
    let white = book.run("party other~user~k --why --clearance WHITE --format csv").out;
    let red = book.run("party other~user~k --why --clearance RED --format csv").out;
    assert!(!white.contains("Approved") && !white.contains("misheard"), "{white}");
    assert!(red.contains("Approved subject to a second audit") && red.contains("misheard"), "{red}");
}

async fn an_unknown_subject_has_no_provenance(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    assert!(book.refused("actions TSC4/9 --why", 1).starts_with("error: there is no record of `TSC4/9`\n"));
    assert!(book.refused("party Other~User~Z --why", 1).contains("there is no record of `Other User Z`"));
    assert!(book.refused("actions TSC4/9", 1).starts_with("error: there is no action `TSC4/9`\n"));
    assert!(book.refused("decisions TSC_4_1404/D9", 1).starts_with("error: there is no decision `TSC_4_1404/D9`\n"));
    assert!(book.refused("why nothing", 1).contains("`nothing` is not an action, party, decision or meeting"));
    for (words, what) in [
        ("actions --why", "<ACTION>"),
        ("party --why", "<NAME>"),
        ("decisions --why", "<DECISION>"),
        ("actions TSC4/01 --why --overdue", "cannot be used with"),
        ("actions TSC4/01 --all", "cannot be used with"),
        ("actions breach --why", "an action reference"),
    ] {
        assert!(book.refused(words, 2).contains(what), "{words}");
    }
    let error = book.refused("actions TSC4/01 --why --format ics", 1);
    assert_eq!(error, "error: --why cannot be printed as a calendar\n  help: use --format table, json or csv\n");
    assert_eq!(book.listed("actions TSC4/01 --as-of 2023-06-08", "actions", "status"), ["complete"]);
}

/// The lines of the sample documents that are named as the source say what they are named for.
#[test]
fn the_source_line_holds_the_value() {
    let cli = Cli::new();
    cli.done(&["demo", "--file", "minutebook.db"]);
    let rows: Value = serde_json::from_str(&cli.done(&["actions", "TSC42/01", "--why", "--format", "json"])).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let mut documents = Vec::new();
    for (name, field) in rows[0]["fields"].as_object().unwrap() {
        let source = &field["source"];
        let text = std::fs::read_to_string(sample.join(source["file"].as_str().unwrap())).unwrap();
        let lines = [&source["first_line"], &source["last_line"]].map(|line| line.as_u64().unwrap());
        let [first, last] = lines.map(|line| usize::try_from(line).unwrap());
        let said: Vec<&str> = text.lines().skip(first - 1).take(last + 1 - first).collect();
        assert!(said.join(" ").contains("TSC42/01"), "{name} comes from {source}: {said:?}");
        documents.push(source["file"].as_str().unwrap().to_owned());
    }
    documents.sort();
    documents.dedup();
    assert!(documents.len() > 1, "raised in one document and followed up in another: {documents:?}");
}
