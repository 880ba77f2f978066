//! Decisions: verbs, their objects, addressees and days.

use super::support::body;

/// Returns the decisions of an item with this text: verb, text, subjects, addressee, day of deferral.
fn decisions(text: &str) -> Vec<(String, String, String, String)> {
    let report = body(&format!("## 1. Tides (RED)\n\n{text}\n\n**Next Meeting: 26 June 2024**"));
    let decided = |d: &minutebook_import::report::DecisionReport| {
        let subjects = d.subjects.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let named = d.recommended_to.as_ref().or(d.delegated_to.as_ref()).map(ToString::to_string);
        let led = named.or(d.deferred_to.map(|day| day.to_string())).unwrap_or_default();
        (d.verb.to_string(), d.text.clone(), subjects, led)
    };
    report.decisions.iter().map(decided).collect()
}

fn verbs_and_texts(text: &str) -> Vec<(String, String)> {
    decisions(text).into_iter().map(|(verb, text, ..)| (verb, text)).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn every_verb_counts_bold_or_not() {
    for verb in minutebook_domain::meeting::Verb::WORDS {
        for written in [(*verb).to_owned(), format!("**{verb}**"), format!("__{verb}__"), format!("***{verb}***")] {
            let expected = owned(&[(verb, "the paper")]);
            assert_eq!(verbs_and_texts(&format!("The TSC {written} the paper.")), expected, "{written}");
        }
    }
    assert_eq!(
        verbs_and_texts("The TSC **NOTED that** the tide was high."),
        owned(&[("NOTED", "that the tide was high")])
    );
    assert_eq!(verbs_and_texts("The TSC unanimously **AGREED** it."), owned(&[("AGREED", "it")]));
}

#[test]
fn each_verb_of_a_sentence_is_a_decision() {
    for (text, expected) in [
        (
            "The TSC **NOTED** the update and **AGREED** to seek advice.",
            owned(&[("NOTED", "the update"), ("AGREED", "to seek advice")]),
        ),
        (
            "The TSC **NOTED** the update, and the TSC **AGREED** the plan.",
            owned(&[("NOTED", "the update"), ("AGREED", "the plan")]),
        ),
        (
            "The TSC **NOTED** the update, **AGREED** the plan and also **APPROVED** the spend.",
            owned(&[("NOTED", "the update"), ("AGREED", "the plan"), ("APPROVED", "the spend")]),
        ),
        (
            "The TSC **NOTED** and **ENDORSED** the report.",
            owned(&[("NOTED", "the report"), ("ENDORSED", "the report")]),
        ),
        (
            "The report was **NOTED** and the plan was **APPROVED**.",
            owned(&[("NOTED", "The report"), ("APPROVED", "the plan")]),
        ),
        (
            "The TSC **NOTED** the report to the TSC and unanimously **AGREED** the ropes and chains.",
            owned(&[("NOTED", "the report to the TSC"), ("AGREED", "the ropes and chains")]),
        ),
        (
            "It **NOTED** one. It **NOTED** two (version 1.2). It **NOTED** three, e.g. Ropes.",
            owned(&[("NOTED", "one"), ("NOTED", "two (version 1.2)"), ("NOTED", "three, e.g. Ropes")]),
        ),
    ] {
        assert_eq!(verbs_and_texts(text), expected, "{text}");
    }
}

#[test]
fn values_negations_and_titles_are_no_decisions() {
    for text in [
        "The Agenda Item was marked as **RED** and therefore recorded in the Confidential Minutes.",
        "The plan was NOT APPROVED.",
        "PAPERS NOTED AND APPROVED",
        "The TSC was asked to NOTE it.",
        "Noted by the TSC and Agreed by all.",
        "The status of APPROVED is one of four.",
    ] {
        assert_eq!(verbs_and_texts(text), owned(&[]), "{text}");
    }
}

#[test]
fn verbs_with_small_letters_count_in_bold_or_where_a_document_marks_none() {
    for (text, expected) in [
        ("The TSC **noted** the plan.\n\nThe TSC agreed to go.", owned(&[("NOTED", "the plan")])),
        (
            "The TSC **NOTED** the plan.\n\nThe TSC noted that no comments were received.",
            owned(&[("NOTED", "the plan")]),
        ),
        ("The Tidal Board unanimously agreed the plan.", owned(&[("AGREED", "the plan")])),
        ("It was agreed that the plan stands.", owned(&[("AGREED", "that the plan stands")])),
        ("The Committee RESOLVED to close the dock.", owned(&[("AGREED", "to close the dock")])),
        ("The Assurance Status is **Approved**. The agreed plan is old. DCC noted on paper.", owned(&[])),
    ] {
        assert_eq!(verbs_and_texts(text), expected, "{text}");
    }
}

#[test]
fn decisions_are_read_from_bullets_and_tables() {
    assert_eq!(
        verbs_and_texts("The TSC:\n\n- **NOTED** the rope; and\n- **AGREED** the chain. (RED)\n"),
        owned(&[("NOTED", "the rope; and"), ("AGREED", "the chain")])
    );
    assert_eq!(
        verbs_and_texts("| Paper | Outcome |\n|---|---|\n| Ropes | The TSC **NOTED** the ropes |\n"),
        owned(&[("NOTED", "the ropes")])
    );
}

#[test]
fn a_recommendation_names_its_addressee() {
    for (text, body) in [
        ("the work package for SECCo Board approval.", "SECCo Board"),
        ("the paper for the SEC Panel's approval.", "SEC Panel"),
        ("the paper for approval by the SEC Panel.", "SEC Panel"),
        ("to the Panel that the spend be approved.", "Panel"),
        ("to the SEC Panel the paper.", "SEC Panel"),
        ("the changes to the SEC to the SEC Panel.", "SEC Panel"),
        ("that the SEC Panel approves the paper.", "SEC Panel"),
        ("that the Panel approve it.", "Panel"),
        ("the paper to the Change Board for decision.", "Change Board"),
        ("changes to the SEC.", ""),
        ("the tables.", ""),
    ] {
        let found = decisions(&format!("The TSC **RECOMMENDED** {text}"));
        assert_eq!((found.len(), found[0].3.as_str()), (1, body), "{text}");
    }
}

#[test]
fn a_deferral_names_its_day() {
    for (text, day) in [
        ("the paper to 26 June 2024.", "2024-06-26"),
        ("the paper to 26 June.", "2024-06-26"),
        ("the paper to the meeting on Wednesday, 10th July.", "2024-07-10"),
        ("the paper until the meeting of 10/07/2024.", "2024-07-10"),
        ("the paper of 1 June 2024 to the next meeting.", "2024-06-26"),
        ("the paper to 8 January.", "2025-01-08"),
        ("the paper to 1 May 2024.", ""),
        ("the paper.", ""),
    ] {
        let found = decisions(&format!("The TSC **DEFERRED** {text}"));
        assert_eq!((found.len(), found[0].3.as_str()), (1, day), "{text}");
    }
    assert_eq!(decisions("The TSC **DELEGATED** authority to the TSC Chair.")[0].3, "TSC Chair");
}

#[test]
fn a_decision_names_its_parties() {
    for (named, parties) in [
        ("Other User ‘L’", "Other User L"),
        ("Other User 'L'", "Other User L"),
        ("Other User “L”", "Other User L"),
        ("Other User \"L\"", "Other User L"),
        ("Other User L", "Other User L"),
        ("Other User ‘L’s letter", "Other User L"),
        ("Other User 'L's letter", "Other User L"),
        ("Other User ‘L’’s letter", "Other User L"),
        ("Other User ‘L letter", "Other User L"),
        ("Other User L’s letter", "Other User L"),
        ("Other User L's letter", "Other User L"),
        ("OTHER USER L", "Other User L"),
        ("Small Suppliers ‘AA’ and ‘AE’", "Small Supplier AA, Small Supplier AE"),
        ("Small Suppliers AA, AE and B", "Small Supplier AA, Small Supplier AE, Small Supplier B"),
        ("Small Suppliers 'AA', 'AE', and 'B'", "Small Supplier AA, Small Supplier AE, Small Supplier B"),
        ("Small Supplier ‘AA’ & ‘AE’", "Small Supplier AA, Small Supplier AE"),
        ("Large Supplier ‘A’ and Other User ‘B’", "Large Supplier A, Other User B"),
        ("Electricity Network Party ‘C’ and Gas Network ‘D’", "Electricity Network C, Gas Network D"),
        ("Other SEC Party ‘E’", "Other SEC Party E"),
        ("the other users and small suppliers", ""),
        ("the Other User CIO", ""),
        ("Small Supplier B, A report followed", "Small Supplier B"),
    ] {
        assert_eq!(decisions(&format!("The TSC **NOTED** the case of {named}."))[0].2, parties, "{named}");
    }
    let report = body(
        "## 1. Verification User Security Assessment – Small Suppliers ‘AA’ and ‘AE’ (RED)\n\nThe TSC **AGREED** the Compliance Status.",
    );
    assert_eq!(report.decisions[0].subjects.len(), 2);
    assert_eq!(report.statuses.len(), 2);
}

#[test]
fn a_decision_names_those_it_supersedes() {
    let superseded = |text: &str| {
        let report = body(&format!("#### 1. Tides (RED)\n\n{text}"));
        report.decisions[0].supersedes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    for (text, expected) in [
        ("The TSC **AGREED** the tables, superseding decision TSC\\_30\\_2205/D4.", vec!["TSC_30_2205/D4"]),
        ("The TSC **AGREED** to rescind TSC_30_2205/D4 and TSC_29_0105/D2.", vec!["TSC_30_2205/D4", "TSC_29_0105/D2"]),
        ("The TSC **NOTED** decision TSC_30_2205/D4.", vec![]),
        ("The TSC **AGREED** the tables, which replace those of TSC_30_2205.", vec![]),
    ] {
        assert_eq!(superseded(text), expected, "{text}");
    }
}
