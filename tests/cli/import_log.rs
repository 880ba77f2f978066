//! `minutebook import` of action logs.

use crate::fixtures::cli::Cli;
use crate::fixtures::tsc_headlines::tsc_headlines;
use serde_json::Value;
use std::collections::BTreeSet;

const LOG: &str = "\
TSC Action Log as at 12 May 2023;;;;;;
Classification: GREEN;;;;;;
;;;;;;
Status;Action no.;Owner(s);Description;Due date;Date raised;Comments
Closed;TSC4/01;SECAS;Circulate the paper;28/04/2023;14/04/2023;Circulated
Open;TSC4/02;DCC & NCSC;\"Report on tides,
in full\";27-May-23;14 April 2023;
On hold;TSC4/03;Chair;Write to the Panel;soon;14/04/2023;
Open;nonsense;Chair;Lost words;;;
";

const HEADLINES: &str = tsc_headlines!(
    "\
#### 1. Matters Arising (GREEN)

**ACTION TSC4/01:** SECAS to circulate the paper by 28 April 2023.

**ACTION TSC4/02:** DCC to report on tides by 20 May 2023.
"
);

fn with(files: &[(&str, &str)]) -> Cli {
    let cli = Cli::new();
    for (name, text) in files {
        std::fs::write(cli.folder.path().join(name), text).unwrap();
    }
    cli
}

fn report(cli: &Cli, file: &str) -> Value {
    let printed: Value = serde_json::from_str(&cli.done(&["import", "--format", "json", file])).unwrap();
    printed["files"][0].clone()
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[test]
fn a_log_is_recorded_once_with_its_rows_as_the_source() {
    let cli = with(&[("log.csv", LOG)]);
    let first = report(&cli, "log.csv");
    let events = cli.events();
    assert_eq!((&first["committee"], &first["events_appended"]), (&"TSC".into(), &events.len().into()));
    assert_eq!(
        types(&events),
        ["CommitteeEstablished", "ActionRaised", "ActionRaised", "ActionRaised", "ActionCompleted", "ActionProgressed"]
    );
    let second = &events[2];
    assert_eq!((&second["source"]["first_line"], &second["source"]["last_line"]), (&6.into(), &6.into()));
    assert_eq!(
        (&second["data"]["due_on"], &second["data"]["owners"]),
        (&"2023-05-27".into(), &serde_json::json!(["DCC", "NCSC"]))
    );
    let unread: Vec<String> = first["unrecognised"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| format!("{} {} {}", cell["row"], cell["column"], cell["text"]))
        .collect();
    assert_eq!(unread, ["7 \"E\" \"soon\"", "7 \"A\" \"On hold\"", "8 null \"Open | nonsense | Chair | Lost words\""]);
    let again = report(&cli, "log.csv");
    assert_eq!((&again["already_imported"], &again["events_appended"]), (&true.into(), &0.into()));
    // Other bytes that say the same add nothing either.
    std::fs::write(cli.folder.path().join("same.csv"), format!("{LOG};;;;;;\n")).unwrap();
    assert_eq!(report(&cli, "same.csv")["events_appended"], 0);
    assert_eq!(cli.events(), events);
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_log_after_the_headlines_records_only_what_differs() {
    let cli = with(&[("log.csv", LOG), ("headlines.md", HEADLINES)]);
    cli.done(&["import", "headlines.md"]);
    let before = cli.events().len();
    cli.done(&["import", "log.csv"]);
    let events = cli.events();
    assert_eq!(
        types(&events[before..]),
        ["ActionRaised", "ActionCompleted", "ActionAssigned", "DueDateMoved", "ActionProgressed"]
    );
    assert_eq!(events[before]["data"]["raised_in"], "TSC_4_1404");
    let completed = &events[before + 1];
    assert!(completed["data"]["completed_on"] == "2023-05-12", "{completed}");
}

#[test]
fn a_log_before_the_headlines_does_not_break_them() {
    let cli = with(&[("log.csv", LOG), ("headlines.md", HEADLINES)]);
    cli.done(&["import", "log.csv"]);
    assert_eq!(report(&cli, "headlines.md")["findings"], serde_json::json!([]));
    let events = cli.events();
    let raised: Vec<&Value> = events.iter().filter(|event| event["type"] == "ActionRaised").collect();
    let actions: BTreeSet<&str> = raised.iter().filter_map(|event| event["stream"].as_str()).collect();
    assert_eq!(actions.len(), 3);
    // The log is GREEN and the headlines are WHITE: what both say is said again for the readers of the headlines.
    let marks: Vec<&Value> = raised.iter().map(|event| &event["classification"]).collect();
    assert_eq!(marks, ["GREEN", "GREEN", "GREEN", "WHITE", "WHITE"]);
}

#[test]
fn a_dry_run_records_nothing_and_shows_rows_beside_events() {
    let cli = with(&[("log.csv", LOG)]);
    let shown = cli.done(&["import", "--dry-run", "log.csv"]);
    let line = shown.lines().find(|line| line.contains("ActionCompleted")).unwrap();
    assert!(line.trim_start().starts_with('5') && line.contains("Closed | TSC4/01"), "{line}");
    assert!(shown.contains("log.csv:E7") && shown.contains("`soon`: expected a date"), "{shown}");
    assert!(!cli.folder.path().join("minutebook.db").exists());
}

#[test]
fn a_file_without_the_headings_is_refused_with_them() {
    let cli =
        with(&[("log.csv", "a,b\n1,2\n"), ("two.csv", "Ref,Action,Owner\nTSC1/1,a,b\nSSC1/1,a,b\n"), ("x.xlsx", "PK")]);
    for (file, said) in
        [("log.csv", "Owner, Responsible"), ("two.csv", "`SSC` and `TSC`"), ("x.xlsx", "not a whole ZIP package")]
    {
        let run = cli.run(&["import", file]);
        assert!(run.status == 1 && run.err.contains(said), "{}", run.err);
    }
}

#[test]
fn a_different_text_of_a_known_action_is_reported_and_a_shorter_one_is_not() {
    let csv = "Ref;Action;Owner;Due date;Status;Classification\nTSC4/01;Circulate the paper;SECAS;28/04/2023;Open;GREEN\n\
               TSC4/02;Rebuild the sea wall;DCC;20/05/2023;Open;GREEN\n";
    let cli = with(&[("headlines.md", HEADLINES), ("log.csv", csv)]);
    cli.done(&["import", "headlines.md"]);
    let before = cli.events().len();
    let found = report(&cli, "log.csv");
    let said: Vec<&Value> = found["findings"].as_array().unwrap().iter().collect();
    let differing: Vec<_> = said.iter().filter(|finding| finding["kind"] == "action-text-differs").collect();
    assert_eq!(differing.len(), 1, "{said:?}");
    let text = differing[0]["text"].as_str().unwrap();
    assert!(
        text.starts_with("TSC4/02 is `DCC to report on tides") && text.contains("`Rebuild the sea wall`"),
        "{text}"
    );
    assert_eq!(differing[0]["row"], 3);
    assert_eq!(cli.events().len(), before, "the book keeps its own words");
}

#[test]
fn an_update_of_an_action_above_the_document_is_recorded_at_the_actions_mark_with_a_finding() {
    let white = HEADLINES
        .replace("**ACTION TSC4/01:** SECAS to circulate the paper by 28 April 2023.", "Action TSC4/03 is complete.");
    let cli = with(&[("log.csv", LOG), ("headlines.md", &white)]);
    cli.done(&["import", "log.csv"]);
    let report = report(&cli, "headlines.md");
    let kinds: Vec<&str> =
        report["findings"].as_array().unwrap().iter().filter_map(|finding| finding["kind"].as_str()).collect();
    assert!(kinds.contains(&"mark-raised"), "{report}");
    let events = cli.events();
    let completed = events.iter().rfind(|event| event["type"] == "ActionCompleted").unwrap();
    assert_eq!((&completed["stream"], &completed["classification"]), (&"action:TSC4/03".into(), &"GREEN".into()));
    let refused = cli.run(&["log", "--audience", "WHITE", "--format", "ndjson"]);
    assert!(refused.status == 1 && refused.err.contains("--disclosure") && refused.out.is_empty(), "{}", refused.err);
}
