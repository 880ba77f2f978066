//! What the program says of itself. A change of a word here is a change for its users: look at it, and accept it.

use crate::fixtures::cli::Cli;

#[test]
fn the_help_of_every_command_is_as_it_was_read_and_found_right() {
    let cli = Cli::new();
    let mut text = String::new();
    let recorded = [
        "committee",
        "meeting",
        "item",
        "decision",
        "action",
        "complete",
        "status",
        "minutes-approved",
        "correction",
        "lines",
    ];
    let mut pairs: Vec<[&str; 2]> = recorded.map(|name| ["record", name]).to_vec();
    pairs.extend(["create", "list", "revoke"].map(|name| ["token", name]));
    let commands = [
        "record",
        "actions",
        "party",
        "decisions",
        "matters",
        "meetings",
        "minutes",
        "lint",
        "log",
        "history",
        "headlines",
        "changes",
        "why",
        "statistics",
        "verify",
        "rebuild",
        "token",
        "migrate",
        "demo",
    ]
    .map(|name| [name]);
    let commands = [&[][..]].into_iter().chain(commands.iter().map(|words| &words[..]));
    for words in commands.chain(pairs.iter().map(|words| &words[..])) {
        let arguments: Vec<&str> = words.iter().copied().chain(["--help"]).collect();
        text.push_str(&format!("$ minutebook {}\n{}\n", arguments.join(" "), cli.done(&arguments)));
    }
    insta::assert_snapshot!(text);
}
