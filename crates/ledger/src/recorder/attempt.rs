//! One attempt at a request: it reads streams, asks the rules, and collects the accepted events.

use super::super::aggregate_state::{AggregateState, LedgerAggregate};
use super::super::batch::{AppendCondition, AppendError};
use super::super::event_codec::NewEvent;
use super::super::state_cache::{LoadedState, StateCache};
use super::super::valid_time::natural_valid_time;
use super::{Authority, Command, RecordError, Recorder, Request};
use chrono::{NaiveDate, NaiveTime, SubsecRound};
use cqrs_es::event_sink::EventSink;
use minutebook_domain::classification::Classification;
use minutebook_domain::committee::Committee;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use minutebook_domain::{
    AggregateEvent, Event, RecordedEvent, Rejection, RequestMetadata, Requirement, StreamId, StreamVersion,
    calendar_day, match_stream, rules,
};
use std::collections::{HashMap, VecDeque};

/// A stream whose version the append depends on.
#[derive(Clone)]
pub(super) struct StreamUse {
    /// The version at which it was read.
    pub(super) read: StreamVersion,
    /// The number of events that the request adds to it.
    pub(super) added: u64,
    /// Its state after those events.
    pub(super) state: AggregateState,
}

/// Events that the rules accepted but that are not appended yet, and what the append depends on.
#[derive(Default)]
pub struct PendingAppend {
    pub(super) streams: HashMap<StreamId, StreamUse>,
    pub(super) events: Vec<NewEvent>,
    pub(super) conditions: Vec<AppendCondition>,
}

/// One attempt at a request: the streams it read, and the events it leads to.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent observation")]
pub(super) struct Attempt<'a> {
    pub(super) states: &'a StateCache,
    /// What the sender may record.
    pub(super) authority: &'a dyn Authority,
    pub(super) metadata: &'a RequestMetadata,
    /// Whether states are read from the log even if they are cached.
    pub(super) fresh: bool,
    /// Whether the request corrects an event.
    request_corrects: bool,
    /// Whether the present command corrects an event, or comes from a document that does. A meeting that it requires to be
    /// open may then be closed.
    pub(super) corrects: bool,
    /// The histories of the corrected streams, from the log.
    pub(super) histories: HashMap<StreamId, Vec<RecordedEvent>>,
    /// Whether a cached state was used that may be stale.
    pub(super) used_cache: bool,
    /// Whether the request says that what it records is planned.
    pub(super) planned: bool,
    /// Whether the present command was read from a document.
    pub(super) from_document: bool,
    /// The mark that the present command gives its event.
    pub(super) mark: Option<Classification>,
    /// The mark of the event that the present one follows from.
    pub(super) cause_mark: Option<Classification>,
    /// The stream that the request expects at a version.
    pub(super) expected_stream: Option<StreamId>,
    /// The lowest mark that the reason and the authority of the present command take: they may mention what is corrected.
    pub(super) remark_mark: Option<Classification>,
    pub(super) pending: PendingAppend,
    /// The states of streams that the append does not depend on, as they were first read.
    pub(super) checked_states: HashMap<StreamId, AggregateState>,
    /// The streams that the present command changed, as they were before it.
    undo: Vec<(StreamId, StreamUse)>,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(recorder: &'a Recorder, request: &'a Request, fresh: bool) -> Self {
        Self {
            states: &recorder.states,
            authority: &*recorder.authority,
            metadata: &request.metadata,
            fresh,
            request_corrects: super::corrects(request),
            corrects: false,
            histories: HashMap::new(),
            used_cache: false,
            planned: request.planned,
            from_document: false,
            mark: None,
            cause_mark: None,
            expected_stream: None,
            remark_mark: None,
            pending: PendingAppend::default(),
            checked_states: HashMap::new(),
            undo: Vec::new(),
        }
    }

    /// Adds the events of every command. The sender's authority comes first: neither a version nor a rule answers a request
    /// that the sender may not make.
    pub(super) async fn decide(&mut self, request: &Request) -> Result<(), RecordError> {
        self.authorize(request).await?;
        if let (Some(expected), Some(first)) = (request.expected, request.commands.first()) {
            let stream = match first {
                Command::Record { stream, .. } => self.stream_by_first_reference(stream.clone()).await?,
                Command::Correct { event, .. } | Command::Merge { event, .. } => self.stream_of(*event).await?,
            };
            let actual = self.stream_use(&stream).await?.read;
            self.expected_stream = Some(stream.clone());
            if actual != expected {
                return Err(AppendError::Conflict { stream, expected, actual }.into());
            }
        }
        for command in &request.commands {
            self.command(command).await?;
        }
        Ok(())
    }

    /// Adds the events of one command, or none of them if one is refused.
    pub(super) async fn command(&mut self, command: &Command) -> Result<(), RecordError> {
        self.undo.clear();
        let (events, conditions) = (self.pending.events.len(), self.pending.conditions.len());
        let outcome = self.apply(command).await;
        if outcome.is_err() {
            // An entailed event may be refused after the event that entails it was added.
            self.pending.events.truncate(events);
            self.pending.conditions.truncate(conditions);
            for (stream, before) in self.undo.drain(..).rev() {
                self.pending.streams.insert(stream, before);
            }
        }
        outcome
    }

    async fn apply(&mut self, command: &Command) -> Result<(), RecordError> {
        let first = self.pending.events.len();
        self.remark_mark = None;
        let (Command::Record { source, .. } | Command::Correct { source, .. } | Command::Merge { source, .. }) =
            command;
        self.from_document = source.as_ref().unwrap_or(&self.metadata.source).file.is_some();
        let is_correction = !matches!(command, Command::Record { .. });
        self.corrects = is_correction || (self.request_corrects && self.from_document);
        let source = match command {
            Command::Record { stream, event, source, classification } => {
                self.mark = *classification;
                let (stream, event) = self.by_first_references(stream.clone(), event.clone()).await?;
                self.record(stream, event).await?;
                source
            }
            Command::Correct { event, change, authority, source, classification } => {
                self.mark = *classification;
                self.correct(*event, change.clone(), authority.clone(), None).await?;
                source
            }
            Command::Merge { event, merge, clearance, authority, source, classification } => {
                self.mark = *classification;
                self.merge(*event, merge, *clearance, authority.clone()).await?;
                source
            }
        };
        if let Some(source) = source {
            for added in &mut self.pending.events[first..] {
                added.metadata.source = source.clone();
            }
        }
        Ok(())
    }

    /// Lets the rules decide about an event and those that it entails, and adds them.
    pub(super) async fn record(&mut self, stream: StreamId, event: Event) -> Result<(), RecordError> {
        let mut queue = VecDeque::from([(stream, event, self.cause_mark)]);
        while let Some((stream, event, cause)) = queue.pop_front() {
            self.cause_mark = cause;
            ensure_belongs(&event, &stream)?;
            for requirement in event.payload().requires() {
                // What is recorded live of a meeting is a part of its record, and a document states what was minuted.
                let requirement = match requirement {
                    Requirement::Meeting(meeting) if !self.from_document => Requirement::OpenMeeting(meeting),
                    other => other,
                };
                self.require(&requirement).await?;
            }
            self.require_free_reference(&stream, &event).await?;
            let (events, state) = match_stream!(&stream, A => self.handle::<A>(&stream, event).await?);
            for event in events {
                let entailed = event.entails(&stream);
                self.add(stream.clone(), event, state.clone()).await?;
                let mark = self.pending.events.last().map(|added| added.metadata.classification);
                queue.extend(entailed.into_iter().map(|(stream, event)| (stream, event, mark)));
            }
        }
        self.cause_mark = None;
        Ok(())
    }

    /// Passes the event to the aggregate through `cqrs-es`. Returns the accepted events and the state after them.
    async fn handle<A: LedgerAggregate>(
        &mut self,
        stream: &StreamId,
        event: Event,
    ) -> Result<(Vec<Event>, AggregateState), RecordError> {
        let mut aggregate = self.aggregate::<A>(stream).await?;
        let Some(event) = AggregateEvent::from_event(event) else {
            return Err(RecordError::Malformed(format!("the event does not belong in {stream}")));
        };
        let sink = EventSink::<A>::default();
        let before = (!self.from_document).then(|| aggregate.clone());
        aggregate.handle(rules::AggregateCommand::Record(event), &(), &sink).await?;
        let events = sink.collect().await;
        if let Some(before) = before {
            let zone = self.time_zone(stream.committee()).await?;
            let today = self.states.log().environment().clock.now().with_timezone(&zone).date_naive();
            let live = rules::LiveRecording { today, planned: self.planned };
            for event in &events {
                before.admit_live(event, live)?;
            }
        }
        Ok((events.into_iter().map(Into::into).collect(), aggregate.into()))
    }

    async fn aggregate<A: LedgerAggregate>(&mut self, stream: &StreamId) -> Result<A, RecordError> {
        let state = self.stream_use(stream).await?.state.clone();
        A::from_state(state)
            .ok_or_else(|| RecordError::Malformed(format!("{stream} is not a stream of the expected kind")))
    }

    pub(super) async fn add(
        &mut self,
        stream: StreamId,
        event: Event,
        state: AggregateState,
    ) -> Result<(), RecordError> {
        self.authorize_event(&stream, &event).await?;
        let mark = self.mark_of(&stream, &event, &state).await?;
        let zone = self.time_zone(stream.committee()).await?;
        let now = self.states.log().environment().clock.now();
        let valid_at = natural_valid_time(&event, self.occurred(&event), &state, zone, now);
        let valid_at = self.metadata.valid_at.unwrap_or(valid_at).trunc_subsecs(6);
        if !calendar_day::is_recordable(valid_at.date_naive()) {
            let what =
                format!("the valid time {valid_at} cannot be recorded: a time of the years 1 to 9999 was expected");
            return Err(RecordError::Malformed(what));
        }
        if let Some(stream_use) = self.pending.streams.get_mut(&stream) {
            self.undo.push((stream.clone(), stream_use.clone()));
            stream_use.added += 1;
            stream_use.state = state;
        }
        let request = RequestMetadata { classification: Some(mark), ..self.metadata.clone() };
        let mut added = NewEvent { stream, event, metadata: request.for_event(mark, valid_at) };
        self.mark_remarks(&mut added);
        self.pending.events.push(added);
        Ok(())
    }

    /// The day and time that the event states. If it states no time and its day is its meeting's, the time is the meeting's
    /// start. A decision is superseded at the meeting of its successor.
    fn occurred(&self, event: &Event) -> Option<(NaiveDate, Option<NaiveTime>)> {
        if let Event::Meeting(MeetingEvent::DecisionSuperseded(superseded)) = event {
            return self.begins(superseded.by.meeting());
        }
        let occurred = event.payload().occurred();
        let open_meeting = event.payload().requires().into_iter().find_map(|requirement| match requirement {
            Requirement::OpenMeeting(meeting) => Some(meeting),
            _ => None,
        });
        let begins = open_meeting.and_then(|meeting| self.begins(&meeting));
        match (occurred, begins) {
            (Some((day, None)), Some((held_on, time))) if day == held_on => Some((day, time)),
            _ => occurred,
        }
    }

    /// The day and time of a meeting that the request has loaded.
    fn begins(&self, meeting: &MeetingRef) -> Option<(NaiveDate, Option<NaiveTime>)> {
        match &self.pending.streams.get(&StreamId::Meeting(meeting.clone()))?.state {
            AggregateState::Meeting(meeting) => meeting.begins(),
            _ => None,
        }
    }

    /// The committee's time zone. The append does not depend on its stream: a zone affects only the valid time.
    async fn time_zone(&mut self, committee: Option<&CommitteeCode>) -> Result<chrono_tz::Tz, RecordError> {
        // A token names no day: its times are moments, which no zone changes.
        let Some(committee) = committee else { return Ok(chrono_tz::Tz::UTC) };
        let state = self.state_of(&StreamId::Committee(committee.clone())).await?;
        Ok(Committee::from_state(state).map_or(chrono_tz::Europe::London, |committee| committee.time_zone()))
    }

    /// Returns a stream's state. The append does not depend on it.
    pub(super) async fn state_of(&mut self, stream: &StreamId) -> Result<AggregateState, RecordError> {
        Ok(match self.pending.streams.get(stream) {
            Some(stream_use) => stream_use.state.clone(),
            None => self.states.load(stream, false).await?.state,
        })
    }

    /// Loads a stream, if the request has not loaded it yet, and makes the append depend on its version.
    pub(super) async fn stream_use(&mut self, stream: &StreamId) -> Result<&StreamUse, RecordError> {
        if !self.pending.streams.contains_key(stream) {
            let LoadedState { version, state, is_cached } = self.states.load(stream, self.fresh).await?;
            self.used_cache |= is_cached;
            self.pending.streams.insert(stream.clone(), StreamUse { read: version, added: 0, state });
        }
        self.pending.streams.get(stream).ok_or_else(|| RecordError::Malformed(format!("{stream} was not read")))
    }
}

/// Refuses an event of another stream.
pub(super) fn ensure_belongs(event: &Event, stream: &StreamId) -> Result<(), RecordError> {
    if event.belongs_to(stream) {
        return Ok(());
    }
    let what = format!("this {} does not belong in {stream}", event.event_type());
    Err(Rejection::new("event-of-its-stream", what, "the stream that the event itself names").into())
}
