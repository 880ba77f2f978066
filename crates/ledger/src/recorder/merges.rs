//! Merges: a correction that names fields becomes a replacement of what stands in the corrected event's place.

use super::RecordError;
use super::attempt::Attempt;
use super::corrections::{no_such_event, text_below_event};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::Change;
use minutebook_domain::merge::Merge;
use minutebook_domain::reference::Name;
use minutebook_domain::{Event, EventId, RecordedEvent, Rejection, StreamVersion};
use minutebook_projections::redaction::{redacted_history, same_but_for_marks};

/// A merge as the replacement that it comes to.
struct ResolvedMerge {
    /// What stands in the event's place with the merge applied.
    event: Event,
    /// The event to correct: the event named, or an event that it corrected.
    target: EventId,
    /// The events that say what stood in its place.
    stated_by: [EventId; 2],
    change: Change<Event>,
    /// The mark below which nobody knows of what stood there.
    mark: Classification,
}

/// Applies `merge` to what stands in the place of `event` for readers with `clearance`. `history` is the event's whole
/// stream. A reader who may not read all of it gets the answer for an event that does not exist.
fn resolve_merge(
    history: &[RecordedEvent],
    event: EventId,
    merge: &Merge,
    clearance: Clearance,
) -> Result<ResolvedMerge, RecordError> {
    let known = redacted_history(history, history.len(), clearance);
    let by_id = |id: EventId| known.iter().find(|recorded| recorded.event_id == id).ok_or_else(|| no_such_event(id));
    let mut target = by_id(event)?;
    while target.event.replaces() {
        target = by_id(target.metadata.corrects.ok_or_else(|| no_such_event(event))?)?;
    }
    let is_supplement = target.event.supplements();
    if target.event.is_correction() && !is_supplement {
        return Err(Rejection::new(
            "correction-of-a-fact",
            "the event is a correction that strikes another or changes its mark: it has no fields of its own",
            "the id of an event that says what happened",
        )
        .into());
    }
    let events: Vec<(StreamVersion, Event)> =
        known.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    let standing = Event::standing(&events).into_iter().find(|standing| {
        if is_supplement {
            standing.supplement == Some(target.version)
        } else {
            standing.supplement.is_none() && standing.place == target.version
        }
    });
    let standing = standing.ok_or_else(|| {
        Rejection::new(
            "corrected-event-stands",
            "the event was struck: it has no fields to change",
            "an event that was not struck; record another in its place",
        )
    })?;
    let by = known.iter().find(|recorded| recorded.version == standing.brought_in_by).unwrap_or(target);
    let is_whole = |known: &RecordedEvent| {
        let stored = history.iter().find(|stored| stored.event_id == known.event_id);
        stored.is_some_and(|stored| same_but_for_marks(&stored.event, &known.event))
    };
    if !is_whole(target) || !is_whole(by) {
        return Err(no_such_event(event).into());
    }
    let (first, second) = (target.metadata.classification, by.metadata.classification);
    let mark = if second.rank() > first.rank() { second } else { first };
    // What is kept is as confidential as the event is by now.
    let mut kept = standing.event.clone();
    kept.redactable().texts(&mut |_, text| {
        if text.mark().rank() < mark.rank() {
            text.set_mark(mark);
        }
    });
    let merged = merge.apply(&target.stream, &kept)?;
    if merged == kept {
        return Err(Rejection::new(
            "correction-changes-something",
            "the correction changes nothing: the event says so already",
            "a value that differs from the recorded one",
        )
        .into());
    }
    let replacement = if is_supplement { merged.clone().as_supplement(standing.place) } else { merged.clone() };
    Ok(ResolvedMerge {
        event: merged,
        target: target.event_id,
        stated_by: [target.event_id, by.event_id],
        change: Change::Replaced(Box::new(replacement)),
        mark,
    })
}

impl Attempt<'_> {
    /// Adds the correction that a merge comes to.
    pub(super) async fn merge(
        &mut self,
        event: EventId,
        merge: &Merge,
        clearance: Clearance,
        authority: Option<Name>,
    ) -> Result<(), RecordError> {
        let stream = self.stream_of(event).await?;
        let history = self.history(&stream).await?;
        let resolved = resolve_merge(&history, event, merge, clearance)?;
        let is_corrected = |id: &EventId| self.pending.events.iter().any(|added| added.metadata.corrects == Some(*id));
        if resolved.stated_by.iter().any(is_corrected) {
            return Err(Rejection::new(
                "one-merge-in-a-request",
                "the request corrects the event twice, and its fields can be changed only once",
                "all fields in one correction, or two requests",
            )
            .into());
        }
        match self.mark.or(self.metadata.classification) {
            None => ensure_texts_not_below(&resolved)?,
            Some(given) if given.rank() < resolved.mark.rank() => {
                let what = format!(
                    "what stands there is marked {}: with a correction marked {given} it would be gone for readers below {}",
                    resolved.mark, resolved.mark
                );
                let accepted = format!("{} or a higher mark, or first `record mark`", resolved.mark);
                return Err(Rejection::new("text-not-below-its-event", what, accepted).into());
            }
            Some(_) => {}
        }
        self.correct(resolved.target, resolved.change, authority, Some(resolved.mark)).await
    }
}

/// Refuses a text that the merge marks lower than its event is.
fn ensure_texts_not_below(resolved: &ResolvedMerge) -> Result<(), Rejection> {
    let of_event = resolved.mark;
    let mut lower = None;
    resolved.event.marks(&mut |mark| {
        if mark.rank() < of_event.rank() {
            lower = Some(mark);
        }
    });
    lower.map_or(Ok(()), |mark| Err(text_below_event(mark, of_event)))
}
