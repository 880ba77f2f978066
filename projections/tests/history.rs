//! Builds streams of events in memory and folds them.

use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::{Event, EventId, Position, RecordedEvent, RequestMetadata, StreamId, StreamVersion};
use minutebook_projections::plain_fold::plain_fold;
use minutebook_projections::projection::Projection;
use serde_json::{Value, json};

/// A stream under construction. Version and position of its events are equal, from 1 on.
pub(crate) struct History {
    stream: StreamId,
    /// The mark of the events that are appended.
    mark: Classification,
    pub(crate) events: Vec<RecordedEvent>,
}

/// The end of a day in UTC.
pub(crate) fn end_of(day: &str) -> DateTime<Utc> {
    format!("{day}T23:59:59Z").parse().unwrap()
}

pub(crate) fn up_to(level: &str) -> Clearance {
    Clearance::up_to(level.parse().unwrap())
}

/// A classified text in its stored form.
pub(crate) fn text(classification: &str, text: &str) -> Value {
    json!({"classification": classification, "text": text})
}

pub(crate) fn event_id(position: u64) -> EventId {
    format!("00000000-0000-7000-8000-{position:012}").parse().unwrap()
}

/// An action raised on 27 February 2019, whose due date was moved on 13 March with a note of this classification.
pub(crate) fn postponed_action(note: &str) -> History {
    let raised = json!({
        "reference": "SSC72/01", "text": text("WHITE", "Circulate the paper"), "due_on": "2019-03-13",
        "raised_on": "2019-02-27",
    });
    let moved = json!({"to": "2019-04-10", "note": text(note, "The auditor is ill"), "moved_on": "2019-03-13"});
    History::of("action:SSC72/01").then("2019-02-27", "ActionRaised", raised).then("2019-03-13", "DueDateMoved", moved)
}

impl History {
    /// An empty stream such as `action:SSC72/01`.
    pub(crate) fn of(stream: &str) -> Self {
        Self { stream: stream.parse().unwrap(), mark: Classification::public(), events: Vec::new() }
    }

    /// Appends an event that happened at noon of a day. A day before that of an earlier event backdates it.
    pub(crate) fn then(self, day: &str, event_type: &str, data: Value) -> Self {
        self.append(day, event_type, data, None)
    }

    /// Appends a correction of the event with this version; `change` is `"struck"` or names the event it brings in.
    pub(crate) fn correct(self, day: &str, version: u64, change: Value) -> Self {
        let corrects = event_id(version);
        self.append(day, "EventCorrected", json!({"version": version, "change": change}), Some(corrects))
    }

    /// Appends a correction of the event with this version and with this data.
    pub(crate) fn corrected_by(self, day: &str, version: u64, data: Value) -> Self {
        self.append(day, "EventCorrected", data, Some(event_id(version)))
    }

    /// Appends a correction that replaces the event with this version.
    pub(crate) fn replace(self, day: &str, version: u64, event_type: &str, data: Value) -> Self {
        self.correct(day, version, json!({"replaced": {"type": event_type, "data": data}}))
    }

    /// Gives the events that are appended from now on this mark.
    pub(crate) fn marked(self, level: &str) -> Self {
        Self { mark: level.parse().unwrap(), ..self }
    }

    fn append(mut self, day: &str, event_type: &str, data: Value, corrects: Option<EventId>) -> Self {
        let number = self.events.len() as u64 + 1;
        let raw = serde_json::value::to_raw_value(&data).unwrap();
        let schema_version = if event_type == "ActionRaised" { SCHEMA_OF_ACTION_RAISED } else { 1 };
        self.events.push(RecordedEvent {
            position: Position::new(number),
            stream: self.stream.clone(),
            version: StreamVersion::new(number),
            event_id: event_id(number),
            event: Event::decode(&self.stream, event_type, schema_version, &raw).unwrap(),
            recorded_at: format!("2020-01-{number:02}T09:00:00Z").parse().unwrap(),
            metadata: RequestMetadata {
                actor: "jane".to_owned(),
                command_id: format!("command {number}"),
                corrects,
                reason: corrects.map(|_| "a slip of the pen".to_owned()),
                ..RequestMetadata::default()
            }
            .for_event(self.mark, format!("{day}T12:00:00Z").parse().unwrap()),
            references: Vec::new(),
        });
        self
    }

    /// The row of `P` with this key as of the end of a day, with every event known.
    pub(crate) fn row<P: Projection>(&self, key: &str, as_of: &str) -> Option<P::Row> {
        self.row_known_at::<P>(key, as_of, self.events.len() as u64)
    }

    /// The row as of the end of a day, as known at a position.
    pub(crate) fn row_known_at<P: Projection>(&self, key: &str, as_of: &str, position: u64) -> Option<P::Row> {
        let ends: Vec<Position> = self.events.iter().map(|event| event.position).collect();
        let rows = plain_fold::<P>(&self.events, &ends, end_of(as_of), Position::new(position)).unwrap();
        rows.into_iter().find(|((_, own), _)| own == key).map(|(_, row)| row)
    }

    /// The keys of the rows of `P` as of the end of a day.
    pub(crate) fn keys<P: Projection>(&self, as_of: &str) -> Vec<String> {
        let ends: Vec<Position> = self.events.iter().map(|event| event.position).collect();
        let known = Position::new(self.events.len() as u64);
        plain_fold::<P>(&self.events, &ends, end_of(as_of), known).unwrap().into_keys().map(|(_, key)| key).collect()
    }
}

const SCHEMA_OF_ACTION_RAISED: u32 = 1;
