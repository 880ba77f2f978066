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

/// One line for each thing that the report tells, without what it leaves empty.
fn told(headlines: &ParsedHeadlines) -> String {
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

fn as_a_secretary_reads_it(name: &str) {
    let (text, headlines) = headlines(name);
    check(&headlines);
    // A heading's `Agenda item` is mark-up; every other word is kept, in order.
    let (mut kept, mut given) = (words(&headlines), words_of_source(&text));
    for all in [&mut kept, &mut given] {
        all.retain(|word| word != "item" && word != "agenda");
    }
    assert_eq!(kept, given, "{name}");
    insta::with_settings!({ snapshot_path => "../samples/varieties", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, told(&headlines));
    });
}

#[test]
fn underlined_headings() {
    as_a_secretary_reads_it("underlined-headings.md");
}

#[test]
fn lettered_entries_in_plain_text() {
    as_a_secretary_reads_it("plain-text.txt");
}

#[test]
fn bold_headings_and_updates_in_bullets() {
    as_a_secretary_reads_it("bold-headings.md");
}

#[test]
fn bold_verbs_in_lower_case_and_numbered_actions() {
    as_a_secretary_reads_it("small-verbs.md");
}

#[test]
fn tables_of_letters_and_actions() {
    as_a_secretary_reads_it("tables-and-sub-items.md");
}

#[test]
fn people_in_lists() {
    as_a_secretary_reads_it("lists-of-people.md");
}

#[test]
fn labelled_particulars_and_a_committee_without_a_code() {
    as_a_secretary_reads_it("particulars-by-line.md");
}

#[test]
fn bullets_and_a_page_number_left_by_a_copy() {
    as_a_secretary_reads_it("bullets-from-word.md");
}

#[test]
fn short_notes_in_a_mail() {
    as_a_secretary_reads_it("notes-by-mail.txt");
}

#[test]
fn a_verb_before_a_list_and_matters_before_the_first_item() {
    as_a_secretary_reads_it("verb-before-a-list.md");
}

#[test]
fn references_without_a_committee() {
    as_a_secretary_reads_it("bare-references.md");
}

#[test]
fn updates_on_lines_and_statuses_in_lettered_lines() {
    as_a_secretary_reads_it("updates-in-lines.md");
}

#[test]
fn columns_made_with_spaces() {
    as_a_secretary_reads_it("typewritten.txt");
}
