//! Actions: raised, updated and superseded, in lines, prose and tables.

use super::support::body;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::Name;
use minutebook_import::ImportFindingKind;

#[test]
fn an_action_line_gives_reference_owners_text_and_due_date() {
    let secas: &[&str] = &["SECAS"];
    let day = Some("2024-07-10");
    for (line, owners, due, mark) in [
        ("**ACTION TSC31/01:** SECAS to circulate the paper by 10 July 2024.", secas, day, None),
        ("**ACTION TSC31/01: SECAS to circulate the paper by 10 July 2024.**", secas, day, None),
        ("ACTION TSC31/01 – SECAS to circulate the paper by 10 July. (RED)", secas, day, Some("RED")),
        ("Action TSC31/01 - SECAS to circulate the paper. Due: 10/07/2024 (**AMBER**)", secas, day, Some("AMBER")),
        ("**ACTION TSC31/01** – SECAS to circulate the paper, due 10 July 2024.", secas, day, None),
        ("ACTION: TSC31/01 – SECAS to circulate the paper (Due: 2024-07-10)", secas, day, None),
        ("New Action TSC31/01: SECAS to circulate the paper by Wednesday, 10th July.", secas, day, None),
        ("ACTION 31/01: SECAS to circulate the paper no later than 10 July 2024.", secas, day, None),
        ("ACTION TSC31/01: Circulate the paper. Owner: SECAS. Due: 10/07/2024.", secas, day, None),
        ("ACTION TSC31/01 (SECAS): circulate the paper by 10 July 2024", secas, day, None),
        ("ACTION TSC31/01: Circulate the paper (Owner: SECAS; Due date: 10 July 2024)", secas, day, None),
        ("**TSC31/01:** SECAS to circulate the paper by 10 July 2024.", secas, day, None),
        ("ACTION 1: SECAS to circulate the paper by 10 July 2024.", secas, day, None),
        ("ACTION: SECAS to circulate the paper by 10 July 2024.", secas, day, None),
        ("- **ACTION TSC31/01:** SECAS to circulate the paper by 10 July 2024. **(RED)**", secas, day, Some("RED")),
        (
            "ACTION TSC31/01: The TSC Chair to circulate the paper before the next meeting.",
            &["TSC Chair"],
            Some("2024-06-26"),
            None,
        ),
        ("ACTION TSC31/01: SECAS and the DCC to circulate the paper by 10 July 2024.", &["SECAS", "DCC"], day, None),
        ("ACTION TSC31/01: SECAS / DCC to circulate the paper by 10 July 2024.", &["SECAS", "DCC"], day, None),
        (
            "ACTION TSC31/01: TSC Members to circulate the paper by close of play on 10 July 2024.",
            &["TSC Members"],
            day,
            None,
        ),
        ("ACTION TSC31/01: Circulate the paper to members by 10 July 2024.", &[], day, None),
        ("ACTION TSC31/01: SECAS to circulate the paper.", secas, None, None),
        ("The TSC **NOTED** it. **ACTION TSC31/01:** SECAS to circulate the paper by 10 July 2024.", secas, day, None),
    ] {
        let report = body(&format!("## 1. Tides (RED)\n\n{line}\n\n**Next Meeting: 26 June 2024**"));
        assert_eq!(report.actions.len(), 1, "{line}: {:?}", report.unrecognised);
        let action = &report.actions[0];
        assert_eq!(action.reference.to_string(), "TSC31/01", "{line}");
        assert_eq!(action.owners.iter().map(Name::as_str).collect::<Vec<_>>(), owners, "{line}");
        assert_eq!(action.due_on.map(|day| day.to_string()).as_deref(), due, "{line}");
        assert_eq!(action.classification.map(Classification::label), mark, "{line}");
        assert!(action.text.to_lowercase().contains("circulate the paper"), "{line}: {}", action.text);
        assert!(!action.text.contains("Owner") && !action.text.contains("RED"), "{line}: {}", action.text);
        let missing = |kind: ImportFindingKind| report.findings.iter().any(|finding| finding.kind == kind);
        assert_eq!(missing(ImportFindingKind::ActionWithoutOwner), owners.is_empty(), "{line}");
        assert_eq!(missing(ImportFindingKind::ActionWithoutDueDate), due.is_none(), "{line}");
        assert!(report.action_updates.is_empty(), "{line}");
    }
}

#[test]
fn each_action_line_of_a_paragraph_is_an_action() {
    let report = body(
        "## 1. Tides (RED)\n\n**ACTION TSC31/01:** SECAS to print by 10 July 2024.\n**ACTION TSC31/02:** DCC to bind by 11 July 2024.\nACTION TSC31/03 – Members to read by\n12 July 2024.",
    );
    let dues: Vec<_> = report.actions.iter().map(|action| action.due_on.unwrap().to_string()).collect();
    assert_eq!(dues, ["2024-07-10", "2024-07-11", "2024-07-12"]);
}

#[test]
fn a_sentence_updates_the_actions_it_names() {
    for (text, expected) in [
        ("Action TSC30/04 is complete.", vec![("TSC30/04", "complete")]),
        ("ACTION TSC30/04: Complete.", vec![("TSC30/04", "complete")]),
        ("**ACTION TSC30/04** is overdue.", vec![("TSC30/04", "overdue")]),
        ("The TSC **AGREED** that action TSC30/04 be closed.", vec![("TSC30/04", "complete")]),
        (
            "Actions TSC30/04 and TSC30/05 were marked as complete.",
            vec![("TSC30/04", "complete"), ("TSC30/05", "complete")],
        ),
        (
            "Actions TSC30/04, 30/05 are complete and TSC30/06 is on target for completion.",
            vec![("TSC30/04", "complete"), ("TSC30/05", "complete"), ("TSC30/06", "on target")],
        ),
        (
            "Action 30/04 is overdue and was carried forward to 26 June.",
            vec![("TSC30/04", "overdue"), ("TSC30/04", "carried forward")],
        ),
        ("Action TSC30/04 was withdrawn.", vec![("TSC30/04", "withdrawn")]),
        ("Action TSC30/04 was **WITHDRAWN**.", vec![("TSC30/04", "withdrawn")]),
        ("Action TSC30/04 is superseded by TSC31/02.", vec![("TSC30/04", "superseded")]),
        ("Action TSC30/04 is not yet complete.", vec![("TSC30/04", "outstanding")]),
        ("The due date of action TSC30/04 was moved to 10 July 2024.", vec![("TSC30/04", "due date moved")]),
        (
            "The following actions are complete: TSC30/04 and TSC30/05.",
            vec![("TSC30/04", "complete"), ("TSC30/05", "complete")],
        ),
        ("Action TSC30/04 was reassigned to the DCC.", vec![("TSC30/04", "reassigned")]),
        ("The TSC discussed action TSC30/04 at length.", vec![]),
        ("All outstanding actions were marked as complete or on target.", vec![]),
    ] {
        let report = body(&format!(
            "## 1. Actions Outstanding\n\n{text}\n\n**ACTION TSC31/02:** SECAS to print by 10 July 2024."
        ));
        let updates: Vec<_> =
            report.action_updates.iter().map(|update| (update.reference.to_string(), update.status)).collect();
        let expected: Vec<_> = expected.into_iter().map(|(reference, status)| (reference.to_owned(), status)).collect();
        assert_eq!(updates, expected, "{text}");
        assert_eq!(report.actions.len(), 1, "{text}");
    }
}

#[test]
fn a_table_raises_and_updates_actions() {
    let report = body(
        "## 1. Actions (RED)\n\n| Ref | Action | Owner | Due | Status |\n|---|---|---|---|---|\n\
         | TSC30/04 | Mend the gate | SECAS | 01/06/2024 | Complete |\n\
         | TSC30/05 | Paint the gate | DCC | 01/06/2024 | Overdue |\n\
         | TSC31/01 | Oil the gate (RED) | SECAS, the TSC Chair | 10 July 2024 | Open |\n\
         | what | is | this | ? | |\n",
    );
    let updates: Vec<_> =
        report.action_updates.iter().map(|update| (update.reference.to_string(), update.status)).collect();
    assert_eq!(updates, [("TSC30/04".to_owned(), "complete"), ("TSC30/05".to_owned(), "overdue")]);
    let action = &report.actions[0];
    assert_eq!((action.reference.to_string().as_str(), action.text.as_str()), ("TSC31/01", "Oil the gate"));
    assert_eq!(action.owners.len(), 2);
    assert_eq!(action.due_on.unwrap().to_string(), "2024-07-10");
    assert_eq!(action.classification.unwrap().label(), "RED");
    assert_eq!(report.unrecognised.len(), 1);
}

#[test]
fn an_owner_named_twice_stays_in_the_text() {
    let report = body(
        "#### 1. Tides (RED)\n\n**ACTION TSC31/01:** Ben Okoro to draft a paper. Owner: Ben Okoro. Due: 1 July 2024",
    );
    assert_eq!(report.actions[0].text, "Ben Okoro to draft a paper.");
    assert_eq!(report.actions[0].owners.len(), 1);
}

#[test]
fn a_repeated_due_date_or_owner_is_one_change() {
    for text in ["Action TSC30/01 was moved to 1 July 2024.", "Action TSC30/01 was reassigned to SECAS."] {
        let report = body(&format!("#### 1. Tides (RED)\n\n{text}\n\n{text}"));
        assert_eq!(report.action_updates.len(), 1, "{text}");
        assert!(
            report.findings.iter().any(|found| found.kind == minutebook_import::ImportFindingKind::ActionUpdateRefused),
            "{text}"
        );
    }
}
