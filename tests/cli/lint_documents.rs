//! `minutebook lint` on documents.

use crate::fixtures::cli::Cli;
use crate::fixtures::tsc_headlines::tsc_headlines;
use serde_json::Value;

const HEADLINES: &str = tsc_headlines!(
    "\
#### 1. Sluice Gates (GREEN)

The TSC **AGREED** to ask the harbour master for the plans of every gate, lock and weir between the old harbour and the sea.
"
);

fn with(document: &str) -> Cli {
    let cli = Cli::new();
    std::fs::write(cli.folder.path().join("headlines.md"), document).unwrap();
    cli
}

#[test]
fn a_finding_is_printed_with_its_file_line_excerpt_and_help() {
    let cli = with(HEADLINES);
    let run = cli.run(&["lint", "headlines.md"]);
    assert_eq!(run.status, 1, "{}", run.err);
    for shown in ["agreed-without-action", "headlines.md:11:1", "11 │ The TSC **AGREED** to ask", "help: ", "ACTION"]
    {
        assert!(run.out.contains(shown), "{shown} is missing from:\n{}", run.out);
    }
    assert!(!run.out.contains('\u{1b}'), "no colours in a pipe");
    assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{}", run.out);
    assert!(!cli.folder.path().join("minutebook.db").exists());
}

#[test]
fn json_lists_the_findings_and_no_findings_is_said() {
    let cli = with(HEADLINES);
    let found: Value = serde_json::from_str(&cli.run(&["lint", "--format", "json", "headlines.md"]).out).unwrap();
    assert_eq!(
        (&found["findings"][0]["line"], &found["findings"][0]["kind"]),
        (&11.into(), &"agreed-without-action".into())
    );
    let cli = with(&format!("{HEADLINES}\n**ACTION TSC4/01:** SECAS to ask by 28 April 2023.\n"));
    assert!(cli.done(&["lint", "headlines.md"]).contains("no findings"));
    let cli = with("Dear all,\n\nthe meeting was pleasant.");
    let run = cli.run(&["lint", "headlines.md"]);
    assert!(run.status == 1 && run.err.contains("no meeting's reference"), "{}", run.err);
}
