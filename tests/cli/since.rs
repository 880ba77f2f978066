//! Questions of a secretary between two meetings: what changed since the last one, what is unanswered, what comes back.

use crate::fixtures::cli::Cli;
use serde_json::Value;

/// Two meetings: the first raises two actions and defers a matter, the second completes one and decides.
fn two_meetings() -> Cli {
    let cli = Cli::new();
    let record = |words: &[&str]| cli.done(&[&["record"], words].concat());
    record(&["committee", "SSC", "--name", "Security Sub-Committee", "--default-classification", "WHITE"]);
    record(&["meeting", "SSC_72_2702", "--held-on", "2019-02-27"]);
    let raised = ["--raised-on", "2019-02-27", "--owner", "SECAS"];
    record(&[&["action", "SSC72/01", "--text", "Publish", "--due-on", "2019-03-20"][..], &raised].concat());
    record(&[&["action", "SSC72/02", "--text", "Write"][..], &raised].concat());
    record(&["decision", "SSC_72_2702", "RECOMMENDED", "--text", "the budget", "--recommended-to", "Panel"]);
    record(&["decision", "SSC_72_2702", "RECOMMENDED", "--text", "the plan", "--recommended-to", "Board"]);
    record(&["decision", "SSC_72_2702", "DEFERRED", "--text", "the review", "--deferred-to", "2019-03-27"]);
    record(&["party", "SSC", "Other User L"]);
    let deferral = ["--kind", "assurance", "--deferred-on", "2019-02-27", "--deferred-to", "2019-03-27"];
    record(&[&["status-deferred", "SSC_72_2702", "Other User L"][..], &deferral].concat());
    record(&["meeting", "SSC_73_1303", "--held-on", "2019-03-13"]);
    record(&["complete", "SSC72/01", "--on", "2019-03-13", "--at-meeting", "SSC_73_1303"]);
    record(&["matter", "SSC_73_1303", "--text", "The Panel approved the budget"]);
    record(&["decision", "SSC_73_1303", "NOTED", "--text", "the answer"]);
    cli
}

fn names(cli: &Cli, words: &[&str], list: &str, field: &str) -> Vec<String> {
    let page: Value = serde_json::from_str(&cli.done(&[words, &["--format", "json"]].concat())).unwrap();
    page[list].as_array().unwrap().iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn since_a_meeting_a_day_or_a_position_only_what_changed_is_listed() {
    let cli = two_meetings();
    let completed =
        cli.events().iter().find(|event| event["type"] == "ActionCompleted").unwrap()["position"].to_string();
    for since in
        ["SSC_72_2702", "2019-02-27", "2019-03-12", &completed.parse::<u32>().map(|at| (at - 1).to_string()).unwrap()]
    {
        assert_eq!(names(&cli, &["actions", "--since", since], "actions", "reference"), ["SSC72/01"], "{since}");
        assert_eq!(names(&cli, &["decisions", "--since", since], "decisions", "id"), ["SSC_73_1303/D1"], "{since}");
        let changes = cli.done(&["changes", "actions", "--since", since]);
        assert!(changes.contains("SSC72/01") && !changes.contains("SSC72/02"), "{since}: {changes}");
    }
    assert_eq!(names(&cli, &["actions", "--since", "2019-02-26"], "actions", "reference"), ["SSC72/01", "SSC72/02"]);
    assert_eq!(
        names(&cli, &["actions", "--since", "2019-02-27", "--status", "outstanding"], "actions", "reference").len(),
        0
    );
    let none = cli.done(&["actions", "--since", "SSC_73_1303"]);
    assert_eq!(none, "no actions match --since SSC_73_1303\n");
    let unknown = cli.run(&["actions", "--since", "SSC_99_0101"]);
    assert!(unknown.err.starts_with("error: there is no meeting SSC_99_0101 in the ledger\n"), "{}", unknown.err);
}

#[test]
fn a_meeting_is_a_moment_wherever_one_is_taken() {
    let cli = two_meetings();
    let status =
        |words: &[&str]| names(&cli, &[&["actions", "SSC72/01"], words].concat(), "actions", "status").remove(0);
    assert_eq!(status(&["--as-of", "SSC_72_2702"]), "outstanding");
    assert_eq!(status(&["--as-of", "SSC_73_1303"]), "complete");
    let as_of_meeting = cli.done(&["statistics", "--as-of", "SSC_72_2702"]);
    assert_eq!(as_of_meeting, cli.done(&["statistics", "--as-of", "2019-02-27"]));
    let between = cli.done(&["actions", "--between", "SSC_72_2702", "SSC_73_1303"]);
    assert_eq!(between, cli.done(&["changes", "actions", "2019-02-27", "2019-03-13"]));
    assert!(cli.done(&["log", "--as-of", "SSC_72_2702"]).contains("SSC72/02"));
    assert!(!cli.done(&["log", "--as-of", "SSC_72_2702"]).contains("ActionCompleted"));
    assert_eq!(cli.done(&["history", "SSC72/01", "--known-at", "SSC_72_2702"]), "no events as of then\n");
}

#[test]
fn unanswered_recommendations_and_what_is_deferred_to_a_meeting_are_listed() {
    let cli = two_meetings();
    assert_eq!(names(&cli, &["recommendations"], "decisions", "id"), ["SSC_72_2702/D1", "SSC_72_2702/D2"]);
    assert_eq!(names(&cli, &["recommendations", "--unanswered"], "decisions", "id"), ["SSC_72_2702/D2"]);
    // The meeting is yet to be convened: its reference has its day.
    for to in ["SSC_74_2703", "2019-03-27"] {
        let deferred = names(&cli, &["deferred", "--to", to], "deferrals", "reference");
        assert_eq!(deferred, ["Other User L", "SSC_72_2702/D3"], "{to}");
    }
    assert_eq!(cli.done(&["deferred", "--to", "SSC_73_1303"]), "no deferrals match --to SSC_73_1303\n");
    assert_eq!(names(&cli, &["deferred"], "deferrals", "reference").len(), 2);
}

#[test]
fn an_action_without_a_due_date_is_not_on_target() {
    let cli = two_meetings();
    let table = cli.done(&["actions"]);
    let line = table.lines().find(|line| line.contains("SSC72/02")).unwrap();
    assert!(line.contains("no date") && !line.contains("on target"), "{line}");
    let page: Value = serde_json::from_str(&cli.done(&["actions", "--format", "json"])).unwrap();
    assert!(page["actions"][0]["progress"].is_null());
}
