//! Mistakes of a secretary: each message says what is wrong, the form that this committee writes, and the likely word.

use crate::fixtures::cli::Cli;
use crate::fixtures::committee::{established, request};
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger};
use minutebook_ledger::{Environment, Recorder};

/// A ledger of two meetings, an action, a decision and a party.
pub(super) fn committee() -> Cli {
    let cli = Cli::new();
    for words in [
        &["committee", "SSC", "--name", "Security Sub-Committee", "--default-classification", "WHITE"][..],
        &["meeting", "SSC_72_2702", "--held-on", "2019-02-27"],
        &["item", "SSC_72_2702", "Remediation Plans"],
        &["party", "SSC", "Other User L"],
        &["decision", "SSC_72_2702", "AGREED", "--item", "1", "--text", "the plan"],
        &["action", "SSC72/01", "--text", "Publish it", "--owner", "SECAS", "--raised-on", "2019-02-27"],
    ] {
        cli.done(&[&["record"], words].concat());
    }
    cli
}

/// Runs a command that fails and compares the whole message.
fn says(cli: &Cli, words: &[&str], message: &str) {
    let run = cli.run(words);
    assert!(run.status != 0, "{words:?}: {}", run.out);
    assert_eq!(run.err.trim_end(), message, "{words:?}");
}

#[test]
fn a_dashed_reference_is_named_in_the_form_of_the_committee() {
    let cli = committee();
    for (words, message) in [
        (
            &["record", "item", "SSC-72-2702", "Title"][..],
            "error: <MEETING>: `SSC-72-2702` is not a meeting reference\n  \
             help: did you mean `SSC_72_2702`? A meeting of SSC is written as `SSC_72_2702`",
        ),
        (
            &["record", "meeting", "SSC-73-1303", "--held-on", "2019-03-13"],
            "error: <MEETING>: `SSC-73-1303` is not a meeting reference\n  \
             help: did you mean `SSC_73_1303`? A meeting of SSC is written as `SSC_72_2702`",
        ),
        (
            &["record", "complete", "SSC72-01", "--on", "2019-03-01"],
            "error: <ACTION>: `SSC72-01` is not an action reference\n  \
             help: did you mean `SSC72/01`? An action is written as `SSC72/01`",
        ),
        (
            &["decisions", "SSC_72_2702-D1"],
            "error: [DECISION]: `SSC_72_2702-D1` is not a decision\n  \
             help: did you mean `SSC_72_2702/D1`? A decision is written as `SSC_72_2702/D1`",
        ),
        (
            &["headlines", "seventy-two"],
            "error: <MEETING>: `seventy-two` is not a meeting reference\n  \
             help: a meeting of SSC is written as `SSC_72_2702`",
        ),
    ] {
        says(&cli, words, message);
    }
    let nowhere = Cli::new();
    let expected = "error: <MEETING>: `SSC-72-2702` is not a meeting reference\n  help: committee, number and ddmm, such as \
                    `SSC_72_2702`, or committee and day, such as `SSC_2019-02-27` is expected";
    says(&nowhere, &["headlines", "SSC-72-2702"], expected);
}

#[test]
fn a_classification_of_another_scheme_is_refused_with_the_levels_of_the_committees() {
    let cli = committee();
    for (words, message) in [
        (
            &["record", "item", "SSC_72_2702", "Title", "--classification", "CLEAR"][..],
            "error: CLEAR is not a level of the Panel Information Policy [mark-of-its-scheme]\n  \
             help: one of: WHITE, GREEN, AMBER, RED",
        ),
        (
            &["record", "close", "SSC_72_2702", "--classification", "AMBER+STRICT"],
            "error: AMBER+STRICT is not a level of the Panel Information Policy [mark-of-its-scheme]\n  \
             help: one of: WHITE, GREEN, AMBER, RED",
        ),
        (
            &["record", "item", "SSC_72_2702", "Title", "--mark", "AMBER+STRICT"],
            "error: AMBER+STRICT is not a level of the Panel Information Policy [mark-of-its-scheme]\n  \
             help: one of: WHITE, GREEN, AMBER, RED",
        ),
        (
            &["record", "item", "SSC_72_2702", "Title", "--classification", "WITHE"],
            "error: --classification <LEVEL>: `WITHE` is not a classification\n  \
             help: did you mean `WHITE`? SSC has: WHITE, GREEN, AMBER, RED",
        ),
        (
            &["record", "item", "SSC_72_2702", "Title", "--classification", "SECRET"],
            "error: --classification <LEVEL>: `SECRET` is not a classification\n  help: SSC has: WHITE, GREEN, AMBER, RED",
        ),
    ] {
        says(&cli, words, message);
    }
}

#[test]
fn a_party_is_accepted_as_documents_print_it_and_an_unknown_one_is_named() {
    let cli = committee();
    cli.done(&["record", "party", "SSC", "Small Supplier ‘AA’"]);
    assert_eq!(cli.events().last().unwrap()["data"]["name"], "Small Supplier AA");
    let status = ["--kind", "assurance", "--agreed-on", "2019-02-27"];
    let agreed = |party: &'static str| [&["record", "status", "SSC_72_2702", party][..], &status].concat();
    cli.done(&agreed("Other User ‘L’"));
    assert!(cli.done(&["party", "Other User ‘L’"]).contains("Other User L"));
    assert!(cli.done(&["history", "Other User ‘L’"]).contains("PartyRegistered"));
    says(
        &cli,
        &agreed("Other Usr L"),
        "error: the party is not registered: `Other Usr L` [party-registered-first]\n  \
         help: did you mean `Other User L`? If not, register it first",
    );
    says(
        &cli,
        &agreed("Other User Q"),
        "error: the party is not registered: `Other User Q` [party-registered-first]\n  help: register it first",
    );
    says(
        &cli,
        &["party", "Oter User L"],
        "error: there is no party `Oter User L` in the ledger\n  help: did you mean `Other User L`?",
    );
    says(
        &cli,
        &["record", "party", "SSC", "Other User"],
        "error: <NAME>: `Other User` is not a party\n  help: its category and its letters or number, such as `Other User L`, or \
         `DCC` is expected; its category is one of: Large Supplier, Small Supplier, Electricity Network, Gas Network, \
         Other User, DCC, or one that the committee added",
    );
}

#[test]
fn a_committee_adds_categories_and_assessments_of_its_own() {
    let cli = committee();
    says(
        &cli,
        &["record", "party", "SSC", "Applicant 7"],
        "error: SSC has no party category `Applicant` [category-of-its-committee]\n  help: one of: Large Supplier, \
         Small Supplier, Electricity Network, Gas Network, Other User, DCC; or add it: `minutebook record correction SSC \
         --set party_categories+=Applicant --reason …`",
    );
    let misspelt = cli.run(&["record", "party", "SSC", "Othr User L"]);
    assert!(
        misspelt.err.contains("help: did you mean `Other User`? If not, one of: Large Supplier"),
        "{}",
        misspelt.err
    );
    let set = |value: &'static str| {
        cli.done(&["record", "correction", "SSC", "--set", value, "--reason", "we deal with applicants"]);
    };
    set("party_categories+=Applicant");
    cli.done(&["record", "party", "SSC", "Applicant 7"]);
    assert_eq!(cli.events().last().unwrap()["data"]["category"], "Applicant");
    let status = |assessment: &'static str| {
        let words = ["--kind", "assurance", "--agreed-on", "2019-02-27", "--assessment", assessment];
        [&["record", "status", "SSC_72_2702", "Applicant 7"][..], &words].concat()
    };
    let refused = cli.run(&status("Site Visit"));
    assert!(
        refused.err.starts_with("error: SSC has no assessment `Site Visit` [assessment-of-its-committee]\n"),
        "{}",
        refused.err
    );
    set("assessments+=Site Visit");
    cli.done(&status("Site Visit"));
    assert!(cli.done(&["party", "applicant 7"]).contains("Site Visit"));
    assert!(cli.done(&["verify"]).contains("sound"));
    // Another committee has its own.
    cli.done(&[
        "record",
        "committee",
        "TSC",
        "--name",
        "Technical",
        "--party-category",
        "Applicant",
        "--assessment",
        "Site Visit",
    ]);
    cli.done(&["record", "party", "TSC", "Applicant 7"]);
}

#[test]
fn an_owner_that_nobody_knows_is_named_with_the_one_that_is_near() {
    let cli = committee();
    assert_eq!(
        cli.done(&["actions", "--owner", "SECSA"]),
        "no outstanding actions match --owner SECSA\n  help: did you mean --owner 'SECAS'?\n"
    );
    assert_eq!(cli.done(&["actions", "--owner", "Ofgem"]), "no outstanding actions match --owner Ofgem\n");
    let raise = ["record", "action", "SSC72/02", "--text", "Write", "--raised-on", "2019-02-27", "--owner"];
    let noted = cli.run(&[&raise[..], &["SECSA"]].concat());
    assert_eq!(noted.status, 0, "{}", noted.err);
    assert_eq!(noted.err, "note: `SECSA` owns no other action; did you mean `SECAS` for SSC72/02?\n");
    let raise = ["record", "action", "SSC72/03", "--text", "Call", "--raised-on", "2019-02-27", "--owner", "Ofgem"];
    assert_eq!(cli.run(&raise).err, "note: `Ofgem` owns no other action\n");
}

#[test]
fn a_day_that_is_still_to_come_is_refused_unless_it_is_planned() {
    let cli = committee();
    let complete = ["record", "complete", "SSC72/01", "--on", "9998-12-31"];
    let run = cli.run(&complete);
    assert!(
        run.err.starts_with("error: 9998-12-31 lies in the future [day-has-come]\n  help: a date up to 2"),
        "{}",
        run.err
    );
    assert!(cli.done(&["actions"]).contains("SSC72/01"));
    cli.done(&[&complete[..], &["--planned"]].concat());
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_recorded_and_cannot_be_printed_is_said_to_be_recorded() {
    let cli = committee();
    let full = std::fs::File::create("/dev/full").unwrap();
    let mut command = cli.command(&["record", "complete", "SSC72/01", "--on", "2019-03-11"]);
    let output = command.stdout(full).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.starts_with("error: it is recorded, but what was recorded cannot be printed:"), "{error}");
    assert_eq!(cli.events().last().unwrap()["type"], "ActionCompleted");
}

#[test]
fn what_is_closed_twice_says_since_when() {
    let cli = committee();
    cli.done(&["record", "complete", "SSC72/01", "--on", "2019-03-11"]);
    says(
        &cli,
        &["record", "complete", "SSC72/01", "--on", "2019-03-12"],
        "error: SSC72/01 is complete since 2019-03-11: it cannot be completed again [action-outstanding]\n  help: reopen it first",
    );
    says(
        &cli,
        &["record", "withdraw", "SSC72/01", "--on", "2019-03-12"],
        "error: SSC72/01 is complete since 2019-03-11: it cannot be withdrawn [action-outstanding]\n  help: reopen it first",
    );
    cli.done(&["record", "close", "SSC_72_2702"]);
    says(
        &cli,
        &["record", "close", "SSC_72_2702"],
        "error: meeting SSC_72_2702 is already closed [meeting-closed-once]\n  \
         help: correct the closing to change its time: `minutebook record correction … --event closed`",
    );
}

#[test]
fn a_mistake_in_the_correction_of_a_decision_names_the_field_and_the_values() {
    let cli = committee();
    let correct = |change: &[&'static str]| {
        [&["record", "correction", "SSC_72_2702/D1", "--reason", "misheard"][..], change].concat()
    };
    let verbs = "one of: NOTED, AGREED, APPROVED, RECOMMENDED, ENDORSED, RATIFIED, REJECTED, DEFERRED, DELEGATED, \
                 WITHDRAWN, SUPERSEDED";
    says(
        &cli,
        &correct(&["--set", "verb=APROVED"]),
        &format!("error: `verb` cannot be `APROVED`\n  help: did you mean `APPROVED`? Else {verbs}"),
    );
    let fields = "number, item, verb, text, subjects, recommended_to, deferred_to, delegated_to, supersedes, passage, references";
    says(
        &cli,
        &correct(&["--set", "txt=the new plan"]),
        &format!("error: DecisionRecorded has no field `txt`\n  help: did you mean `text`? Else one of: {fields}"),
    );
    says(
        &cli,
        &["record", "correction", "SSC_72_2702/D7", "--reason", "misheard", "--strike"],
        "error: there is no decision `SSC_72_2702/D7`\n  help: its meeting has: SSC_72_2702/D1",
    );
    let help = format!("the data of DecisionRecorded has: {fields}");
    says(
        &cli,
        &correct(&[
            "--replace",
            r#"{"type": "DecisionRecorded", "data": {"text": {"classification": "WHITE", "text": "x"}}}"#,
        ]),
        &format!("error: the data of DecisionRecorded is not as expected: `verb` is missing\n  help: {help}"),
    );
    says(
        &cli,
        &correct(&["--replace", r#"{"type": "DecisionRecorded", "data": {"verb": "AGREED", "text": "x"}}"#]),
        &format!(
            "error: `text`: the data of DecisionRecorded is not as expected: invalid type: string \"x\", expected \
             {{\"classification\": \"RED\", \"text\": …}}\n  help: {help}"
        ),
    );
    says(
        &cli,
        &correct(&["--replace", r#"{"type": "DecisionRecorded"}"#]),
        "error: an event with its type and data was expected: `data` is missing\n  help: an event was expected, such as \
         {\"type\": \"ActionCompleted\", \"data\": {\"completed_on\": \"2019-03-13\"}}",
    );
}

#[test]
fn what_is_not_there_yet_says_since_when_it_is_there() {
    let cli = committee();
    let missing = cli.run(&["actions", "SSC72/01", "--as-of", "2019-01-01"]);
    let message = "error: there is no action `SSC72/01` as of 2019-01-01\n  help: it is there since 2019-02-27, recorded at position 6 on ";
    assert!(missing.err.starts_with(message), "{}", missing.err);
    let missing = cli.run(&["decisions", "SSC_72_2702/D1", "--known-at", "2"]);
    let message = "error: there is no decision `SSC_72_2702/D1` as known at 2\n  help: it is there since 2019-02-27, recorded at position 5 on ";
    assert!(missing.err.starts_with(message), "{}", missing.err);
    says(&cli, &["actions", "SSC27/01"], "error: there is no action `SSC27/01`\n  help: did you mean `SSC72/01`?");
    // Another number is no slip of the pen.
    says(&cli, &["actions", "SSC72/09"], "error: there is no action `SSC72/09`");
    says(&cli, &["actions", "SSC72/09", "--clearance", "WHITE"], "error: there is no action `SSC72/09`");
}

#[test]
fn a_list_without_rows_names_the_filters_in_force() {
    let cli = committee();
    for (words, line) in [
        (
            &["actions", "--overdue", "--search", "new paper"][..],
            "no outstanding actions match --overdue and --search 'new paper'",
        ),
        (&["actions", "--status", "complete"], "no actions match --status complete"),
        (&["actions", "--as-of", "2018-01-01"], "no outstanding actions match --as-of 2018-01-01"),
        (
            &["decisions", "--verb", "NOTED,DEFERRED", "--committee", "SSC"],
            "no decisions match --committee SSC and --verb NOTED,DEFERRED",
        ),
        (
            &["decisions", "--party", "Othr User L"],
            "no decisions match --party 'Othr User L'\n  help: did you mean --party 'Other User L'?",
        ),
        (&["matters"], "no matters arising"),
        (&["meetings", "--as-of", "2018-01-01"], "no meetings match --as-of 2018-01-01"),
        (&["party", "Other User L", "--kind", "compliance"], "no statuses of Other User L match --kind compliance"),
    ] {
        assert_eq!(cli.done(words).trim_end(), line, "{words:?}");
    }
    assert!(cli.done(&["actions", "--overdue", "--format", "json"]).contains("\"total\": 0"));
}

#[test]
fn numbers_and_control_characters_are_named() {
    let cli = committee();
    for (words, message) in [
        (&["log", "--after", "-1"][..], "error: --after <POSITION>: `-1` is not a whole number from 0 on"),
        (
            &["serve", "--accept-lost-tail=-1"],
            "error: --accept-lost-tail <POSITION>: `-1` is not a whole number from 0 on",
        ),
        (
            &["changes", "actions", "-1"],
            "error: [FIRST]: `-1` is not a moment: a day such as 2019-02-27, a time such as 2019-02-27T10:00:00Z, or a meeting \
             such as SSC_72_2702, was expected",
        ),
        (
            &["record", "assign", "SSC72/01", "--owner", "A\tB", "--on", "2019-03-01"],
            "error: --owner <WHO>: `A\tB` is not a name: character 2 is a tab (U+0009)\n  help: one line of 1 to 200 characters \
             is expected",
        ),
        (
            &["record", "assign", "SSC72/01", "--owner", "Bell\u{7}", "--on", "2019-03-01"],
            "error: --owner <WHO>: `Bell\\u0007` is not a name: character 5 is a control character (U+0007)\n  \
             help: one line of 1 to 200 characters is expected",
        ),
    ] {
        says(&cli, words, message);
    }
}

#[tokio::test]
async fn a_doubtful_clock_is_said_once() {
    let ledger = TestLedger::new(Store::Sqlite);
    let clock = FixedClock::at("2019-02-27T10:00:00Z");
    let log = ledger.open_in(Environment { clock, ..Environment::system() }).await;
    let recorder = Recorder::new(log);
    recorder.record(&request("long ago", &established("SSC"))).await.unwrap();
    recorder.log().close().await;
    let cli = Cli::new();
    let run = cli.run(&["--ledger", &ledger.url_text, "record", "meeting", "SSC_72_2702", "--held-on", "2019-02-27"]);
    assert_eq!(run.status, 1);
    assert_eq!(run.err.matches("the clock of this machine says").count(), 1, "{}", run.err);
}
