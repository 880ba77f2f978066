//! The marks that the command line gives: `--classification` of every subcommand, the defaults, and `record mark`.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::cli::{Cli, Run};
use minutebook_ledger::{Environment, Log, Opening};
use serde_json::Value;

/// A committee whose default mark is GREEN, with one WHITE meeting.
fn committee() -> Cli {
    let cli = Cli::new();
    for line in [
        "committee SSC --name Security --default-classification GREEN",
        "meeting SSC_72_2702 --held-on 2019-02-27 --classification WHITE",
        "item SSC_72_2702 Matters",
        "decision SSC_72_2702 AGREED --text terms",
        "action SSC72/01 --text Write --raised-on 2019-02-27 --raised-in SSC_72_2702",
        "action SSC72/02 --text Read --raised-on 2019-02-27",
        "party SSC DCC",
    ] {
        record(&cli, line);
    }
    cli
}

fn run(cli: &Cli, line: &str) -> Run {
    cli.run(&std::iter::once("record").chain(line.split(' ')).collect::<Vec<_>>())
}

fn record(cli: &Cli, line: &str) -> String {
    let run = run(cli, line);
    assert_eq!(run.status, 0, "{line}: {}", run.err);
    run.out
}

/// Returns the type, the event's mark and the mark of the text in `field` of the last event.
fn last(cli: &Cli, field: &str) -> (String, String, Value) {
    let event = cli.events().pop().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&event["type"]), text(&event["classification"]), event["data"][field]["classification"].clone())
}

/// Returns what the API answers to a reader without a token.
fn public(cli: &Cli, path: &str) -> String {
    let url = format!("sqlite:{}", cli.path("minutebook.db").display()).parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let log = Log::open(&url, Opening::Existing, Environment::system()).await.unwrap();
        let answer = ApiClient::of(log.clone()).get(path).await.text();
        log.close().await;
        answer
    })
}

#[test]
fn a_text_without_a_mark_takes_the_default_of_its_meeting_or_committee() {
    let cli = committee();
    let events = cli.events();
    let marks: Vec<(&str, &str, &Value)> = events
        .iter()
        .map(|event| {
            let text = ["title", "text"].map(|name| &event["data"][name]["classification"]);
            let mark = text.into_iter().find(|mark| !mark.is_null()).unwrap_or(&Value::Null);
            (event["type"].as_str().unwrap(), event["classification"].as_str().unwrap(), mark)
        })
        .collect();
    let (white, green) = (&Value::from("WHITE"), &Value::from("GREEN"));
    assert_eq!(
        marks,
        [
            ("CommitteeEstablished", "WHITE", &Value::Null),
            ("MeetingConvened", "WHITE", &Value::Null),
            ("AgendaItemTabled", "WHITE", white),
            ("DecisionRecorded", "WHITE", white),
            ("ActionRaised", "WHITE", white),
            ("ActionRaised", "GREEN", green),
            ("PartyRegistered", "GREEN", &Value::Null),
        ]
    );
    record(&cli, "meeting SSC_73_1303 --held-on 2019-03-13");
    assert_eq!(cli.events().pop().unwrap()["data"]["classification"], "GREEN");
}

#[test]
fn every_subcommand_takes_a_mark_for_the_text_or_the_event() {
    let cli = committee();
    for (line, field, event, text) in [
        ("paragraph SSC_72_2702 --text secret --classification RED", "text", "WHITE", "RED".into()),
        ("member SSC Ada --appointed-on 2018-01-01 --classification AMBER", "text", "AMBER", Value::Null),
        ("attendance SSC_72_2702 Ada --classification GREEN", "text", "GREEN", Value::Null),
        ("progress SSC72/01 --on 2019-03-01 --note half --classification GREEN", "note", "GREEN", "GREEN".into()),
        ("progress SSC72/02 --on 2019-03-01 --note half", "note", "GREEN", "GREEN".into()),
        ("complete SSC72/01 --on 2019-03-13 --classification RED", "note", "RED", Value::Null),
        (
            "status SSC_72_2702 DCC --kind assurance --value Approved --agreed-on 2019-02-27 --classification RED",
            "value",
            "WHITE",
            "RED".into(),
        ),
        ("close SSC_72_2702 --classification AMBER", "text", "AMBER", Value::Null),
    ] {
        record(&cli, line);
        let (_, own, of_text) = last(&cli, field);
        assert_eq!((own.as_str(), of_text), (event, text), "{line}");
    }
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_raised_mark_holds_for_all_of_an_action_and_needs_no_consent() {
    let cli = committee();
    record(&cli, "complete SSC72/01 --on 2019-03-13");
    let before = cli.events().len();
    record(&cli, "mark SSC72/01 RED --reason restricted");
    let events = cli.events();
    assert_eq!(events.len(), before + 2);
    assert_eq!(events[before]["command_id"], events[before + 1]["command_id"]);
    assert_eq!(events[before]["data"]["change"]["marked"]["classification"], "RED");
    assert!(cli.done(&["actions", "--all"]).contains("SSC72/01"));
    assert!(!public(&cli, "/api/v1/actions?all=true").contains("SSC72/01"));
    // Nothing is left to change.
    assert!(record(&cli, "mark SSC72/01 RED --reason restricted").contains("nothing to mark"));
    assert_eq!(cli.events().len(), before + 2);
}

#[test]
fn a_lowered_mark_needs_consent_and_says_what_becomes_known() {
    let cli = committee();
    let before = cli.events().len();
    let refused = run(&cli, "mark SSC72/02 WHITE --reason published");
    assert_eq!((refused.status, refused.out.as_str()), (1, ""));
    for said in
        ["would become known to readers of WHITE", "GREEN until now: ActionRaised", "its text stays GREEN", "--yes"]
    {
        assert!(refused.err.contains(said), "{}", refused.err);
    }
    assert_eq!(cli.events().len(), before);
    record(&cli, "mark SSC72/02 WHITE --reason published --yes");
    assert!(!public(&cli, "/api/v1/actions").contains("SSC72/02"));
    record(&cli, "mark SSC72/02 WHITE --field text --reason published --yes");
    assert!(public(&cli, "/api/v1/actions").contains("SSC72/02"));
}

#[test]
fn decisions_meetings_parties_and_events_can_be_marked() {
    let cli = committee();
    let count = |line: &str| {
        let before = cli.events().len();
        record(&cli, line);
        cli.events().len() - before
    };
    assert_eq!(count("mark SSC_72_2702/D1 GREEN --field text --reason r"), 1);
    // The notice, the item and the decision.
    assert_eq!(count("mark SSC_72_2702 AMBER --reason r"), 3);
    assert!(!public(&cli, "/api/v1/meetings").contains("SSC_72_2702"));
    // Lowering a meeting lowers its notice alone.
    assert_eq!(count("mark SSC_72_2702 WHITE --reason r --yes"), 1);
    assert_eq!(count("mark DCC --committee SSC RED --reason r"), 1);
    assert_eq!(count("mark party:SSC:DCC WHITE --reason r --yes"), 1);
    let item = cli.events()[2]["event_id"].as_str().unwrap().to_owned();
    assert_eq!(count(&format!("mark {item} --field title RED --reason r")), 1);
    for (line, said) in [
        ("mark DCC RED --reason r", "--committee"),
        ("mark SSC72/09 RED --reason r", "the ledger has no `SSC72/09`"),
        ("mark nothing RED --reason r", "names nothing that has a mark"),
        ("mark SSC72/01 RED --field note --reason r", "has no text `note`\n  help: it has: text"),
        ("mark SSC_72_2702 RED --field text --reason r", "has no text `text`"),
        ("mark SSC72/01 RED", "needs a reason"),
    ] {
        let refused = run(&cli, line);
        assert!(refused.status == 1 && refused.err.contains(said), "{line}: {}", refused.err);
    }
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn what_is_recorded_of_a_subject_has_its_mark_of_today() {
    let cli = committee();
    for (line, mark) in [
        ("mark SSC72/01 RED --reason private", "RED"),
        ("progress SSC72/01 --on 2019-03-01 --note hush", "RED"),
        ("assign SSC72/01 --owner DCC --on 2019-03-02", "RED"),
        ("correction SSC72/01 --set due_on=2019-05-01 --reason wrong", "RED"),
        ("status SSC_72_2702 DCC --kind assurance --value Approved --agreed-on 2019-02-27", "WHITE"),
        ("mark DCC AMBER --committee SSC --reason private", "AMBER"),
        ("status SSC_72_2702 DCC --kind compliance --value Approved --agreed-on 2019-02-27", "AMBER"),
        ("mark SSC_72_2702 AMBER --reason private", "AMBER"),
        ("decision SSC_72_2702 NOTED --text hush", "AMBER"),
        ("paragraph SSC_72_2702 --text hush", "AMBER"),
        ("complete SSC72/02 --on 2019-03-01 --at-meeting SSC_72_2702", "AMBER"),
    ] {
        record(&cli, line);
        let event = cli.events().pop().unwrap();
        assert_eq!(event["classification"], mark, "{line}");
    }
    assert!(!public(&cli, "/api/v1/events").contains("hush"));
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_changed_document_lowers_a_mark_that_was_raised_only_when_told_to() {
    let cli = Cli::new();
    let sample = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/sample/TSC_41_1001.md")).unwrap();
    std::fs::write(cli.path("a.md"), &sample).unwrap();
    cli.done(&["import", "a.md"]);
    record(&cli, "mark TSC41/01 RED --reason private");
    let changed = sample.replace("circulate the approved", "circulate the newly approved");
    assert_ne!(changed, sample);
    std::fs::write(cli.path("b.md"), changed).unwrap();
    let refused = cli.run(&["import", "b.md"]);
    assert!(refused.status == 1 && refused.err.contains("--yes"), "{} {}", refused.out, refused.err);
    assert!(!public(&cli, "/api/v1/actions?all=true").contains("newly approved"));
    cli.done(&["import", "b.md", "--yes"]);
    assert!(public(&cli, "/api/v1/actions?all=true").contains("newly approved"));
}
