//! The sample committee's six meetings: particulars told by hand, and whole reports as snapshots.

use super::support::{check, markdown, words, words_of_source};
use minutebook_import::report::{FileReport, report};

/// The documents, in the order of their meetings.
pub(crate) const SAMPLES: [&str; 6] = [
    include_str!("../../../../sample/TSC_41_1001.md"),
    include_str!("../../../../sample/TSC_42_0702.md"),
    include_str!("../../../../sample/TSC_43_0603.md"),
    include_str!("../../../../sample/TSC_44_0304.md"),
    include_str!("../../../../sample/TSC_45_0105.md"),
    include_str!("../../../../sample/TSC_46_2905.md"),
];

/// The sample for hostile changes: it has a table, a page's header inside a sentence, and actions.
pub(crate) const SAMPLE: &str = SAMPLES[1];

/// The sample that is also at hand as Word and PDF documents.
pub(crate) const IN_OTHER_FORMATS: &str = include_str!("../samples/TSC_31_1206.md");

fn reports() -> Vec<FileReport> {
    SAMPLES.iter().map(|text| report(&markdown(text))).collect()
}

#[test]
fn no_word_is_lost_and_the_rules_admit_every_event() {
    for text in SAMPLES {
        let headlines = markdown(text);
        check(&headlines);
        assert_eq!(words(&headlines), words_of_source(text), "{}", headlines.reference);
    }
}

#[test]
fn the_reports_match_their_snapshots() {
    for report in reports() {
        insta::assert_snapshot!(report.meeting.to_string(), serde_json::to_string_pretty(&report).unwrap());
    }
}

#[test]
fn each_action_runs_its_course() {
    let mut lives: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for report in reports() {
        for action in &report.actions {
            let due = action.due_on.map_or_else(|| "no day".to_owned(), |due| due.to_string());
            let owners: Vec<&str> = action.owners.iter().map(minutebook_domain::reference::Name::as_str).collect();
            lives.entry(action.reference.to_string()).or_default().push(format!("{} by {due}", owners.join(" + ")));
        }
        for update in &report.action_updates {
            let life = lives.get_mut(&update.reference.to_string()).expect("raised before");
            life.push(format!("{}: {}", report.number, update.status));
        }
    }
    let expected: [(&str, &[&str]); 12] = [
        ("TSC41/01", &["Secretariat by 2024-01-31", "42: complete"]),
        (
            "TSC41/02",
            &["DCC + NCSC by 2024-02-07", "42: due date moved", "43: carried forward", "44: overdue", "45: complete"],
        ),
        ("TSC41/03", &["TSC Chair by 2024-02-07", "42: complete"]),
        ("TSC42/01", &["Ben Okafor by 2024-03-06", "43: reassigned", "44: on target", "45: overdue", "46: complete"]),
        ("TSC42/02", &["DCC by 2024-03-01", "43: on target", "44: withdrawn"]),
        ("TSC43/01", &["Secretariat by 2024-03-27", "44: superseded"]),
        ("TSC43/02", &["DCC by 2024-03-13", "44: complete"]),
        ("TSC44/01", &["Secretariat + NCSC by 2024-04-19", "45: complete"]),
        ("TSC44/02", &["Tom Ferrier by 2024-05-01", "45: complete", "46: reopened"]),
        ("TSC45/01", &["Secretariat by 2024-05-17", "46: overdue"]),
        ("TSC46/01", &["TSC Chair by no day"]),
        ("TSC46/02", &["DCC by 2024-06-28"]),
    ];
    let expected: Vec<(String, Vec<String>)> = expected
        .iter()
        .map(|(action, life)| ((*action).to_owned(), life.iter().map(|event| (*event).to_owned()).collect()))
        .collect();
    assert_eq!(lives.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn each_status_is_read() {
    let said: Vec<String> = reports()
        .iter()
        .flat_map(|report| {
            report.statuses.iter().map(|status| {
                let value = match (&status.value, status.deferred_to) {
                    (Some(value), _) => value.clone(),
                    (None, Some(to)) => format!("deferred to {to}"),
                    (None, None) => "undisclosed".to_owned(),
                };
                format!("{} {}: {} {value}", report.number, status.party, status.kind)
            })
        })
        .collect();
    assert_eq!(
        said,
        [
            "41 Other User K: assurance deferred to 2024-02-07",
            "41 Small Supplier AC: compliance undisclosed",
            "42 Other User K: assurance Approved subject to the closure of two observations by 30 April 2024",
            "42 Large Supplier D: assurance undisclosed",
            "43 Electricity Network C: compliance Compliant",
            "43 Gas Network B: assurance Rejected",
            "44 Small Supplier AF: compliance undisclosed",
            "44 Small Supplier AG: compliance undisclosed",
            "44 DCC: assurance undisclosed",
            "45 Other User K: assurance Approved",
            "46 Gas Network B: assurance Approved subject to a further visit within six months",
            "46 Small Supplier AC: compliance Non-Compliant",
        ]
    );
}

#[test]
fn the_minutes_of_each_meeting_are_approved() {
    let said: Vec<String> = reports()
        .iter()
        .flat_map(|report| {
            let number = report.number;
            report.minutes_approved.iter().map(move |approved| {
                format!("{number} {} {}: {}", approved.minutes_of, approved.edition, approved.outcome)
            })
        })
        .collect();
    assert_eq!(
        said,
        [
            "41 2023-12-13 draft: as written",
            "41 2023-12-13 confidential draft: as written",
            "42 2024-01-10 draft: as written",
            "42 2024-01-10 confidential draft: as written",
            "43 2024-02-07 draft: subject to amendments",
            "44 2024-02-07 confidential draft: as written",
            "44 2024-03-06 draft: as written",
            "44 2024-03-06 confidential draft: as written",
            "45 2024-04-03 draft: as written",
            "45 2024-04-03 confidential draft: as written",
            "46 2024-05-01 draft: as written",
            "46 2024-05-01 confidential draft: as written",
        ]
    );
    let third = &reports()[2];
    assert_eq!(third.minutes_approved[0].amendments, ["the correction of the quarantine figures under item 6"]);
}

/// Each finding is meant. A new one is a mistake in the sample or in the reader.
#[test]
fn each_finding_is_meant() {
    let found: Vec<(u32, u32, String)> = reports()
        .iter()
        .flat_map(|report| {
            let number = report.number;
            report.findings.iter().map(move |finding| {
                let kind = serde_json::to_value(finding.kind).unwrap().as_str().unwrap().to_owned();
                (number, finding.line, kind)
            })
        })
        .collect();
    let expected = [
        (41, 24, "higher-classification"),
        (41, 36, "deferred-to-meeting"),
        (41, 60, "higher-classification"),
        (42, 68, "higher-classification"),
        (43, 22, "item-without-classification"),
        (43, 27, "higher-classification"),
        (43, 33, "deferred-to-meeting"),
        (43, 65, "higher-classification"),
        (43, 73, "higher-classification"),
        (44, 24, "higher-classification"),
        (44, 54, "higher-classification"),
        (45, 57, "deferred-to-meeting"),
        (45, 61, "agreed-without-action"),
        (46, 20, "higher-classification"),
        (46, 46, "higher-classification"),
        (46, 46, "action-without-due-date"),
        (46, 60, "deferred-to-meeting"),
    ];
    assert_eq!(found, expected.map(|(meeting, line, kind)| (meeting, line, kind.to_owned())));
}
