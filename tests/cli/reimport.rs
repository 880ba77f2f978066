//! `minutebook import` of a changed document: the differences become corrections.

use super::import::{HEADLINES, report, with};
use crate::fixtures::cli::Cli;
use proptest::prelude::*;
use serde_json::Value;

const SAMPLE: &str = include_str!("../../crates/import/tests/samples/TSC_31_1206.md");

fn put(cli: &Cli, name: &str, text: &str) {
    std::fs::write(cli.folder.path().join(name), text).unwrap();
}

/// The whole document as the book has it now, without the line that says when it was rendered.
fn rendered(cli: &Cli, meeting: &str) -> String {
    let text = cli.done(&["headlines", meeting, "--audience", "RED"]);
    text.lines().filter(|line| !line.starts_with("Rendered by")).collect::<Vec<_>>().join("\n")
}

fn corrections(cli: &Cli) -> Vec<Value> {
    cli.events().into_iter().filter(|event| event["type"] == "EventCorrected").collect()
}

#[test]
fn differences_become_corrections_and_the_rest_stays() {
    let cli = with(HEADLINES);
    cli.done(&["import", "headlines.md"]);
    let before = cli.events();
    let changed = HEADLINES.replace("the update on", "an update on").replace("28 April", "5 May");
    put(&cli, "changed.md", &changed);
    let dry = cli.done(&["import", "--dry-run", "changed.md"]);
    assert!(dry.contains("replaced") && dry.contains("an update on") && cli.events() == before, "{dry}");
    let found = report(&cli, &["changed.md"]);
    let made = corrections(&cli);
    assert_eq!((&found["corrections"], &found["events_appended"]), (&made.len().into(), &made.len().into()));
    // The passage, the matter arising and the decision in it; the passage with the action, and the action.
    let of = |stream: &str| made.iter().filter(|event| event["stream"] == stream).count();
    assert_eq!((made.len(), of("meeting:TSC_4_1404"), of("action:TSC4/01")), (5, 4, 1), "{made:#?}");
    for correction in &made {
        assert!(
            correction["reason"]["text"].as_str().unwrap().starts_with("corrected headlines: file changed.md (sha ")
        );
        assert_eq!(correction["source"]["sha256"], found["sha256"]);
    }
    assert_eq!(made[0]["source"]["first_line"], 11);
    assert!(rendered(&cli, "TSC_4_1404").contains("an update on SECMP0201"));
    assert!(cli.done(&["history", "TSC_4_1404"]).contains("the update on SECMP0201"), "the old one is still told");
    assert!(cli.done(&["verify"]).contains("sound; root"));
    // The first version is known, and so is the second.
    let events = cli.events();
    for name in ["headlines.md", "changed.md"] {
        assert_eq!(report(&cli, &[name])["already_imported"], true);
    }
    assert_eq!(cli.events(), events);
}

#[test]
fn the_same_text_in_another_layout_changes_nothing() {
    let cli = with(HEADLINES);
    cli.done(&["import", "headlines.md"]);
    let before = cli.events();
    put(
        &cli,
        "dressed.md",
        &HEADLINES.replace("**NOTED**", "NOTED").replace("The TSC **AGREED** the", "The TSC **AGREED**\nthe"),
    );
    let said = cli.done(&["import", "dressed.md"]);
    assert!(said.contains("no difference from the ledger"), "{said}");
    assert_eq!(report(&cli, &["dressed.md"])["corrections"], 0);
    assert_eq!(cli.events(), before);
}

#[test]
fn new_events_are_added_in_place_and_missing_ones_are_struck() {
    let cli = with(HEADLINES);
    cli.done(&["import", "headlines.md"]);
    let paragraph = "The TSC **NOTED** the update on SECMP0201.";
    let more = HEADLINES
        .replace(paragraph, &format!("The TSC **NOTED** a letter.\n\n{paragraph}\n\nThe TSC **APPROVED** the plan."))
        .replace("**ACTION TSC4/01:** SECAS to circulate the paper by 28 April 2023.", "Nothing else was said.");
    put(&cli, "more.md", &more);
    cli.done(&["import", "more.md"]);
    let alone = with(&more);
    alone.done(&["import", "headlines.md"]);
    assert_eq!(rendered(&cli, "TSC_4_1404"), rendered(&alone, "TSC_4_1404"));
    assert!(cli.done(&["history", "TSC4/01"]).contains("withdrawn on 2023-04-14"));
    // And back again, under another name.
    put(&cli, "back.md", &(HEADLINES.to_owned() + "\n"));
    cli.done(&["import", "back.md"]);
    assert!(rendered(&cli, "TSC_4_1404").contains("ACTION"));
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn events_recorded_live_stay_and_a_meeting_recorded_live_is_refused() {
    let cli = with(HEADLINES);
    cli.done(&["import", "headlines.md"]);
    cli.done(&["record", "complete", "TSC4/01", "--on", "2023-04-20"]);
    put(&cli, "changed.md", &HEADLINES.replace("28 April", "5 May"));
    cli.done(&["import", "changed.md"]);
    assert!(cli.done(&["history", "TSC4/01"]).contains("ActionCompleted"));
    assert!(cli.done(&["verify"]).contains("sound; root"));
    let live = with(HEADLINES);
    live.done(&["record", "committee", "TSC", "--name", "Tidal", "--default-classification", "WHITE"]);
    live.done(&["record", "meeting", "TSC_4_1404", "--held-on", "2023-04-14", "--classification", "WHITE"]);
    let run = live.run(&["import", "headlines.md"]);
    assert!(run.status == 1 && run.err.contains("recorded live"), "{}", run.err);
}

/// A small change of a text's lines.
#[derive(Debug, Clone)]
enum Slip {
    Drop(usize),
    Insert(usize, &'static str),
    Alter(usize),
    Swap(usize),
}

fn slips() -> impl Strategy<Value = Vec<Slip>> {
    let words = prop::sample::select(vec![
        "The TSC **NOTED** a letter from the regulator.",
        "The TSC **AGREED** to write to the regulator.",
        "- a point that was made in passing",
        "It was a long discussion.",
    ]);
    let slip = prop_oneof![
        (0..200_usize).prop_map(Slip::Drop),
        (0..200_usize, words).prop_map(|(at, words)| Slip::Insert(at, words)),
        (0..200_usize).prop_map(Slip::Alter),
        (0..200_usize).prop_map(Slip::Swap),
    ];
    prop::collection::vec(slip, 1..5)
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    // The first blocks say which meeting it is, and stay.
    let blocks: Vec<String> = text.split("\n\n").map(str::to_owned).collect();
    let (front, rest) = blocks.split_at(5);
    let mut rest = rest.to_vec();
    for slip in slips {
        let length = rest.len();
        match slip {
            Slip::Drop(at) => drop(rest.remove(at % length)),
            Slip::Insert(at, words) => rest.insert(at % length, (*words).to_owned()),
            Slip::Alter(at) => rest[at % length] = rest[at % length].replace(" the ", " a certain "),
            Slip::Swap(at) => rest.swap(at % length, (at + 1) % length),
        }
    }
    [front.to_vec(), rest].concat().join("\n\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_book_then_says_what_a_book_of_the_new_document_alone_says(slips in slips()) {
        let new = slipped(SAMPLE, &slips);
        let alone = with(&new);
        // What no book takes in is not about corrections.
        prop_assume!(alone.run(&["import", "headlines.md"]).status == 0);
        let cli = with(SAMPLE);
        cli.done(&["import", "headlines.md"]);
        let before = cli.events();
        put(&cli, "new.md", &new);
        let run = cli.run(&["import", "new.md"]);
        prop_assert_eq!(run.status, 0, "{}", run.err);
        prop_assert_eq!(rendered(&cli, "TSC_31_1206"), rendered(&alone, "TSC_31_1206"));
        prop_assert!(cli.done(&["verify"]).contains("sound; root"));
        let after = cli.events();
        prop_assert_eq!(&after[..before.len()], &before[..]);
        put(&cli, "again.md", &(new + "\n\n"));
        prop_assert_eq!(&report(&cli, &["again.md"])["events_appended"], &Value::from(0));
    }
}

#[test]
fn a_superseded_decision_stays_superseded_when_either_document_changes() {
    let cli = Cli::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    for name in ["TSC_41_1001.md", "TSC_42_0702.md", "TSC_43_0603.md", "TSC_44_0304.md", "TSC_45_0105.md"] {
        put(&cli, name, &text(name));
        cli.done(&["import", name]);
    }
    let superseded = |cli: &Cli| {
        let listed: Value =
            serde_json::from_str(&cli.done(&["decisions", "--reference", "TSC_43_0603/D5", "--format", "json"]))
                .unwrap();
        let of = listed["decisions"].as_array().unwrap().iter().find(|of| of["id"] == "TSC_43_0603/D5").unwrap();
        of["superseded_by"].clone()
    };
    assert_eq!(superseded(&cli), "TSC_45_0105/D5");
    // The earlier meeting's own document says nothing of it, nor does it have the later one's words taken back.
    put(&cli, "earlier.md", &text("TSC_43_0603.md").replace("28 February", "29 February"));
    cli.done(&["import", "earlier.md"]);
    let changed: Vec<Value> = corrections(&cli);
    assert!(changed.iter().all(|event| event["stream"] != "meeting:TSC_45_0105"), "{changed:#?}");
    assert_eq!(superseded(&cli), "TSC_45_0105/D5");
    // The later one in other words supersedes it still.
    put(&cli, "later.md", &text("TSC_45_0105.md").replace("is tested once a year", "is tested every year"));
    cli.done(&["import", "later.md"]);
    assert_eq!(superseded(&cli), "TSC_45_0105/D5");
    assert!(cli.done(&["verify"]).contains("sound; root"));
}
