//! What a writer may see. A stream, decision or event above their clearance is answered as if it did not exist, whatever
//! the request would do with it.

use crate::access::Principal;
use crate::api::problem::Problem;
use crate::ingest::ImportReport;
use crate::query::ReadError;
use crate::query::meeting_names::first_reference;
use crate::query::read_query::end_of_time;
use crate::query::visible_row::sees_all;
use minutebook_domain::classification::Clearance;
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_domain::{Event, EventId, Rejection, RejectionKind, Requirement, StreamId, StreamVersion};
use minutebook_ledger::{
    AppendError, BitemporalMoment, Command, Log, Receipt, RecordError, Request, RowFilter, Selection,
};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::projection::Projection;
use minutebook_projections::redaction::{redacted_history, same_but_for_marks};
use std::collections::BTreeMap;

/// The ledger through the clearances of one principal.
pub(super) struct Visibility<'a> {
    pub(super) principal: &'a Principal,
    pub(super) log: &'a Log,
}

impl Visibility<'_> {
    /// 404 unless the principal sees the stream, or the event or an earlier command of the request begins it.
    pub(super) async fn check_stream(
        &self,
        stream: &StreamId,
        event: &Event,
        before: &[Command],
    ) -> Result<(), Problem> {
        if !self.principal.sees(stream) {
            return Err(no_such(stream));
        }
        let begun = event.begins_its_stream() || begins(before, stream);
        if begun || self.sees(stream).await? { Ok(()) } else { Err(no_such(stream)) }
    }

    /// The request with the principal's clearance in each merge, so that what they may not know does not count.
    pub(super) async fn with_own_clearance(&self, request: &Request) -> Result<Request, Problem> {
        let mut request = request.clone();
        for command in &mut request.commands {
            if let Command::Merge { event, clearance, .. } = command
                && let Some(stream) = self.log.stream_of(*event).await?
            {
                *clearance = self.clearance(&stream);
            }
        }
        Ok(request)
    }

    /// The commands with the first reference of each meeting that the principal may know by the reference given. The
    /// recorder knows more references: one that the principal may not know is answered as one that no meeting has.
    pub(super) async fn by_own_names(&self, commands: &[Command]) -> Result<Vec<Command>, Problem> {
        let mut commands = commands.to_vec();
        for command in &mut commands {
            let mut named = BTreeMap::new();
            let events = match command {
                Command::Record { stream, event, .. } => {
                    if let StreamId::Meeting(meeting) = stream {
                        named.insert(meeting.clone(), None);
                    }
                    Some(event)
                }
                Command::Correct { change: Change::Replaced(event) | Change::Supplemented(event), .. } => {
                    Some(&mut **event)
                }
                Command::Correct { .. } | Command::Merge { .. } => None,
            };
            let Some(event) = events else { continue };
            event.meetings(&mut |meeting| _ = named.entry(meeting.clone()).or_insert(None));
            for (meeting, first) in &mut named {
                let clearance = self.principal.clearance_in(meeting.committee());
                *first = Some(first_reference(self.log, clearance, meeting).await?);
            }
            let first = |meeting: &mut MeetingRef| {
                if let Some(Some(first)) = named.get(meeting) {
                    meeting.clone_from(first);
                }
            };
            event.meetings(&mut { first });
            if let Command::Record { stream: StreamId::Meeting(meeting), .. } = command {
                first(meeting);
            }
        }
        Ok(commands)
    }

    /// Finds the event to correct, and its stream. 404 unless the principal may read the whole event under today's marks.
    pub(super) async fn find_event(&self, id: EventId) -> Result<(StreamId, Event), Problem> {
        let none = || Problem::not_found(format!("there is no event `{id}`")).with_field("event_id");
        let stream = self.log.stream_of(id).await?.filter(|stream| self.principal.sees(stream)).ok_or_else(none)?;
        let history = self.log.read_all(Selection::Stream(stream.clone())).await?;
        let at = history.iter().position(|event| event.event_id == id).ok_or_else(none)?;
        let clearance = self.clearance(&stream);
        let stored = history[at].event.clone();
        let known = redacted_history(&history, history.len(), clearance);
        let is_whole = known.iter().any(|known| known.event_id == id && same_but_for_marks(&known.event, &stored));
        if !is_whole || !self.sees(&stream).await? {
            return Err(none());
        }
        let corrected = history.into_iter().nth(at).ok_or_else(none)?;
        Ok((stream, corrected.event))
    }

    /// Refuses an event that requires a subject which the principal does not see and no earlier command records, with the
    /// same rule that refuses a subject which does not exist.
    pub(super) async fn check_requirements(&self, event: &Event, before: &[Command]) -> Result<(), Problem> {
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

    /// The answer to a request that the recorder refused: 412 for a stale version, 404 for an event whose stream nobody
    /// has begun, else the rule.
    pub(super) async fn refusal(&self, request: &Request, error: RecordError) -> Result<Receipt, Problem> {
        if let (RecordError::Append(AppendError::Conflict { stream, actual, .. }), Some(_)) = (&error, request.expected)
            && self.principal.sees(stream)
        {
            return Err(Problem::stale(*actual));
        }
        let RecordError::Rejected(refusal) = &error else { return Err(error.into()) };
        if refusal.kind() == RejectionKind::NotBegun {
            let commands = self.by_own_names(&request.commands).await?;
            for (place, command) in commands.iter().enumerate() {
                let Command::Record { stream, event, .. } = command else { continue };
                let begun = event.begins_its_stream() || begins(&commands[..place], stream);
                if !begun && self.log.version(stream).await? == StreamVersion::NONE {
                    return Err(no_such(stream));
                }
            }
        }
        if refusal.kind() == RejectionKind::ReliedOn && !self.sees_everything() {
            // The rule names the other record, which may be above the principal's clearance.
            return Err(Rejection::relied_on(refusal.rule(), "another record depends on it", refusal.accepted()).into());
        }
        Err(error.into())
    }

    /// Whether the principal may read every event of the meeting and the actions that a document is about.
    pub(super) async fn sees_all_of(&self, report: &ImportReport) -> Result<bool, Problem> {
        let clearance = self.principal.clearance_in(report.committee());
        if sees_all(clearance) {
            return Ok(true);
        }
        for stream in report.streams() {
            let stream = match stream {
                StreamId::Meeting(meeting) => {
                    StreamId::Meeting(first_reference(self.log, Clearance::full(), &meeting).await?)
                }
                other => other,
            };
            let history = self.log.read_all(Selection::Stream(stream)).await?;
            if redacted_history(&history, history.len(), clearance)
                .into_iter()
                .map(|known| known.event)
                .ne(history.into_iter().map(|stored| stored.event))
            {
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

    /// Whether the principal sees the stream's subject. With full clearance the answer is yes even for a stream that does
    /// not exist: the rules refuse that one.
    async fn sees(&self, stream: &StreamId) -> Result<bool, ReadError> {
        let clearance = self.clearance(stream);
        if sees_all(clearance) {
            return Ok(true);
        }
        match stream {
            StreamId::Action(_) => self.sees_row::<Actions>(stream, clearance, |_| true).await,
            StreamId::Meeting(_) => self.sees_row::<Meetings>(stream, clearance, |_| true).await,
            // Names of committees, parties and tokens are public.
            StreamId::Committee(_) | StreamId::Party(..) | StreamId::Token(_) => Ok(true),
        }
    }

    async fn sees_decision(&self, decision: &DecisionId, meeting: &StreamId) -> Result<bool, ReadError> {
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
    ) -> Result<bool, ReadError> {
        let found = self
            .log
            .rows::<P>(RowFilter::Stream(stream), BitemporalMoment::as_known_now(end_of_time()), clearance)
            .await?;
        Ok(found.rows.iter().any(|found| is(&found.row)))
    }
}

/// Whether one of the commands begins the stream.
fn begins(commands: &[Command], stream: &StreamId) -> bool {
    commands.iter().any(|command| match command {
        Command::Record { stream: begun, event, .. } => begun == stream && event.begins_its_stream(),
        Command::Correct { .. } | Command::Merge { .. } => false,
    })
}

/// Whether one of the commands records the decision, or one without a number that may become it.
fn decides(commands: &[Command], decision: &DecisionId) -> bool {
    let meeting = StreamId::Meeting(decision.meeting().clone());
    commands.iter().any(|command| match command {
        Command::Record { stream, event: Event::Meeting(MeetingEvent::DecisionRecorded(recorded)), .. } => {
            *stream == meeting && [0, decision.number()].contains(&recorded.number)
        }
        _ => false,
    })
}

/// 404 for a stream that does not exist or is not visible.
fn no_such(stream: &StreamId) -> Problem {
    if matches!(stream, StreamId::Token(_)) {
        return Problem::not_found(format!("there is no stream `{stream}`"));
    }
    Problem::not_found(format!("there is no {} `{}`", stream.kind(), stream.subject()))
}
