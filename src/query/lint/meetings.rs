//! Rules on meetings: minutes of an unknown day, amendments that are not given, decisions without a quorum, and numbers that
//! two meetings share.

use super::finding::UnlocatedFinding;
use super::rule::LintRule;
use super::snapshot::{CommitteeSnapshot, EventLocator, VisibleMeeting};
use minutebook_domain::StreamId;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{Capacity, MinutesOutcome};
use minutebook_domain::reference::{ItemLabel, MeetingRef};

pub(super) fn findings(snapshot: &CommitteeSnapshot<'_>) -> Vec<UnlocatedFinding> {
    approvals(snapshot).chain(inquorate(snapshot)).chain(repeated_numbers(snapshot)).collect()
}

fn finding(
    kind: LintRule,
    meeting: &MeetingRef,
    event: EventLocator,
    item: Option<ItemLabel>,
    text: String,
) -> UnlocatedFinding {
    UnlocatedFinding {
        kind,
        stream: StreamId::Meeting(meeting.clone()),
        event,
        meeting: Some(meeting.clone()),
        item,
        subject: meeting.to_string(),
        text,
    }
}

fn approvals<'s>(snapshot: &'s CommitteeSnapshot<'_>) -> impl Iterator<Item = UnlocatedFinding> + 's {
    // Amendments above the reader are taken out of the record: to everyone below the top they may be missing.
    let sees_all = snapshot.scope.clearance.permits(Classification::highest());
    snapshot.approvals.iter().flat_map(move |recorded| {
        let approval = &recorded.approval;
        let is_known = snapshot.meetings.iter().any(|meeting| meeting.row.held_on == approval.minutes_of);
        let is_amended = approval.outcome == MinutesOutcome::SubjectToAmendments;
        let rules = [
            (!is_known, LintRule::MinutesOfUnknownMeeting),
            (sees_all && is_amended && approval.amendments.is_empty(), LintRule::AmendmentsMissing),
        ];
        let text = format!("the {} minutes of {}", approval.edition, approval.minutes_of);
        rules.into_iter().filter(|(applies, _)| *applies).map(move |(_, kind)| {
            finding(kind, &recorded.meeting, EventLocator::Position(recorded.position), None, text.clone())
        })
    })
}

fn inquorate<'s>(snapshot: &'s CommitteeSnapshot<'_>) -> impl Iterator<Item = UnlocatedFinding> + 's {
    let quorum = snapshot.scope.committee.quorum.and_then(|quorum| usize::try_from(quorum).ok());
    let lacking = move |meeting: &&VisibleMeeting| {
        let attendance = &meeting.row.attendance;
        quorum.is_some_and(|quorum| !attendance.is_empty() && members_present(meeting) < quorum)
    };
    snapshot.meetings.iter().filter(lacking).flat_map(move |meeting| {
        let reference = meeting.row.first_reference();
        let decisions = snapshot.decisions.iter().filter(move |decision| decision.row.meeting == *reference);
        decisions.map(move |decision| UnlocatedFinding {
            subject: decision.row.id.to_string(),
            ..finding(
                LintRule::DecisionWithoutQuorum,
                reference,
                EventLocator::Decision(decision.row.id.number()),
                decision.row.item,
                format!(
                    "{} members attended of {} required: {} {}",
                    members_present(meeting),
                    quorum.unwrap_or_default(),
                    decision.row.verb,
                    decision.text
                ),
            )
        })
    })
}

fn members_present(meeting: &VisibleMeeting) -> usize {
    let counts = |capacity| matches!(capacity, Capacity::Chair | Capacity::Member | Capacity::Alternate);
    meeting.row.attendance.iter().filter(|present| counts(present.capacity)).count()
}

fn repeated_numbers<'s>(snapshot: &'s CommitteeSnapshot<'_>) -> impl Iterator<Item = UnlocatedFinding> + 's {
    snapshot.meetings.iter().filter_map(|meeting| {
        let (reference, held_on) = (&meeting.row.reference, meeting.row.held_on);
        let earlier = snapshot.meetings.iter().find(|other| {
            reference.number().is_some()
                && other.row.reference.number() == reference.number()
                && (other.row.held_on, &other.row.reference) < (held_on, reference)
        })?;
        let text = format!(
            "number {} is that of {} of {} too",
            reference.number().unwrap_or_default(),
            earlier.row.reference,
            earlier.row.held_on
        );
        Some(finding(
            LintRule::MeetingNumberRepeated,
            meeting.row.first_reference(),
            EventLocator::MeetingConvened,
            None,
            text,
        ))
    })
}
