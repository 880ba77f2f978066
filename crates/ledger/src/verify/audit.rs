//! The checks of the log: one pass over its rows, and then the head, the commands and the rules.

use super::{CheckKind, KnownRoot, VerifyCheck, VerifyProblem, VerifyReport};
use crate::aggregate_state::LedgerAggregate;
use crate::canonical;
use crate::commitment::leaf;
use crate::event_codec::{self, timestamp};
use crate::merkle::{Hash, Tree, digest};
use crate::store::{CommandRow, EventRow, read};
use chrono::{DateTime, Utc};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::rules::check_history;
use minutebook_domain::{AggregateEvent, Event, Position, RecordedEvent, Requirement, StreamId, match_stream};
use std::collections::{HashMap, HashSet};

/// The number of problems listed for a check; the rest are only counted.
const LISTED_PROBLEMS: usize = 100;

/// Checks the log row by row, and collects the problems of all checks.
#[derive(Default)]
pub(super) struct Audit {
    events: u64,
    last: Position,
    last_recorded_at: i64,
    tree: Tree,
    /// The root that was kept elsewhere.
    known_root: Option<KnownRoot>,
    versions: HashMap<String, i64>,
    last_position: HashMap<String, Position>,
    decisions: HashSet<String>,
    event_ids: HashSet<String>,
    /// The first and last position of each command, by its events.
    commands: HashMap<String, (u64, u64)>,
    /// For each kind of check the number of problems, and the first ones.
    problems: HashMap<CheckKind, (usize, Vec<VerifyProblem>)>,
}

impl Audit {
    pub(super) fn new(known_root: Option<KnownRoot>) -> Self {
        Self { known_root, ..Self::default() }
    }

    /// Whether the log holds the stream. The streams must not have been taken yet.
    pub(super) fn has_stream(&self, name: &str) -> bool {
        self.versions.contains_key(name)
    }

    /// Reports a problem.
    pub(super) fn problem(&mut self, kind: CheckKind, position: Position, what: impl Into<String>) {
        let (count, listed) = self.problems.entry(kind).or_default();
        *count += 1;
        if listed.len() < LISTED_PROBLEMS {
            listed.push(VerifyProblem { position, what: what.into() });
        }
    }

    /// Takes the streams that the log holds, each with the position of its last event.
    pub(super) fn take_streams(&mut self) -> HashMap<String, Position> {
        std::mem::take(&mut self.last_position)
    }

    /// Checks the next row of the log; `references` are those that it is indexed under.
    pub(super) fn row(&mut self, row: &EventRow, references: Vec<String>) {
        let position = Position::new(read(row.position));
        self.events += 1;
        if position != self.last.next() {
            self.problem(
                CheckKind::Positions,
                self.last.next(),
                format!("the event is missing: {position} follows {}", self.last),
            );
        }
        self.last = position;
        if row.recorded_at < self.last_recorded_at {
            self.problem(CheckKind::Times, position, "recorded earlier than the event before it");
        }
        self.last_recorded_at = row.recorded_at;
        let version = self.versions.entry(row.stream.clone()).or_insert(0);
        *version += 1;
        let expected = *version;
        if row.version != expected {
            *version = row.version;
            self.problem(
                CheckKind::Versions,
                position,
                format!("version {} of {}: {expected} was expected", row.version, row.stream),
            );
        }
        self.last_position.insert(row.stream.clone(), position);
        // From the bytes to the digests of the fragments, the skeleton and the leaf.
        let computed = leaf(&row.salt, &row.event_bytes);
        if computed.as_ref().is_ok_and(|leaf| leaf.as_bytes().as_slice() != row.leaf.as_slice()) {
            self.problem(
                CheckKind::Leaves,
                position,
                "the leaf is not the hash of the salt and the bytes: one of the three was changed",
            );
        }
        if let Err(error) = &computed {
            self.problem(CheckKind::Leaves, position, format!("the salt and the bytes have no leaf: {error}"));
        }
        // The root covers the present bytes, so it differs from an earlier root if any event was changed.
        self.tree.push(computed.unwrap_or_else(|_| digest(&row.event_bytes)));
        if let Some(known) = self.known_root.filter(|known| known.at.number() == self.events) {
            let root = self.tree.root();
            if root != known.root {
                let what = format!("the root of the first {} events is {root}, not {}", known.at, known.root);
                self.problem(CheckKind::Root, known.at, what);
            }
        }
        if let Err(error) = canonical::from_bytes(&row.event_bytes) {
            self.problem(CheckKind::Bytes, position, error.to_string());
        }
        match event_codec::decode(&row.event_bytes) {
            Err(error) => self.problem(CheckKind::Bytes, position, error.to_string()),
            Ok(event) => self.event(row, &event, references),
        }
        self.event_ids.insert(row.event_id.clone());
    }

    /// Compares a row with the event that its bytes hold.
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
        for (column, stored, decoded) in columns {
            if stored != decoded {
                self.problem(
                    CheckKind::Columns,
                    position,
                    format!("the column {column} is `{stored}`, but `{decoded}` in the bytes"),
                );
            }
        }
        references.sort_unstable();
        let mut named = event.references.clone();
        named.sort_unstable();
        if references != named {
            self.problem(
                CheckKind::References,
                position,
                format!("indexed under {references:?}, but the bytes name {named:?}"),
            );
        }
        if event.references != event.event.references(&event.stream) {
            self.problem(CheckKind::References, position, "the references in the bytes are not those of the event");
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
                CheckKind::Commands,
                position,
                format!("the events of command {} are not adjacent", event.metadata.command_id),
            );
        }
    }

    /// Checks that the events and subjects that an event names come before it.
    fn resolve(&mut self, position: Position, event: &RecordedEvent) {
        for (what, id) in [("corrects", event.metadata.corrects), ("causation_id", event.metadata.causation_id)] {
            if let Some(id) = id
                && !self.event_ids.contains(&id.to_string())
            {
                self.problem(
                    CheckKind::Resolve,
                    position,
                    format!("{what} names event {id}, which was not recorded before it"),
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
                self.problem(
                    CheckKind::Resolve,
                    position,
                    format!("refers to {name}, which was not recorded before it"),
                );
            }
        }
    }

    /// Compares the head with the last row.
    pub(super) fn head(&mut self, position: u64, recorded_at: i64) {
        if position != self.last.number() {
            let what = format!("the head is at position {position}, but the last event at {}", self.last);
            self.problem(CheckKind::Head, Position::new(position.min(self.last.number()) + 1), what);
        }
        if recorded_at != self.last_recorded_at {
            self.problem(CheckKind::Head, self.last, "the head's time is not that of the last event");
        }
    }

    /// Compares a stored command with the events that carry its id.
    pub(super) fn command(&mut self, command: &CommandRow) {
        let CommandRow { command_id, fingerprint, first_position: first, last_position: last } = command;
        let (first, last) = (*first, *last);
        if fingerprint.len() != Hash::LENGTH {
            let what = format!("the fingerprint of command {command_id} is no SHA-256");
            self.problem(CheckKind::Commands, Position::new(first), what);
        }
        let found = self.commands.remove(command_id);
        if found != Some((first, last)) {
            let events = found.map_or_else(|| "no event".to_owned(), |(first, last)| format!("{first} to {last}"));
            self.problem(
                CheckKind::Commands,
                Position::new(first),
                format!("command {command_id} covers {first} to {last}, but its id is carried by {events}"),
            );
        }
    }

    /// Reports the commands of events that have no stored command.
    pub(super) fn remaining_commands(&mut self) {
        for (command_id, (first, _)) in std::mem::take(&mut self.commands) {
            self.problem(CheckKind::Commands, Position::new(first), format!("command {command_id} is missing"));
        }
    }

    /// Replays the rules over the history of a stream.
    pub(super) fn history(&mut self, stream: &StreamId, history: &[RecordedEvent]) {
        fn first_refusal<A: LedgerAggregate>(history: &[RecordedEvent]) -> Option<(usize, String)> {
            let events: Vec<_> =
                history.iter().filter_map(|recorded| AggregateEvent::from_event(recorded.event.clone())).collect();
            let (version, refusal) = check_history::<A>(&events).err()?;
            Some((usize::try_from(version.number()).unwrap_or(1) - 1, refusal.to_string()))
        }
        let found = match_stream!(stream, A => first_refusal::<A>(history));
        if let Some((index, refusal)) = found {
            let position = history.get(index).map_or(Position::START, |event| event.position);
            self.problem(CheckKind::Rules, position, format!("in {stream}: {refusal}"));
        }
    }

    /// Returns the checks and the root.
    pub(super) fn report(mut self, notes: Vec<String>) -> VerifyReport {
        if let Some(known) = self.known_root.filter(|known| known.at.number() > self.events) {
            let what = format!("the log ends at {}: events up to {} are missing", self.events, known.at);
            self.problem(CheckKind::Root, Position::new(self.events + 1), what);
        }
        let has_root = self.known_root.is_some();
        let check = |kind: &CheckKind| {
            let (problems_found, mut problems) = self.problems.remove(kind).unwrap_or_default();
            problems.sort_by_key(|problem| problem.position);
            VerifyCheck { kind: *kind, problems_found, problems }
        };
        let applies = |kind: &&CheckKind| has_root || **kind != CheckKind::Root;
        let checks = CheckKind::ALL.iter().filter(applies).map(check).collect();
        VerifyReport { events: self.events, root: self.tree.root(), checks, notes }
    }
}
