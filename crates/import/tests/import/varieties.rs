//! Invented headlines in the styles of many committees, each with the report that a secretary has checked.

use super::support::{check, words, words_of_source};
use minutebook_import::{ImportContext, ParsedHeadlines, read, report::report};
use serde_json::Value;
use std::fmt::Write;

fn headlines(name: &str) -> (String, ParsedHeadlines) {
    let path = format!("{}/tests/samples/varieties/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let read = read(text.as_bytes(), &ImportContext { file_name: name, ..ImportContext::default() });
    (text, read.unwrap_or_else(|refusal| panic!("{name}: {refusal}")))
}

/// Returns one line for each entry of the report, without empty fields.
fn summary(headlines: &ParsedHeadlines) -> String {
    let report = serde_json::to_value(report(headlines)).unwrap();
    let line = |value: &Value| match value {
        Value::Object(fields) => {
            let said = |value: &Value| !value.is_null() && value != &serde_json::json!([]);
            let told = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let fields = fields.iter().filter(|(_, value)| said(value));
            fields.map(|(key, value)| format!("{key}: {}", told(value))).collect::<Vec<_>>().join(" | ")
        }
        other => other.to_string(),
    };
    let mut lines = String::new();
    for (key, value) in report.as_object().unwrap() {
        match value {
            Value::Array(all) if matches!(key.as_str(), "parties" | "references") => {
                writeln!(lines, "{key}: {}", Value::from(all.clone())).unwrap();
            }
            Value::Array(all) => all.iter().for_each(|one| writeln!(lines, "- {key}: {}", line(one)).unwrap()),
            Value::Null => {}
            _ if matches!(key.as_str(), "file" | "sha256" | "already_imported" | "events_appended") => {}
            other => writeln!(lines, "{key}: {}", line(other)).unwrap(),
        }
    }
    lines
}

fn matches_the_checked_report(name: &str) {
    let (text, headlines) = headlines(name);
    check(&headlines);
    // A heading's `Agenda item` is mark-up; every other word is kept, in order.
    let (mut kept, mut given) = (words(&headlines), words_of_source(&text));
    for all in [&mut kept, &mut given] {
        all.retain(|word| word != "item" && word != "agenda");
    }
    assert_eq!(kept, given, "{name}");
    insta::with_settings!({ snapshot_path => "../samples/varieties", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, summary(&headlines));
    });
}

#[test]
fn underlined_headings() {
    matches_the_checked_report("underlined-headings.md");
}

#[test]
fn lettered_entries_in_plain_text() {
    matches_the_checked_report("plain-text.txt");
}

#[test]
fn bold_headings_and_updates_in_bullets() {
    matches_the_checked_report("bold-headings.md");
}

#[test]
fn bold_verbs_in_lower_case_and_numbered_actions() {
    matches_the_checked_report("small-verbs.md");
}

#[test]
fn tables_of_letters_and_actions() {
    matches_the_checked_report("tables-and-sub-items.md");
}

#[test]
fn people_in_lists() {
    matches_the_checked_report("lists-of-people.md");
}

#[test]
fn labelled_particulars_and_a_committee_without_a_code() {
    matches_the_checked_report("particulars-by-line.md");
}

#[test]
fn bullets_and_a_page_number_left_by_a_copy() {
    matches_the_checked_report("bullets-from-word.md");
}

#[test]
fn short_notes_in_a_mail() {
    matches_the_checked_report("notes-by-mail.txt");
}

#[test]
fn a_verb_before_a_list_and_matters_before_the_first_item() {
    matches_the_checked_report("verb-before-a-list.md");
}

#[test]
fn references_without_a_committee() {
    matches_the_checked_report("bare-references.md");
}

#[test]
fn updates_on_lines_and_statuses_in_lettered_lines() {
    matches_the_checked_report("updates-in-lines.md");
}

#[test]
fn columns_made_with_spaces() {
    matches_the_checked_report("typewritten.txt");
}
