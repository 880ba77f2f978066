//! Invariants of every legal history, written independently of the rules: over the effective events and their payloads
//! alone, without the state of an aggregate.

use minutebook_domain::action::ActionEvent;
use minutebook_domain::committee::CommitteeEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::ItemLabel;
use minutebook_domain::token::TokenEvent;
use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

/// The history begins with an opening event, and has no other.
fn opened_once_and_first(opening: &str, types: impl Iterator<Item = &'static str>) {
    for (place, event_type) in types.enumerate() {
        assert_eq!(event_type == opening, place == 0, "{opening} stands first and once: {event_type} at {place}");
        assert_ne!(event_type, "EventCorrected", "a correction is no fact in force");
    }
}

/// None of `values` occurs twice.
fn unique<T: Hash + Eq + Debug>(what: &str, values: impl Iterator<Item = T>) {
    let mut seen = HashSet::new();
    for value in values {
        let again = format!("{what} {value:?} occurs once");
        assert!(seen.insert(value), "{again}");
    }
}

pub(super) fn committee(history: &[&CommitteeEvent]) {
    opened_once_and_first("CommitteeEstablished", history.iter().map(|fact| fact.event_type()));
    // Each member is appointed, retired, appointed, … in turn.
    let mut stories: Vec<(&str, Vec<_>)> = Vec::new();
    for fact in history {
        let (name, date, serves) = match fact {
            CommitteeEvent::MemberAppointed(appointed) => (appointed.name.as_str(), appointed.appointed_on, true),
            CommitteeEvent::MemberRetired(retired) => (retired.name.as_str(), retired.retired_on, false),
            _ => continue,
        };
        match stories.iter_mut().find(|(of, _)| *of == name) {
            Some((_, story)) => story.push((serves, date)),
            None => stories.push((name, vec![(serves, date)])),
        }
    }
    for (name, story) in stories {
        for (place, (serves, _)) in story.iter().enumerate() {
            assert_eq!(*serves, place % 2 == 0, "{name} is appointed and retired in turn: {story:?}");
        }
        for term in story.chunks(2).filter(|term| term.len() == 2) {
            assert!(term[0].1 <= term[1].1, "{name} retires after being appointed: {term:?}");
        }
    }
}

pub(super) fn meeting(history: &[&MeetingEvent]) {
    opened_once_and_first("MeetingConvened", history.iter().map(|fact| fact.event_type()));
    let Some(MeetingEvent::MeetingConvened(convened)) = history.first() else { return };
    let mut items = vec![];
    let mut passages = vec![];
    let mut matters = vec![];
    let mut decisions = vec![];
    let mut superseded = vec![];
    let mut editions = vec![];
    let mut people = vec![];
    let mut approved = vec![];
    let (mut closed, mut cancelled) = (false, false);
    let mut held_on = convened.held_on;
    for fact in history {
        let allowed = ["DecisionSuperseded", "MinutesDrafted", "HeadlinesPublished", "MeetingRenumbered"]
            .contains(&fact.event_type());
        assert!(!closed || allowed, "{} is no fact of a closed meeting", fact.event_type());
        let allowed = fact.event_type() == "MeetingRenumbered";
        assert!(!cancelled || allowed, "{} is no fact of a cancelled meeting", fact.event_type());
        let item = match fact {
            MeetingEvent::InterestDeclared(interest) => interest.item,
            MeetingEvent::ParagraphRecorded(paragraph) => paragraph.item,
            MeetingEvent::ListRecorded(list) => list.item,
            MeetingEvent::TableRecorded(table) => table.item,
            MeetingEvent::MatterArisingNoted(matter) => matter.item,
            MeetingEvent::DecisionRecorded(decision) => decision.item,
            _ => None,
        };
        assert!(item.is_none_or(|item| items.contains(&item)), "an item is tabled before it is dealt with");
        match fact {
            MeetingEvent::AttendanceRecorded(attendance) => people.push(&attendance.name),
            MeetingEvent::ApologiesRecorded(apologies) => people.push(&apologies.name),
            MeetingEvent::AgendaItemTabled(item) => items.push(item.number),
            MeetingEvent::ParagraphRecorded(paragraph) => passages.push(paragraph.passage),
            MeetingEvent::ListRecorded(list) => passages.push(list.passage),
            MeetingEvent::TableRecorded(table) => passages.push(table.passage),
            MeetingEvent::MatterArisingNoted(matter) => matters.push(matter.number),
            MeetingEvent::DecisionRecorded(decision) => decisions.push(decision.number),
            MeetingEvent::DecisionSuperseded(by) => {
                assert!(decisions.contains(&by.decision.number()), "{} was made before", by.decision);
                superseded.push(by.decision.to_string());
            }
            MeetingEvent::MinutesDrafted(minutes) => assert!(minutes.drafted_on >= held_on),
            MeetingEvent::MinutesApproved(minutes) => {
                assert!(minutes.minutes_of < held_on, "minutes are of an earlier day");
                assert_eq!(minutes.committee, *convened.reference.committee());
                approved.push((minutes.minutes_of, minutes.edition));
            }
            MeetingEvent::NextMeetingSet(next) => assert!(next.on > held_on),
            MeetingEvent::MeetingClosed(_) => closed = true,
            MeetingEvent::MeetingCancelled(cancellation) => {
                assert!(decisions.is_empty(), "a meeting that decided was held");
                assert!(cancellation.cancelled_on.is_none_or(|day| day <= held_on));
                cancelled = true;
            }
            MeetingEvent::MeetingPostponed(postponed) => {
                assert!(decisions.is_empty(), "a meeting that decided was held");
                assert!(postponed.to >= held_on, "a meeting is put off to a later day or hour");
                held_on = postponed.to;
            }
            MeetingEvent::MeetingRenumbered(renumbered) => {
                assert!(renumbered.reference.falls_on(held_on), "a reference carries the day of its meeting");
                assert_eq!(renumbered.reference.committee(), convened.reference.committee());
            }
            MeetingEvent::HeadlinesPublished(headlines) => {
                assert!(closed && headlines.published_on >= held_on, "headlines follow their meeting");
                editions.push(headlines.edition);
            }
            _ => {}
        }
    }
    let labels = |numbers: Vec<u32>| numbers.into_iter().map(ItemLabel::from).collect();
    let numbers = [
        ("item", items),
        ("passage", labels(passages)),
        ("matter arising", labels(matters)),
        ("decision", labels(decisions)),
    ];
    for (what, numbers) in numbers {
        assert!(!numbers.contains(&ItemLabel::NEXT), "every {what} has a number");
        unique(what, numbers.into_iter());
    }
    unique("the supersession of", superseded.into_iter());
    unique("the record of", people.into_iter());
    unique("the approval of", approved.into_iter());
    assert!(editions.iter().copied().eq(1..=u32::try_from(editions.len()).unwrap()), "{editions:?} are 1, 2, 3, …");
}

pub(super) fn action(history: &[&ActionEvent]) {
    // Documents for other readers raise the action again.
    let first = history.iter().take(1);
    let others = history.iter().skip(1).filter(|fact| !matches!(fact, ActionEvent::ActionRaised(_)));
    opened_once_and_first("ActionRaised", first.chain(others.clone()).map(|fact| fact.event_type()));
    let Some(ActionEvent::ActionRaised(raised)) = history.first() else { return };
    assert!(raised.due_on.is_none_or(|due| due >= raised.raised_on), "an action is not due before it is raised");
    let mut end: Option<&str> = None;
    for fact in others {
        let on = match fact {
            ActionEvent::ActionReopened(reopened) => reopened.reopened_on,
            ActionEvent::ActionCompleted(completed) => completed.completed_on,
            ActionEvent::ActionWithdrawn(withdrawn) => withdrawn.withdrawn_on,
            ActionEvent::ActionSuperseded(superseded) => superseded.superseded_on,
            ActionEvent::ActionAssigned(assigned) => assigned.assigned_on,
            ActionEvent::ActionProgressed(progressed) => progressed.progressed_on,
            ActionEvent::DueDateMoved(moved) => moved.moved_on,
            ActionEvent::ActionCarriedForward(carried) => carried.carried_on,
            _ => unreachable!("an opening or a correction was found further up"),
        };
        assert!(on >= raised.raised_on, "{} on {on}, before it was raised", fact.event_type());
        let says = fact.event_type();
        let ends = ["ActionCompleted", "ActionWithdrawn", "ActionSuperseded"].contains(&says);
        match end {
            None => assert_ne!(says, "ActionReopened", "an outstanding action is not reopened"),
            // And they state its end again, and what led to it.
            Some(ended) => {
                assert!(!ends || says == ended, "{says} after {ended}");
            }
        }
        if ends || says == "ActionReopened" {
            end = ends.then_some(says);
        }
    }
}

pub(super) fn party(history: &[&PartyEvent]) {
    // Documents for other readers state the registration again.
    let first = history.iter().take(1);
    let others = history.iter().skip(1).filter(|fact| !matches!(fact, PartyEvent::PartyRegistered(_)));
    opened_once_and_first("PartyRegistered", first.chain(others).map(|fact| fact.event_type()));
    let mut dealt_with = vec![];
    for fact in history {
        match fact {
            PartyEvent::PartyRegistered(party) => assert_eq!(party.category, party.name.category().clone()),
            PartyEvent::PartyIdentified(party) => assert_eq!(party.real_name.classification().label(), "RED"),
            PartyEvent::StatusAgreed(agreed) => dealt_with.push((agreed.kind, &agreed.meeting)),
            PartyEvent::StatusDeferred(deferred) => {
                assert!(deferred.deferred_to.is_none_or(|to| to > deferred.deferred_on), "deferred to a later day");
                dealt_with.push((deferred.kind, &deferred.meeting));
            }
            PartyEvent::EventCorrected(_) => unreachable!("a correction was found further up"),
        }
    }
    unique("the status dealt with at a meeting", dealt_with.into_iter());
}

pub(super) fn token(history: &[&TokenEvent]) {
    opened_once_and_first("TokenIssued", history.iter().map(|fact| fact.event_type()));
    assert!(history.len() < 3, "a token has at most an issue and a revocation: {history:?}");
    let Some(TokenEvent::TokenIssued(issued)) = history.first() else { return };
    assert_eq!(issued.name.classification().label(), "RED");
    assert!(!issued.roles.is_empty());
    unique("the role", issued.roles.iter());
    assert!(issued.committees.as_ref().is_none_or(|committees| !committees.is_empty()));
    assert!(issued.valid_from.is_none() || issued.expires_at.is_none() || issued.valid_from < issued.expires_at);
}
