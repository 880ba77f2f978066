//! Headlines as PDF: every format of a document gives the same events, and no file does harm.

mod hostile;
mod writer;

use super::sample::IN_OTHER_FORMATS as SAMPLE;
use super::support::{check, markdown};
use minutebook_domain::classification::Classification;
use minutebook_import::{DocumentReadError, ImportContext, ParsedHeadlines, read};

pub(crate) fn try_pdf(bytes: &[u8]) -> Result<ParsedHeadlines, DocumentReadError> {
    read(bytes, &ImportContext { file_name: "headlines.pdf", ..ImportContext::default() })
}

fn pdf(bytes: &[u8]) -> ParsedHeadlines {
    try_pdf(bytes).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// Returns everything the document says, without its lines.
fn content_of(headlines: &ParsedHeadlines) -> Vec<String> {
    let meeting = format!(
        "{} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?}",
        headlines.reference,
        headlines.committee_name,
        headlines.held_on,
        headlines.starts_at,
        headlines.ends_at,
        headlines.venue,
        headlines.classification,
        headlines.next_meeting_on,
        headlines.closed_at,
    );
    let records = headlines.records.iter().map(|placed| format!("{:?}", placed.record));
    let findings = headlines.findings.iter().map(|finding| format!("{:?} {}", finding.kind, finding.text));
    let unread = headlines.unrecognised.iter().map(|text| text.text.clone());
    std::iter::once(meeting).chain(records).chain(findings).chain(unread).collect()
}

fn says_the_same(bytes: &[u8], text: &str) {
    let (from_pdf, mut from_text) = (pdf(bytes), markdown(text));
    check(&from_pdf);
    // A printed page does not show the targets of its links.
    from_text.findings.retain(|finding| finding.kind != minutebook_import::ImportFindingKind::LinkTargetDropped);
    let (from_pdf, from_text) = (content_of(&from_pdf), content_of(&from_text));
    for (pdf, text) in from_pdf.iter().zip(&from_text) {
        assert_eq!(pdf, text);
    }
    assert_eq!(from_pdf.len(), from_text.len());
}

#[test]
fn a_hyphenated_column_with_headers_gives_the_events_of_markdown() {
    says_the_same(include_bytes!("../../samples/TSC_31_1206-narrow.pdf"), SAMPLE);
}

#[test]
fn a_wide_page_gives_the_events_of_markdown() {
    says_the_same(include_bytes!("../../samples/TSC_31_1206-wide.pdf"), SAMPLE);
}

#[test]
fn an_office_suites_pdf_gives_the_events_of_markdown() {
    says_the_same(include_bytes!("../../samples/TSC_31_1206-libreoffice.pdf"), SAMPLE);
}

#[test]
fn the_published_headlines_as_pdf_give_the_events_of_markdown() {
    if let Some(text) = super::ssc::document() {
        says_the_same(&writer::pdf(&text, "SSC_72_2702 - SSC Meeting Headlines, version 1.0"), &text);
    }
}

#[test]
fn lines_are_placed_by_page() {
    let headlines = pdf(include_bytes!("../../samples/TSC_31_1206-narrow.pdf"));
    let lines = &headlines.source_lines;
    assert_eq!(lines.place(1), "page 1, line 1");
    let item = headlines.records.iter().find(|placed| format!("{:?}", placed.record).contains("Mooring Plan")).unwrap();
    assert!(lines.between(item.lines).contains("Mooring Plan"), "{:?}", lines.between(item.lines));
    assert!(lines.place(item.lines.0).starts_with("page "), "{}", lines.place(item.lines.0));
}

#[test]
fn the_running_header_supplies_the_classification() {
    let text = SAMPLE.lines().filter(|line| !line.starts_with("This document")).collect::<Vec<_>>().join("\n");
    let long =
        text.replace("**8. Standing", &format!("{}\n**8. Standing", "The ropes were counted again.\n\n".repeat(40)));
    let stated = pdf(&writer::pdf(&long, "GREEN"));
    assert_eq!(stated.classification.map(Classification::label), Some("GREEN"));
    assert_eq!(pdf(&writer::pdf(&long, "TSC")).classification, None);
}
