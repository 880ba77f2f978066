//! Nothing above a reader is in any paper, in any form.

use super::{page, serve, token, unpacked};
use crate::fixtures::canaries::trace_in;
use crate::fixtures::cli::Cli;

const LEVELS: [&str; 4] = ["WHITE", "GREEN", "AMBER", "RED"];
const ON_AGENDA: [&str; 9] =
    ["standing", "matter", "due", "later", "owner", "deferral", "recommendation", "tabled", "draft"];
const ON_ACTIONS: [&str; 3] = ["due", "later", "owner"];

/// A meeting held and one convened, with each thing that an agenda has at each of these classifications. The word `Canary`, with the
/// classification and the thing after it, is in each.
fn recorded_live(levels: &[&str]) -> Cli {
    let cli = Cli::new();
    let record = |words: &[&str]| {
        let all: Vec<&str> = ["record"].into_iter().chain(words.iter().copied()).collect();
        cli.done(&all);
    };
    record(&[
        "committee",
        "TSC",
        "--name",
        "Tidal Sub-Committee",
        "--default-classification",
        "WHITE",
        "--established-on",
        "2023-01-01",
    ]);
    record(&["meeting", "TSC_4_1404", "--held-on", "2023-04-14", "--classification", "WHITE"]);
    let convened = ["--valid-at", "2023-04-20T10:00:00Z"];
    let next =
        ["meeting", "TSC_5_1205", "--held-on", "2023-05-12", "--starts-at", "10:00", "--classification", "WHITE"];
    record(&[&next[..], &convened].concat());
    for (number, level) in levels.iter().copied().enumerate() {
        let canary = |kind: &str| format!("Canary{level}{kind}");
        let marked = ["--classification", level];
        record(&[&["item", "TSC_4_1404", &canary("standing"), "--standing"], &marked[..]].concat());
        record(&[&["item", "TSC_5_1205", &canary("tabled")], &marked[..], &convened].concat());
        record(&[&["matter", "TSC_4_1404", "--text", &canary("matter")], &marked[..]].concat());
        let deferred =
            ["decision", "TSC_4_1404", "DEFERRED", "--deferred-to", "2023-05-12", "--text", &canary("deferral")];
        record(&[&deferred[..], &marked].concat());
        let text = format!("to the Panel {}", canary("recommendation"));
        let recommended = ["decision", "TSC_4_1404", "RECOMMENDED", "--recommended-to", "Panel", "--text", &text];
        record(&[&recommended[..], &marked].concat());
        for (kind, day) in [("due", "2023-05-10"), ("later", "2023-06-30")] {
            let reference = format!("TSC4/{number}{}", if kind == "due" { 1 } else { 2 });
            let of = ["action", &reference, "--text", &canary(kind), "--owner", &canary("owner"), "--due-on", day];
            record(&[&of[..], &["--raised-in", "TSC_4_1404", "--raised-on", "2023-04-14"], &marked].concat());
        }
    }
    if levels.contains(&"RED") {
        let drafted = ["minutes-drafted", "TSC_4_1404", "--drafted-on", "2023-04-20"];
        record(&[&drafted[..], &["--document", "CanaryREDdraft", "--classification", "RED"]].concat());
    }
    cli
}

/// Whether an answer has what its reader may know, and no trace of what is above.
fn check(answer: &str, kinds: &[&str], rank: usize, what: &str) {
    for (of, level) in LEVELS.iter().enumerate() {
        for kind in kinds {
            let canary = format!("Canary{level}{kind}");
            if of > rank {
                assert_eq!(trace_in(answer, &canary), None, "{canary} for {} as {what}", LEVELS[rank]);
            } else if *kind != "draft" {
                assert!(answer.contains(&canary), "{canary} for {} as {what}:\n{answer}", LEVELS[rank]);
            }
        }
    }
}

#[tokio::test]
async fn nothing_above_the_reader_is_in_any_paper() {
    let cli = recorded_live(&LEVELS);
    let tokens = LEVELS.map(|level| token(&cli, level));
    let server = serve(&cli);
    let papers: [(&[&str], &str, &[&str]); 2] = [
        (&["agenda", "TSC"], "/TSC/agenda", &ON_AGENDA),
        (&["actions", "--by-owner", "--committee", "TSC"], "/TSC/actions/by-owner", &ON_ACTIONS),
    ];
    for (rank, level) in LEVELS.into_iter().enumerate() {
        for (command, path, kinds) in papers {
            let asked = [command, &["--as-of", "2023-05-01", "--clearance", level]].concat();
            for format in ["table", "md", "json"] {
                let text = cli.done(&[&asked[..], &["--wide", "--format", format]].concat());
                check(&text, kinds, rank, &format!("{command:?} {format}"));
                let mark = format!("Classification: {level}");
                assert!(format == "json" || text.contains(&mark), "{level}: {text}");
            }
            let document = unpacked(&cli.bytes(&[&asked[..], &["--format", "docx"]].concat()));
            check(&document, kinds, rank, &format!("{command:?} docx"));
            assert!(document.contains(&format!("Classification: {level}")), "{level}: {document}");
            let readers = [Some(tokens[rank].as_str()), None];
            for token in readers.into_iter().filter(|token| token.is_some() || rank == 0) {
                let shown = page(&server, &format!("{path}?as_of=2023-05-01"), token).await;
                check(&String::from_utf8(shown).unwrap(), kinds, rank, path);
                let document = page(&server, &format!("{path}?as_of=2023-05-01&format=docx"), token).await;
                check(&unpacked(&document), kinds, rank, &format!("{path} as docx"));
            }
        }
    }
}

#[test]
fn what_is_above_the_reader_changes_no_paper() {
    let (open, with_secrets) = (recorded_live(&LEVELS[..3]), recorded_live(&LEVELS));
    let secret = ["record", "meeting", "TSC_9_0505", "--held-on", "2023-05-05", "--classification", "RED"];
    with_secrets.done(&[&secret[..], &["--venue", "CanaryREDvenue", "--valid-at", "2023-04-20T10:00:00Z"]].concat());
    for clearance in &LEVELS[..3] {
        for command in [&["agenda", "TSC"][..], &["actions", "--by-owner"]] {
            let asked = [command, &["--as-of", "2023-05-01", "--clearance", clearance]].concat();
            assert_eq!(with_secrets.done(&asked), open.done(&asked), "{command:?} for {clearance}");
            let json = |cli: &Cli| {
                let mut json: serde_json::Value =
                    serde_json::from_str(&cli.done(&[&asked[..], &["--format", "json"]].concat())).unwrap();
                json.as_object_mut().unwrap().remove("position");
                json
            };
            assert_eq!(json(&with_secrets), json(&open), "{command:?} for {clearance}");
        }
    }
}

#[test]
fn a_paper_is_marked_for_the_lowest_reader_who_is_told_the_same() {
    let cli = Cli::new();
    let record = |words: &[&str]| {
        let all: Vec<&str> = ["record"].into_iter().chain(words.iter().copied()).collect();
        cli.done(&all);
    };
    record(&[
        "committee",
        "TSC",
        "--name",
        "Tidal Sub-Committee",
        "--default-classification",
        "WHITE",
        "--established-on",
        "2023-01-01",
    ]);
    record(&["meeting", "TSC_4_1404", "--held-on", "2023-04-14", "--classification", "WHITE"]);
    let mark = || {
        let text = cli.done(&["agenda", "TSC", "--as-of", "2023-05-01"]);
        text.lines().find_map(|line| line.strip_prefix("Classification: ")).unwrap().to_owned()
    };
    assert_eq!(mark(), "WHITE");
    // No list says how a title is classified.
    record(&["item", "TSC_4_1404", "The breach", "--standing", "--classification", "AMBER"]);
    assert_eq!(mark(), "AMBER");
}
