//! Whether the statements of two editions are the same: the same kind of fact about the same thing.

use minutebook_domain::Event;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, ClassifiedText};
use minutebook_domain::meeting::{DecisionRecorded, MeetingEvent};
use minutebook_domain::party::PartyEvent;
use serde_json::Value;
use std::collections::BTreeSet;

/// The least share of the shorter text's words that the longer has, if both say the same of one party. Where no party tells
/// what a statement is about, all its words do.
const SAME_WORDS: f64 = 0.8;

/// How two statements can agree, from the closest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// Word for word, marks and numbers aside.
    Equal,
    /// The same item, verb and subject; the same action, status, person or minutes.
    SameStatement,
    /// The same subject, of which they say different things.
    SameSubject,
}

/// Returns how closely two statements agree, as a number to compare pairs by, if they do.
pub(super) fn likeness(one: &Event, other: &Event, wanted: Likeness) -> Option<f64> {
    match wanted {
        Likeness::Equal => (key(one).is_some() && is_equal(one, other)).then_some(1.0),
        Likeness::SameStatement => {
            let share = shared_words(one, other);
            let same = key(one).is_some_and(|key_of_one| key(other) == Some(key_of_one));
            (same && share >= least_share(one)).then_some(share)
        }
        Likeness::SameSubject => {
            let share = shared_words(one, other);
            let same = subject(one).is_some_and(|subject_of_one| subject(other) == Some(subject_of_one));
            (same && share >= least_share(one)).then_some(share)
        }
    }
}

/// The share of its words that a statement must have in common with another that says the same.
fn least_share(event: &Event) -> f64 {
    match event {
        Event::Meeting(MeetingEvent::DecisionRecorded(decision)) if !decision.subjects.is_empty() => SAME_WORDS,
        Event::Meeting(MeetingEvent::DecisionRecorded(_) | MeetingEvent::MatterArisingNoted(_)) => 1.0,
        _ => 0.0,
    }
}

/// Returns whether two statements are equal but for their marks and for the numbers that each document has for itself.
pub(super) fn is_equal(one: &Event, other: &Event) -> bool {
    let bare = |event: &Event| {
        let (event_type, mut data) = content(event);
        let is_item = matches!(event, Event::Meeting(MeetingEvent::AgendaItemTabled(_)));
        if let Some(fields) = data.as_object_mut().filter(|_| !is_item) {
            fields.remove("number");
            fields.remove("decision");
        }
        (event_type, data)
    };
    bare(one) == bare(other)
}

/// Names what a statement is about, so that two editions' versions of it have the same name. None for what each edition
/// has for itself: its paragraphs, lists and tables.
fn key(event: &Event) -> Option<String> {
    let about = match event {
        Event::Meeting(event) => match event {
            MeetingEvent::MeetingConvened(_) | MeetingEvent::NextMeetingSet(_) | MeetingEvent::MeetingClosed(_) => {
                String::new()
            }
            MeetingEvent::AttendanceRecorded(attendance) => attendance.name.to_string(),
            MeetingEvent::ApologiesRecorded(apologies) => apologies.name.to_string(),
            MeetingEvent::AgendaItemTabled(item) => item.number.to_string(),
            MeetingEvent::MatterArisingNoted(matter) => format!("{:?}", matter.item),
            MeetingEvent::DecisionRecorded(decision) => format!("{} {}", decision.verb, about(decision)),
            MeetingEvent::MinutesApproved(minutes) => format!("{} {}", minutes.minutes_of, minutes.edition),
            _ => return None,
        },
        Event::Action(_) | Event::Party(PartyEvent::PartyRegistered(_)) => String::new(),
        Event::Party(PartyEvent::StatusAgreed(agreed)) => agreed.kind.to_string(),
        Event::Party(PartyEvent::StatusDeferred(deferred)) => deferred.kind.to_string(),
        _ => return None,
    };
    Some(format!("{} {about}", event.event_type()))
}

/// Names the subject of a statement alone, so that two that contradict each other have the same name.
fn subject(event: &Event) -> Option<String> {
    Some(match event {
        Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => format!("decision {}", about(decision)),
        Event::Meeting(MeetingEvent::AttendanceRecorded(attendance)) => format!("person {}", attendance.name),
        Event::Meeting(MeetingEvent::ApologiesRecorded(apologies)) => format!("person {}", apologies.name),
        Event::Party(PartyEvent::StatusAgreed(agreed)) => format!("status {}", agreed.kind),
        Event::Party(PartyEvent::StatusDeferred(deferred)) => format!("status {}", deferred.kind),
        Event::Action(
            ActionEvent::ActionProgressed(_)
            | ActionEvent::ActionCarriedForward(_)
            | ActionEvent::ActionCompleted(_)
            | ActionEvent::ActionReopened(_)
            | ActionEvent::ActionWithdrawn(_)
            | ActionEvent::ActionSuperseded(_),
        ) => "update".to_owned(),
        _ => return None,
    })
}

fn about(decision: &DecisionRecorded) -> String {
    let mut subjects: Vec<String> = decision.subjects.iter().map(ToString::to_string).collect();
    subjects.sort();
    format!("{:?} {}", decision.item, subjects.join(", "))
}

/// Returns the share of the shorter main text's words that the longer one has. Where a statement has no text: all.
fn shared_words(one: &Event, other: &Event) -> f64 {
    let (one, other) = (words(one), words(other));
    let shorter = one.len().min(other.len());
    if shorter == 0 {
        return 1.0;
    }
    let shared = u32::try_from(one.intersection(&other).count()).unwrap_or(u32::MAX);
    f64::from(shared) / f64::from(u32::try_from(shorter).unwrap_or(u32::MAX))
}

fn words(event: &Event) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    event.clone().redactable().texts(&mut |_, text| {
        let text = text.value().to_string().to_lowercase();
        words.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned));
    });
    words
}

/// The event's type and data without marks and without the number of a passage, which each edition has for itself.
pub(super) fn content(event: &Event) -> (&'static str, Value) {
    let mut bare = event.clone();
    let public = Classification::public();
    bare.redactable().texts(&mut |_, text: &mut dyn ClassifiedText| text.set_mark(public));
    bare.redactable().set_whole(public);
    let mut data = bare.data().unwrap_or_default();
    if let Some(fields) = data.as_object_mut() {
        fields.remove("passage");
    }
    (event.event_type(), data)
}

/// The fields in which two statements of one type contradict each other: both give them, and not the same. Other words
/// for the same thing are no contradiction.
pub(super) fn contradictions(one: &Event, other: &Event) -> Vec<String> {
    const WORDING: [&str; 12] = [
        "number",
        "text",
        "title",
        "note",
        "item",
        "decision",
        "references",
        "amendments",
        "classification",
        "marked",
        "standing",
        "supersedes",
    ];
    let ((type_of_one, one), (type_of_other, other)) = (content(one), content(other));
    if type_of_one != type_of_other {
        return vec![format!("{type_of_one} here, {type_of_other}")];
    }
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return Vec::new() };
    let differing = one.iter().filter(|(name, value)| other.get(*name).is_some_and(|other| other != *value));
    let differing = differing.filter(|(name, _)| !WORDING.contains(&name.as_str()));
    differing.map(|(name, value)| format!("`{name}` is {} here, {}", plain(value), plain(&other[name]))).collect()
}

/// A value as a finding shows it: of a classified text the words.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => fields.get("text").map_or_else(|| value.to_string(), plain),
        Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(", "),
        _ => value.to_string(),
    }
}
