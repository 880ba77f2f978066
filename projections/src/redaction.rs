//! What of a stream's events a reader is told.
//!
//! An event is told if what it says was for the reader when it was recorded, and is today. Of what it says, an optional
//! text that is not for them is left out, as if it had never been given; an event whose main text is not for them does not
//! exist, nor do the events of an action, or of a meeting, that does not exist for them.

use crate::disclosure::{Mark, data_of, is_above, mark_by, sees_all};
use crate::projection::{FoldError, facts};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, EventId, RecordedEvent, StreamId};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// The classified fields that an event may be without. Every other one is what the event is about.
const OPTIONAL: [&str; 3] = ["note", "value", "amendments"];

/// A stream as it is known today, for readers with one clearance.
#[derive(Debug, Clone)]
pub struct RedactedStream {
    stream: Arc<[RecordedEvent]>,
    clearance: Clearance,
    places: HashMap<EventId, usize>,
    /// From which event on the stream's subject exists for the reader, and from which it does not.
    subject: Vec<(usize, bool)>,
}

/// What an event says to the reader.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The payload, without what is not for them.
    pub data: Value,
    /// Whether that is all it says, and all that what it corrects says.
    pub whole: bool,
    /// Whether what it corrects is told to them, if it corrects something.
    pub corrects_told: bool,
}

impl RedactedStream {
    /// `stream` is the stream from its first event to its last.
    pub fn new(stream: Arc<[RecordedEvent]>, clearance: Clearance) -> Self {
        let places: HashMap<EventId, usize> =
            stream.iter().enumerate().map(|(index, event)| (event.event_id, index)).collect();
        let mut told = Self { stream, clearance, places, subject: Vec::new() };
        told.subject = told.subject_from_event_to_event();
        told
    }

    /// The stream.
    pub fn stream(&self) -> &[RecordedEvent] {
        &self.stream
    }

    /// Where an event stands in the stream, counted from 0.
    pub fn place(&self, event: EventId) -> Option<usize> {
        self.places.get(&event).copied()
    }

    /// Whether what the stream is about exists for the reader today.
    pub fn subject_exists(&self) -> bool {
        self.subject.last().is_some_and(|(_, exists)| *exists)
    }

    /// Whether the decision with this number, if the stream is a meeting's, exists for the reader today.
    pub fn decision_exists(&self, number: u32) -> bool {
        self.subject_exists() && self.decision_known(number, self.stream.len())
    }

    /// What the event at a place says; nothing if it does not exist for the reader.
    pub fn said(&self, place: usize) -> Result<Option<Said>, FoldError> {
        let Some(recorded) = self.stream.get(place) else { return Ok(None) };
        if !self.subject_exists() || !self.subject_existed(place) {
            return Ok(None);
        }
        let Some(data) = self.readable(place, self.stream.len())? else { return Ok(None) };
        let mut said = Said { whole: data == data_of(&recorded.event)?, data, corrects_told: false };
        let Some(target) = self.target(place) else { return Ok(Some(said)) };
        // To be told that something was struck, one must have known of it.
        if recorded.event.strikes() && !self.was_told_of_struck(place)? {
            return Ok(None);
        }
        let corrected = self.readable(target, self.stream.len())?.filter(|_| self.subject_existed(target));
        said.corrects_told = corrected.is_some();
        said.whole &= match &corrected {
            Some(corrected) => *corrected == data_of(&self.stream[target].event)?,
            None => false,
        };
        let named = corrected.as_ref().map(strings).unwrap_or_default();
        keep_corrected_references(&mut said.data, &named);
        Ok(Some(said))
    }

    /// What the event corrects.
    fn target(&self, place: usize) -> Option<usize> {
        let corrects = self.stream[place].corrects?;
        // A correction names what stands before it. Whatever a damaged log says, following it comes to an end.
        self.place(corrects).filter(|target| *target < place)
    }

    /// Whether the reader could know of what is struck here, when it was struck.
    fn was_told_of_struck(&self, place: usize) -> Result<bool, FoldError> {
        let mut struck_at = place;
        while let Some(target) = self.target(struck_at) {
            if !self.stream[target].event.strikes() {
                let known = self.subject_existed(target) && self.readable(target, struck_at)?.is_some();
                return Ok(known);
            }
            struck_at = target;
        }
        Ok(false)
    }

    /// What the event says to the reader by its marks, those included that the first `known` events of the stream give
    /// it. A mark of its own is only ever raised by them: what is left was for the reader then, and is today.
    fn readable(&self, place: usize, known: usize) -> Result<Option<Value>, FoldError> {
        let mut marked = [self.stream[place].clone()];
        mark_by(&mut marked, self.stream.get(place + 1..known).unwrap_or_default(), self.clearance)?;
        let [marked] = marked;
        let superseded = superseded(&marked.event);
        if superseded.is_some_and(|number| [place + 1, known].iter().any(|known| !self.decision_known(number, *known)))
        {
            return Ok(None);
        }
        Ok(said(data_of(&marked.event)?, marked.event.event_type(), self.clearance))
    }

    /// Whether the reader could know of a decision, by the first `known` events.
    fn decision_known(&self, number: u32, known: usize) -> bool {
        let readable = |event: &Event| match event {
            Event::Meeting(MeetingEvent::DecisionRecorded(decision)) if decision.number == number => {
                Some(self.clearance.permits(decision.text.classification()))
            }
            _ => None,
        };
        let facts = facts(&self.stream[..known]);
        let mut marks = facts.iter().filter_map(|sourced| readable(&sourced.fact.event)).peekable();
        sees_all(self.clearance) || (marks.peek().is_some() && marks.all(|permitted| permitted))
    }

    fn subject_existed(&self, place: usize) -> bool {
        let then = self.subject.iter().rev().find(|(from, _)| *from <= place);
        then.is_some_and(|(_, exists)| *exists)
    }

    /// The subject's existence changes only where the event that it rests on is corrected.
    fn subject_from_event_to_event(&self) -> Vec<(usize, bool)> {
        let mut existence = Vec::new();
        // What each event corrects in the end.
        let mut corrected: Vec<usize> = Vec::with_capacity(self.stream.len());
        for place in 0..self.stream.len() {
            corrected.push(self.target(place).map_or(place, |target| corrected[target]));
            let event_type = self.stream[corrected[place]].event.event_type();
            if place == 0 || event_type == "ActionRaised" || event_type == "MeetingConvened" {
                existence.push((place, self.subject_is_readable(place + 1)));
            }
        }
        existence
    }

    fn subject_is_readable(&self, known: usize) -> bool {
        let founding = |event: &Event| match event {
            Event::Action(ActionEvent::ActionRaised(raised)) => Some(raised.text.classification()),
            Event::Meeting(MeetingEvent::MeetingConvened(convened)) => Some(convened.classification),
            _ => None,
        };
        if sees_all(self.clearance) {
            return true;
        }
        match self.stream.first().map(|first| &first.stream) {
            Some(StreamId::Committee(_) | StreamId::Party(..)) => true,
            Some(StreamId::Action(_) | StreamId::Meeting(_)) => {
                let facts = facts(&self.stream[..known]);
                let mut marks = facts.iter().filter_map(|sourced| founding(&sourced.fact.event)).peekable();
                marks.peek().is_some() && marks.all(|mark| self.clearance.permits(mark))
            }
            Some(StreamId::Token(_)) | None => false,
        }
    }
}

/// The number of the decision that an event, or the one that a correction brings in, says is superseded.
fn superseded(event: &Event) -> Option<u32> {
    let Event::Meeting(event) = event else { return None };
    let mut event = event;
    while let MeetingEvent::EventCorrected(correction) = event {
        event = correction.change.event()?;
    }
    match event {
        MeetingEvent::DecisionSuperseded(superseded) => Some(superseded.decision.number()),
        _ => None,
    }
}

/// The payload of an event without what is above the clearance; nothing if what it is about is.
fn said(data: Value, event_type: &str, clearance: Clearance) -> Option<Value> {
    let Value::Object(mut fields) = data else { return None };
    if event_type == "EventCorrected" {
        if let Some(brought_in) = fields.get_mut("change").and_then(brought_in_by) {
            let of_type = brought_in.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
            let inner = brought_in.get_mut("data")?;
            *inner = said(inner.take(), &of_type, clearance)?;
        }
        return Some(Value::Object(fields));
    }
    let whole = match event_type {
        "HeadlinesPublished" => Some("audience"),
        "MeetingConvened" => Some("classification"),
        _ => None,
    };
    // Who is behind a pseudonym is RED, whatever its mark says.
    let is_red = event_type == "PartyIdentified" && is_above(&Value::from("RED"), clearance);
    if is_red || whole.and_then(|name| fields.get(name)).is_some_and(|label| is_above(label, clearance)) {
        return None;
    }
    let names: Vec<String> = fields.keys().cloned().collect();
    for name in names {
        let Some(value) = fields.get_mut(&name) else { continue };
        let optional = OPTIONAL.contains(&name.as_str());
        if Mark::of(value).is_some_and(|mark| !mark.permits(clearance)) {
            fields.remove(&name).filter(|_| optional)?;
        } else if without_hidden_entries(&mut fields, &name, clearance) && !optional {
            return None;
        }
    }
    Some(Value::Object(fields))
}

/// Takes the entries above the clearance out of a list; whether none is left of it then, and it is gone itself.
fn without_hidden_entries(fields: &mut Map<String, Value>, name: &str, clearance: Clearance) -> bool {
    let Some(Value::Array(entries)) = fields.get_mut(name) else { return false };
    let visible = |entry: &Value| Mark::of(entry).is_none_or(|mark| mark.permits(clearance));
    let kept: Vec<bool> = entries.iter().map(visible).collect();
    if kept.iter().all(|kept| *kept) {
        return false;
    }
    let mut of = kept.iter();
    entries.retain(|_| of.next().copied().unwrap_or(false));
    if entries.is_empty() {
        fields.remove(name);
        return true;
    }
    // What the list mentions as a whole, it may mention where the reader does not see it.
    let texts: Vec<String> = entries.iter().filter_map(|entry| entry.get("text")?.as_str()).map(letters).collect();
    if let Some(Value::Array(depths)) = fields.get_mut("depths") {
        let mut of = kept.iter();
        depths.retain(|_| of.next().copied().unwrap_or(false));
    }
    if let Some(Value::Array(references)) = fields.get_mut("references") {
        references.retain(|reference| {
            reference.as_str().map(letters).is_some_and(|name| texts.iter().any(|text| text.contains(&name)))
        });
        if references.is_empty() {
            fields.remove("references");
        }
    }
    false
}

/// The letters and digits of a text alone: `Other User ‘L’` mentions `Other User L`.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The event that a change brings in, tagged with its type.
fn brought_in_by(change: &mut Value) -> Option<&mut Value> {
    change.as_object_mut()?.iter_mut().next().map(|(_, brought_in)| brought_in)
}

/// Leaves, of what a corrected event named, what the reader was told that it names.
fn keep_corrected_references(data: &mut Value, named: &[String]) {
    let Some(fields) = data.as_object_mut() else { return };
    if let Some(Value::Array(references)) = fields.get_mut("corrected_references") {
        references.retain(|reference| reference.as_str().is_some_and(|name| named.iter().any(|named| named == name)));
        if references.is_empty() {
            fields.remove("corrected_references");
        }
    }
    if let Some(inner) = fields.get_mut("change").and_then(brought_in_by).and_then(|by| by.get_mut("data")) {
        keep_corrected_references(inner, named);
    }
}

/// Every text in a payload that is not classified: names, references, days.
pub fn strings(data: &Value) -> Vec<String> {
    let mut found = Vec::new();
    gather(data, &mut found);
    found
}

fn gather(data: &Value, found: &mut Vec<String>) {
    match data {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| gather(value, found)),
        Value::Object(_) if Mark::of(data).is_some() => {}
        Value::Object(fields) => fields.values().for_each(|value| gather(value, found)),
        _ => {}
    }
}
