//! A meeting recorded from the command line, from the first notice to a correction.

use crate::fixtures::cli::Cli;
use minutebook_domain::Event;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every `record` subcommand that records an event, in an order in which all of them are legal.
const SITTING: &[&[&str]] = &[
    &["committee", "SSC", "--name", "Security Sub-Committee", "--default-classification", "WHITE", "--quorum", "3"],
    &["member", "SSC", "Ada Marsh", "--role", "chair", "--appointed-on", "2018-01-01"],
    &["member-retired", "SSC", "Ada Marsh", "--retired-on", "2019-12-31"],
    &["party", "SSC", "Other User L"],
    &["party-identified", "SSC", "Other User L", "--real-name", "Example Energy Ltd"],
    &["meeting", "SSC_71_1302", "--held-on", "2019-02-13", "--classification", "WHITE"],
    &["decision", "SSC_71_1302", "AGREED", "--text", "the old terms", "--classification", "WHITE"],
    &["decision", "SSC_71_1302", "AGREED", "--text", "the oldest terms", "--classification", "WHITE"],
    &["close", "SSC_71_1302", "--at", "16:00"],
    &["minutes-drafted", "SSC_71_1302", "--drafted-on", "2019-02-20"],
    &[
        "meeting",
        "SSC_72_2702",
        "--held-on",
        "2019-02-27",
        "--starts-at",
        "10:00",
        "--ends-at",
        "16:00",
        "--venue",
        "8 Fenchurch Place",
        "--classification",
        "WHITE",
    ],
    &["attendance", "SSC_72_2702", "Ada Marsh", "--as", "chair"],
    &["apologies", "SSC_72_2702", "Dev Patel", "--organisation", "DCC"],
    &["item", "SSC_72_2702", "Matters Arising"],
    &["item", "SSC_72_2702", "Full User Security Assessment", "--mark", "RED"],
    &[
        "interest",
        "SSC_72_2702",
        "Ada Marsh",
        "--item",
        "2",
        "--text",
        "a former employer",
        "--classification",
        "RED",
        "--recused",
    ],
    &[
        "matter",
        "SSC_72_2702",
        "--item",
        "1",
        "--text",
        "The working group met",
        "--classification",
        "WHITE",
        "--reference",
        "SECMP0037",
    ],
    &["paragraph", "SSC_72_2702", "--item", "2", "--text", "Two findings are open", "--classification", "RED"],
    &[
        "list",
        "SSC_72_2702",
        "--item",
        "2",
        "--entry",
        "RED: the first",
        "--entry",
        "the second",
        "--classification",
        "WHITE",
    ],
    &[
        "table",
        "SSC_72_2702",
        "--item",
        "2",
        "--header",
        "Party | Status",
        "--row",
        "Other User L | open",
        "--classification",
        "AMBER",
    ],
    &[
        "decision",
        "SSC_72_2702",
        "AGREED",
        "--item",
        "2",
        "--text",
        "the new terms",
        "--classification",
        "WHITE",
        "--supersedes",
        "SSC_71_1302/D1",
    ],
    &["decision-superseded", "SSC_71_1302/D2", "--by", "SSC_72_2702/D1", "--rescinded"],
    &[
        "status",
        "SSC_72_2702",
        "Other User L",
        "--kind",
        "assurance",
        "--value",
        "Approved",
        "--classification",
        "RED",
        "--agreed-on",
        "2019-02-27",
        "--decision",
        "SSC_72_2702/D1",
    ],
    &[
        "status-deferred",
        "SSC_72_2702",
        "Other User L",
        "--kind",
        "compliance",
        "--deferred-on",
        "2019-02-27",
        "--deferred-to",
        "2019-03-13",
    ],
    &[
        "minutes-approved",
        "SSC_72_2702",
        "--minutes-of",
        "2019-02-13",
        "--outcome",
        "subject to amendments",
        "--amendment",
        "for two read three",
        "--classification",
        "WHITE",
    ],
    &[
        "action",
        "SSC72/01",
        "--text",
        "Circulate the paper",
        "--classification",
        "WHITE",
        "--owner",
        "SECAS",
        "--raised-on",
        "2019-02-27",
        "--raised-in",
        "SSC_72_2702",
        "--due-on",
        "2019-03-27",
    ],
    &["action", "SSC72/02", "--text", "Circulate it again", "--classification", "WHITE", "--raised-on", "2019-02-27"],
    &["assign", "SSC72/01", "--owner", "DCC", "--on", "2019-03-01"],
    &[
        "progress",
        "SSC72/01",
        "--reported",
        "on target",
        "--note",
        "half done",
        "--classification",
        "GREEN",
        "--on",
        "2019-03-02",
    ],
    &["due-date", "SSC72/01", "--to", "2019-04-10", "--on", "2019-03-03"],
    &["carry-forward", "SSC72/01", "--to", "2019-03-13", "--on", "2019-03-04"],
    &["complete", "SSC72/01", "--on", "2019-03-13"],
    &["reopen", "SSC72/01", "--on", "2019-03-14"],
    &["withdraw", "SSC72/01", "--on", "2019-03-15"],
    &["supersede", "SSC72/02", "--by", "SSC72/01", "--on", "2019-03-15"],
    &["next-meeting", "SSC_72_2702", "--on", "2019-03-13"],
    &["close", "SSC_72_2702"],
    &["publication", "SSC_72_2702", "--audience", "WHITE", "--published-on", "2019-03-06"],
];

fn sitting() -> Cli {
    let cli = Cli::new();
    for words in SITTING {
        let arguments: Vec<&str> = std::iter::once("record").chain(words.iter().copied()).collect();
        cli.done(&arguments);
    }
    cli
}

#[test]
fn each_kind_of_event_can_be_recorded_and_the_ledger_is_sound() {
    let cli = sitting();
    // A meeting that was held is neither postponed nor cancelled.
    cli.done(&["record", "meeting", "SSC_73_1303", "--held-on", "2019-03-13", "--classification", "WHITE"]);
    cli.done(&["record", "postpone", "SSC_73_1303", "--to", "2019-03-20", "--starts-at", "10:30"]);
    cli.done(&["record", "renumber", "SSC_73_1303", "--as", "SSC_74_2003"]);
    cli.done(&["record", "cancel", "SSC_74_2003", "--note", "No business."]);
    let events = cli.events();
    let struck = events.iter().find(|event| event["type"] == "ActionWithdrawn").unwrap();
    cli.done(&[
        "record",
        "correction",
        struck["event_id"].as_str().unwrap(),
        "--strike",
        "--reason",
        "another action was meant",
        "--authority",
        "the chair",
    ]);
    // Tokens have a command of their own, since one is printed as it is made.
    cli.done(&["token", "create", "jane.smith", "--role", "secretary", "--clearance", "RED", "--committee", "SSC"]);
    let events = cli.events();
    let token = events.last().unwrap()["stream"].as_str().unwrap().strip_prefix("token:").unwrap();
    cli.done(&["token", "revoke", token]);
    let events = cli.events();
    let recorded: BTreeSet<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let catalogue: BTreeSet<&str> = Event::catalogue().map(|(_, name)| name).collect();
    assert_eq!(recorded, catalogue, "a kind of event that no subcommand records");
    assert!(cli.done(&["verify"]).contains("sound; root"));
    let json: Value = serde_json::from_str(&cli.done(&["verify", "--format", "json"])).unwrap();
    assert_eq!((&json["sound"], &json["events"]), (&true.into(), &events.len().into()));
}

#[test]
fn an_event_is_printed_with_every_field_of_its_envelope() {
    let cli = sitting();
    for event in cli.events() {
        let fields: Vec<&str> = event.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            fields,
            [
                "actor",
                "causation_id",
                "classification",
                "command_id",
                "corrects",
                "correlation_id",
                "data",
                "event_id",
                "on_behalf_of",
                "position",
                "reason",
                "recorded_at",
                "references",
                "schema_version",
                "source",
                "stream",
                "type",
                "valid_at",
                "version",
            ]
        );
        assert_eq!((&event["actor"], &event["source"]["client"]), (&"jane".into(), &"command line".into()));
    }
}

#[test]
fn history_follows_a_subject_and_shows_who_corrected_it_and_why() {
    let cli = sitting();
    let history = |subject: &str| -> Vec<Value> {
        serde_json::from_str(&cli.done(&["history", subject, "--format", "json"])).unwrap()
    };
    let types =
        |entries: &[Value]| entries.iter().map(|entry| entry["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        types(&history("Other User L")),
        ["PartyRegistered", "PartyIdentified", "StatusAgreed", "StatusDeferred"]
    );
    assert_eq!(types(&history("SECMP0037")), ["MatterArisingNoted"]);
    assert_eq!(types(&history("SSC_71_1302/D1")), ["DecisionRecorded", "DecisionRecorded", "DecisionSuperseded"]);
    let completed = history("SSC72/01").into_iter().find(|entry| entry["type"] == "ActionCompleted").unwrap();
    let by = r#"{"type": "ActionCompleted", "data": {"completed_on": "2019-03-12"}}"#;
    cli.done(&[
        "record",
        "correction",
        completed["event_id"].as_str().unwrap(),
        "--replace",
        by,
        "--reason",
        "done the day before",
        "--actor",
        "ben",
    ]);
    let entries = history("SSC72/01");
    let corrected = entries.iter().find(|entry| entry["type"] == "ActionCompleted").unwrap();
    let correction = entries.last().unwrap();
    assert_eq!(corrected["corrected_by"][0], correction["position"]);
    assert_eq!((&correction["reason"]["text"], &correction["actor"]), (&"done the day before".into(), &"ben".into()));
    assert_eq!(correction["corrects"], completed["event_id"]);
    let table = cli.done(&["history", "SSC72/01"]);
    assert!(table.contains("because: done the day before") && table.contains("[corrected at"), "{table}");
}

#[test]
fn a_refusal_says_what_would_be_accepted_and_records_nothing() {
    let cli = sitting();
    let before = cli.events().len();
    for (arguments, status, said) in [
        (&["record", "complete", "SSC72/09", "--on", "2019-03-01"][..], 1, "raise it first"),
        (
            &["record", "item", "SSC_72_2702", "Too late"],
            1,
            "a correction that adds it: `minutebook record correction EVENT --supplement`",
        ),
        (
            &["record", "meeting", "SSC_73_1303", "--held-on", "2019-03-14", "--classification", "WHITE"],
            1,
            "SSC_73_1403",
        ),
        (
            &["record", "meeting", "SSC_73", "--held-on", "2019-03-14", "--classification", "WHITE"],
            2,
            "is written as `SSC_72_2702`",
        ),
        (&["record", "complete", "SSC72/01", "--on", "13/03/2019"], 2, "a date such as 2019-02-27 was expected"),
        (
            &["record", "progress", "SSC72/01", "--on", "2019-03-01", "--classification", "pink"],
            2,
            "WHITE, GREEN, AMBER, RED",
        ),
        (&["record", "party", "SSC", "DCC", "--classification", "CLEAR"], 1, "CLEAR is not a level of"),
        (&["record", "correction", "0190a6e0-0000-7000-8000-000000000001", "--strike"], 1, "needs a reason: give one"),
        (&["record", "correction", "0190a6e0-0000-7000-8000-000000000001", "--reason", "r"], 2, "--strike"),
        (&["history", "other user l"], 1, "similar references: Other User L"),
        (&["log", "--type", "Nothing"], 2, "ActionRaised"),
        (&["--ledger", "mysql:book", "log"], 2, "`sqlite:PATH` or `postgres://USER@HOST/DATABASE`"),
        (&["--ledger", "sqlite:missing.db", "log"], 1, "there is no ledger at missing.db"),
        (&["--ledger", "postgres://nobody@127.0.0.1:1/book", "log"], 1, "cannot connect to book on 127.0.0.1:1"),
        (&["migrate", "--grant-to", "role"], 1, "SQLite has no roles"),
        (&["migrate", "--grant-read-to", "role", "--clearance", "green"], 1, "SQLite has no roles"),
        (&["migrate", "--grant-read-to", "role", "--clearance", "pink"], 2, "WHITE, GREEN, AMBER, RED"),
        (&["migrate", "--clearance", "green"], 2, "--grant-read-to"),
    ] {
        let run = cli.run(arguments);
        assert_eq!(run.status, status, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(said), "{arguments:?} said: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
    }
    assert_eq!(cli.events().len(), before);
}

#[test]
fn a_repeated_key_records_once_and_prints_the_first_outcome() {
    let cli = Cli::new();
    let establish = [
        "record",
        "committee",
        "SSC",
        "--name",
        "Security Sub-Committee",
        "--default-classification",
        "WHITE",
        "--idempotency-key",
        "monday-1",
    ];
    let first = cli.done(&establish);
    assert_eq!(cli.done(&establish), first);
    let other = cli.run(&[
        "record",
        "committee",
        "TSC",
        "--name",
        "Tidal",
        "--default-classification",
        "WHITE",
        "--idempotency-key",
        "monday-1",
    ]);
    assert!(other.status == 1 && other.err.contains("was used for another command"), "{}", other.err);
    assert_eq!(cli.events().len(), 1);
}

#[test]
fn a_planned_decision_stands_in_the_lists_as_in_the_log() {
    let cli = Cli::new();
    for line in [
        "committee SSC --name Security",
        "meeting SSC_9_0702 --held-on 9998-02-07",
        "decision SSC_9_0702 AGREED --text later --planned",
        "matter SSC_9_0702 --text noted",
    ] {
        cli.done(&std::iter::once("record").chain(line.split(' ')).collect::<Vec<_>>());
    }
    // The log holds microseconds and the clock nanoseconds.
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_command_in_a_folder_without_a_ledger_leaves_none_behind() {
    let cli = Cli::new();
    let files =
        || std::fs::read_dir(cli.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect::<Vec<_>>();
    for words in [
        &["record", "meeting", "SSC_72_2702", "--held-on", "2019-02-27"][..],
        &["record", "action", "SSC72/01", "SECAS", "--text", "Circulate the paper"],
        &["record", "complete", "SSC72/01", "--on", "2019-03-12"],
        &["record", "mark", "SSC72/01", "--classification", "GREEN"],
        &["record", "correction", "SSC72/01", "--set", "due_on=", "--reason", "a mistake", "--authority", "the chair"],
        &["actions"],
        &["token", "list"],
    ] {
        let run = cli.run(words);
        assert!(run.status != 0, "{words:?}: {}", run.out);
        assert!(files().is_empty(), "{words:?} left {:?}", files());
    }
    // What is refused makes no ledger either.
    for (words, input) in [
        (&["record", "committee", "SSC", "--name", ""][..], ""),
        (&["record", "lines"], r#"{"stream": "action:SSC72/01", "type": "ActionCompleted", "data": {}}"#),
        (&["import", "-"], ""),
        (&["import", "nothing.md"], ""),
    ] {
        let run = cli.run_with(words, input);
        assert!(run.status != 0, "{words:?}: {}", run.out);
        assert!(files().is_empty(), "{words:?} left {:?}", files());
    }
    let made = cli.run(&["record", "committee", "SSC", "--name", "Security Sub-Committee"]);
    assert_eq!((made.status, made.err.as_str()), (0, "made the ledger minutebook.db\n"));
    let second = cli.run(&["record", "meeting", "SSC_72_2702", "--held-on", "2019-02-27"]);
    assert_eq!((second.status, second.err.as_str()), (0, ""), "{}", second.err);
}
