//! The export of a ledger as JSON lines, and its import into another ledger.

use crate::fixtures::cli::Cli;
use serde_json::Value;

/// A ledger with a few events, and its export.
fn exported() -> (Cli, String) {
    let cli = Cli::new();
    cli.done(&["record", "committee", "SSC", "--name", "Security Sub-Committee", "--default-classification", "WHITE"]);
    cli.done(&["record", "meeting", "SSC_72_2702", "--held-on", "2019-02-27", "--classification", "WHITE"]);
    cli.done(&["record", "item", "SSC_72_2702", "Any Other Business"]);
    let export = cli.done(&["log", "--format", "ndjson"]);
    std::fs::write(cli.folder.path().join("book.ndjson"), &export).unwrap();
    (cli, export)
}

fn root(verified: &str) -> &str {
    verified.rsplit("root ").next().unwrap().trim()
}

#[test]
fn an_exported_ledger_is_imported_elsewhere_with_the_same_root() {
    let (cli, export) = exported();
    let there = ["--ledger", "sqlite:there.db"];
    let run = |arguments: &[&str]| cli.done(&[arguments, &there].concat());
    let dry = run(&["import", "--dry-run", "book.ndjson"]);
    assert!(dry.contains("3 would be recorded") && !cli.folder.path().join("there.db").exists(), "{dry}");
    let said = run(&["import", "book.ndjson"]);
    let expected = cli.done(&["verify"]);
    assert!(said.contains("3 recorded") && said.contains(root(&expected)), "{said}");
    assert_eq!(run(&["verify"]), expected);
    assert_eq!(run(&["log", "--format", "ndjson"]), export);
    let again: Value = serde_json::from_str(&run(&["import", "--format", "json", "book.ndjson"])).unwrap();
    let file = &again["files"][0];
    assert_eq!((&file["already_imported"], &file["events_appended"]), (&true.into(), &0.into()));
    assert_eq!((&file["events"], file["root"].as_str()), (&3.into(), Some(root(&expected))));
}

#[test]
fn each_line_is_an_event_as_json_and_the_last_line_counts_them() {
    let (cli, export) = exported();
    let lines: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (end, events) = lines.split_last().unwrap();
    assert_eq!((&end["end"]["events"], &end["end"]["format"]), (&3.into(), &1.into()));
    for (line, event) in events.iter().zip(cli.events()) {
        for (field, value) in event.as_object().unwrap() {
            assert_eq!(&line[field], value, "{field}");
        }
    }
    // A part of the log is printed as plain events: it is not an export.
    let part = cli.done(&["log", "--format", "ndjson", "--after", "1"]);
    assert!(part.lines().count() == 2 && !part.contains("\"salt\""), "{part}");
}

#[test]
fn a_broken_or_foreign_export_is_refused_with_help() {
    let (cli, export) = exported();
    let file = |name: &str, text: &str| std::fs::write(cli.folder.path().join(name), text).unwrap();
    let refused = |arguments: &[&str], said: &str| {
        let run = cli.run(&[&["import"], arguments].concat());
        assert!(run.status == 1 && run.err.contains(said) && run.err.contains("help: "), "{}", run.err);
    };
    file("changed.ndjson", &export.replace("Any Other Business", "Any other business"));
    refused(&["changed.ndjson", "--ledger", "sqlite:there.db"], "changed.ndjson: line 3: the leaf is");
    file("cut.ndjson", export.split_inclusive('\n').take(2).collect::<String>().as_str());
    refused(&["cut.ndjson", "--ledger", "sqlite:there.db"], "cut off: after 2 events");
    file("commands.ndjson", "{\"stream\":\"committee:SSC\",\"type\":\"CommitteeEstablished\",\"data\":{}}\n");
    let run = cli.run(&["import", "commands.ndjson", "--ledger", "sqlite:there.db"]);
    assert!(run.status == 1 && run.err.contains("record them with `minutebook record lines`"), "{}", run.err);
    cli.done(&[
        "record",
        "committee",
        "TSC",
        "--name",
        "Another",
        "--default-classification",
        "WHITE",
        "--ledger",
        "sqlite:other.db",
    ]);
    refused(
        &["book.ndjson", "--ledger", "sqlite:other.db"],
        "from position 1 on: CommitteeEstablished of committee:TSC",
    );
    assert!(!cli.path("there.db").exists(), "what is refused makes no ledger");
}
