//! Approvals of minutes, and statuses of parties.

use super::support::body;

fn minutes(text: &str) -> Vec<(String, &'static str, &'static str)> {
    let report = body(&format!("## 1. Minutes and Actions Outstanding\n\n{text}"));
    report.minutes_approved.iter().map(|m| (m.minutes_of.to_string(), m.edition.word(), m.outcome.word())).collect()
}

#[test]
fn approvals_name_the_day_and_set_of_minutes() {
    let (draft, confidential) = ("draft", "confidential draft");
    let (written, amended) = ("as written", "subject to amendments");
    let may = "2024-05-22";
    for (text, expected) in [
        ("The TSC **APPROVED** the Draft Minutes of 22 May 2024 as written.", vec![(may, draft, written)]),
        (
            "The TSC **APPROVED** the Draft and Confidential Draft Minutes of 22 May as written.",
            vec![(may, draft, written), (may, confidential, written)],
        ),
        (
            "The TSC **APPROVED** the Draft Minutes and the Confidential Minutes from the meeting held on Wednesday, 22nd May 2024.",
            vec![(may, draft, written), (may, confidential, written)],
        ),
        (
            "No comments were received on the minutes of 22 May 2024. The TSC **APPROVED** the Confidential Draft Minutes as written.",
            vec![(may, confidential, written)],
        ),
        (
            "The minutes of the meeting held on 22 May 2024 were considered.\n\nThe TSC **APPROVED** the minutes subject to minor amendments.",
            vec![(may, draft, amended)],
        ),
        (
            "The TSC **APPROVED** the Draft Minutes of 22/05/2024 as written and the Confidential Draft Minutes subject to the correction of a name.",
            vec![(may, draft, written), (may, confidential, amended)],
        ),
        ("The TSC **APPROVED** the minutes of TSC_30_2205 as amended.", vec![(may, draft, amended)]),
        ("The Draft Minutes of 22 May 2024 were **APPROVED** as a true record.", vec![(may, draft, written)]),
        (
            "The TSC **APPROVED** both sets of minutes of 22 May 2024.",
            vec![(may, draft, written), (may, confidential, written)],
        ),
        (
            "The TSC **APPROVED** the Draft Minutes of 8 May 2024 and 22 May 2024.",
            vec![("2024-05-08", draft, written), (may, draft, written)],
        ),
        ("The TSC **AGREED** the minutes of 22 May 2024 as an accurate record.", vec![(may, draft, written)]),
        (
            "No comments were received on the Draft Minutes and the Confidential Draft Minutes of 22 May 2024, and the TSC **APPROVED** both as written.",
            vec![(may, draft, written), (may, confidential, written)],
        ),
        ("The TSC **NOTED** the minutes of 22 May 2024.", vec![]),
        ("The TSC **APPROVED** the letter recorded on 22 May 2024.", vec![]),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(day, edition, outcome)| (day.to_owned(), edition, outcome)).collect();
        assert_eq!(minutes(text), expected, "{text}");
    }
}

#[test]
fn amendments_and_comments_are_read() {
    let report = body(
        "## 1. Minutes\n\nNo comments were received for the Draft Minutes of 22 May 2024.\n\nThe TSC **APPROVED** the Draft Minutes subject to the correction of a name.",
    );
    assert_eq!(report.minutes_approved[0].amendments, ["the correction of a name"]);
    assert_eq!(report.minutes_approved[0].comments_received, Some(false));
    let report = body(
        "## 1. Minutes\n\nComments were received on the Draft Minutes of 22 May 2024, and the TSC **APPROVED** them, the Draft Minutes, as amended.",
    );
    assert_eq!(report.minutes_approved[0].comments_received, Some(true));
}

#[test]
fn statuses_are_read_with_their_values() {
    for (title, text, kind, value, day) in [
        (
            "Full User Security Assessment – Other User ‘L’",
            "**AGREED** the Assurance Status for Other User ‘L’.",
            "assurance",
            None,
            None,
        ),
        ("Full User Security Assessment – Other User ‘L’", "**AGREED** the Assurance Status.", "assurance", None, None),
        (
            "Full User Security Assessment – Other User ‘L’",
            "**AGREED** the Assurance Status of Approved for Other User ‘L’.",
            "assurance",
            Some("Approved"),
            None,
        ),
        (
            "Full User Security Assessment – Other User ‘L’",
            "**AGREED** to set the Assurance Status of Other User ‘L’ as ‘Approved’.",
            "assurance",
            Some("Approved"),
            None,
        ),
        (
            "Full User Security Assessment – Other User ‘L’",
            "**AGREED** to set the Assurance Status for Other User ‘L’ as Approved subject to a second test by 1 July.",
            "assurance",
            Some("Approved subject to a second test by 1 July"),
            None,
        ),
        (
            "Full User Security Assessment – Other User ‘L’",
            "set the Assurance Status for Other User ‘L’ as Approved subject to a second test.",
            "assurance",
            Some("Approved subject to a second test"),
            None,
        ),
        (
            "Full User Security Assessment – Other User ‘L’",
            "**AGREED** the Assurance Status of Approved subject to a second test for Other User ‘L’.",
            "assurance",
            Some("Approved subject to a second test"),
            None,
        ),
        (
            "Full User Security Assessment – Other User ‘L’",
            "**AGREED** the Assurance Status of APPROVED for Other User ‘L’.",
            "assurance",
            Some("Approved"),
            None,
        ),
        (
            "Full User Security Assessment – Other User ‘L’",
            "**DEFERRED** the Assurance Status for Other User ‘L’ to 26 June 2024.",
            "assurance",
            None,
            Some("2024-06-26"),
        ),
        (
            "Full User Security Assessment – Other User ‘L’",
            "**AGREED** to defer the Assurance Status for Other User ‘L’ to the meeting on 26 June.",
            "assurance",
            None,
            Some("2024-06-26"),
        ),
        (
            "Verification User Security Assessment – Other User ‘L’",
            "**APPROVED** the Compliance Status for Other User ‘L’.",
            "compliance",
            None,
            None,
        ),
        (
            "Verification User Security Assessment – Other User ‘L’",
            "**AGREED** that the Compliance Status of Other User ‘L’ should be Approved.",
            "compliance",
            Some("Approved"),
            None,
        ),
    ] {
        let report = body(&format!("## 1. {title} (RED)\n\nThe TSC {text}"));
        assert_eq!(report.statuses.len(), 1, "{text}");
        let status = &report.statuses[0];
        assert_eq!(status.party.to_string(), "Other User L", "{text}");
        assert_eq!((status.kind.word(), status.value.as_deref()), (kind, value), "{text}");
        assert_eq!(status.deferred_to.map(|day| day.to_string()).as_deref(), day, "{text}");
        assert_eq!(status.deferred, day.is_some(), "{text}");
    }
}
