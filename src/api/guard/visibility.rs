//! What a writer may know of: what they may not see is not there, whatever they ask to have done with it.

use crate::access::Principal;
use crate::api::problem::Problem;
use crate::ingest::ImportReport;
use crate::query::ViewError;
use crate::query::read_query::ever;
use crate::query::visible_row::sees_all;
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::DecisionId;
use minutebook_domain::{Event, EventId, Rejection, Requirement, StreamId, StreamVersion};
use minutebook_ledger::{
    AppendError, BitemporalMoment, Command, Log, Receipt, RecordError, Request, RowFilter, Selection,
};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::disclosure::{as_readable_today, disclosed, is_open};
use minutebook_projections::meetings::Meetings;
use minutebook_projections::projection::Projection;

/// The ledger, as far as someone may see.
pub(super) struct Visibility<'a> {
    pub(super) principal: &'a Principal,
    pub(super) log: &'a Log,
}

impl Visibility<'_> {
    /// Whether the stream that an event is to join is there for them, or is begun by it or by one of the commands before.
    pub(super) async fn of_stream(&self, stream: &StreamId, event: &Event, before: &[Command]) -> Result<(), Problem> {
        if !self.principal.sees(stream) {
            return Err(nothing(stream));
        }
        let begun = event.begins_its_stream() || begins(before, stream);
        if begun || self.sees(stream).await? { Ok(()) } else { Err(nothing(stream)) }
    }

    /// The event with this id and its stream, if they may read all that it says today.
    pub(super) async fn of_event(&self, id: EventId) -> Result<(StreamId, Event), Problem> {
        let none = || Problem::not_found(format!("there is no event `{id}`")).of_field("event_id");
        let stream = self.log.stream_of(id).await?.filter(|stream| self.principal.sees(stream)).ok_or_else(none)?;
        let history = self.log.read_all(Selection::Stream(stream.clone())).await?;
        let at = history.iter().position(|event| event.event_id == id).ok_or_else(none)?;
        let clearance = self.clearance(&stream);
        let unfoldable = |error| ViewError::Fold { stream: stream.clone(), error };
        let marked = as_readable_today(&history[..=at], &history, clearance).map_err(unfoldable)?;
        let is_open = marked.last().is_some_and(|marked| is_open(&marked.event, clearance));
        if !is_open || !self.sees(&stream).await? {
            return Err(none());
        }
        let corrected = history.into_iter().nth(at).ok_or_else(none)?;
        Ok((stream, corrected.event))
    }

    /// What an event rests on has to be there for them, or be recorded by one of the commands before. What is not is
    /// refused as the rules refuse what nobody has recorded.
    pub(super) async fn of_requirements(&self, event: &Event, before: &[Command]) -> Result<(), Problem> {
        for requirement in event.payload().requires() {
            let Some(stream) = requirement.stream() else { continue };
            let there = begins(before, &stream)
                || match &requirement {
                    Requirement::Decision(decision) => {
                        decides(before, decision)
                            || (self.sees(&stream).await? && self.sees_decision(decision, &stream).await?)
                    }
                    _ => self.sees(&stream).await?,
                };
            if !there && let Some(refusal) = requirement.unmet() {
                return Err(refusal.into());
            }
        }
        Ok(())
    }

    /// The answer to a request that was not recorded. What was to join a stream that nobody has begun is told that there
    /// is no such thing.
    pub(super) async fn refusal(&self, request: &Request, error: RecordError) -> Result<Receipt, Problem> {
        if let (RecordError::Append(AppendError::Conflict { stream, actual, .. }), Some(_)) = (&error, request.expected)
            && self.principal.sees(stream)
        {
            return Err(Problem::stale(*actual));
        }
        let RecordError::Rejected(refusal) = &error else { return Err(error.into()) };
        if refusal.rule().ends_with("-first") {
            for (place, command) in request.commands.iter().enumerate() {
                let Command::Record { stream, event, .. } = command else { continue };
                let begun = event.begins_its_stream() || begins(&request.commands[..place], stream);
                if !begun && self.log.version(stream).await? == StreamVersion::NONE {
                    return Err(nothing(stream));
                }
            }
        }
        if refusal.rule() == "nothing-rests-on-it" && !self.sees_everything() {
            // RowSelection one that is may not be for them.
            return Err(Rejection::new(refusal.rule(), "another record rests on it", refusal.accepted()).into());
        }
        Err(error.into())
    }

    /// Whether they may read all that the ledger holds of the meeting and the actions that a document is about.
    pub(super) async fn of_all_in(&self, report: &ImportReport) -> Result<bool, Problem> {
        let clearance = self.principal.clearance_in(report.committee());
        if sees_all(clearance) {
            return Ok(true);
        }
        for stream in report.streams() {
            let history = self.log.read_all(Selection::Stream(stream)).await?;
            if history.iter().any(|recorded| !is_open(&recorded.event, clearance)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn sees_everything(&self) -> bool {
        sees_all(self.principal.clearance_everywhere())
    }

    fn clearance(&self, stream: &StreamId) -> Clearance {
        match stream.committee() {
            Some(committee) => self.principal.clearance_in(committee),
            None => self.principal.clearance_everywhere(),
        }
    }

    /// Whether the stream's subject is there for them. Who may see everything is not asked about more: what is not
    /// there at all the rules refuse.
    async fn sees(&self, stream: &StreamId) -> Result<bool, ViewError> {
        let clearance = self.clearance(stream);
        if sees_all(clearance) {
            return Ok(true);
        }
        match stream {
            StreamId::Action(_) => self.sees_row::<Actions>(stream, clearance, |_| true).await,
            StreamId::Meeting(_) => self.sees_row::<Meetings>(stream, clearance, |_| true).await,
            // Their names are public.
            StreamId::Committee(_) | StreamId::Party(..) | StreamId::Token(_) => Ok(true),
        }
    }

    async fn sees_decision(&self, decision: &DecisionId, meeting: &StreamId) -> Result<bool, ViewError> {
        let clearance = self.clearance(meeting);
        if sees_all(clearance) {
            return Ok(true);
        }
        self.sees_row::<Decisions>(meeting, clearance, |row| row.id == *decision).await
    }

    async fn sees_row<P: Projection>(
        &self,
        stream: &StreamId,
        clearance: Clearance,
        is: impl Fn(&P::Row) -> bool,
    ) -> Result<bool, ViewError> {
        let found = self.log.rows::<P>(RowFilter::Stream(stream), BitemporalMoment::as_known_now(ever())).await?;
        for row in found.rows.iter().filter(|found| is(&found.row)) {
            let row = disclosed(&row.row, clearance);
            if row.map_err(|error| ViewError::Fold { stream: stream.clone(), error })?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether one of the commands begins the stream.
fn begins(commands: &[Command], stream: &StreamId) -> bool {
    commands.iter().any(|command| match command {
        Command::Record { stream: begun, event, .. } => begun == stream && event.begins_its_stream(),
        Command::Correct { .. } => false,
    })
}

/// Whether one of the commands may be the one that records the decision.
fn decides(commands: &[Command], decision: &DecisionId) -> bool {
    let meeting = StreamId::Meeting(decision.meeting().clone());
    commands.iter().any(|command| match command {
        Command::Record { stream, event: Event::Meeting(MeetingEvent::DecisionRecorded(recorded)), .. } => {
            *stream == meeting && [0, decision.number()].contains(&recorded.number)
        }
        _ => false,
    })
}

/// There is no such thing, or not for them.
fn nothing(stream: &StreamId) -> Problem {
    let kind = match stream {
        StreamId::Committee(_) => "committee",
        StreamId::Meeting(_) => "meeting",
        StreamId::Action(_) => "action",
        StreamId::Party(..) => "party",
        StreamId::Token(_) => return Problem::not_found(format!("there is no stream `{stream}`")),
    };
    Problem::not_found(format!("there is no {kind} `{}`", stream.subject()))
}
