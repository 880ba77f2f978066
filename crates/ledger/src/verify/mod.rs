//! Verification: the stored log and read models, checked against everything that the ledger promises.
//!
//! Each check finds its own kind of damage and names the position. The checks are independent: if a row's bytes cannot
//! be read, the checks of its columns still run.

mod read_models;

use self::read_models::Comparison;
use super::aggregate_state::LedgerAggregate;
use super::canonical;
use super::event_codec::{self, timestamp};
use super::log::Log;
use super::merkle::{Hash, Tree, leaf};
use super::store::{EventRow, ReferenceRow, Selection, StoreError, read};
use chrono::{DateTime, Utc};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::rules::check_history;
use minutebook_domain::{AggregateEvent, Event, Position, RecordedEvent, Requirement, StreamId, match_stream};
use std::collections::{HashMap, HashSet};

/// Rows read at a time.
const PAGE: u32 = 1000;
/// The number of problems listed for a check; the rest are only counted.
const KEPT: usize = 100;
/// The number of times the read models are compared if rebuilds keep interfering.
const ATTEMPTS: usize = 5;

/// The result of a verification.
#[derive(Debug)]
pub struct VerifyReport {
    /// The number of events.
    pub events: u64,
    /// The Merkle root over their leaves. Kept elsewhere, it proves later that these events are unchanged.
    pub root: Hash,
    /// The checks, in a fixed order.
    pub checks: Vec<VerifyCheck>,
}

impl VerifyReport {
    /// Returns whether no check found a problem.
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.problems_found == 0)
    }
}

/// One check and its problems.
#[derive(Debug)]
pub struct VerifyCheck {
    /// Its short name: `positions`.
    pub name: &'static str,
    /// The promise that it checks, as a sentence.
    pub promise: &'static str,
    /// The number of problems found.
    pub problems_found: usize,
    /// The first problems, at most 100, by position.
    pub problems: Vec<VerifyProblem>,
}

/// One broken promise.
#[derive(Debug)]
pub struct VerifyProblem {
    /// The position of the event; 0 for the log as a whole.
    pub position: Position,
    /// What is wrong.
    pub what: String,
}

/// An index into [`PROMISES`].
#[derive(Clone, Copy)]
enum Promise {
    Positions,
    Bytes,
    Columns,
    Leaves,
    Times,
    Versions,
    References,
    Resolve,
    Commands,
    Head,
    Rules,
    Safeguards,
    ReadModels,
}

const PROMISES: [(&str, &str); 13] = [
    ("positions", "every position from 1 to the head is there, once"),
    ("bytes", "every event's bytes are canonical JSON, and an event"),
    ("columns", "each row's columns say what its bytes say"),
    ("leaves", "each leaf is that of its salt and bytes"),
    ("times", "the time of recording never goes backwards"),
    ("versions", "every stream's versions are 1, 2, 3, … in order"),
    ("references", "each event is found under every reference that it names, and no other"),
    ("resolve", "every subject that an event names was recorded before it"),
    ("commands", "each command's outcome is the events that carry it"),
    ("head", "the head is the last event's"),
    ("rules", "every stream is a history that the committee's rules admit"),
    ("safeguards", "the database refuses to change the log"),
    ("read models", "every list is what the log makes of it, at every moment"),
];

/// Checks the whole log up to its present head. `progress` receives the number of events read so far.
pub async fn verify(log: &Log, mut progress: impl FnMut(u64)) -> Result<VerifyReport, StoreError> {
    let mut audit = Audit::default();
    let store = log.store();
    let head = store.head().await?;
    let mut after = 0;
    'log: loop {
        let rows = store.rows(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        let last = read(last.position);
        let mut references = store.references(after + 1, last).await?.into_iter().peekable();
        for row in &rows {
            let position = read(row.position);
            if position > head.position {
                // An event appended meanwhile has moved the head; any other should not be there.
                if store.head().await?.position < position {
                    audit.problem(Promise::Positions, Position::new(position), "an event stands beyond the head");
                }
                break 'log;
            }
            let mut found = Vec::new();
            while let Some(ReferenceRow { reference, .. }) = references.next_if(|row| row.position <= position) {
                found.push(reference);
            }
            audit.row(row, found);
        }
        after = last;
        progress(after.min(head.position));
    }
    audit.head(head.position, head.recorded_at);
    let mut after = String::new();
    loop {
        let commands = store.commands(&after, PAGE).await?;
        let Some(last) = commands.last() else { break };
        after.clone_from(&last.command_id);
        for command in commands.into_iter().filter(|command| command.first_position <= head.position) {
            audit.command(&command.command_id, command.first_position, command.last_position);
        }
    }
    audit.commands_left();
    histories(log, head.position, &mut audit).await?;
    for name in store.missing_safeguards().await? {
        audit.problem(Promise::Safeguards, Position::START, format!("the safeguard `{name}` is gone"));
    }
    Ok(audit.report())
}

/// Checks each stream: that the rules admit its history, and that the read models are the folds of it.
async fn histories(log: &Log, head: u64, audit: &mut Audit) -> Result<(), StoreError> {
    let mut streams: Vec<_> = std::mem::take(&mut audit.last_position).into_iter().collect();
    streams.sort_unstable();
    for attempt in 1..=ATTEMPTS {
        let mut comparison = Comparison::begin(log, head).await?;
        for (name, position) in &streams {
            let history = history(log, name, *position).await;
            if let Some((stream, history)) = &history
                && attempt == 1
            {
                audit.history(stream, history);
            }
            comparison.stream(name, history.as_ref().map(|(_, history)| history.as_slice())).await?;
        }
        if let Some(problems) = comparison.finish().await? {
            for problem in problems {
                audit.problem(Promise::ReadModels, problem.position, problem.what);
            }
            return Ok(());
        }
    }
    audit.problem(Promise::ReadModels, Position::START, "rebuilds kept interfering, so they could not be compared");
    Ok(())
}

/// The stream and its events up to a position; `None` if they cannot be read, which the check of the bytes reports.
async fn history(log: &Log, name: &str, up_to: Position) -> Option<(StreamId, Vec<RecordedEvent>)> {
    let stream: StreamId = name.parse().ok()?;
    let mut history = log.read_all(Selection::Stream(stream.clone())).await.ok()?;
    history.retain(|event| event.position <= up_to);
    Some((stream, history))
}

#[derive(Default)]
struct Audit {
    events: u64,
    last: Position,
    last_recorded_at: i64,
    tree: Tree,
    versions: HashMap<String, i64>,
    last_position: HashMap<String, Position>,
    decisions: HashSet<String>,
    event_ids: HashSet<String>,
    /// The first and last position of each command, by its events.
    commands: HashMap<String, (u64, u64)>,
    problems: HashMap<usize, (usize, Vec<VerifyProblem>)>,
}

impl Audit {
    fn problem(&mut self, kind: Promise, position: Position, what: impl Into<String>) {
        let (count, kept) = self.problems.entry(kind as usize).or_default();
        *count += 1;
        if kept.len() < KEPT {
            kept.push(VerifyProblem { position, what: what.into() });
        }
    }

    fn row(&mut self, row: &EventRow, references: Vec<String>) {
        let position = Position::new(read(row.position));
        self.events += 1;
        if position != self.last.next() {
            self.problem(Promise::Positions, self.last.next(), format!("missing: {position} follows {}", self.last));
        }
        self.last = position;
        if row.recorded_at < self.last_recorded_at {
            self.problem(Promise::Times, position, "recorded before the event that stands before it");
        }
        self.last_recorded_at = row.recorded_at;
        let version = self.versions.entry(row.stream.clone()).or_insert(0);
        *version += 1;
        let expected = *version;
        if row.version != expected {
            *version = row.version;
            self.problem(
                Promise::Versions,
                position,
                format!("version {} of {}, where {expected} was expected", row.version, row.stream),
            );
        }
        self.last_position.insert(row.stream.clone(), position);
        let computed = leaf(&row.salt, &row.event_bytes);
        if computed.as_bytes().as_slice() != row.leaf.as_slice() {
            self.problem(
                Promise::Leaves,
                position,
                "the leaf is not that of the salt and the bytes: one of the three was changed",
            );
        }
        // The root is over the events as they are now, so that it differs from an earlier one if any was changed.
        self.tree.push(computed);
        if let Err(error) = canonical::from_bytes(&row.event_bytes) {
            self.problem(Promise::Bytes, position, error.to_string());
        }
        match event_codec::decode(&row.event_bytes) {
            Err(error) => self.problem(Promise::Bytes, position, error.to_string()),
            Ok(event) => self.event(row, &event, references),
        }
        self.event_ids.insert(row.event_id.clone());
    }

    fn event(&mut self, row: &EventRow, event: &RecordedEvent, mut references: Vec<String>) {
        let position = Position::new(read(row.position));
        let recorded_at = DateTime::<Utc>::from_timestamp_micros(row.recorded_at).map(timestamp).unwrap_or_default();
        let columns = [
            ("position", row.position.to_string(), event.position.to_string()),
            ("stream", row.stream.clone(), event.stream.to_string()),
            ("version", row.version.to_string(), event.version.to_string()),
            ("event_id", row.event_id.clone(), event.event_id.to_string()),
            ("event_type", row.event_type.clone(), event.event.event_type().to_owned()),
            ("recorded_at", recorded_at, timestamp(event.recorded_at)),
        ];
        for (column, stored, said) in columns {
            if stored != said {
                self.problem(
                    Promise::Columns,
                    position,
                    format!("the column {column} is `{stored}`, and the bytes say `{said}`"),
                );
            }
        }
        references.sort_unstable();
        let mut named = event.references.clone();
        named.sort_unstable();
        if references != named {
            self.problem(Promise::References, position, format!("found under {references:?}, and names {named:?}"));
        }
        if event.references != event.event.references(&event.stream) {
            self.problem(Promise::References, position, "the stored references are not those of the event");
        }
        self.resolve(position, event);
        if let (Event::Meeting(meeting_event), StreamId::Meeting(meeting)) = (&event.event, &event.stream) {
            let decision = match meeting_event {
                MeetingEvent::DecisionRecorded(decision) => Some(decision),
                MeetingEvent::EventCorrected(correction) => match correction.change.event() {
                    Some(MeetingEvent::DecisionRecorded(decision)) => Some(decision),
                    _ => None,
                },
                _ => None,
            };
            self.decisions.extend(decision.map(|decision| format!("{meeting}/D{}", decision.number)));
        }
        let number = position.number();
        let (first, last) = self.commands.entry(event.metadata.command_id.clone()).or_insert((number, number));
        let scattered = number > *last + 1;
        (*first, *last) = ((*first).min(number), number);
        if scattered {
            self.problem(
                Promise::Commands,
                position,
                format!("the events of command {} do not stand together", event.metadata.command_id),
            );
        }
    }

    fn resolve(&mut self, position: Position, event: &RecordedEvent) {
        for (what, id) in [("corrects", event.metadata.corrects), ("causation_id", event.metadata.causation_id)] {
            if let Some(id) = id
                && !self.event_ids.contains(&id.to_string())
            {
                self.problem(
                    Promise::Resolve,
                    position,
                    format!("{what} names event {id}, which does not stand before it"),
                );
            }
        }
        for requirement in event.event.payload().requires() {
            let found = match &requirement {
                Requirement::Decision(decision) => self.decisions.contains(&decision.to_string()),
                other => other.stream().is_none_or(|stream| self.last_position.contains_key(&stream.to_string())),
            };
            if !found {
                let name = match &requirement {
                    Requirement::Decision(decision) => decision.to_string(),
                    other => other.stream().map(|stream| stream.to_string()).unwrap_or_default(),
                };
                self.problem(Promise::Resolve, position, format!("refers to {name}, which does not stand before it"));
            }
        }
    }

    fn head(&mut self, position: u64, recorded_at: i64) {
        if position != self.last.number() {
            let what = format!("the head says {position}, and the last event stands at {}", self.last);
            self.problem(Promise::Head, Position::new(position.min(self.last.number()) + 1), what);
        }
        if recorded_at != self.last_recorded_at {
            self.problem(Promise::Head, self.last, "the head's time is not the last event's");
        }
    }

    fn command(&mut self, command_id: &str, first: u64, last: u64) {
        let found = self.commands.remove(command_id);
        if found != Some((first, last)) {
            let events = found.map_or_else(|| "no event".to_owned(), |(first, last)| format!("{first} to {last}"));
            self.problem(
                Promise::Commands,
                Position::new(first),
                format!("command {command_id} says {first} to {last}, and is carried by {events}"),
            );
        }
    }

    fn commands_left(&mut self) {
        for (command_id, (first, _)) in std::mem::take(&mut self.commands) {
            self.problem(Promise::Commands, Position::new(first), format!("command {command_id} is not remembered"));
        }
    }

    fn history(&mut self, stream: &StreamId, history: &[RecordedEvent]) {
        fn illegal<A: LedgerAggregate>(history: &[RecordedEvent]) -> Option<(usize, String)> {
            let events: Vec<_> =
                history.iter().filter_map(|recorded| AggregateEvent::from_event(recorded.event.clone())).collect();
            let (version, refusal) = check_history::<A>(&events).err()?;
            Some((usize::try_from(version.number()).unwrap_or(1) - 1, refusal.to_string()))
        }
        let found = match_stream!(stream, A => illegal::<A>(history));
        if let Some((index, refusal)) = found {
            let position = history.get(index).map_or(Position::START, |event| event.position);
            self.problem(Promise::Rules, position, format!("in {stream}: {refusal}"));
        }
    }

    fn report(mut self) -> VerifyReport {
        let check = |(index, (name, promise)): (usize, &(&'static str, &'static str))| {
            let (problems_found, mut problems) = self.problems.remove(&index).unwrap_or_default();
            problems.sort_by_key(|problem| problem.position);
            VerifyCheck { name, promise, problems_found, problems }
        };
        let checks = PROMISES.iter().enumerate().map(check).collect();
        VerifyReport { events: self.events, root: self.tree.root(), checks }
    }
}
