//! The effective history: events with their corrections applied.

use crate::support::{event, replace, strike, supplement};
use minutebook_domain::committee::{Committee, CommitteeEvent};
use minutebook_domain::correction::in_force;
use serde_json::json;

fn appointed(name: &str) -> CommitteeEvent {
    event("MemberAppointed", &json!({ "name": name, "role": "member", "appointed_on": "2019-01-09" }))
}

fn retired(name: &str) -> CommitteeEvent {
    event("MemberRetired", &json!({ "name": name, "retired_on": "2019-02-27" }))
}

/// The names in the effective history of A and B, appointed at versions 1 and 2, with `corrections` from version 3.
fn after(corrections: Vec<CommitteeEvent>) -> String {
    let mut history = vec![appointed("A"), appointed("B")];
    history.extend(corrections);
    let name = |event: &&CommitteeEvent| match event {
        CommitteeEvent::MemberAppointed(appointed) => appointed.name.to_string(),
        CommitteeEvent::MemberRetired(retired) => format!("-{}", retired.name),
        other => panic!("{} in an effective history", other.event_type()),
    };
    in_force(&history).iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_struck_event_is_not_in_force() {
    assert_eq!(after(vec![strike::<Committee>(1)]), "B");
    assert_eq!(after(vec![strike::<Committee>(1), strike::<Committee>(2)]), "");
    assert_eq!(after(vec![strike::<Committee>(1), strike::<Committee>(1)]), "B", "striking twice changes nothing");
}

#[test]
fn a_replacement_takes_the_place_of_its_event() {
    assert_eq!(after(vec![replace::<Committee>(1, appointed("C"))]), "C B");
}

#[test]
fn the_later_of_two_corrections_applies() {
    let by = |name| replace::<Committee>(1, appointed(name));
    assert_eq!(after(vec![by("C"), by("D")]), "D B");
    assert_eq!(after(vec![by("C"), strike::<Committee>(1)]), "B");
    assert_eq!(after(vec![strike::<Committee>(1), by("C")]), "C B");
}

#[test]
fn supplements_follow_their_event_in_the_order_they_were_recorded() {
    let add = |name| supplement::<Committee>(1, appointed(name));
    assert_eq!(after(vec![add("C")]), "A C B");
    assert_eq!(after(vec![add("C"), add("D")]), "A C D B");
    assert_eq!(after(vec![supplement::<Committee>(1, retired("A")), add("A")]), "A -A A B");
}

#[test]
fn a_supplement_remains_when_its_event_is_struck_or_replaced() {
    let add = supplement::<Committee>(1, appointed("C"));
    assert_eq!(after(vec![add.clone(), strike::<Committee>(1)]), "C B");
    assert_eq!(after(vec![strike::<Committee>(1), add.clone()]), "C B");
    assert_eq!(after(vec![add.clone(), replace::<Committee>(1, appointed("D"))]), "D C B");
    assert_eq!(after(vec![add, strike::<Committee>(3)]), "A B", "unless it is struck itself");
}

#[test]
fn an_event_is_in_force_again_when_its_correction_is_struck() {
    assert_eq!(after(vec![strike::<Committee>(1), strike::<Committee>(3)]), "A B");
    assert_eq!(after(vec![replace::<Committee>(1, appointed("C")), strike::<Committee>(3)]), "A B");
    let and_back = vec![strike::<Committee>(1), strike::<Committee>(3), strike::<Committee>(4)];
    assert_eq!(after(and_back), "B", "and struck again when the striking of the correction is struck");
}

#[test]
fn the_earlier_of_two_corrections_applies_again_when_the_later_is_struck() {
    let by = |name| replace::<Committee>(1, appointed(name));
    assert_eq!(after(vec![by("C"), by("D"), strike::<Committee>(4)]), "C B");
    assert_eq!(after(vec![by("C"), by("D"), strike::<Committee>(3)]), "D B");
}

#[test]
fn the_replacement_of_a_correction_applies_instead_of_it() {
    let by = |version, name| replace::<Committee>(version, appointed(name));
    assert_eq!(after(vec![strike::<Committee>(1), replace::<Committee>(3, by(1, "C"))]), "C B");
    let names_another = vec![strike::<Committee>(1), replace::<Committee>(3, strike::<Committee>(2))];
    assert_eq!(after(names_another), "A", "even when it names another event");
    let struck_in_turn =
        vec![strike::<Committee>(1), replace::<Committee>(3, strike::<Committee>(2)), strike::<Committee>(4)];
    assert_eq!(after(struck_in_turn), "B", "and the first correction applies again once the replacement is struck");
    let replaced_twice = vec![
        strike::<Committee>(1),
        replace::<Committee>(3, by(1, "C")),
        replace::<Committee>(4, replace::<Committee>(3, by(2, "D"))),
    ];
    assert_eq!(after(replaced_twice), "A D");
}

#[test]
fn the_replacement_of_a_correction_keeps_its_place_in_the_order() {
    let by = |version, name| replace::<Committee>(version, appointed(name));
    let corrections = vec![by(1, "C"), by(1, "D"), replace::<Committee>(3, by(1, "E"))];
    assert_eq!(after(corrections), "D B", "version 4 is still the later correction of version 1");
    let add = |name| supplement::<Committee>(1, appointed(name));
    let corrections = vec![add("C"), add("D"), replace::<Committee>(3, add("E"))];
    assert_eq!(after(corrections), "A E D B");
}

#[test]
fn a_history_without_corrections_is_in_force_unchanged() {
    assert_eq!(after(Vec::new()), "A B");
    assert!(in_force::<CommitteeEvent>(&[]).is_empty());
}
