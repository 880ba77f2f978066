//! The history of a stream as readers with one clearance may know it.
//!
//! A reader's view of the record is the fold of this history. An event exists for the reader if the clearance permits its
//! mark, and the mark of its main text; a hidden optional text looks like one that was never given. Both the marks in force
//! at the moment asked about and those of today must permit. The marks are taken from the whole stream before anything is
//! taken out of it; a correction above the reader changes nothing.

use super::is_fully_readable;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::{AUTHORITY, Standing};
use minutebook_domain::fragment::HiddenEntries;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::metadata::REASON;
use minutebook_domain::{Event, EventId, RecordedEvent};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// Returns the first `known` events of a stream as a reader may know them, each whole or without its hidden texts.
///
/// `today` is the whole stream. What is left keeps its version: a hidden event leaves a hole.
pub fn redacted_history(today: &[RecordedEvent], known: usize, clearance: Clearance) -> Vec<RecordedEvent> {
    redact_history(today, known, clearance, |_, _| {})
}

/// As [`redacted_history`]; `note` gets the entries of lists that were taken out of each event.
pub(super) fn redact_history(
    today: &[RecordedEvent],
    known: usize,
    clearance: Clearance,
    mut note: impl FnMut(EventId, HiddenEntries),
) -> Vec<RecordedEvent> {
    let known = known.min(today.len());
    let mut history = today[..known].to_vec();
    if today.iter().any(|event| event.event.is_correction()) {
        apply_marks(&mut history, today, clearance);
    }
    // The events that exist for the reader, with their references.
    let mut visible: HashMap<EventId, Vec<String>> = HashMap::new();
    history.retain_mut(|event| {
        let mut hidden = HiddenEntries::default();
        let exists = redact(event, &visible, clearance, &mut hidden);
        if exists {
            visible.insert(event.event_id, event.references.clone());
            note(event.event_id, hidden);
        }
        exists
    });
    history
}

/// Returns the effective events of a whole stream, as a reader may know them today.
pub fn standing_for(history: &[RecordedEvent], clearance: Clearance) -> Vec<Standing<Event>> {
    let known = redacted_history(history, history.len(), clearance);
    let events: Vec<_> = known.into_iter().map(|recorded| (recorded.version, recorded.event)).collect();
    Event::standing(&events)
}

/// Returns the marks at which what readers know of a stream can differ, from the lowest, each rank once.
pub fn marks_of(history: &[RecordedEvent]) -> Vec<Classification> {
    let mut marks = vec![Classification::public()];
    for recorded in history {
        marks.push(recorded.metadata.classification);
        marks.extend(recorded.event.marking().map(|marking| marking.classification));
        recorded.event.marks(&mut |mark| marks.push(mark));
    }
    marks.sort_by_key(|mark| mark.rank());
    marks.dedup_by_key(|mark| mark.rank());
    marks
}

/// Returns the ranks of all marks that a stream's events, their texts and the changes of marks have. A strike marks what
/// was struck with the highest.
pub fn mark_ranks<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> BTreeSet<u8> {
    let mut ranks = BTreeSet::new();
    for recorded in events {
        ranks.insert(recorded.metadata.classification.rank());
        ranks.extend(recorded.event.whole().map(Classification::rank));
        ranks.extend(recorded.event.strikes().then(|| Classification::highest().rank()));
        ranks.extend(recorded.event.marking().map(|marking| marking.classification.rank()));
        recorded.event.marks(&mut |mark| ranks.extend([mark.rank()]));
    }
    ranks
}

/// Takes out of an event what the clearance does not permit. Returns whether the event exists for the reader. `visible`
/// holds the earlier events that do, with their references.
fn redact(
    recorded: &mut RecordedEvent,
    visible: &HashMap<EventId, Vec<String>>,
    clearance: Clearance,
    hidden: &mut HiddenEntries,
) -> bool {
    let permitted = |mark| clearance.permits(mark);
    if !permitted(recorded.metadata.classification) || !recorded.event.whole().is_none_or(permitted) {
        return false;
    }
    recorded.metadata.reason.take_if(|reason| !permitted(reason.classification()));
    if is_fully_readable(&recorded.event, clearance) && !recorded.event.is_correction() {
        return true;
    }
    if !recorded.event.redactable().redact(clearance, hidden) {
        return false;
    }
    if let Some(corrects) = recorded.metadata.corrects {
        let target = visible.get(&corrects);
        // A strike or a change of mark would tell that there is something hidden.
        if target.is_none() && !recorded.event.brings_in_something() {
            return false;
        }
        recorded.metadata.corrects = Some(corrects).filter(|_| target.is_some());
        recorded.event.keep_corrected_references(target.map(Vec::as_slice).unwrap_or_default());
    }
    recorded.references = recorded.event.references(&recorded.stream);
    true
}

/// Removes what is said of the supersession of decisions that the reader does not know. A fold has no row for it anyway.
pub(super) fn without_hidden_decisions(history: &mut Vec<RecordedEvent>) {
    let mut known: BTreeSet<u32> = BTreeSet::new();
    for recorded in history.iter() {
        if let Some(MeetingEvent::DecisionRecorded(decision)) = innermost(&recorded.event) {
            known.insert(decision.number);
        }
    }
    history.retain(|recorded| match innermost(&recorded.event) {
        Some(MeetingEvent::DecisionSuperseded(superseded)) => known.contains(&superseded.decision.number()),
        _ => true,
    });
}

/// The event of a meeting's stream; for a correction, the event that it brings in.
fn innermost(event: &Event) -> Option<&MeetingEvent> {
    let Event::Meeting(event) = event else { return None };
    let mut event = event;
    while let MeetingEvent::EventCorrected(correction) = event {
        event = correction.change.event()?;
    }
    Some(event)
}

/// Gives each event its mark at the end of `history`, or its mark of today if that is above the clearance; likewise each of
/// its texts.
fn apply_marks(history: &mut [RecordedEvent], today: &[RecordedEvent], clearance: Clearance) {
    let indexes: HashMap<EventId, usize> =
        today.iter().enumerate().map(|(index, event)| (event.event_id, index)).collect();
    // A target always has a smaller index, so that following targets ends even in a damaged log.
    let target = |index: usize| -> Option<usize> {
        let corrects = today[index].metadata.corrects?;
        indexes.get(&corrects).copied().filter(|target| *target < index)
    };
    let corrections: Vec<usize> = (0..today.len()).filter(|index| target(*index).is_some()).collect();
    // An event and the corrections of it, and of those, that come before the event at `index`.
    let about = |event: usize, index: usize| {
        let concerns =
            |correction: usize| std::iter::successors(Some(correction), |at| target(*at)).any(|at| at == event);
        let corrections = corrections.iter().copied().filter(|at| *at > event && *at < index);
        let concerning: Vec<usize> = corrections.filter(|at| concerns(*at)).collect();
        std::iter::once(event).chain(concerning)
    };
    let mut now = today.to_vec();
    for (index, later) in today.iter().enumerate() {
        let (Some(marking), Some(target)) = (later.event.marking(), target(index)) else { continue };
        let (field, mark) = (marking.field.as_deref(), marking.classification);
        set_mark(&mut now[target], field, mark);
        if index < history.len() {
            set_mark(&mut history[target], field, mark);
        }
        if field.is_some_and(is_remark) {
            continue;
        }
        for event in about(target, index) {
            raise_remarks(&mut now[event], mark);
            if index < history.len() {
                raise_remarks(&mut history[event], mark);
            }
        }
    }
    for (index, later) in today.iter().enumerate() {
        let is_known = clearance.permits(now[index].metadata.classification);
        if let Some(struck) = target(index).filter(|_| is_known && later.event.strikes()) {
            // What was struck has no mark of today: only who may read everything reads it in the past.
            let mut has_text = false;
            now[struck].texts(&mut |name, text| {
                if !is_remark(name) {
                    has_text = true;
                    text.set_mark(Classification::highest());
                }
            });
            if has_text {
                raise_remarks(&mut now[struck], Classification::highest());
            }
        }
        let replaced = is_known && later.event.replaces();
        let by = now[index].event.clone();
        let mut next = target(index).filter(|_| replaced);
        // A replacement may itself be replaced: its mark holds for all that it stands for.
        while let Some(replaced) = next {
            if let Some(mark) = raise_to(&mut now[replaced].event, by.clone()) {
                for event in about(replaced, index) {
                    raise_remarks(&mut now[event], mark);
                }
            }
            next = target(replaced).filter(|_| today[replaced].event.replaces());
        }
    }
    for (event, now) in history.iter_mut().zip(now) {
        raise(event, now, clearance);
    }
}

/// Gives an event, or one of its texts, another mark.
fn set_mark(recorded: &mut RecordedEvent, field: Option<&str>, mark: Classification) {
    match field {
        None => {
            recorded.metadata.classification = mark;
            recorded.event.redactable().set_whole(mark);
        }
        Some(field) => recorded.texts(&mut |name, text| {
            if name == field {
                text.set_mark(mark);
            }
        }),
    }
}

/// Returns whether a text is a remark on the event: why it was recorded, or on whose authority.
fn is_remark(name: &str) -> bool {
    [REASON, AUTHORITY].contains(&name)
}

/// Raises the reason and the authority of an event to a mark that another text got since: they may mention it.
fn raise_remarks(recorded: &mut RecordedEvent, mark: Classification) {
    recorded.texts(&mut |name, text| {
        if is_remark(name) && mark.rank() > text.mark().rank() {
            text.set_mark(mark);
        }
    });
}

/// Gives an event and its texts the marks of today that are above the clearance. The others keep the marks of the time.
fn raise(recorded: &mut RecordedEvent, mut now: RecordedEvent, clearance: Clearance) {
    let is_above = |mark: Classification| !clearance.permits(mark);
    if is_above(now.metadata.classification) {
        recorded.metadata.classification = now.metadata.classification;
    }
    if let Some(whole) = now.event.whole().filter(|whole| is_above(*whole)) {
        recorded.event.redactable().set_whole(whole);
    }
    let mut marks = Vec::new();
    now.texts(&mut |_, text| marks.push(text.mark()));
    let mut marks = marks.into_iter();
    recorded.texts(&mut |_, text| {
        if let Some(now) = marks.next().filter(|now| is_above(*now)) {
            text.set_mark(now);
        }
    });
}

/// Raises the marks of a replaced event's texts to those that they have in the replacement. Returns the highest mark to
/// which one was raised.
fn raise_to(replaced: &mut Event, mut by: Event) -> Option<Classification> {
    let mut raised: Option<Classification> = None;
    let mut note = |mark: Classification| raised = raised.filter(|known| known.rank() >= mark.rank()).or(Some(mark));
    if let (Some(then), Some(now)) = (replaced.whole(), by.whole())
        && now.rank() > then.rank()
    {
        replaced.redactable().set_whole(now);
        note(now);
    }
    let mut marks: HashMap<&'static str, Vec<(Value, Classification)>> = HashMap::new();
    by.redactable().texts(&mut |name, text| marks.entry(name).or_default().push((text.value(), text.mark())));
    let mut lengths: HashMap<&'static str, usize> = HashMap::new();
    replaced.redactable().texts(&mut |name, _| *lengths.entry(name).or_default() += 1);
    let mut indexes: HashMap<&'static str, usize> = HashMap::new();
    replaced.redactable().texts(&mut |name, text| {
        let index = indexes.entry(name).or_default();
        let Some(now) = marks.get(name) else { return };
        // An entry of a list may have moved: it is found by what it says, and otherwise by its place.
        let value = text.value();
        let same_text = now.iter().find(|(text, _)| *text == value);
        let same_place = now.get(*index).filter(|_| lengths.get(name) == Some(&now.len()));
        *index += 1;
        if let Some((_, mark)) = same_text.or(same_place)
            && mark.rank() > text.mark().rank()
        {
            text.set_mark(*mark);
            note(*mark);
        }
    });
    raised
}
