//! A meeting typed with few words: the open meeting, typed paragraphs, completion, and questions field by field.

use crate::fixtures::cli::Cli;
use serde_json::{Value, json};

/// A meeting of twelve items, recorded by single commands: five decisions, four actions, two statuses, attendance, minutes.
const SINGLE: &[&[&str]] = &[
    &["meeting", "SSC_73_1303", "--held-on", "2019-03-13", "--starts-at", "10:00", "--venue", "8 Fenchurch Place"],
    &["attendance", "SSC_73_1303", "Gordon Hextall", "--as", "chair"],
    &["attendance", "SSC_73_1303", "Ada Marsh", "--organisation", "Large Suppliers"],
    &["attendance", "SSC_73_1303", "Ben Okoro", "--organisation", "Small Suppliers"],
    &["attendance", "SSC_73_1303", "Carol Chen", "--organisation", "Networks"],
    &["attendance", "SSC_73_1303", "Ed Rhodes", "--as", "in attendance", "--organisation", "DCC"],
    &["apologies", "SSC_73_1303", "Dev Patel", "--organisation", "Other SEC Parties"],
    &["item", "SSC_73_1303", "Matters Arising", "--mark", "WHITE"],
    &["item", "SSC_73_1303", "Minutes of the Previous Meeting", "--mark", "WHITE"],
    &["item", "SSC_73_1303", "Full User Security Assessment – Other User ‘L’", "--mark", "RED"],
    &["item", "SSC_73_1303", "Full User Security Assessment – Small Supplier ‘AA’", "--mark", "RED"],
    &["item", "SSC_73_1303", "Remediation Plans", "--mark", "AMBER"],
    &["item", "SSC_73_1303", "Post-Commissioning Report", "--mark", "AMBER"],
    &["item", "SSC_73_1303", "Anomaly Detection Thresholds", "--mark", "GREEN"],
    &["item", "SSC_73_1303", "Risk Register", "--mark", "AMBER"],
    &["item", "SSC_73_1303", "SECMP0037 Update", "--mark", "WHITE"],
    &["item", "SSC_73_1303", "Budget", "--mark", "GREEN"],
    &["item", "SSC_73_1303", "Standards", "--mark", "WHITE"],
    &["item", "SSC_73_1303", "Any Other Business", "--mark", "WHITE"],
    &["minutes-approved", "SSC_73_1303", "--minutes-of", "2019-02-27"],
    &[
        "decision",
        "SSC_73_1303",
        "APPROVED",
        "--item",
        "2",
        "--text",
        "the Draft Minutes of 27 February 2019 as written",
    ],
    &["party", "SSC", "Other User L", "--registered-on", "2019-03-13"],
    &["party", "SSC", "Small Supplier AA", "--registered-on", "2019-03-13"],
    &[
        "decision",
        "SSC_73_1303",
        "AGREED",
        "--item",
        "3",
        "--text",
        "an Assurance Status of Approved for Other User ‘L’",
        "--subject",
        "Other User L",
    ],
    &[
        "status",
        "SSC_73_1303",
        "Other User L",
        "--kind",
        "assurance",
        "--value",
        "Approved",
        "--agreed-on",
        "2019-03-13",
        "--item",
        "3",
        "--assessment",
        "Full User Security Assessment",
        "--decision",
        "SSC_73_1303/D2",
    ],
    &[
        "decision",
        "SSC_73_1303",
        "AGREED",
        "--item",
        "4",
        "--text",
        "an Assurance Status of Rejected for Small Supplier ‘AA’",
        "--subject",
        "Small Supplier AA",
    ],
    &[
        "status",
        "SSC_73_1303",
        "Small Supplier AA",
        "--kind",
        "assurance",
        "--value",
        "Rejected",
        "--agreed-on",
        "2019-03-13",
        "--item",
        "4",
        "--assessment",
        "Full User Security Assessment",
        "--decision",
        "SSC_73_1303/D3",
    ],
    &["decision", "SSC_73_1303", "NOTED", "--item", "5", "--text", "the progress of the Remediation Plans"],
    &[
        "action",
        "SSC73/01",
        "--text",
        "SECAS to circulate the Remediation Plans by 27 March 2019",
        "--owner",
        "SECAS",
        "--due-on",
        "2019-03-27",
        "--raised-on",
        "2019-03-13",
        "--raised-in",
        "SSC_73_1303",
        "--item",
        "5",
    ],
    &[
        "action",
        "SSC73/02",
        "--text",
        "DCC to send the Post-Commissioning Report by 20 March 2019",
        "--owner",
        "DCC",
        "--due-on",
        "2019-03-20",
        "--raised-on",
        "2019-03-13",
        "--raised-in",
        "SSC_73_1303",
        "--item",
        "6",
    ],
    &[
        "action",
        "SSC73/03",
        "--text",
        "DCC to propose thresholds by 27 March 2019",
        "--owner",
        "DCC",
        "--due-on",
        "2019-03-27",
        "--raised-on",
        "2019-03-13",
        "--raised-in",
        "SSC_73_1303",
        "--item",
        "7",
    ],
    &["decision", "SSC_73_1303", "APPROVED", "--item", "10", "--text", "the budget for 2019/20"],
    &[
        "action",
        "SSC73/04",
        "--text",
        "SECAS to publish the budget by 5 April 2019",
        "--owner",
        "SECAS",
        "--due-on",
        "2019-04-05",
        "--raised-on",
        "2019-03-13",
        "--raised-in",
        "SSC_73_1303",
        "--item",
        "10",
    ],
    &["close", "SSC_73_1303", "--at", "16:00"],
];

/// The same meeting, with the open meeting and typed text.
const TYPED: &[&[&str]] = &[
    &[
        "record",
        "meeting",
        "SSC_73_1303",
        "--held-on",
        "2019-03-13",
        "--starts-at",
        "10:00",
        "--venue",
        "8 Fenchurch Place",
    ],
    &["open", "SSC_73_1303"],
    &[
        "record",
        "text",
        "--yes",
        "Present: Gordon Hextall (Chair); Ada Marsh (Large Suppliers); Ben Okoro (Small Suppliers); Carol Chen (Networks)\n\
         In attendance: Ed Rhodes (DCC)\nApologies: Dev Patel (Other SEC Parties)",
    ],
    &[
        "record",
        "text",
        "--yes",
        "1. Matters Arising (WHITE)\n2. Minutes of the Previous Meeting (WHITE)\n\
         3. Full User Security Assessment – Other User ‘L’ (RED)\n\
         4. Full User Security Assessment – Small Supplier ‘AA’ (RED)\n5. Remediation Plans (AMBER)\n\
         6. Post-Commissioning Report (AMBER)\n7. Anomaly Detection Thresholds (GREEN)\n8. Risk Register (AMBER)\n\
         9. SECMP0037 Update (WHITE)\n10. Budget (GREEN)\n11. Standards (WHITE)\n12. Any Other Business (WHITE)",
    ],
    &["record", "text", "--yes", "--item", "2", "The SSC APPROVED the Draft Minutes of 27 February 2019 as written."],
    &["record", "text", "--yes", "--item", "3", "The SSC AGREED an Assurance Status of Approved for Other User ‘L’."],
    &[
        "record",
        "text",
        "--yes",
        "--item",
        "4",
        "The SSC AGREED an Assurance Status of Rejected for Small Supplier ‘AA’.",
    ],
    &[
        "record",
        "text",
        "--yes",
        "--item",
        "5",
        "The SSC NOTED the progress of the Remediation Plans. ACTION SSC73/01: SECAS to circulate the Remediation Plans by 27 March 2019",
    ],
    &[
        "record",
        "action",
        "--item",
        "6",
        "--owner",
        "DCC",
        "--due-on",
        "2019-03-20",
        "--text",
        "DCC to send the Post-Commissioning Report by 20 March 2019",
    ],
    &["record", "text", "--yes", "--item", "7", "ACTION SSC73/03: DCC to propose thresholds by 27 March 2019"],
    &[
        "record",
        "text",
        "--yes",
        "--item",
        "10",
        "The SSC APPROVED the budget for 2019/20. ACTION SSC73/04: SECAS to publish the budget by 5 April 2019",
    ],
    &["record", "close", "--at", "16:00"],
];

fn committee() -> Cli {
    let cli = Cli::new();
    cli.done(&["record", "committee", "SSC", "--name", "Security Sub-Committee", "--default-classification", "WHITE"]);
    cli
}

/// The data of the events of these types, in order, without what only a passage has.
fn data(cli: &Cli, types: &[&str]) -> Vec<Value> {
    let events = cli.events();
    let mut found: Vec<Value> = events
        .iter()
        .filter(|event| types.contains(&event["type"].as_str().unwrap()))
        .map(|event| {
            let mut data = event["data"].clone();
            for of_passages in ["passage", "references", "comments_received"] {
                data.as_object_mut().unwrap().remove(of_passages);
            }
            json!([event["type"], event["stream"], data])
        })
        .collect();
    found.sort_by_key(ToString::to_string);
    found
}

#[test]
fn a_meeting_of_twelve_items_takes_at_most_twenty_commands_and_three_thousand_characters() {
    let length = |words: &[&str]| words.iter().map(|word| word.chars().count() + 1).sum::<usize>() + "minutebook".len();
    let (commands, characters) = (TYPED.len(), TYPED.iter().map(|words| length(words)).sum::<usize>());
    assert!(commands <= 20 && characters <= 3000, "{commands} commands, {characters} characters");
    let (single, typed) = (committee(), committee());
    for words in SINGLE {
        single.done(&[&["record"], *words].concat());
    }
    for words in TYPED {
        typed.done(words);
    }
    for types in [
        &["MeetingConvened", "MeetingClosed", "AgendaItemTabled"][..],
        &["AttendanceRecorded", "ApologiesRecorded"],
        &["DecisionRecorded"],
        &["ActionRaised"],
        &["StatusAgreed", "PartyRegistered"],
        &["MinutesApproved"],
    ] {
        assert_eq!(data(&typed, types), data(&single, types), "{types:?}");
    }
    // The headlines say the same.
    let said = |cli: &Cli| cli.done(&["headlines", "SSC_73_1303", "--audience", "RED"]);
    let (single, typed) = (said(&single), said(&typed));
    for sentence in ["AGREED", "APPROVED", "NOTED"] {
        assert_eq!(single.matches(sentence).count(), typed.matches(sentence).count(), "{sentence}:\n{single}\n{typed}");
    }
    for action in ["SSC73/01", "SSC73/02", "SSC73/03", "SSC73/04"] {
        assert!(single.contains(action) && typed.contains(action), "{action}:\n{single}\n{typed}");
    }
}

#[test]
fn a_typed_paragraph_is_shown_before_it_is_recorded() {
    let cli = committee();
    cli.done(&["record", "meeting", "SSC_73_1303", "--held-on", "2019-03-13"]);
    cli.done(&["record", "item", "SSC_73_1303", "Remediation Plans"]);
    let text = "The SSC AGREED the plan for Other User ‘L’. ACTION: SECAS to publish it by 27 March 2019";
    let words = ["record", "text", "SSC_73_1303", text, "--item", "1"];
    let before = cli.events().len();
    let unasked = cli.run(&words);
    assert_eq!(unasked.status, 1);
    assert!(unasked.err.contains("nobody can be asked here\n  help: give --yes to record it"), "{}", unasked.err);
    for understood in [
        "understood at SSC_73_1303, item 1 (WHITE):\n",
        "Other User L registered",
        "decision D1: AGREED the plan for Other User ‘L’",
        "SSC73/01 raised: SECAS to publish it by 27 March 2019 — SECAS, due 2019-03-27",
    ] {
        assert!(unasked.out.contains(understood), "{understood}: {}", unasked.out);
    }
    assert_eq!(cli.events().len(), before);
    assert!(cli.done(&[&words[..], &["--yes"]].concat()).contains("recorded at positions 4 to 7"));
    // Numbers go on, and the same action is not raised again.
    let more = cli.run_with(
        &["record", "text", "SSC_73_1303", "--item", "1", "--yes"],
        "The SSC NOTED the risks.\n\nACTION: DCC to reply",
    );
    assert!(
        more.out.contains("decision D2: NOTED the risks") && more.out.contains("SSC73/02"),
        "{}{}",
        more.out,
        more.err
    );
    for (text, refusal) in [
        ("The SSC NOTED the breach. (RED)", "say which mark the text itself has"),
        ("SSC71/01 was completed.", "never raised"),
    ] {
        let refused = cli.run(&["record", "text", "SSC_73_1303", text, "--yes"]);
        assert!(refused.status == 1 && refused.err.contains(refusal), "{text}: {}{}", refused.out, refused.err);
    }
    let nowhere = cli.run(&["record", "text", "SSC_74_2703", "The SSC NOTED it.", "--yes"]);
    assert!(nowhere.err.contains("SSC_74_2703 is not convened"), "{}", nowhere.err);
    let untabled = cli.run(&["record", "text", "SSC_73_1303", "The SSC NOTED it.", "--item", "9", "--yes"]);
    assert!(untabled.err.contains("agenda item 9 is not tabled"), "{}", untabled.err);
}

#[test]
fn a_text_under_an_item_with_a_higher_mark_is_noted() {
    let cli = committee();
    cli.done(&["record", "meeting", "SSC_73_1303", "--held-on", "2019-03-13"]);
    cli.done(&["record", "item", "SSC_73_1303", "Remediation Plans", "--mark", "RED"]);
    let words = ["record", "text", "SSC_73_1303", "The SSC AGREED the plan.", "--item", "1", "--yes"];
    let note = "note: item 1 is marked RED, and this text is WHITE unless it is marked";
    let marked = cli.done(&[&words[..], &["--classification", "RED"]].concat());
    assert!(!marked.contains("note:"), "{marked}");
    let noted = cli.done(&words);
    assert!(noted.contains(note), "{noted}");
}

#[test]
fn a_text_typed_on_a_terminal_is_recorded_after_a_yes() {
    let cli = committee();
    cli.done(&["record", "meeting", "SSC_73_1303", "--held-on", "2019-03-13"]);
    cli.done(&["record", "item", "SSC_73_1303", "Remediation Plans"]);
    // Ctrl+D, at the beginning of a line, ends the text.
    let answers = [("", "The SSC AGREED the plan.\n\u{4}"), ("record this? [y/N]", "y"), ("recorded at positions", "")];
    let screen = on_a_terminal(&cli, &["record", "text", "SSC_73_1303", "--item", "1"], &answers);
    assert!(screen.contains("decision D1: AGREED the plan"), "{screen}");
}

#[test]
fn the_open_meeting_supplies_meeting_day_and_reference() {
    let cli = committee();
    for (meeting, day) in [("SSC_73_1303", "2019-03-13"), ("SSC_74_2703", "2019-03-27")] {
        cli.done(&["record", "meeting", meeting, "--held-on", day]);
    }
    let none = cli.run(&["record", "item", "Budget"]);
    assert!(none.status == 2 && none.err.contains("<MEETING>"), "{}", none.err);
    assert_eq!(cli.done(&["open"]), "no meeting is open\n");
    assert_eq!(cli.done(&["open", "SSC_73_1303"]), "SSC_73_1303 is open, held on 2019-03-13\n");
    let last = |words: &[&str]| {
        cli.done(words);
        cli.events().pop().unwrap()
    };
    assert_eq!(last(&["record", "item", "Budget"])["stream"], "meeting:SSC_73_1303");
    assert_eq!(last(&["record", "decision", "AGREED", "--item", "1", "--text", "the budget"])["data"]["number"], 1);
    let raised = last(&["record", "action", "--text", "Publish it", "--owner", "SECAS"]);
    assert_eq!((&raised["stream"], &raised["data"]["raised_on"]), (&"action:SSC73/01".into(), &"2019-03-13".into()));
    assert_eq!(raised["data"]["raised_in"], "SSC_73_1303");
    let completed = last(&["record", "complete", "SSC73/01"]);
    assert_eq!(
        (&completed["data"]["completed_on"], &completed["data"]["at_meeting"]),
        (&"2019-03-13".into(), &"SSC_73_1303".into())
    );
    // A meeting that is named goes before the variable, and that before the open one.
    assert_eq!(last(&["record", "item", "SSC_74_2703", "Budget"])["stream"], "meeting:SSC_74_2703");
    let mut shell = cli.command(&["record", "item", "Risks"]);
    assert!(shell.env("MINUTEBOOK_MEETING", "SSC_74_2703").status().unwrap().success());
    assert_eq!(cli.events().last().unwrap()["stream"], "meeting:SSC_74_2703");
    // A mistyped reference is no title.
    let mistyped = cli.run(&["record", "item", "SSC-74-2703"]);
    assert!(mistyped.err.contains("did you mean `SSC_74_2703`?"), "{}", mistyped.err);
    let unknown = cli.run(&["open", "SSC_37_1303"]);
    assert_eq!(unknown.err, "error: there is no meeting `SSC_37_1303`\n  help: did you mean `SSC_73_1303`?\n");
    assert_eq!(cli.done(&["open", "--none"]), "no meeting is open\n");
    // It is no part of the ledger, and another ledger has its own.
    assert!(cli.events().iter().all(|event| !event["type"].as_str().unwrap().contains("Open")));
}

#[test]
fn the_shell_completes_the_names_of_the_ledger() {
    let cli = committee();
    cli.done(&["record", "meeting", "SSC_73_1303", "--held-on", "2019-03-13"]);
    cli.done(&["record", "item", "SSC_73_1303", "Budget"]);
    cli.done(&["record", "party", "SSC", "Other User L"]);
    cli.done(&["record", "action", "SSC73/01", "--text", "Publish it", "--raised-on", "2019-03-13"]);
    let complete = |words: &[&str]| {
        let mut command = cli.command(&[&["--", "minutebook"], words].concat());
        let output = command.env("COMPLETE", "fish").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for (words, name) in [
        (&["record", "complete", "SSC7"][..], "SSC73/01\tPublish it"),
        (&["record", "item", "SSC"], "SSC_73_1303\t2019-03-13"),
        (&["record", "status", "SSC_73_1303", "Oth"], "Other User L"),
        (&["record", "paragraph", "SSC_73_1303", "--item", ""], "1\tBudget"),
        (&["open", "SSC"], "SSC_73_1303"),
        (&["actions", "ssc"], "SSC73/01"),
        (&["agenda", "ss"], "SSC"),
    ] {
        let completed = complete(words);
        assert!(completed.lines().any(|line| line.starts_with(name)), "{words:?}: {completed}");
    }
    assert!(!complete(&["record", "complete", "TSC"]).contains("SSC73/01"));
    let elsewhere = Cli::new();
    let output = elsewhere.command(&["--", "minutebook", "actions", "S"]).env("COMPLETE", "fish").output().unwrap();
    assert!(output.status.success() && !elsewhere.path("minutebook.db").exists());
}

#[test]
fn record_alone_asks_field_by_field_on_a_terminal() {
    let cli = committee();
    cli.done(&["record", "meeting", "SSC_73_1303", "--held-on", "2019-03-13"]);
    let answers = [
        ("what is recorded?", "itm"),
        ("`itm` cannot be recorded", "item"),
        ("The meeting", "SSC-73-1303"),
        ("is not a meeting reference", ""),
        ("this is needed", "SSC_73_1303"),
        ("Its title", "Any Other Business"),
        ("Its number", ""),
        ("The classification printed", "GREEN"),
        ("It is a standing item", ""),
        ("A reference", ""),
        ("recorded at position 3", ""),
    ];
    let screen = on_a_terminal(&cli, &["record"], &answers);
    assert!(screen.contains("minutebook record item SSC_73_1303 'Any Other Business' --mark=GREEN"), "{screen}");
    assert_eq!(cli.events().last().unwrap()["data"]["classification"], "GREEN");
    // Without a terminal nothing is asked.
    let run = cli.run(&["record"]);
    assert!(run.status == 2 && run.err.contains("Usage:"), "{}", run.err);
}

/// Runs the program on a pseudo-terminal: waits for each text and types its answer. Returns all that was shown.
fn on_a_terminal(cli: &Cli, words: &[&str], answers: &[(&str, &str)]) -> String {
    const SCRIPT: &str = r"
import json, os, pty, select, sys, time
program, words, answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execv(program, [program] + words)
shown, until = '', time.time() + 60
for text, answer in answers:
    seen = len(shown)
    while text not in shown[max(0, seen - 200):]:
        if time.time() > until or not select.select([terminal], [], [], 10)[0]:
            sys.exit('waited for ' + text + ': ' + shown)
        try:
            shown += os.read(terminal, 4096).decode(errors='replace')
        except OSError:
            break
    os.write(terminal, (answer + '\n').encode())
print(shown)
";
    let given = json!([env!("CARGO_BIN_EXE_minutebook"), words, answers]).to_string();
    let own = cli.command(&[]);
    let mut python = std::process::Command::new("/usr/bin/env");
    python.args(["python3", "-c", SCRIPT, &given]).current_dir(cli.folder.path()).env_clear();
    python.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    python.env("PATH", std::env::var("PATH").unwrap()).env("TERM", "xterm");
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
