//! The tables of every list, 80 and 120 columns wide.

use crate::fixtures::cli::{Cli, Run};
use std::process::Stdio;

const LEDGER: &str = "sqlite:minutebook-demo.db";

/// Every command that prints a table of the sample committee.
const COMMANDS: [&str; 20] = [
    "actions",
    "actions --all --limit 6",
    "actions TSC41/01 --why",
    "actions --between 2024-02-14 2024-03-06",
    "decisions --limit 8",
    "decisions --between 2024-02-13 2024-02-14",
    "party",
    "party Other~User~K",
    "party Other~User~K --why",
    "meetings",
    "minutes",
    "matters --limit 6",
    "history TSC41/01",
    "history Other~User~K --brief",
    "log --after 1 --limit 8",
    "changes party 2024-01-10 2024-02-14",
    "why TSC_41_1001",
    "statistics",
    "token list",
    "verify",
];

fn demo() -> Cli {
    let cli = Cli::new();
    cli.done(&["demo"]);
    cli
}

fn at_width(cli: &Cli, columns: u16, words: &str) -> String {
    let words: Vec<String> = words.split(' ').map(|word| word.replace('~', " ")).collect();
    let arguments: Vec<&str> = ["--ledger", LEDGER].into_iter().chain(words.iter().map(String::as_str)).collect();
    let mut command = cli.command(&arguments);
    let run = Run::of(&command.env("COLUMNS", columns.to_string()).stdin(Stdio::null()).output().unwrap());
    assert_eq!(run.status, 0, "{words:?}: {}", run.err);
    run.out
}

#[test]
fn the_tables_of_every_list_fit_80_and_120_columns() {
    let cli = demo();
    for columns in [80, 120] {
        let mut shown = String::new();
        for words in COMMANDS {
            let table = at_width(&cli, columns, words);
            for line in table.lines().filter(|line| !line.contains("root ") && !line.starts_with("note:")) {
                assert!(line.trim_end().chars().count() <= columns.into(), "{words} is wider than {columns}: {line}");
            }
            shown += &format!("$ minutebook {}\n{table}\n", words.replace('~', " "));
        }
        // Ids, times of recording and the root differ from run to run.
        let lines = shown.lines().filter(|line| !line.contains("root ")).map(without_ids);
        insta::assert_snapshot!(format!("tables_at_{columns}"), lines.collect::<Vec<_>>().join("\n"));
    }
}

/// Replaces hexadecimal ids and times of recording by signs of the same width.
fn without_ids(line: &str) -> String {
    let word = |word: &str| {
        let is_id = word.len() == 36 && word.matches('-').count() == 4;
        let is_time = word.len() == 9 && word.ends_with('Z') && word.matches(':').count() == 2;
        match (is_id, is_time) {
            (true, _) => "·".repeat(36),
            (_, true) => "··:··:··Z".to_owned(),
            _ => word.to_owned(),
        }
    };
    line.trim_end().split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn columns_are_chosen_by_heading_or_field_and_wide_shows_all() {
    let cli = demo();
    let chosen = at_width(&cli, 80, "actions --columns action,due_on,what~is~to~be~done --limit 1");
    let heading: Vec<&str> = chosen.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(heading.join(" "), "Action due_on What is to be done");
    let wide = at_width(&cli, 80, "actions --wide");
    assert!(wide.lines().any(|line| line.chars().count() > 80) && wide.contains("Raised"), "{wide}");
    assert!(!wide.contains("not shown"), "{wide}");
    let csv = at_width(&cli, 80, "actions --columns due_on,reference --format csv");
    assert_eq!(csv.lines().next(), Some("due_on,reference"));
    let refused = cli.run(&["--ledger", LEDGER, "actions", "--columns", "owner,colour"]);
    assert_eq!(refused.status, 1);
    assert!(
        refused
            .err
            .starts_with("error: there is no column `colour`\n  help: the list has: Action, What is to be done, Owner"),
        "{}",
        refused.err
    );
    let refused = cli.run(&["--ledger", LEDGER, "actions", "--columns", "owner", "--format", "json"]);
    assert!(refused.err.contains("JSON has every field"), "{}", refused.err);
}
