//! The headlines of an invented committee with every untidiness of the published ones: each particular that a reader
//! would find, told by hand.
//!
//! Three styles of heading, marks inside and outside the bold, curly and straight quotes round a party's letter, escaped
//! underscores, dead links, an ordinal in `<sup>`, quotes that never close, a verb whose bold goes on, two verbs in one
//! sentence, two sets of minutes approved in one, a running header inside a sentence, and no line feed at the end.

use super::support::{check, markdown, words, words_of_source};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::Reference;
use minutebook_import::report::{FileReport, report};
use minutebook_import::{ImportFindingKind, ParsedRecord};

/// The document.
pub(crate) const UNTIDY: &str = include_str!("../samples/untidy.md");

fn untidy() -> FileReport {
    report(&markdown(UNTIDY))
}

#[test]
fn no_word_is_lost_and_the_rules_admit_every_event() {
    let headlines = markdown(UNTIDY);
    check(&headlines);
    assert_eq!(words(&headlines), words_of_source(UNTIDY));
    assert!(headlines.unrecognised.is_empty(), "{:?}", headlines.unrecognised);
}

#[test]
fn the_particulars_are_read_from_escaped_and_broken_lines() {
    let report = untidy();
    assert_eq!(report.meeting.to_string(), "LSC_58_1709");
    assert_eq!(report.committee.as_str(), "LSC");
    assert_eq!(report.committee_name.unwrap().as_str(), "Lantern Standards Committee");
    assert_eq!(report.number, 58);
    assert_eq!(report.held_on.to_string(), "2025-09-17");
    assert_eq!((report.starts_at.as_deref(), report.ends_at.as_deref()), (Some("09:30"), Some("15:15")));
    assert_eq!(report.venue.unwrap().as_str(), "The Old Rope Works, 3 Capstan Row, Whitby, YO22 4ZZ");
    assert_eq!(report.classification.unwrap().label(), "WHITE");
    assert_eq!(report.next_meeting_on.unwrap().to_string(), "2025-10-15");
}

#[test]
fn items_are_found_under_each_style_of_heading() {
    let items: Vec<String> = untidy()
        .items
        .iter()
        .map(|item| {
            let mark = item.classification.map_or("none", Classification::label);
            format!("{}. {} [{mark}]", item.number, item.title)
        })
        .collect();
    assert_eq!(
        items,
        [
            "1. Matters Arising [none]",
            "2. Minutes and Actions Outstanding [none]",
            "3. Full User Security Assessment – Other User ‘P’ [RED]",
            "4. Verification User Security Assessment – Small Supplier ‘AD’ [RED]",
            "5. Security Self-Assessment – Large Supplier 'C' [RED]",
            "6. Directors Letter – Small Supplier 'T' [RED]",
            "7. Lens Survey and Oil Contract [AMBER]",
            "8. Fog Signal Trial [GREEN]",
            "9. Keepers' Training [AMBER]",
            "10. Oil Store Inspection [AMBER]",
            "11. Standing Agenda Items [RED]",
            "12. Any Other Business (AOB) [RED]",
        ]
    );
}

#[test]
fn matters_arising_keep_their_text_and_give_up_their_marks() {
    let report = untidy();
    let marks: Vec<_> = report.matters_arising.iter().map(|m| m.classification.map(Classification::label)).collect();
    assert_eq!(marks, [Some("AMBER"), None, Some("RED"), None, None]);
    assert_eq!(
        report.matters_arising[0].text,
        "The LSC NOTED the tender for 'Relighting the North Mole before the winter gales."
    );
    assert!(report.matters_arising.iter().all(|matter| !matter.text.contains("(RED)")));
}

#[test]
fn each_verb_is_a_decision_with_its_item_and_subjects() {
    let decisions: Vec<String> = untidy()
        .decisions
        .iter()
        .map(|decision| {
            let subjects: Vec<String> = decision.subjects.iter().map(ToString::to_string).collect();
            format!("{} {} {} [{}]", decision.item.unwrap(), decision.verb, decision.text, subjects.join(", "))
        })
        .collect();
    assert_eq!(
        decisions,
        [
            "1 NOTED the tender for 'Relighting the North Mole before the winter gales []",
            "1 NOTED the letter from the Harbour Panel on spare lenses []",
            "1 NOTED that replies to the mooring survey are wanted by noon on 19 September 2025 []",
            "2 APPROVED the Draft Minutes and the Confidential Draft Minutes as written []",
            "3 AGREED the Assurance Status for Other User ‘P’ [Other User P]",
            "4 AGREED the Compliance Status for Small Supplier ‘AD’ [Small Supplier AD]",
            "5 NOTED the Self-Assessment for Large Supplier 'C' [Large Supplier C]",
            "6 APPROVED the Director's Letter for Small Supplier 'T' [Small Supplier T]",
            "7 NOTED the survey []",
            "7 RECOMMENDED the oil contract for Harbour Panel approval []",
            "8 NOTED the results []",
            "9 NOTED the proposals []",
            "9 AGREED to seek advice from the Pilots' Office []",
        ]
    );
    let report = untidy();
    let recommended = report.decisions.iter().find_map(|decision| decision.recommended_to.as_ref());
    assert_eq!(recommended.unwrap().as_str(), "Harbour Panel");
}

#[test]
fn two_sets_of_minutes_are_approved_in_one_sentence() {
    let minutes: Vec<_> = untidy()
        .minutes_approved
        .iter()
        .map(|minutes| {
            assert_eq!(minutes.comments_received, Some(false));
            format!("{} {} {}", minutes.minutes_of, minutes.edition, minutes.outcome)
        })
        .collect();
    assert_eq!(minutes, ["2025-08-20 draft as written", "2025-08-20 confidential draft as written"]);
}

#[test]
fn statuses_follow_from_the_assessments() {
    let statuses: Vec<_> = untidy()
        .statuses
        .iter()
        .map(|status| {
            assert_eq!((&status.value, status.deferred), (&None, false));
            format!("{} {} {}", status.party, status.kind, status.item.unwrap())
        })
        .collect();
    assert_eq!(statuses, ["Other User P assurance 3", "Small Supplier AD compliance 4"]);
}

#[test]
fn one_action_is_raised_and_the_earlier_ones_are_spoken_of_together() {
    let report = untidy();
    let [action] = report.actions.as_slice() else { panic!("{:?}", report.actions) };
    assert_eq!(action.reference.to_string(), "LSC58/01");
    assert_eq!(action.owners.iter().map(ToString::to_string).collect::<Vec<_>>(), ["LSC Chair"]);
    assert_eq!(action.due_on.unwrap().to_string(), "2025-10-10");
    assert_eq!((action.classification.map(Classification::label), action.item), (Some("AMBER"), Some(10)));
    assert!(report.action_updates.is_empty());
    assert_eq!(report.outstanding_actions, Some("complete or on target"));
}

#[test]
fn parties_are_named_without_their_quotes_and_references_in_order() {
    let report = untidy();
    let parties: Vec<String> = report.parties.iter().map(ToString::to_string).collect();
    assert_eq!(parties, ["Other User P", "Small Supplier AD", "Large Supplier C", "Small Supplier T"]);
    let references: Vec<&str> = report.references.iter().map(Reference::as_str).collect();
    assert_eq!(references, ["SECMP0112", "SECMP0118", "SECMP0121", "H4.7", "H4.12"]);
}

#[test]
fn a_sentence_goes_on_after_the_running_header_inside_it() {
    let report = untidy();
    let [deferral] = report.deferrals.as_slice() else { panic!("{:?}", report.deferrals) };
    assert_eq!((deferral.item, deferral.deferred_to.to_string()), (Some(7), "2025-10-15".to_owned()));
    assert!(deferral.text.starts_with("Members were asked for their preferred grinder"), "{}", deferral.text);
    let headlines = markdown(UNTIDY);
    let texts: Vec<&str> = headlines
        .records
        .iter()
        .filter_map(|placed| match &placed.record {
            ParsedRecord::Paragraph(_, text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let broken = texts.iter().position(|text| text.ends_with("and the choice")).unwrap();
    assert!(texts[broken + 1].starts_with("LSC_58_1709"), "{}", texts[broken + 1]);
    assert!(texts[broken + 2].starts_with("will be considered"), "{}", texts[broken + 2]);
}

#[test]
fn lists_and_the_table_keep_their_entries_and_cells() {
    let headlines = markdown(UNTIDY);
    let lists: Vec<(bool, usize)> = headlines
        .records
        .iter()
        .filter_map(|placed| match &placed.record {
            ParsedRecord::List(_, ordered, entries) => Some((*ordered, entries.len())),
            _ => None,
        })
        .collect();
    assert_eq!(lists, [(false, 5), (true, 3), (false, 4)]);
    let tables: Vec<_> = headlines
        .records
        .iter()
        .filter_map(|placed| match &placed.record {
            ParsedRecord::Table(_, header, rows) => Some((header.clone(), rows.clone())),
            _ => None,
        })
        .collect();
    let [(header, rows)] = tables.as_slice() else { panic!("{tables:?}") };
    assert_eq!(header, &["Station", "Blasts", "Heard at two miles"]);
    assert_eq!(rows, &[["Outer Wall", "412", "Yes"], ["North Mole", "388", "No – wind"]]);
}

#[test]
fn each_finding_is_meant() {
    let findings: Vec<(u32, ImportFindingKind)> =
        untidy().findings.iter().map(|finding| (finding.line, finding.kind)).collect();
    let line_of = |text: &str| u32::try_from(UNTIDY.lines().position(|line| line.contains(text)).unwrap() + 1).unwrap();
    let expected = [
        (line_of("1. Matters Arising"), ImportFindingKind::ItemWithoutClassification),
        (line_of("the tender for"), ImportFindingKind::HigherClassification),
        (line_of("spare lenses"), ImportFindingKind::HigherClassification),
        (line_of("2. Minutes and"), ImportFindingKind::ItemWithoutClassification),
        (line_of("preferred grinder"), ImportFindingKind::DeferredToMeeting),
        (line_of("Pilots' Office"), ImportFindingKind::AgreedWithoutAction),
        (line_of("ACTION LSC58/01"), ImportFindingKind::HigherClassification),
        (line_of("Lamp monitoring"), ImportFindingKind::HigherClassification),
    ];
    assert_eq!(findings, expected);
}
