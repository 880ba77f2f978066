//! Two editions of one meeting through the program: WHITE headlines, and confidential minutes.

use crate::fixtures::cli::Cli;
use serde_json::Value;

const WHITE: &str = include_str!("../fixtures/data/editions/white.md");
const CONFIDENTIAL: &str = include_str!("../fixtures/data/editions/confidential.md");

fn import(cli: &Cli, name: &str, text: &str) -> Value {
    std::fs::write(cli.path(name), text).unwrap();
    let printed: Value = serde_json::from_str(&cli.done(&["import", "--yes", "--format", "json", name])).unwrap();
    printed["files"][0].clone()
}

fn list(cli: &Cli, command: &[&str], clearance: &str) -> Value {
    let more = ["--committee", "BRC", "--format", "json", "--clearance", clearance];
    serde_json::from_str(&cli.done(&[command, &more].concat())).unwrap()
}

/// One field of each row, in order.
fn column(list: &Value, field: &str) -> Vec<Value> {
    let rows = list.as_object().unwrap().values().find_map(Value::as_array).unwrap();
    rows.iter().map(|row| row[field].clone()).collect()
}

/// Both orders of import.
fn in_either_order(check: impl Fn(&Cli)) {
    for order in [
        [("white.md", WHITE), ("confidential.md", CONFIDENTIAL)],
        [("confidential.md", CONFIDENTIAL), ("white.md", WHITE)],
    ] {
        let cli = Cli::new();
        for (name, text) in order {
            import(&cli, name, text);
        }
        check(&cli);
    }
}

#[test]
fn each_reader_gets_the_statements_of_the_highest_edition_that_they_may_read() {
    in_either_order(|cli| {
        let actions = |clearance| list(cli, &["actions", "--all"], clearance);
        assert_eq!(column(&actions("WHITE"), "reference"), ["BRC11/01", "BRC11/02"]);
        assert_eq!(column(&actions("WHITE"), "due_on"), ["2024-03-20", "2024-03-20"]);
        assert_eq!(column(&actions("RED"), "reference"), ["BRC11/01", "BRC11/02", "BRC11/03"]);
        assert_eq!(column(&actions("RED"), "due_on"), ["2024-03-20", "2024-03-27", "2024-03-15"]);
        assert!(column(&actions("RED"), "status").iter().all(|status| status == "outstanding"));
        let status = |clearance| column(&list(cli, &["party", "Other User L"], clearance), "value");
        assert_eq!(status("WHITE"), [Value::Null]);
        assert_eq!(status("RED"), ["Approved subject to a second audit"]);
        assert_eq!(column(&list(cli, &["decisions"], "WHITE"), "verb"), ["NOTED", "APPROVED", "AGREED", "AGREED"]);
        assert_eq!(list(cli, &["decisions"], "RED")["total"], 6);
        let meeting = list(cli, &["meetings"], "WHITE")["meetings"][0].clone();
        assert_eq!(meeting["attendance"].as_array().unwrap().len(), 2);
        assert!(cli.done(&["verify"]).contains("sound; root"));
    });
}

#[test]
fn importing_either_edition_again_appends_nothing() {
    in_either_order(|cli| {
        let before = cli.events();
        for (name, text) in [("again.md", WHITE), ("once-more.md", CONFIDENTIAL)] {
            let report = import(cli, name, &(text.to_owned() + "\n"));
            assert_eq!(report["events_appended"], 0, "{name}");
        }
        assert_eq!(cli.events(), before);
    });
}

#[test]
fn a_changed_edition_takes_nothing_from_the_other() {
    in_either_order(|cli| {
        let shorter = WHITE.replace("The BRC **AGREED** to close the bridge on Sundays.", "The works were discussed.");
        import(cli, "shorter.md", &shorter.replace("**ACTION BRC11/01:**", "To do:"));
        let texts = |clearance| column(&list(cli, &["decisions"], clearance), "text");
        assert!(!texts("WHITE").contains(&"to close the bridge on Sundays".into()), "{:?}", texts("WHITE"));
        assert!(texts("RED").contains(&"to close the bridge on Sundays".into()), "{:?}", texts("RED"));
        let actions = list(cli, &["actions", "--all"], "RED");
        assert_eq!(column(&actions, "reference"), ["BRC11/01", "BRC11/02", "BRC11/03"]);
        assert!(column(&actions, "status").iter().all(|status| status == "outstanding"));
        // And when neither says it any more, it is gone.
        import(cli, "neither.md", &CONFIDENTIAL.replace("The BRC **AGREED** to close the bridge on Sundays.\n\n", ""));
        assert!(!texts("RED").contains(&"to close the bridge on Sundays".into()), "{:?}", texts("RED"));
        assert!(cli.done(&["verify"]).contains("sound; root"));
    });
}

#[test]
fn a_contradiction_is_found_with_both_places() {
    let cli = Cli::new();
    import(&cli, "white.md", WHITE);
    let report = import(&cli, "confidential.md", CONFIDENTIAL);
    let found: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().filter(|of| of["kind"] == "editions-contradict").collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    let text = "`due_on` is 2024-03-27 here, 2024-03-20 in headlines WHITE (white.md:31)";
    assert_eq!((&found[0]["text"], &found[0]["line"]), (&text.into(), &34.into()));
}

#[test]
fn a_status_that_one_edition_defers_and_the_other_agrees_is_read_alike_in_either_order() {
    let agreed = "**AGREED** the Assurance Status for Other User ‘L’.";
    let white = WHITE.replace(agreed, "**DEFERRED** the Assurance Status for Other User ‘L’.");
    assert_ne!(white, WHITE);
    for order in [["white.md", "confidential.md"], ["confidential.md", "white.md"]] {
        let cli = Cli::new();
        for name in order {
            import(&cli, name, if name == "white.md" { &white } else { CONFIDENTIAL });
        }
        let status = |clearance| {
            let party = list(&cli, &["party", "Other User L"], clearance);
            (column(&party, "deferred"), column(&party, "value"))
        };
        assert_eq!(status("WHITE"), (vec![true.into()], vec![Value::Null]), "{order:?}");
        let value = "Approved subject to a second audit".into();
        assert_eq!(status("RED"), (vec![false.into()], vec![value]), "{order:?}");
        assert!(cli.done(&["verify"]).contains("sound; root"));
    }
}

#[test]
fn an_import_never_moves_a_meeting() {
    let cli = Cli::new();
    import(&cli, "white.md", WHITE);
    let before = cli.events();
    for (name, text) in [("white-2025.md", WHITE), ("minutes-2025.md", CONFIDENTIAL)] {
        std::fs::write(
            cli.path(name),
            text.replace("6 March 2024", "6 March 2025").replace("20 March 2024", "20 March 2025"),
        )
        .unwrap();
        let run = cli.run(&["import", name]);
        assert!(
            run.status == 1 && run.err.contains("is recorded on 2024-03-06, and the document gives 2025-03-06"),
            "{}",
            run.err
        );
    }
    assert_eq!(cli.events(), before);
}

fn rendered(cli: &Cli, edition: &str, audience: &str) -> String {
    let text = cli.done(&["headlines", "BRC_11_0603", "--edition", edition, "--audience", audience]);
    text.lines().filter(|line| !line.starts_with("Rendered by")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_edition_is_rendered_as_from_a_book_that_holds_it_alone() {
    let alone = |name: &str, text: &str, edition: &str, audience: &str| {
        let cli = Cli::new();
        import(&cli, name, text);
        rendered(&cli, edition, audience)
    };
    let white = alone("white.md", WHITE, "white", "WHITE");
    let confidential = alone("confidential.md", CONFIDENTIAL, "confidential", "RED");
    assert!(white.contains("Meeting Headlines") && confidential.contains("Confidential Minutes"));
    in_either_order(|cli| {
        assert_eq!(rendered(cli, "white", "WHITE"), white);
        assert_eq!(rendered(cli, "white", "RED"), white);
        assert_eq!(rendered(cli, "confidential", "RED"), confidential);
        // Without a choice: the highest edition that the audience may know.
        for (audience, expected) in [("WHITE", &white), ("GREEN", &white), ("RED", &confidential)] {
            let text = cli.done(&["headlines", "BRC_11_0603", "--audience", audience]);
            let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("Rendered by")).collect();
            assert_eq!(&text.join("\n"), expected, "{audience}");
        }
        let run = cli.run(&["headlines", "BRC_11_0603", "--edition", "confidential", "--audience", "AMBER"]);
        assert!(run.status == 1 && run.err.contains("no confidential edition of BRC_11_0603 for AMBER"), "{}", run.err);
    });
}

#[test]
fn a_confidential_edition_of_a_meeting_recorded_live_is_titled_minutes() {
    let cli = Cli::new();
    cli.done(&["record", "committee", "BRC", "--name", "Bridge Review Committee", "--default-classification", "WHITE"]);
    cli.done(&["record", "meeting", "BRC_11_0603", "--held-on", "2024-03-06", "--classification", "WHITE"]);
    let first = |edition: &str| {
        let text = cli.done(&["headlines", "BRC_11_0603", "--edition", edition, "--audience", "RED"]);
        text.lines().find(|line| line.contains("(BRC)")).unwrap().trim_start_matches(['#', ' ']).to_owned()
    };
    assert_eq!(first("white"), "Bridge Review Committee (BRC) Meeting Headlines");
    assert_eq!(first("confidential"), "Bridge Review Committee (BRC) Meeting Minutes");
}

#[test]
fn marks_are_lowered_only_with_yes_and_the_import_says_what_each_audience_newly_reads() {
    let cli = Cli::new();
    import(&cli, "confidential.md", CONFIDENTIAL);
    std::fs::write(cli.path("white.md"), WHITE).unwrap();
    let before = cli.events();
    let run = cli.run(&["import", "white.md"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("  WHITE, RED until now: ActionRaised:"), "{}", run.err);
    assert!(run.err.contains("marks would be lowered; nothing of this document was recorded"), "{}", run.err);
    assert!(run.err.contains("give --yes to lower"), "{}", run.err);
    assert_eq!(cli.events(), before);
    let dry = cli.done(&["import", "--dry-run", "white.md"]);
    assert!(dry.contains("WHITE would newly read") && cli.events() == before, "{dry}");
    let done = cli.done(&["import", "--yes", "white.md"]);
    let line = done.lines().find(|line| line.starts_with("WHITE newly reads")).unwrap();
    assert!(line.contains("BRC11/01, BRC11/02, ") && line.contains("Other User L"), "{line}");
    assert!(!line.contains("BRC11/03") && !line.contains("Large Supplier Q"), "{line}");
    // The other way round nothing is lowered, and nobody below RED reads anything new.
    let cli = Cli::new();
    std::fs::write(cli.path("white.md"), WHITE).unwrap();
    std::fs::write(cli.path("confidential.md"), CONFIDENTIAL).unwrap();
    cli.done(&["import", "white.md"]);
    let done = cli.done(&["import", "confidential.md"]);
    let new: Vec<&str> = done.lines().filter(|line| line.contains("newly reads")).collect();
    assert!(new.len() == 1 && new[0].starts_with("RED newly reads") && new[0].contains("BRC11/03"), "{new:?}");
}

#[test]
fn a_folder_brings_the_lower_edition_first() {
    let cli = Cli::new();
    std::fs::create_dir(cli.path("documents")).unwrap();
    std::fs::write(cli.path("documents/1-confidential.md"), CONFIDENTIAL).unwrap();
    std::fs::write(cli.path("documents/2-white.md"), WHITE).unwrap();
    cli.done(&["import", "documents"]);
    assert_eq!(list(&cli, &["actions", "--all"], "WHITE")["total"], 2);
}
