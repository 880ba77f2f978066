//! No command prints a control character of the record or of its input.

use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::cli::Cli;
use crate::fixtures::committee::{raised, request};
use crate::fixtures::ledgers::{Store, TestLedger};
use minutebook_ledger::Recorder;
use serde_json::json;

/// Sets a window's title, rings, changes the colour by a C1 control, deletes, and turns the direction.
const TERMINAL_TEXT: &str = " \u{1b}]0;title\u{7}\u{1b}[31m\u{9b}5m\u{7f}\u{8}\rover\u{202e}\u{2066}.";
/// What a name accepts of it.
const NAME: &str = "Jane \u{202e}Z\u{2069}";

/// The first character of `text` that a terminal acts on.
fn acted_on(text: &str) -> Option<char> {
    let text = text.replace("\r\n", "\n");
    text.chars().find(|sign| {
        (sign.is_control() && !['\n', '\t'].contains(sign))
            || ('\u{202a}'..='\u{202e}').contains(sign)
            || ('\u{2066}'..='\u{2069}').contains(sign)
    })
}

#[tokio::test]
async fn no_command_prints_a_control_character_of_a_recorded_text_or_of_its_input() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = Recorder::new(canary_ledger(&ledger, TERMINAL_TEXT).await);
    let mut owned = raised("SSC73/01");
    owned["data"]["owners"] = json!([NAME]);
    recorder.record(&request("name", &owned)).await.unwrap();
    recorder.log().close().await;
    let cli = Cli::new();
    let document =
        format!("# SSC_73_1303 Headlines\n\n## 1. A title (GREEN){TERMINAL_TEXT}\n\nThe SSC AGREED{TERMINAL_TEXT}");
    std::fs::write(cli.path("SSC_73_1303.md"), document).unwrap();
    let unreadable = format!("{}.md", TERMINAL_TEXT.trim());
    std::fs::write(cli.path(&unreadable), TERMINAL_TEXT).unwrap();
    let (all, mut shown) = (["--clearance", "RED"], 0);
    let lists: &[&[&str]] = &[&["actions"], &["decisions"], &["matters"], &["meetings"], &["minutes"], &["statistics"]];
    let mut commands: Vec<Vec<&str>> = Vec::new();
    for list in lists {
        for format in ["table", "json", "csv"] {
            let clearance = if *list == ["statistics"] { &[][..] } else { &all };
            commands.push([*list, &["--format", format][..], clearance].concat());
        }
    }
    for format in ["table", "json", "csv", "ndjson"] {
        commands.push(vec!["log", "--format", format]);
    }
    commands.extend([
        vec!["log", "--disclosure"],
        vec!["log", "--limit", "10"],
        vec!["actions", "--format", "ics"],
        vec!["history", "SSC72/04"],
        vec!["history", "SSC72/04", "--format", "json"],
        vec!["history", "SSC72/04", "--brief"],
        vec!["history", NAME],
        vec!["history", TERMINAL_TEXT],
        vec!["party", NAME],
        vec!["party", "Other User N"],
        vec!["party", TERMINAL_TEXT],
        vec!["why", "SSC72/04"],
        vec!["why", "SSC_72_2702/D4"],
        vec!["changes", "actions", "--from", "2019-01-01", "--to", "2019-12-31"],
        vec!["lint"],
        vec!["lint", "SSC_73_1303.md"],
        vec!["lint", &unreadable],
        vec!["import", "SSC_73_1303.md", "--dry-run"],
        vec!["import", &unreadable],
        vec!["import", TERMINAL_TEXT],
        vec!["record", "note", TERMINAL_TEXT],
        vec!["record", "progress", "SSC72/04", "--note", TERMINAL_TEXT, "--on", "2019-03-04"],
        vec!["record", "mark", "SSC72/04", "--classification", "WHITE"],
        vec!["token", "list"],
        vec!["verify"],
        vec!["rebuild", TERMINAL_TEXT],
        vec!["serve", "--listen", TERMINAL_TEXT],
        vec![TERMINAL_TEXT],
    ]);
    for format in ["md", "html", "json"] {
        commands.push(vec!["headlines", "SSC_72_2702", "--audience", "RED", "--format", format]);
        commands.push(vec!["headlines", "SSC_72_2702", "--audience", "RED", "--format", format, "--output", "written"]);
    }
    for words in commands {
        let run = cli.run(&[&["--ledger", &*ledger.url_text], &*words].concat());
        let written = std::fs::read_to_string(cli.path("written")).unwrap_or_default();
        // An export keeps the stored bytes, in which JSON has escaped ESC and BEL.
        let is_export = words == ["log", "--format", "ndjson"];
        for text in [&run.out, &run.err, &written] {
            match acted_on(text) {
                Some(sign) if is_export => assert!(sign > '\u{1f}', "{words:?}: {sign:?}"),
                found => assert_eq!(found, None, "{words:?}: {text}"),
            }
            shown += text.matches("\\u001b").count() + text.matches("\\u202e").count();
        }
    }
    assert!(shown > 100, "the texts are printed, {shown} times");
}
