//! `minutebook import` of headlines.

use crate::fixtures::cli::Cli;
use crate::fixtures::tsc_headlines::tsc_headlines;
use serde_json::Value;
use std::path::Path;

pub(super) const HEADLINES: &str = tsc_headlines!(
    "\
#### 1. Matters Arising

The TSC **NOTED** the update on SECMP0201.

**2. Full User Security Assessment – Other User ‘K’ (RED)**

The TSC **AGREED** the Assurance Status for Other User ‘K’.

**ACTION TSC4/01:** SECAS to circulate the paper by 28 April 2023.

**Next Meeting: 12 May 2023**
"
);

pub(super) fn with(document: &str) -> Cli {
    let cli = Cli::new();
    std::fs::write(cli.folder.path().join("headlines.md"), document).unwrap();
    cli
}

pub(super) fn report(cli: &Cli, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["import", "--format", "json"].into_iter().chain(arguments.iter().copied()).collect();
    let printed: Value = serde_json::from_str(&cli.done(&all)).unwrap();
    printed["files"][0].clone()
}

#[test]
fn a_document_is_recorded_whole_and_once() {
    let cli = with(HEADLINES);
    let first = report(&cli, &["headlines.md"]);
    assert_eq!((&first["meeting"], &first["held_on"]), (&"TSC_4_1404".into(), &"2023-04-14".into()));
    assert_eq!(first["actions"][0]["reference"], "TSC4/01");
    assert_eq!(first["statuses"][0]["party"], "Other User K");
    let events = cli.events();
    assert_eq!(first["events_appended"], events.len());
    let keys: std::collections::BTreeSet<&str> =
        events.iter().map(|event| event["command_id"].as_str().unwrap()).collect();
    assert_eq!(keys.len(), 1, "one document is one batch");
    let decision =
        events.iter().find(|event| event["type"] == "DecisionRecorded" && event["data"]["item"] == 2).unwrap();
    let source = &decision["source"];
    assert_eq!((&source["file"], &source["sha256"]), (&"headlines.md".into(), &first["sha256"]));
    assert_eq!(source["first_line"], 15);
    assert_eq!((&first["file"], &first["already_imported"]), (&"headlines.md".into(), &false.into()));

    let again = report(&cli, &["headlines.md"]);
    assert_eq!((&again["already_imported"], &again["events_appended"]), (&true.into(), &0.into()));
    assert_eq!(again["decisions"], first["decisions"]);
    assert_eq!(cli.events(), events);
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_dry_run_records_nothing_and_prints_source_beside_event() {
    let cli = with(HEADLINES);
    let shown = cli.done(&["import", "--dry-run", "headlines.md"]);
    let line = shown.lines().find(|line| line.contains("ActionRaised")).unwrap();
    assert!(line.trim_start().starts_with("17") && line.contains("**ACTION TSC4/01:**"), "{line}");
    assert!(!Path::new(&cli.folder.path().join("minutebook.db")).exists());
    // Nor does it record anything in a ledger that is there.
    cli.done(&["record", "committee", "TSC", "--name", "Tidal", "--default-classification", "WHITE"]);
    cli.done(&["import", "--dry-run", "headlines.md"]);
    assert_eq!(cli.events().len(), 1);
}

#[test]
fn a_second_document_adds_only_what_is_new() {
    let cli = with(HEADLINES);
    cli.done(&["import", "headlines.md"]);
    let next = HEADLINES
        .replace("TSC\\_4\\_1404", "TSC\\_5\\_1205")
        .replace("14 April 2023", "12 May 2023")
        .replace("Next Meeting: 12 May 2023", "Next Meeting: 9 June 2023")
        .replace("**ACTION TSC4/01:** SECAS to circulate the paper by 28 April 2023.", "Action TSC4/01 is complete.");
    std::fs::write(cli.folder.path().join("next.md"), next).unwrap();
    let report = report(&cli, &["next.md"]);
    assert_eq!(report["action_updates"][0]["status"], "complete");
    let events = cli.events();
    let count = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    assert_eq!((count("CommitteeEstablished"), count("PartyRegistered"), count("StatusAgreed")), (1, 1, 2));
    assert_eq!((count("ActionRaised"), count("ActionCompleted")), (1, 1));
}

#[test]
fn a_document_with_a_refused_event_is_refused_whole() {
    let cli = with(HEADLINES);
    cli.done(&["import", "headlines.md"]);
    let before = cli.events();
    for (name, text, said) in [
        ("letter.md", "Dear all,\n\nthe meeting was pleasant.".to_owned(), "no meeting's reference was found"),
        ("empty.md", String::new(), "holds no text"),
    ] {
        std::fs::write(cli.folder.path().join(name), text).unwrap();
        let run = cli.run(&["import", name]);
        assert!(run.status == 1 && run.err.contains(name) && run.err.contains(said), "{name}: {}", run.err);
    }
    assert_eq!(cli.run(&["import", "nothing.md"]).status, 1);
    assert_eq!(cli.events(), before);
}

#[test]
fn a_pdf_gives_the_same_events_as_its_markdown() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/import/tests/samples");
    let said = |name: &str| {
        let cli = Cli::new();
        let path = folder.join(name);
        let report = report(&cli, &[path.to_str().unwrap()]);
        assert_eq!((&report["meeting"], &report["already_imported"]), (&"TSC_31_1206".into(), &false.into()), "{name}");
        let again = cli.done(&["import", path.to_str().unwrap()]);
        assert!(again.contains("already in the ledger"), "{again}");
        assert!(cli.done(&["verify"]).contains("sound; root"));
        let essence = |event: Value| serde_json::json!([event["stream"], event["type"], event["data"]]);
        cli.events().into_iter().map(essence).collect::<Vec<_>>()
    };
    let markdown = said("TSC_31_1206.md");
    for name in ["TSC_31_1206-wide.pdf", "TSC_31_1206-libreoffice.pdf"] {
        assert_eq!(said(name), markdown, "{name}");
    }
}

#[test]
fn a_document_without_a_mark_takes_the_given_one_or_the_committees_or_the_highest() {
    let (stated, rest) = HEADLINES.split_once("\n\n").unwrap();
    assert!(stated.contains("classified as"));
    let established = ["record", "committee", "TSC", "--name", "Tidal", "--default-classification", "GREEN"];
    for (arguments, is_known, mark, why) in [
        (&["--classification", "AMBER", "headlines.md"][..], true, "AMBER", "AMBER: given with the import"),
        (&["headlines.md"], true, "GREEN", "GREEN: the default of TSC"),
        (&["headlines.md"], false, "RED", "RED: the ledger does not know TSC"),
    ] {
        let cli = with(rest);
        if is_known {
            cli.done(&established);
        }
        let report = report(&cli, arguments);
        let findings = report["findings"].as_array().unwrap();
        let assumed: Vec<&Value> = findings.iter().filter(|finding| finding["kind"] == "mark-assumed").collect();
        assert_eq!((assumed.len(), &assumed[0]["text"]), (1, &Value::from(why)));
        let events = cli.events();
        let convened = events.iter().find(|event| event["type"] == "MeetingConvened").unwrap();
        assert_eq!((&convened["classification"], &convened["data"]["classification"]), (&mark.into(), &mark.into()));
        let decision = events.iter().find(|event| event["type"] == "DecisionRecorded").unwrap();
        assert_eq!(decision["data"]["text"]["classification"], mark);
        let committee = events.iter().find(|event| event["type"] == "CommitteeEstablished").unwrap();
        assert_eq!(committee["classification"], "WHITE");
    }
    // A document that states a mark keeps it.
    let cli = with(HEADLINES);
    let report = report(&cli, &["--classification", "RED", "headlines.md"]);
    assert!(report["findings"].as_array().unwrap().iter().all(|finding| finding["kind"] != "mark-assumed"));
    let convened = cli.events().into_iter().find(|event| event["type"] == "MeetingConvened").unwrap();
    assert_eq!(convened["classification"], "WHITE");
    let refused = with(rest).run(&["import", "--classification", "CLEAR", "headlines.md"]);
    assert!(refused.status == 1 && refused.err.contains("CLEAR is not a level of"), "{}", refused.err);
}
