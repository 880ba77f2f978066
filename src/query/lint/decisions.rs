//! Decisions that promise what nobody owns, put off what was not taken up again, or asked what was never answered.

use super::book::{Book, DecisionOf, Place};
use super::{Found, Kind};
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{MeetingRef, PartyName};
use minutebook_import::prose;
use minutebook_projections::party_statuses::PartyStatusRow;

pub(super) fn of(book: &Book<'_>, today: NaiveDate) -> Vec<Found> {
    let standing = book.decisions.iter().filter(|decision| decision.row.superseded_by.is_none());
    let decided = standing.filter_map(|decision| {
        let kind = match decision.row.verb {
            Verb::Agreed if prose::promises_to_act(&decision.text) && !is_owned(book, decision) => {
                Kind::AgreedWithoutAction
            }
            Verb::Deferred if decision.row.deferred_to.is_some_and(|to| to < today) && !is_taken_up(book, decision) => {
                Kind::DeferralPassed
            }
            Verb::Recommended if !is_answered(book, decision) => Kind::RecommendationUnanswered,
            _ => return None,
        };
        Some(Found {
            kind,
            stream: StreamId::Meeting(decision.row.meeting.clone()),
            place: Place::Decision(decision.row.id.number()),
            meeting: Some(decision.row.meeting.clone()),
            item: decision.row.item,
            subject: decision.row.id.to_string(),
            text: format!("{} {}", decision.row.verb, decision.text),
        })
    });
    let statuses = book.statuses.iter().filter(|status| status_waits(book, status, today)).map(|status| Found {
        kind: Kind::DeferralPassed,
        stream: StreamId::Party(status.committee.clone(), status.party.clone()),
        place: Place::StatusDeferred(status.meeting.clone()),
        meeting: Some(status.meeting.clone()),
        item: status.item,
        subject: status.party.to_string(),
        text: format!("the {} status of {}", status.kind, status.party),
    });
    decided.chain(statuses).collect()
}

/// Whether an action carries the decision out, or was raised under its item.
fn is_owned(book: &Book<'_>, decision: &DecisionOf) -> bool {
    book.actions.iter().any(|(action, _)| {
        let under_item = decision.row.item.is_some() && action.item == decision.row.item;
        action.decision.as_ref() == Some(&decision.row.id)
            || (action.raised_in.as_ref() == Some(&decision.row.meeting) && under_item)
    })
}

/// Whether a later decision is on the matter: on a party, a reference or the decision itself, or under an item with the
/// same title.
fn is_taken_up(book: &Book<'_>, earlier: &DecisionOf) -> bool {
    let row = &earlier.row;
    book.decisions.iter().filter(|later| later.day > earlier.day).any(|later| {
        let names_it =
            |reference: &_| row.references.contains(reference) || reference.to_string() == row.id.to_string();
        later.row.supersedes.contains(&row.id)
            || later.row.subjects.iter().any(|subject| row.subjects.contains(subject))
            || later.row.references.iter().any(names_it)
            || is_under_one_title(book, &later.row.meeting, later.row.item, &row.meeting, row.item)
    })
}

/// Whether two items of two meetings have one title.
pub(super) fn is_under_one_title(
    book: &Book<'_>,
    later: &MeetingRef,
    later_item: Option<u32>,
    earlier: &MeetingRef,
    earlier_item: Option<u32>,
) -> bool {
    let title = |meeting: &MeetingRef, item: Option<u32>| {
        let of = book.meetings.iter().find(|of| of.row.reference == *meeting)?;
        let (_, title, _) = of.items.iter().find(|(number, ..)| Some(*number) == item)?;
        Some(title.to_lowercase())
    };
    let (later, earlier) = (title(later, later_item), title(earlier, earlier_item));
    earlier.is_some() && later == earlier
}

/// Whether something later names the body that was asked, or the recommendation itself.
fn is_answered(book: &Book<'_>, decision: &DecisionOf) -> bool {
    let id = decision.row.id.to_string();
    let names = |text: &str| {
        text.contains(&id) || decision.row.recommended_to.as_ref().is_some_and(|body| text.contains(body.as_str()))
    };
    let held_on =
        |meeting: &MeetingRef| book.meetings.iter().find(|of| of.row.reference == *meeting).map(|of| of.row.held_on);
    let matters = book.texts.iter().filter(|text| text.is_matter && held_on(&text.meeting) > Some(decision.day));
    let decisions = book.decisions.iter().filter(|later| later.day > decision.day);
    matters.map(|matter| &matter.text).chain(decisions.map(|later| &later.text)).any(|text| names(text))
}

/// Whether a status was put off to a day that is past and not taken up since, and no decision of the meeting says so.
fn status_waits(book: &Book<'_>, status: &PartyStatusRow, today: NaiveDate) -> bool {
    let is_later = |later: &&PartyStatusRow| {
        (&later.committee, &later.party, later.kind) == (&status.committee, &status.party, status.kind)
            && later.agreed_on > status.agreed_on
    };
    let is_said = |party: &PartyName| {
        let deferred = book.decisions.iter().filter(|said| said.row.verb == Verb::Deferred);
        deferred.filter(|said| said.row.meeting == status.meeting).any(|said| said.row.subjects.contains(party))
    };
    status.deferred
        && status.deferred_to.is_some_and(|to| to < today)
        && !book.statuses.iter().any(|later| is_later(&later))
        && !is_said(&status.party)
}
