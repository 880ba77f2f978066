//! The help of every command. Its words are what users read: review a change before you accept it.

use crate::fixtures::cli::Cli;

#[test]
fn help_of_every_command() {
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
        "text",
        "lines",
    ];
    let mut pairs: Vec<[&str; 2]> = recorded.map(|name| ["record", name]).to_vec();
    pairs.extend(["create", "list", "revoke"].map(|name| ["token", name]));
    let commands = [
        "record",
        "open",
        "import",
        "actions",
        "agenda",
        "party",
        "decisions",
        "recommendations",
        "deferred",
        "matters",
        "search",
        "meetings",
        "minutes",
        "lint",
        "log",
        "history",
        "headlines",
        "changes",
        "why",
        "statistics",
        "serve",
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
