//! The fold of a stream, command by command and by clearance.

use super::clearance_timelines::ClearanceTimelines;
use super::registry::ReadModel;
use super::timeline::{Backdated, Timeline};
use crate::store::stored;
use minutebook_domain::{Position, RecordedEvent};
use minutebook_projections::projection::{Fact, FoldError};
use minutebook_projections::redaction::{mark_ranks, redacted_history};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Folds a command's events, as one clearance knows them, into the rows that it knows.
pub(super) fn advance(
    model: &dyn ReadModel,
    timeline: &mut Timeline,
    stream: &str,
    added: &[RecordedEvent],
    history: Option<&[RecordedEvent]>,
    known: i64,
) -> Result<Result<(), Backdated>, FoldError> {
    let mut outcome = Ok(());
    if added.iter().any(|event| event.event.is_correction()) {
        outcome = Err(Backdated);
    } else {
        let mut by_key: BTreeMap<String, Vec<Fact<'_>>> = BTreeMap::new();
        for event in added {
            let fact = Fact::of(event);
            for key in model.keys(&fact) {
                by_key.entry(key).or_default().push(fact.clone());
            }
        }
        for (key, facts) in by_key {
            outcome = outcome.and(timeline.advance(model, stream, &key, &facts, known)?);
        }
    }
    match (outcome, history) {
        (Err(Backdated), Some(history)) => timeline.refold(model, stream, history, known).map(Ok),
        (outcome, _) => Ok(outcome),
    }
}

/// Folds a stream command by command, for each class of clearances, and returns every version of every row.
pub(crate) fn fold_classes(
    model: &dyn ReadModel,
    stream: &str,
    history: &FoldedStream<'_>,
) -> Result<ClearanceTimelines, FailedFold> {
    let mut timelines = ClearanceTimelines::default();
    timelines.divide(history.ranks.iter().copied());
    for (clearance, timeline) in timelines.classes() {
        let sees_all = history.ranks.iter().all(|rank| *rank <= i16::from(clearance.rank()));
        // Marks that never change hide the same at every position.
        let constant = (!sees_all || history.changes_marks)
            .then(|| redacted_history(history.events, history.events.len(), clearance));
        for (command, known) in &history.commands {
            let corrects = history.events[command.clone()].iter().any(|event| event.event.is_correction());
            let then;
            let known_then = match &constant {
                None => &history.events[..command.end],
                Some(constant) if !history.has_corrections => up_to(constant, history.events, command.end),
                Some(_) => {
                    then = redacted_history(history.events, command.end, clearance);
                    &then
                }
            };
            let earlier = up_to(known_then, history.events, command.start).len();
            let folded = if corrects && history.changes_marks {
                timeline.refold(model, stream, known_then, *known)
            } else {
                let taken = advance(model, timeline, stream, &known_then[earlier..], Some(known_then), *known);
                // The history is at hand, so that nothing is backdated to the timeline.
                taken.map(|outcome| outcome.unwrap_or(()))
            };
            let position = history.events[command.start].position;
            folded.map_err(|error| FailedFold { position, error })?;
        }
    }
    Ok(timelines)
}

/// Returns the events of a redacted history that are among the first `count` of the whole one.
fn up_to<'e>(redacted: &'e [RecordedEvent], whole: &[RecordedEvent], count: usize) -> &'e [RecordedEvent] {
    match whole.get(count) {
        None => redacted,
        Some(next) => &redacted[..redacted.partition_point(|event| event.version < next.version)],
    }
}

/// The events of a stream, command by command.
pub(crate) struct FoldedStream<'a> {
    events: &'a [RecordedEvent],
    /// The range of each command's events, and the last position of the command.
    commands: Vec<(Range<usize>, i64)>,
    /// The ranks of all marks in the stream.
    ranks: BTreeSet<i16>,
    has_corrections: bool,
    /// Whether what some readers know of an event may change after it was recorded.
    changes_marks: bool,
}

impl<'a> FoldedStream<'a> {
    /// Divides the events of a stream. `ends` are the last positions of commands in order, those of the stream's among them.
    pub(crate) fn new(events: &'a [RecordedEvent], ends: &[i64]) -> Self {
        let mut commands = Vec::new();
        let mut from = 0;
        while let Some(first) = events.get(from) {
            let position = stored(first.position.number());
            let known = ends.get(ends.partition_point(|end| *end < position)).copied().unwrap_or(position);
            let length = events[from..].partition_point(|event| stored(event.position.number()) <= known);
            let to = from + length.max(1);
            commands.push((from..to, known));
            from = to;
        }
        let ranks: BTreeSet<i16> = mark_ranks(events).into_iter().map(i16::from).collect();
        let has_corrections = events.iter().any(|event| event.event.is_correction());
        let changes_marks = has_corrections && ranks.iter().any(|rank| *rank > 0);
        Self { events, commands, ranks, has_corrections, changes_marks }
    }
}

/// A fold that failed at an event.
#[derive(Debug)]
pub(crate) struct FailedFold {
    pub(crate) position: Position,
    pub(crate) error: FoldError,
}
