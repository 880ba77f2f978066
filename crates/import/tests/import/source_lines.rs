//! The numbered lines of a document.

use super::sample::IN_OTHER_FORMATS;
use super::support::markdown;
use minutebook_import::SourceLines;

#[test]
fn the_lines_of_a_text_are_those_of_its_file() {
    let lines = markdown(IN_OTHER_FORMATS).source_lines;
    assert_eq!(lines.count(), IN_OTHER_FORMATS.lines().count());
    assert_eq!(lines.line(4), "## Tidal Sub-Committee (TSC) Meeting Headlines");
    assert_eq!(
        lines.between((6, 7)),
        "12 June 2024, 10:00 – 12:30, The Old Customs House, 4 Quay Street, Harbourtown, HT1 2AB"
    );
}

#[test]
fn lines_out_of_range_are_empty() {
    let lines = SourceLines::of("one\ntwo");
    assert_eq!((lines.line(0), lines.line(1), lines.line(2), lines.line(3)), ("", "one", "two", ""));
    assert_eq!((lines.between((0, u32::MAX)), lines.between((3, 1))), ("one two".to_owned(), String::new()));
}
