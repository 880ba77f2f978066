//! Rules on decisions and statuses: promises without an action, passed deferrals, unanswered recommendations.

use super::finding::UnlocatedFinding;
use super::rule::LintRule;
use super::snapshot::{CommitteeSnapshot, EventLocator, VisibleDecision};
use crate::query::recommendations::answers;
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{MeetingRef, PartyName};
use minutebook_import::prose;
use minutebook_projections::party_statuses::PartyStatusRow;

pub(super) fn findings(snapshot: &CommitteeSnapshot<'_>, today: NaiveDate) -> Vec<UnlocatedFinding> {
    let standing = snapshot.decisions.iter().filter(|decision| decision.row.superseded_by.is_none());
    let decided = standing.filter_map(|decision| {
        let kind = match decision.row.verb {
            Verb::Agreed if prose::promises_to_act(&decision.text) && !has_action(snapshot, decision) => {
                LintRule::AgreedWithoutAction
            }
            Verb::Deferred
                if decision.row.deferred_to.is_some_and(|to| to < today) && !is_taken_up(snapshot, decision) =>
            {
                LintRule::DeferralPassed
            }
            Verb::Recommended if !is_answered(snapshot, decision) => LintRule::RecommendationUnanswered,
            _ => return None,
        };
        Some(UnlocatedFinding {
            kind,
            stream: StreamId::Meeting(decision.row.meeting.clone()),
            event: EventLocator::Decision(decision.row.id.number()),
            meeting: Some(decision.row.meeting.clone()),
            item: decision.row.item,
            subject: decision.row.id.to_string(),
            text: format!("{} {}", decision.row.verb, decision.text),
        })
    });
    let statuses =
        snapshot.statuses.iter().filter(|status| is_passed_deferral(snapshot, status, today)).map(|status| {
            UnlocatedFinding {
                kind: LintRule::DeferralPassed,
                stream: StreamId::Party(status.committee.clone(), status.party.clone()),
                event: EventLocator::StatusDeferred(status.meeting.clone()),
                meeting: Some(status.meeting.clone()),
                item: status.item,
                subject: status.party.to_string(),
                text: format!("the {} status of {}", status.kind, status.party),
            }
        });
    decided.chain(statuses).collect()
}

/// Returns whether an action names the decision, or was raised under its item.
fn has_action(snapshot: &CommitteeSnapshot<'_>, decision: &VisibleDecision) -> bool {
    snapshot.actions.iter().any(|action| {
        let action = &action.row;
        let under_item = decision.row.item.is_some() && action.item == decision.row.item;
        action.decision.as_ref() == Some(&decision.row.id)
            || (action.raised_in.as_ref() == Some(&decision.row.meeting) && under_item)
    })
}

/// Returns whether a later decision shares a party or a reference with this one, names it, or stands under an item of the
/// same title.
fn is_taken_up(snapshot: &CommitteeSnapshot<'_>, earlier: &VisibleDecision) -> bool {
    let row = &earlier.row;
    snapshot.decisions.iter().filter(|later| later.day > earlier.day).any(|later| {
        let names_it =
            |reference: &_| row.references.contains(reference) || reference.to_string() == row.id.to_string();
        later.row.supersedes.contains(&row.id)
            || later.row.subjects.iter().any(|subject| row.subjects.contains(subject))
            || later.row.references.iter().any(names_it)
            || snapshot.same_title((&later.row.meeting, later.row.item), (&row.meeting, row.item))
    })
}

/// Returns whether a later matter or decision names the recommendation, or the body to which it is addressed.
fn is_answered(snapshot: &CommitteeSnapshot<'_>, decision: &VisibleDecision) -> bool {
    let names = |text: &str| answers(text, &decision.row.id, decision.row.recommended_to.as_ref());
    let held_on = |meeting: &MeetingRef| {
        snapshot.meetings.iter().find(|known| known.row.first_reference() == meeting).map(|known| known.row.held_on)
    };
    let matters = snapshot.texts.iter().filter(|text| text.is_matter && held_on(&text.meeting) > Some(decision.day));
    let decisions = snapshot.decisions.iter().filter(|later| later.day > decision.day);
    matters.map(|matter| &matter.text).chain(decisions.map(|later| &later.text)).any(|text| names(text))
}

/// Returns whether a status was deferred to a day that has passed, without a later status of its kind and without a
/// decision of the same meeting that defers it.
fn is_passed_deferral(snapshot: &CommitteeSnapshot<'_>, status: &PartyStatusRow, today: NaiveDate) -> bool {
    let is_later = |later: &&PartyStatusRow| {
        (&later.committee, &later.party, later.kind) == (&status.committee, &status.party, status.kind)
            && later.agreed_on > status.agreed_on
    };
    let is_decided = |party: &PartyName| {
        let deferred = snapshot.decisions.iter().filter(|decision| decision.row.verb == Verb::Deferred);
        deferred
            .filter(|decision| decision.row.meeting == status.meeting)
            .any(|decision| decision.row.subjects.contains(party))
    };
    status.deferred
        && status.deferred_to.is_some_and(|to| to < today)
        && !snapshot.statuses.iter().any(|later| is_later(&later))
        && !is_decided(&status.party)
}
