//! The published headlines of one real meeting: every figure that must be found in them.

use super::support::{check, markdown, words, words_of_source};
use minutebook_import::report::{FileReport, report};
use std::path::PathBuf;

/// The document's text; `None` where it is not at hand, which is an error on the build server.
fn document() -> Option<String> {
    let named = std::env::var_os("MINUTEBOOK_CORPUS").map(PathBuf::from);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = [named, Some(root.join("../../shared/corpus"))].into_iter().flatten();
    let found = folders.map(|folder| folder.join("SSC_72_2702.md")).find(|path| path.is_file());
    match found {
        Some(path) => Some(std::fs::read_to_string(path).expect("the document can be read")),
        None => {
            assert!(std::env::var_os("CI").is_none(), "SSC_72_2702.md is not there, and the build server must have it");
            println!("SSC_72_2702.md is not there: set MINUTEBOOK_CORPUS to its folder");
            None
        }
    }
}

fn with_report(check: impl FnOnce(FileReport)) {
    if let Some(text) = document() {
        check(report(&markdown(&text)));
    }
}

#[test]
fn dump() {
    with_report(|report| {
        println!("{}", serde_json::to_string_pretty(&report).unwrap());
    });
}

#[test]
fn no_word_is_lost_and_the_rules_admit_it() {
    let Some(text) = document() else { return };
    let headlines = markdown(&text);
    check(&headlines);
    assert_eq!(words(&headlines), words_of_source(&text));
}
