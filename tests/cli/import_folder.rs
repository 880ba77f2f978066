//! `minutebook import` of folders and of many files.

use super::import::{HEADLINES, with};
use crate::fixtures::cli::Cli;
use serde_json::Value;
use std::path::Path;

const MEETINGS: [&str; 6] = ["TSC_41_1001", "TSC_42_0702", "TSC_43_0603", "TSC_44_0304", "TSC_45_0105", "TSC_46_2905"];

/// A folder with the sample's files under names whose order is not that of the meetings.
fn untidy(cli: &Cli) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let archive = cli.path("archive");
    std::fs::create_dir_all(archive.join("2024")).unwrap();
    let put = |from: &str, to: &str| std::fs::copy(sample.join(from), archive.join(to)).unwrap();
    for (number, meeting) in MEETINGS.iter().rev().enumerate() {
        put(&format!("{meeting}.md"), &format!("{}/minutes-{number}.md", if number % 2 == 0 { "2024" } else { "." }));
    }
    put("actions.csv", "a-log.csv");
    put("corrections.ndjson", "corrections.ndjson");
    put("README.md", "README.md");
    std::fs::write(archive.join("photo.jpeg"), [0xff, 0xd8]).unwrap();
    std::fs::write(archive.join(".hidden.md"), "nothing").unwrap();
    std::fs::write(archive.join("letter.txt"), "Dear all,\n\nthe meeting was pleasant.").unwrap();
}

fn convened(cli: &Cli) -> Vec<String> {
    let events = cli.events();
    let convened = events.iter().filter(|event| event["type"] == "MeetingConvened");
    convened.map(|event| event["data"]["reference"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_folder_is_imported_by_meeting_day_and_its_action_log_last() {
    let cli = Cli::new();
    untidy(&cli);
    let run = cli.run(&["import", "archive"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(convened(&cli), MEETINGS);
    let events = cli.events();
    let last = events.last().unwrap();
    assert_eq!(last["source"]["file"], "a-log.csv", "the log says what became of what the meetings raised");
    // Other files are reported as skipped, and are no error.
    for (file, what) in [
        (
            "corrections.ndjson",
            "it holds commands and not an export of a ledger: record them with `minutebook record lines`",
        ),
        ("README.md", "a README describes the folder"),
        ("photo.jpeg", "its extension is not that of a document"),
        ("letter.txt", "no meeting's reference was found"),
    ] {
        let line = run.err.lines().find(|line| line.contains(file)).unwrap_or_else(|| panic!("{file}: {}", run.err));
        assert!(line.starts_with("skipped: ") && line.contains(what), "{line}");
    }
    assert!(!run.err.contains("hidden"), "{}", run.err);

    let again = cli.run(&["import", "archive"]);
    assert_eq!(again.status, 0, "{}", again.err);
    assert_eq!(cli.events(), events);
    assert_eq!(again.out.matches("already in the ledger; nothing recorded").count(), 7, "{}", again.out);
}

#[test]
fn an_unreadable_file_is_reported_and_the_others_are_imported() {
    let cli = with(HEADLINES);
    std::fs::create_dir(cli.path("folder")).unwrap();
    std::fs::write(cli.path("folder/a.docx"), b"PK\x03\x04 and no more").unwrap();
    std::fs::write(cli.path("folder/b.md"), HEADLINES).unwrap();
    std::fs::write(cli.path("folder/c.xlsx"), b"no workbook").unwrap();
    std::fs::write(cli.path("folder/d.pdf"), b"%PDF-1.7 and no more").unwrap();
    std::fs::write(cli.path("folder/e.ndjson"), b"no lines of JSON\n").unwrap();
    let run = cli.run(&["import", "folder", "nowhere.md"]);
    assert_eq!(run.status, 1);
    assert!(run.out.contains("TSC_4_1404 of 2023-04-14"), "{}", run.out);
    for file in ["a.docx", "c.xlsx", "d.pdf", "e.ndjson", "nowhere.md"] {
        assert!(run.err.lines().any(|line| line.starts_with("error: ") && line.contains(file)), "{file}: {}", run.err);
    }
    assert_eq!(convened(&cli), ["TSC_4_1404"]);
    // A file that is named must be a document.
    std::fs::write(cli.path("commands.ndjson"), "{\"corrects\": \"x\", \"change\": \"struck\"}\n").unwrap();
    let run = cli.run(&["import", "commands.ndjson"]);
    assert!(run.status == 1 && run.err.contains("error: commands.ndjson: it holds commands"), "{}", run.err);
    std::fs::create_dir(cli.path("empty")).unwrap();
    let run = cli.run(&["import", "empty"]);
    assert!(run.status == 1 && run.err.contains("there is no document in the folders given"), "{}", run.err);
}

#[test]
fn json_lists_the_files_in_the_order_they_were_named() {
    let cli = Cli::new();
    untidy(&cli);
    let given = ["archive/a-log.csv", "archive/2024/minutes-0.md", "archive/minutes-5.md"];
    let run = cli.run(&[&["import", "--format", "json"], &given[..]].concat());
    let printed: Value = serde_json::from_str(&run.out).unwrap();
    let files: Vec<&str> =
        printed["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(files, given);
    assert_eq!(convened(&cli), ["TSC_41_1001", "TSC_46_2905"]);
}

#[test]
fn an_export_in_a_folder_is_recognised_by_content_and_imported_first() {
    let cli = with(HEADLINES);
    cli.done(&["import", "headlines.md"]);
    let export = cli.done(&["log", "--format", "ndjson"]);
    std::fs::create_dir(cli.path("folder")).unwrap();
    std::fs::write(cli.path("folder/book.jsonl"), export).unwrap();
    std::fs::write(cli.path("folder/a.md"), HEADLINES).unwrap();
    let run = cli.run(&["--ledger", "sqlite:other.db", "import", "folder"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("export of ") && run.out.contains("already in the ledger"), "{}", run.out);
}

#[test]
fn no_progress_bar_is_drawn_without_a_terminal() {
    let cli = with(HEADLINES);
    let run = cli.run(&["import", "headlines.md"]);
    assert_eq!((run.status, run.err.as_str()), (0, "made the ledger minutebook.db\n"));
}
