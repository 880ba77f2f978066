//! `minutebook lint` on the ledger.

use crate::fixtures::cli::Cli;
use crate::fixtures::real_document::real_document;
use serde_json::Value;
use std::path::Path;

fn findings(cli: &Cli, words: &[&str]) -> Vec<Value> {
    let run = cli.run(&[&["lint", "--format", "json"], words].concat());
    let printed: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{words:?}: {}{}", run.out, run.err));
    let found = printed["findings"].as_array().unwrap().clone();
    assert_eq!(run.status, i32::from(!found.is_empty()), "{words:?}");
    found
}

/// `kind subject line` of each.
fn summaries(findings: &[Value]) -> Vec<String> {
    let of = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text("kind"), text("subject"), finding["line"])
    };
    findings.iter().map(of).collect()
}

fn sample() -> Cli {
    let cli = Cli::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    for name in ["TSC_41_1001", "TSC_42_0702", "TSC_43_0603", "TSC_44_0304", "TSC_45_0105", "TSC_46_2905"] {
        cli.done(&["import", folder.join(format!("{name}.md")).to_str().unwrap()]);
    }
    cli
}

#[test]
fn an_open_point_is_found_with_its_line_and_its_event() {
    let Some(path) = real_document() else { return };
    let cli = Cli::new();
    cli.done(&["import", path.canonicalize().unwrap().to_str().unwrap()]);
    let found = findings(&cli, &["--as-of", "2019-03-14"]);
    let expected = [
        "item-without-classification SSC_72_2702 item 1 12",
        "higher-classification SSC_72_2702 item 1 16",
        "higher-classification SSC_72_2702 item 1 18",
        "item-without-classification SSC_72_2702 item 2 23",
        "minutes-of-unknown-meeting SSC_72_2702 25",
        "minutes-of-unknown-meeting SSC_72_2702 25",
        "recommendation-unanswered SSC_72_2702/D15 85",
        "deferral-passed SSC_72_2702 item 12 92",
        "agreed-without-action SSC_72_2702/D23 152",
        "higher-classification SSC_72_2702 item 19 158",
    ];
    assert_eq!(summaries(&found), expected);
    let unowned = &found[8];
    assert_eq!((&unowned["file"], &unowned["item"]), (&"SSC_72_2702.md".into(), &18.into()));
    assert!(unowned["text"].as_str().unwrap().starts_with("AGREED to seek NCSC advice"), "{unowned}");
    // The event that it names is the decision, from that line.
    let events = cli.events();
    let event = events.iter().find(|event| event["position"] == unowned["position"]).unwrap();
    assert_eq!((&event["type"], &event["source"]["first_line"]), (&"DecisionRecorded".into(), &152.into()));
    let shown = cli.run(&["lint"]);
    for text in ["agreed-without-action", "SSC_72_2702.md:152:1", "AGREED to seek NCSC advice", "help: raise one"] {
        assert!(shown.out.contains(text), "{text} is missing from:\n{}", shown.out);
    }
    assert!(shown.out.lines().all(|line| line.chars().count() <= 100), "{}", shown.out);
    // Up to the day itself the meeting has not come and gone, and before its own day there was none.
    let on_the_day = summaries(&findings(&cli, &["--as-of", "2019-03-13"]));
    assert!(!on_the_day.iter().any(|line| line.starts_with("deferral-passed")), "{on_the_day:?}");
    assert_eq!(findings(&cli, &["--as-of", "2019-02-26"]), Vec::<Value>::new());
    assert!(cli.done(&["lint", "--as-of", "2019-02-26"]).contains("no findings"));

    // An action under the item is what was missing. The meeting is closed, so its document brings it.
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(152, "\n**ACTION SSC72/99:** SECAS to seek the advice by 1 April 2019.\n");
    std::fs::write(cli.path("SSC_72_2702.md"), lines.join("\n")).unwrap();
    cli.done(&["import", "SSC_72_2702.md"]);
    let owned = summaries(&findings(&cli, &["--as-of", "2019-03-14"]));
    assert!(!owned.iter().any(|line| line.starts_with("agreed-without-action")), "{owned:?}");
    let known = events.len().to_string();
    let before = summaries(&findings(&cli, &["--as-of", "2019-03-14", "--known-at", &known]));
    assert_eq!(before, expected);
}

#[test]
fn the_sample_committee_has_open_points() {
    let cli = sample();
    let found = summaries(&findings(&cli, &["--as-of", "2024-06-20"]));
    let marked = |line: &&String| !line.starts_with("higher-classification");
    let expected = [
        "minutes-of-unknown-meeting TSC_41_1001 28",
        "minutes-of-unknown-meeting TSC_41_1001 28",
        "item-without-classification TSC_43_0603 item 1 22",
        "recommendation-unanswered TSC_44_0304/D6 50",
        "action-overdue TSC44/02 54",
        "action-overdue TSC45/01 51",
        "agreed-without-action TSC_45_0105/D7 61",
        "action-without-due-date TSC46/01 46",
    ];
    assert_eq!(found.iter().filter(marked).collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    // The choice of thresholds was put off to 29 May, and taken then.
    let on = |day: &str| summaries(&findings(&cli, &["--as-of", day]));
    assert!(!on("2024-06-20").iter().any(|line| line.starts_with("deferral-passed")));
    // After the meeting of March a due date was missing that April gave.
    assert!(on("2024-02-08").iter().all(|line| !line.contains("TSC_43")));
    // The meeting of 1 May is GREEN.
    let white = summaries(&findings(&cli, &["--as-of", "2024-06-20", "--clearance", "WHITE"]));
    assert!(!white.iter().any(|line| line.contains("TSC_45") || line.contains("TSC45")), "{white:?}");
    assert!(white.iter().any(|line| line.contains("TSC_44_0304/D6")));
}

#[test]
fn an_event_recorded_live_is_found_by_its_position() {
    let cli = Cli::new();
    let record = |words: &[&str]| cli.done(&[&["record"], words].concat());
    record(&["committee", "TSC", "--name", "Tidal", "--default-classification", "WHITE"]);
    record(&["meeting", "TSC_4_1404", "--held-on", "2023-04-14", "--classification", "WHITE"]);
    record(&["item", "TSC_4_1404", "Locks", "--classification", "WHITE", "--mark", "RED"]);
    let action = |reference: &'static str, mark: &'static str, more: &[&'static str]| {
        let at = ["--raised-on", "2023-04-14", "--raised-in", "TSC_4_1404", "--classification", mark];
        record(&[&["action", reference, "--text", "Mend the lock"], &at[..], more].concat());
    };
    action("TSC4/01", "WHITE", &["--due-on", "2023-05-01"]);
    action("TSC4/02", "RED", &["--owner", "DCC"]);
    let found = findings(&cli, &["--as-of", "2023-04-20"]);
    assert_eq!(summaries(&found), ["action-without-owner TSC4/01 null", "action-without-due-date TSC4/02 null"]);
    assert_eq!((&found[0]["file"], &found[0]["position"]), (&Value::Null, &4.into()));
    assert!(cli.run(&["lint", "--as-of", "2023-04-20"]).out.contains("event:4:1"));
    let green = summaries(&findings(&cli, &["--as-of", "2023-05-02", "--clearance", "GREEN"]));
    assert_eq!(green, ["action-without-owner TSC4/01 null", "action-overdue TSC4/01 null"]);
    let refused = cli.run(&["lint", "headlines.md", "--as-of", "2023-04-20"]);
    assert_eq!(refused.status, 2, "{}", refused.err);
}

#[test]
fn contradicting_meetings_and_unknown_owners_are_found() {
    let cli = Cli::new();
    let record = |words: &[&str]| cli.done(&[&["record"], words].concat());
    record(&["committee", "TSC", "--name", "Tidal", "--quorum", "2", "--default-classification", "WHITE"]);
    record(&["meeting", "TSC_4_1404", "--held-on", "2023-04-14", "--classification", "WHITE"]);
    record(&["attendance", "TSC_4_1404", "Jane Doe", "--organisation", "SECAS"]);
    record(&["decision", "TSC_4_1404", "AGREED", "--text", "the tables", "--classification", "WHITE"]);
    record(&["meeting", "TSC_4_1205", "--held-on", "2023-05-12", "--classification", "WHITE"]);
    let raised = ["--raised-on", "2023-04-14", "--due-on", "2024-05-01", "--classification", "WHITE"];
    record(&[&["action", "TSC4/01", "--text", "Mend the lock", "--owner", "SECSA"], &raised[..]].concat());
    record(&[&["action", "TSC4/02", "--text", "Mend the key", "--owner", "SECAS"], &raised[..]].concat());
    let found = findings(&cli, &["--as-of", "2023-06-01"]);
    let expected = [
        "decision-without-quorum TSC_4_1404/D1 null",
        "meeting-number-repeated TSC_4_1205 null",
        "owner-unknown TSC4/01 null",
    ];
    assert_eq!(summaries(&found), expected);
    assert_eq!(found[2]["text"], "`SECSA`; the nearest known name is `SECAS`");
}
