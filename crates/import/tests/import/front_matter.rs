//! The meeting's particulars in the forms that committees use.

use super::support::{check, markdown, try_markdown};
use minutebook_domain::reference::Name;
use minutebook_import::report::report;
use minutebook_import::{DocumentReadError, FrontMatterError};

const CLASSIFIED: &str = "This document is classified as **White**.";

#[test]
fn meeting_references_are_read_in_every_form() {
    for reference in [
        "### TSC\\_31\\_1206 – TSC Meeting Headlines",
        "### TSC_31_1206 – TSC Meeting Headlines",
        "**TSC-31-1206 — Headlines**",
        "TSC 31 1206 - TSC Meeting Headlines",
        "# TSC – 31 – 1206",
        "TSC31_1206",
        "TSC_031_1206 Headlines",
        "TSC_31_12062024",
        "Headlines of meeting TSC\\_31\\_1206",
        "TSC Meeting 31 Headlines",
    ] {
        let text = format!(
            "{CLASSIFIED}\n\n## Tidal Sub-Committee (TSC)\n\n{reference}\n\n12 June 2024, 10:00\n\n## 1. Tides (RED)\n\nText.\n"
        );
        let headlines = markdown(&text);
        check(&headlines);
        let report = report(&headlines);
        assert_eq!(report.meeting.to_string(), "TSC_31_1206", "{reference}");
        assert_eq!(report.committee_name.unwrap().as_str(), "Tidal Sub-Committee", "{reference}");
        assert!(report.unrecognised.is_empty(), "{reference}: {:?}", report.unrecognised);
    }
}

#[test]
fn dates_times_and_places_are_read_in_every_form() {
    let quay = Some("Old Quay");
    for (line, starts, ends, venue) in [
        ("12 June 2024, 10:00 – 16:00, Old Quay", Some("10:00"), Some("16:00"), quay),
        ("12th June 2024, 10.00 - 16.00, Old Quay", Some("10:00"), Some("16:00"), quay),
        ("12<sup>th</sup> Jun 2024 10:00—16:00 Old Quay", Some("10:00"), Some("16:00"), quay),
        ("Wednesday, 12 June 2024, 10am – 4pm, Old Quay", Some("10:00"), Some("16:00"), quay),
        ("Wednesday 12 June 2024 | 10:00 to 16:00 | Old Quay", Some("10:00"), Some("16:00"), quay),
        ("12/06/2024, 10:00-16:00, Old Quay", Some("10:00"), Some("16:00"), quay),
        ("2024-06-12 10:00 – 16:00 Old Quay", Some("10:00"), Some("16:00"), quay),
        ("Held on 12 June 2024 at Old Quay", None, None, quay),
        ("Date: 12 June 2024\nTime: 10:00 – 16:00\nVenue: Old Quay", Some("10:00"), Some("16:00"), quay),
        ("- Date: 12 June 2024\n- Time: 10:00 – 16:00\n- Venue: Old Quay", Some("10:00"), Some("16:00"), quay),
        ("10:00 – 16:00, 12 June 2024, Old Quay", Some("10:00"), Some("16:00"), quay),
        ("12 June 2024, Old Quay, 10:00 – 16:00", Some("10:00"), Some("16:00"), quay),
        ("12 June 2024, 10:00, Old Quay", Some("10:00"), None, quay),
        (
            "12 June 2024, 10:00 – 16:00, Old Quay,\n\n8 Water Lane, EC3M 4AJ",
            Some("10:00"),
            Some("16:00"),
            Some("Old Quay, 8 Water Lane, EC3M 4AJ"),
        ),
        ("12 June 2024, 16:00 – 10:00, Old Quay", Some("16:00"), None, quay),
        ("12 June 2024", None, None, None),
    ] {
        let text = format!(
            "{CLASSIFIED}\n\n## Tidal Sub-Committee (TSC) Meeting Headlines\n\n{line}\n\n### TSC\\_31\\_1206 – TSC Meeting Headlines\n\n## 1. Tides (RED)\n\nText.\n"
        );
        let headlines = markdown(&text);
        check(&headlines);
        let report = report(&headlines);
        assert_eq!(report.held_on.to_string(), "2024-06-12", "{line}");
        assert_eq!((report.starts_at.as_deref(), report.ends_at.as_deref()), (starts, ends), "{line}");
        assert_eq!(report.venue.as_ref().map(Name::as_str), venue, "{line}");
        assert!(report.unrecognised.is_empty(), "{line}: {:?}", report.unrecognised);
    }
}

#[test]
fn a_date_that_differs_from_the_reference_is_reported() {
    let headlines =
        markdown("## Tidal Sub-Committee (TSC)\n\n13 June 2024, 10:00\n\n### TSC_31_1206\n\n## 1. Tides\n\nText.\n");
    check(&headlines);
    let report = report(&headlines);
    assert_eq!(
        (report.meeting.to_string().as_str(), report.held_on.to_string().as_str()),
        ("TSC_31_1206", "2024-06-12")
    );
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.kind == minutebook_import::ImportFindingKind::ReferenceDateDiffers)
    );
}

#[test]
fn documents_without_a_meeting_or_a_date_are_refused() {
    assert!(matches!(try_markdown(""), Err(DocumentReadError::Empty)));
    assert!(matches!(try_markdown("\n \n"), Err(DocumentReadError::Empty)));
    let refused = try_markdown("Dear all,\n\nplease see attached.");
    assert!(matches!(refused, Err(DocumentReadError::FrontMatter(FrontMatterError::NoMeeting))));
    let refused = try_markdown("### TSC_31_1206 – TSC Meeting Headlines\n\n## 1. Tides");
    assert!(matches!(refused, Err(DocumentReadError::FrontMatter(FrontMatterError::NoDate))));
}

#[test]
fn text_that_is_not_understood_is_kept() {
    let text = "This document is classified as White.\n\nAttendees were many and various.\n\n## Tidal Sub-Committee (TSC)\n\n12 June 2024\n\n### TSC_31_1206\n\n## 1. Tides (RED)\n\nText. <!-- a comment -->\n\n[note]: somewhere \"else\"\n";
    let headlines = markdown(text);
    check(&headlines);
    let report = report(&headlines);
    let lines: Vec<u32> = report.unrecognised.iter().map(|unrecognised| unrecognised.line).collect();
    assert_eq!(lines, [3, 13, 15]);
    let words = super::support::words(&headlines).join(" ");
    for kept in ["attendees were many", "a comment", "note somewhere else"] {
        assert!(words.contains(kept), "{kept}");
    }
}
