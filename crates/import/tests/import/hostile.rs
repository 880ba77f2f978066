//! Hostile documents: each is read or refused within a bounded time.

use super::support::meeting;
use crate::import::support::try_markdown;
use minutebook_import::{
    DocumentFormat, DocumentReadError, ImportContext, MAX_BLOCKS, MAX_DOCUMENT_BYTES, events, read,
};
use std::time::{Duration, Instant};

/// Far above the time of an unoptimised build, and far below that of anything worse than linear.
const LIMIT: Duration = Duration::from_secs(30);

fn reads_within_the_limit(name: &str, body: &str) {
    for format in [DocumentFormat::Markdown, DocumentFormat::PlainText] {
        let text = match format {
            DocumentFormat::Markdown => meeting(&format!("## 1. Tides (RED)\n\n{body}")),
            _ => format!("TSC_31_1206 - Headlines\n\n12 June 2024\n\n1. Tides (RED)\n\n{body}"),
        };
        let begun = Instant::now();
        let result = read(text.as_bytes(), &ImportContext { format: Some(format), ..ImportContext::default() });
        let count = result.as_ref().map(|headlines| events(headlines).len());
        let taken = begun.elapsed();
        println!("{name}, {format:?}: {} kB in {taken:?}: {count:?}", text.len() / 1000);
        assert!(taken < LIMIT, "{name}: {taken:?}");
    }
}

#[test]
fn long_lines_take_bounded_time() {
    reads_within_the_limit("one word", &"a".repeat(1_000_000));
    reads_within_the_limit("words", &"word ".repeat(100_000));
    reads_within_the_limit("sentences", &"The TSC **NOTED** it. ".repeat(20_000));
    reads_within_the_limit("verbs", &"NOTED and ".repeat(50_000));
    reads_within_the_limit("parties", &format!("The TSC NOTED Small Suppliers {}.", "AB, CD, ".repeat(30_000)));
    reads_within_the_limit("actions", &format!("Actions {} are complete.", "TSC30/01, TSC30/02, ".repeat(10_000)));
    reads_within_the_limit("dates", &"to 1 June 2024 ".repeat(20_000));
    reads_within_the_limit("brackets", &"(RED".repeat(50_000));
}

#[test]
fn deep_nesting_is_refused() {
    reads_within_the_limit("bullets on a line", &"- ".repeat(100_000));
    reads_within_the_limit("quotes on a line", &">".repeat(100_000));
    let deeper: Vec<String> = (0..1000).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    let deeper = deeper.concat();
    reads_within_the_limit("bullets below each other", &deeper);
    reads_within_the_limit("many bullets", &"- a bullet (RED)\n".repeat(20_000));
}

#[test]
fn unclosed_marks_take_bounded_time() {
    for sign in
        ["**", "*", "_", "[", "](", "`", "<", "<!--", "![", "|", "‘", "'", "~~", "<a href=\"", "&", "\\", "(", "#"]
    {
        reads_within_the_limit(sign, &sign.repeat(20_000));
        reads_within_the_limit(sign, &format!("{sign}a ").repeat(10_000));
    }
    reads_within_the_limit(
        "table",
        &format!("{}\n{}\n{}", "|a".repeat(5_000), "|-".repeat(5_000), "|b".repeat(20_000)),
    );
}

#[test]
fn many_lines_take_bounded_time() {
    reads_within_the_limit(
        "broken sentences",
        &"the tide rose and\n\nTSC_31_1206 – TSC Meeting Headlines\n\n".repeat(3_000),
    );
    reads_within_the_limit("headings", &"## 1. Tides (RED)\n\n".repeat(10_000));
    reads_within_the_limit("lines of one paragraph", &"the tide rose and\n".repeat(20_000));
    reads_within_the_limit("action lines", &"ACTION: SECAS to see to it.\n".repeat(3_000));
    reads_within_the_limit("definitions", &(0..20_000).map(|n| format!("[a{n}]: b\n")).collect::<Vec<_>>().concat());
}

#[test]
fn a_document_that_is_too_large_is_refused() {
    let bytes = vec![b'a'; MAX_DOCUMENT_BYTES + 1];
    let refused = read(&bytes, &ImportContext::default());
    assert!(matches!(refused, Err(DocumentReadError::TooLarge { bytes: size }) if size == bytes.len()));
}

#[test]
fn a_document_of_too_many_parts_is_refused() {
    let refused = |body: &str| try_markdown(&meeting(body)).map(|_| ()).unwrap_err();
    for part in ["a\n\n", "- a\n", "# a\n\n", "<!-- a -->\n\n"] {
        assert!(matches!(refused(&part.repeat(MAX_BLOCKS)), DocumentReadError::TooManyBlocks), "{part}");
    }
    let table = format!("|a|b|\n|-|-|\n{}", "|a|b|\n".repeat(MAX_BLOCKS / 2));
    assert!(matches!(refused(&table), DocumentReadError::TooManyBlocks));
    for mark in ["a\n\n", "*a", "|", "[a](b)"] {
        let body = mark.repeat((MAX_DOCUMENT_BYTES - 1000) / mark.len());
        assert!(matches!(refused(&body), DocumentReadError::TooManyMarks { .. }), "{mark}");
    }
}

#[test]
fn a_document_cut_inside_a_character_keeps_its_text() {
    let markdown = meeting("## 1. Tides (RED)\n\nThe tide rose – ‘K’ said so, “twice” – at 25° é…");
    let plain = "TSC_31_1206 – Headlines\n\n12 June 2024\n\n1. Tides (RED)\n\nThe tide rose – ‘K’ said so, é…";
    for (text, format) in [(markdown.as_str(), DocumentFormat::Markdown), (plain, DocumentFormat::PlainText)] {
        let from = text.find("The tide rose").unwrap() + "The tide rose".len();
        for cut in from..text.len() {
            let read =
                read(&text.as_bytes()[..cut], &ImportContext { format: Some(format), ..ImportContext::default() })
                    .unwrap();
            let said: String = events(&read).iter().map(|made| made.event.data().unwrap().to_string()).collect();
            assert!(said.contains("The tide rose"), "{format:?} cut at {cut}: {said}");
            let told =
                read.findings.iter().any(|finding| finding.kind == minutebook_import::ImportFindingKind::NotUtf8);
            assert_eq!(told, !text.is_char_boundary(cut), "{format:?} cut at {cut}");
        }
    }
}

#[test]
fn other_encodings_give_the_same_text() {
    let markdown = meeting("## 1. Tides (RED)\n\nThe tide rose – “Café” said so. The TSC **NOTED** it.");
    let told = |bytes: &[u8]| {
        let read = read(bytes, &ImportContext::default()).unwrap();
        let data: Vec<_> = events(&read).iter().map(|made| made.event.data().unwrap()).collect();
        let taken =
            read.findings.into_iter().find(|finding| finding.kind == minutebook_import::ImportFindingKind::NotUtf8);
        (data, taken.map(|finding| finding.text))
    };
    let (expected, found) = told(markdown.as_bytes());
    assert_eq!(found, None);
    let utf_16 = |to: fn(u16) -> [u8; 2]| markdown.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let windows: Vec<u8> = markdown
        .chars()
        .map(|c| match c {
            '–' => 0x96,
            '“' => 0x93,
            '”' => 0x94,
            'é' => 0xE9,
            _ => u8::try_from(c).unwrap(),
        })
        .collect();
    for (bytes, taken_for) in [
        ([&b"\xFF\xFE"[..], &utf_16(u16::to_le_bytes)].concat(), None),
        ([&b"\xFE\xFF"[..], &utf_16(u16::to_be_bytes)].concat(), None),
        ([&b"\xEF\xBB\xBF"[..], markdown.as_bytes()].concat(), None),
        (utf_16(u16::to_le_bytes), Some("the file was read as UTF-16LE")),
        (utf_16(u16::to_be_bytes), Some("the file was read as UTF-16BE")),
        (windows, Some("the file was read as windows-1252")),
    ] {
        assert_eq!(told(&bytes), (expected.clone(), taken_for.map(str::to_owned)));
    }
}
