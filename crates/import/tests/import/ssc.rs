//! The published headlines of one real meeting: each figure that a reader would find in them.
//!
//! The document is not ours to distribute. These tests fail in CI without it; elsewhere they say that they did not run and
//! pass. `untidy.rs` covers the same ground with a document of our own.

use super::support::{check, markdown, words, words_of_source};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::Reference;
use minutebook_import::ImportFindingKind;
use minutebook_import::report::{FileReport, report};
use std::io::Write;
use std::path::PathBuf;

const NAME: &str = "SSC_72_2702.md";

/// Returns the document's text, from `MINUTEBOOK_CORPUS` or from `shared/corpus` beside the repository.
///
/// Without the document: fails in CI, and elsewhere says so and returns `None`.
pub(crate) fn document() -> Option<String> {
    let named = std::env::var_os("MINUTEBOOK_CORPUS").map(PathBuf::from);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = [named, Some(root.join("../../../shared/corpus"))].into_iter().flatten();
    let found = folders.map(|folder| folder.join(NAME)).find(|path| path.is_file());
    let Some(path) = found else {
        let in_ci = std::env::var_os("CI").is_some();
        assert!(!in_ci, "{NAME} is missing: in CI, MINUTEBOOK_CORPUS must name the folder that holds it");
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        // Straight to the terminal: the test runner hides what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "not run: {test}: {NAME} is missing; set MINUTEBOOK_CORPUS to the folder that holds it"
        );
        return None;
    };
    Some(std::fs::read_to_string(path).expect("the document can be read"))
}

fn with_report(check: impl FnOnce(FileReport)) {
    if let Some(text) = document() {
        check(report(&markdown(&text)));
    }
}

#[test]
fn the_particulars_are_read() {
    with_report(|report| {
        assert_eq!(report.meeting.to_string(), "SSC_72_2702");
        assert_eq!(report.committee.as_str(), "SSC");
        assert_eq!(report.committee_name.unwrap().as_str(), "Security Sub-Committee");
        assert_eq!(report.number, 72);
        assert_eq!(report.held_on.to_string(), "2019-02-27");
        assert_eq!((report.starts_at.as_deref(), report.ends_at.as_deref()), (Some("10:00"), Some("16:00")));
        assert_eq!(report.venue.unwrap().as_str(), "Gemserv Office, 8 Fenchurch Place, London, EC3M 4AJ");
        assert_eq!(report.classification.unwrap().label(), "WHITE");
        assert_eq!(report.next_meeting_on.unwrap().to_string(), "2019-03-13");
    });
}

#[test]
fn twenty_items_are_found_with_their_marks() {
    with_report(|report| {
        let marked = |label: Option<&str>| {
            report.items.iter().filter(|item| item.classification.map(Classification::label) == label).count()
        };
        assert_eq!(report.items.len(), 20);
        assert_eq!((marked(Some("RED")), marked(Some("AMBER")), marked(Some("GREEN")), marked(None)), (13, 4, 1, 2));
        assert!(report.items.iter().zip(1..).all(|(item, number)| item.number == number));
        let titles: Vec<&str> = report.items.iter().map(|item| item.title.as_str()).collect();
        assert_eq!(
            titles[..3],
            ["Matters Arising", "Minutes and Actions Outstanding", "Full User Security Assessment – Other User ‘L’"]
        );
        assert_eq!(titles[9], "Self-Assessment Changes for Security Controls Framework (SCF)");
        assert_eq!(
            titles[15..17],
            ["CPA Conditional Certificates – Risk Based Decision", "CPA Certificates and Bulk Ordering Devices"]
        );
        assert_eq!(titles[19], "Any Other Business (AOB)");
    });
}

#[test]
fn six_matters_arise_two_of_them_marked() {
    with_report(|report| {
        let marks: Vec<_> =
            report.matters_arising.iter().map(|m| m.classification.map(Classification::label)).collect();
        assert_eq!(marks, [Some("RED"), None, Some("RED"), None, None, None]);
        assert!(report.matters_arising.iter().all(|matter| !matter.text.contains("(RED)")));
    });
}

#[test]
fn twenty_three_decisions_are_found_with_their_verbs() {
    with_report(|report| {
        let count = |verb: &str| report.decisions.iter().filter(|decision| decision.verb.word() == verb).count();
        assert_eq!(report.decisions.len(), 23);
        assert_eq!((count("NOTED"), count("AGREED"), count("APPROVED"), count("RECOMMENDED")), (15, 5, 2, 1));
        let recommended = report.decisions.iter().find(|decision| decision.verb.word() == "RECOMMENDED").unwrap();
        assert_eq!(recommended.recommended_to.as_ref().unwrap().as_str(), "SECCo Board");
        let about = |item: u32| {
            let found = report.decisions.iter().find(|decision| decision.item == Some(item)).unwrap();
            (found.verb.word(), found.subjects.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        };
        assert_eq!(about(7), ("NOTED", "Other User I".into()));
        assert_eq!(about(8), ("APPROVED", "Small Supplier N".into()));
        assert_eq!(about(9), ("NOTED", "Large Supplier B".into()));
    });
}

#[test]
fn minutes_and_statuses_follow_from_the_decisions() {
    with_report(|report| {
        let minutes: Vec<_> = report
            .minutes_approved
            .iter()
            .map(|minutes| {
                assert_eq!(minutes.comments_received, Some(false));
                (minutes.minutes_of.to_string(), minutes.edition.word(), minutes.outcome.word())
            })
            .collect();
        assert_eq!(
            minutes,
            [
                ("2019-02-13".to_owned(), "draft", "as written"),
                ("2019-02-13".to_owned(), "confidential draft", "as written")
            ]
        );
        let statuses: Vec<_> = report
            .statuses
            .iter()
            .map(|status| {
                assert_eq!((&status.value, status.deferred), (&None, false));
                (status.party.to_string(), status.kind.word(), status.item.unwrap())
            })
            .collect();
        assert_eq!(
            statuses,
            [
                ("Other User L".to_owned(), "assurance", 3),
                ("Small Supplier AA".to_owned(), "compliance", 4),
                ("Small Supplier AE".to_owned(), "compliance", 5),
                ("Small Supplier B".to_owned(), "compliance", 6)
            ]
        );
        assert_eq!(report.outstanding_actions, Some("complete or on target"));
        assert!(report.actions.is_empty() && report.action_updates.is_empty());
    });
}

#[test]
fn parties_and_references_are_found_in_order() {
    with_report(|report| {
        let parties: Vec<String> = report.parties.iter().map(ToString::to_string).collect();
        assert_eq!(
            parties,
            [
                "Other User L",
                "Small Supplier AA",
                "Small Supplier AE",
                "Small Supplier B",
                "Other User I",
                "Small Supplier N",
                "Large Supplier B"
            ]
        );
        assert!(report.party_categories.iter().all(|(name, category)| name.starts_with(&category.to_string())));
        let references: Vec<&str> = report.references.iter().map(Reference::as_str).collect();
        assert_eq!(references, ["SECMP0037", "SECMP0038", "SECMP0057", "SECMP0059", "G2.44", "G2.45"]);
    });
}

#[test]
fn the_deferral_and_the_promise_are_reported() {
    with_report(|report| {
        let deferrals: Vec<_> = report.deferrals.iter().map(|d| (d.item, d.deferred_to.to_string())).collect();
        assert_eq!(deferrals, [(Some(12), "2019-03-13".to_owned())]);
        let unowned: Vec<_> =
            report.findings.iter().filter(|f| f.kind == ImportFindingKind::AgreedWithoutAction).collect();
        assert_eq!(unowned.len(), 1);
        assert_eq!(unowned[0].text, "AGREED to seek NCSC advice and legal advice on changes to the SEC");
        assert!(report.unrecognised.is_empty());
    });
}

#[test]
fn no_word_is_lost_and_the_rules_admit_every_event() {
    let Some(text) = document() else { return };
    let headlines = markdown(&text);
    check(&headlines);
    assert_eq!(words(&headlines), words_of_source(&text));
}
