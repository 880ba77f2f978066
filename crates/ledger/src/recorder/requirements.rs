//! What an event rests on in other streams.

use super::super::aggregates::State;
use super::super::batch::AppendCondition;
use super::super::store::Selection;
use super::RecordError;
use super::attempt::Attempt;
use chrono::NaiveDate;
use minutebook_domain::meeting::{MinutesApproved, MinutesEdition, MinutesOutcome};
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, Rejection, Requirement, StreamId};

impl Attempt<'_> {
    /// The state of a stream that the request only looks at.
    async fn seen(&mut self, stream: &StreamId, claim: bool) -> Result<State, RecordError> {
        if claim || self.decided.streams.contains_key(stream) {
            return Ok(self.used(stream).await?.state.clone());
        }
        if let Some(state) = self.looked_at.get(stream) {
            return Ok(state.clone());
        }
        let loaded = self.states.load(stream, self.fresh).await?;
        self.relied_on_kept |= loaded.kept;
        self.looked_at.insert(stream.clone(), loaded.state.clone());
        Ok(loaded.state)
    }

    /// Checks `requirement`. A fact that can cease to hold (a meeting is open) claims its stream: the append is refused
    /// if the stream has changed. A lasting fact (it was convened) claims nothing, so that commands that rest on one
    /// committee or meeting do not stand in each other's way.
    pub(super) async fn require(&mut self, requirement: &Requirement) -> Result<(), RecordError> {
        if let Requirement::MinutesUnapproved { committee, minutes_of, edition } = requirement {
            return self.require_unapproved(committee, *minutes_of, *edition).await;
        }
        let Some(stream) = requirement.stream() else { return Ok(()) };
        let claim = matches!(requirement, Requirement::OpenMeeting(_));
        let is_met = match (requirement, self.seen(&stream, claim).await?) {
            (Requirement::Committee(_), State::Committee(committee)) => committee.is_established(),
            (Requirement::OpenMeeting(meeting), State::Meeting(state))
                if state.is_convened() && !state.is_open() && !self.corrects =>
            {
                return Err(Rejection::new(
                    "meeting-open",
                    format!("meeting {meeting} is closed"),
                    "supplement an event of the record by a correction, with a reason",
                )
                .into());
            }
            (Requirement::Meeting(_) | Requirement::OpenMeeting(_), State::Meeting(state)) => state.is_convened(),
            (Requirement::Action(_), State::Action(state)) => state.is_raised(),
            (Requirement::Decision(decision), State::Meeting(state)) => state.has_decision(decision.number()),
            _ => true,
        };
        match requirement.unmet().filter(|_| !is_met) {
            Some(refusal) => Err(refusal.into()),
            None => Ok(()),
        }
    }

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
            // The approval counts only if no correction has struck it since.
            let State::Meeting(meeting) = self.seen(&stream, false).await? else { continue };
            if meeting.has_approved(minutes_of, edition, MinutesOutcome::AsWritten) {
                return Err(Rejection::already_recorded(
                    "minutes-approved-once",
                    format!("the {edition} minutes of {minutes_of} are approved as written, at {}", stream.subject()),
                    "a correction, with a reason, if they were wrong",
                )
                .into());
            }
        }
        self.decided.conditions.push(AppendCondition::UnusedSince { reference, position: known.max(last) });
        Ok(())
    }
}
