//! The check of an event's requirements: facts in other streams.

use super::super::aggregate_state::AggregateState;
use super::super::batch::AppendCondition;
use super::super::store::Selection;
use super::RecordError;
use super::attempt::Attempt;
use chrono::NaiveDate;
use minutebook_domain::meeting::{MinutesApproved, MinutesEdition, MinutesOutcome};
use minutebook_domain::party::Assessment;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, Rejection, Requirement, StreamId};

impl Attempt<'_> {
    /// The state of a stream that a requirement is about. With `claim` the append depends on the stream's version.
    pub(super) async fn checked_state(
        &mut self,
        stream: &StreamId,
        claim: bool,
    ) -> Result<AggregateState, RecordError> {
        if claim || self.pending.streams.contains_key(stream) {
            return Ok(self.stream_use(stream).await?.state.clone());
        }
        if let Some(state) = self.checked_states.get(stream) {
            return Ok(state.clone());
        }
        let loaded = self.states.load(stream, self.fresh).await?;
        self.used_cache |= loaded.is_cached;
        self.checked_states.insert(stream.clone(), loaded.state.clone());
        Ok(loaded.state)
    }

    /// Checks `requirement`. A fact that can cease to hold (a meeting is open, a category was added) claims its stream: the append is refused
    /// if the stream has changed. A lasting fact (the meeting was convened) claims nothing, so that commands about one
    /// committee or meeting do not conflict.
    pub(super) async fn require(&mut self, requirement: &Requirement) -> Result<(), RecordError> {
        if let Requirement::MinutesUnapproved { committee, minutes_of, edition } = requirement {
            return self.require_unapproved(committee, *minutes_of, *edition).await;
        }
        let Some(stream) = requirement.stream() else { return Ok(()) };
        let claim = matches!(
            requirement,
            Requirement::OpenMeeting(_) | Requirement::PartyCategory { .. } | Requirement::Assessment { .. }
        );
        let is_met = match (requirement, self.checked_state(&stream, claim).await?) {
            (Requirement::Committee(_), AggregateState::Committee(committee)) => committee.is_established(),
            (Requirement::PartyCategory { committee, category }, AggregateState::Committee(state)) => {
                state.ensure_category(committee, category)?;
                true
            }
            (Requirement::Assessment { committee, assessment }, AggregateState::Committee(state)) => {
                state.ensure_assessment(committee, &Assessment::Own(assessment.clone()))?;
                true
            }
            (Requirement::OpenMeeting(meeting), AggregateState::Meeting(state))
                if state.is_cancelled() && !self.corrects =>
            {
                return Err(Rejection::new(
                    "meeting-not-cancelled",
                    format!("meeting {meeting} was cancelled"),
                    "strike the cancellation by a correction, with a reason, if the meeting was held",
                )
                .into());
            }
            (Requirement::OpenMeeting(meeting), AggregateState::Meeting(state))
                if state.is_convened() && !state.is_open() && !self.corrects =>
            {
                return Err(Rejection::new(
                    "meeting-open",
                    format!("meeting {meeting} is closed"),
                    "supplement an event of the record by a correction, with a reason",
                )
                .into());
            }
            (Requirement::Meeting(_) | Requirement::OpenMeeting(_), AggregateState::Meeting(state)) => {
                state.is_convened()
            }
            (Requirement::Action(_), AggregateState::Action(state)) => state.is_raised(),
            (Requirement::Decision(decision), AggregateState::Meeting(state)) => state.has_decision(decision.number()),
            _ => true,
        };
        match requirement.unmet().filter(|_| !is_met) {
            Some(refusal) => Err(refusal.into()),
            None => Ok(()),
        }
    }

    /// Refuses minutes that are approved as written. A condition refuses the append if they are approved meanwhile.
    async fn require_unapproved(
        &mut self,
        committee: &CommitteeCode,
        minutes_of: NaiveDate,
        edition: MinutesEdition,
    ) -> Result<(), RecordError> {
        let reference = MinutesApproved::minutes_reference(committee, minutes_of);
        let known = self.states.log().known_head();
        let approvals = self.states.log().read_all(Selection::Reference(reference.clone())).await?;
        let last = approvals.last().map_or(Position::START, |event| event.position);
        for stream in approvals.into_iter().map(|event| event.stream) {
            // The meeting's state says whether a correction has struck the approval since.
            let AggregateState::Meeting(meeting) = self.checked_state(&stream, false).await? else { continue };
            if meeting.has_approved(minutes_of, edition, MinutesOutcome::AsWritten) {
                return Err(Rejection::already_recorded(
                    "minutes-approved-once",
                    format!("the {edition} minutes of {minutes_of} are approved as written, at {}", stream.subject()),
                    "a correction, with a reason, if they were wrong",
                )
                .into());
            }
        }
        self.pending.conditions.push(AppendCondition::UnusedSince { reference, position: known.max(last) });
        Ok(())
    }
}
