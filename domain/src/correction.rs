//! Corrections: how a mistake in the record is put right without altering the record.
//!
//! A correction is an event that names an earlier event of its stream and says what should have stood there. The
//! history that counts is the one with every correction taken in ([`in_force`]); it has to be legal from its first
//! event to its last, or the correction is refused.

use crate::payload::{Payload, References};
use crate::reference::{Name, Reference};
use crate::requirement::Requirement;
use crate::stream::StreamVersion;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A correction of one event. The reason for it, and who made it, stand in the event's envelope.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction<E> {
    /// The corrected event's place in this stream.
    pub version: StreamVersion,
    /// What should have stood there.
    pub change: Change<E>,
    /// On whose authority: the meeting that agreed the correction, the chair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Name>,
    /// What the corrected event named: whoever follows one of these is to see that it was corrected. Filled in when
    /// the correction is decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected_references: Vec<Reference>,
}

/// What should have stood where the corrected event stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<E> {
    /// Nothing: it did not happen.
    Struck,
    /// This, of the same type.
    Replaced(Box<E>),
    /// What stands there, and then this, which was left out.
    Supplemented(Box<E>),
}

impl<E> Change<E> {
    /// The event that the correction brings in.
    pub fn event(&self) -> Option<&E> {
        match self {
            Self::Struck => None,
            Self::Replaced(event) | Self::Supplemented(event) => Some(event),
        }
    }

    /// The change in one word: `struck`, `replaced`, `supplemented`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Struck => "struck",
            Self::Replaced(_) => "replaced",
            Self::Supplemented(_) => "supplemented",
        }
    }
}

/// An event type whose streams can hold corrections.
pub trait Correctable: Sized + Clone {
    /// The correction, if the event is one.
    fn as_correction(&self) -> Option<&Correction<Self>>;
    /// What the event's payload says about itself.
    fn as_payload(&self) -> &dyn Payload;
}

impl<E: Correctable> Payload for Correction<E> {
    fn references(&self, into: &mut References) {
        into.extend(&self.corrected_references);
        if let Some(event) = self.change.event() {
            event.as_payload().references(into);
        }
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.change.event().and_then(|event| event.as_payload().occurred())
    }

    fn requires(&self) -> Vec<Requirement> {
        // A correction comes after the fact: what had to be open then may be closed by now.
        let requires = self.change.event().map(|event| event.as_payload().requires()).unwrap_or_default();
        requires
            .into_iter()
            .filter_map(|requirement| match requirement {
                Requirement::OpenMeeting(meeting) => Some(Requirement::Meeting(meeting)),
                Requirement::MinutesUnapproved { .. } => None,
                lasting => Some(lasting),
            })
            .collect()
    }
}

/// An event of the history that counts.
#[derive(Debug)]
pub struct InForce<'a, E> {
    /// The event.
    pub event: &'a E,
    /// Where it stands: the index of the event that was recorded there, which a correction may have replaced or
    /// supplemented.
    pub stands_at: usize,
    /// The index of the event that brought it in: itself, or a correction.
    pub brought_in_by: usize,
}

/// The history that counts: `events` (the whole stream, in order, from version 1) with its corrections taken in.
///
/// Where two corrections name one event the later counts, except that every supplement stands, in the order they
/// were recorded. A correction that was itself struck does not count. Corrections do not appear in the result.
pub fn in_force<E: Correctable>(events: &[E]) -> Vec<&E> {
    sourced_in_force(events).into_iter().map(|in_force| in_force.event).collect()
}

/// [`in_force`], with where each event stands and what brought it in.
pub fn sourced_in_force<E: Correctable>(events: &[E]) -> Vec<InForce<'_, E>> {
    let version_at = |index: usize| StreamVersion::new(index as u64 + 1);
    // From the last to the first: when a correction's turn comes, whatever corrects it has been seen.
    let mut changes: HashMap<StreamVersion, Vec<(&Change<E>, usize)>> = HashMap::new();
    for (index, event) in events.iter().enumerate().rev() {
        let Some(correction) = event.as_correction() else { continue };
        let overruled = changes.get(&version_at(index)).and_then(|later| later.first()).copied();
        let change = match overruled {
            None => Some((correction.version, &correction.change, index)),
            Some((Change::Struck, _)) => None,
            Some((Change::Replaced(by) | Change::Supplemented(by), recorded_at)) => {
                by.as_correction().map(|by| (by.version, &by.change, recorded_at))
            }
        };
        if let Some((version, change, recorded_at)) = change {
            changes.entry(version).or_default().push((change, recorded_at));
        }
    }
    let mut history = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        if event.as_correction().is_some() {
            continue;
        }
        let mut stands = |event, brought_in_by| history.push(InForce { event, stands_at: index, brought_in_by });
        // Latest first, as they were gathered.
        let here = changes.remove(&version_at(index)).unwrap_or_default();
        match here.iter().find(|(change, _)| !matches!(change, Change::Supplemented(_))) {
            None => stands(event, index),
            Some((Change::Replaced(by), recorded_at)) => stands(by, *recorded_at),
            Some(_) => {}
        }
        for (change, recorded_at) in here.iter().rev() {
            if let Change::Supplemented(omitted) = change {
                stands(omitted, *recorded_at);
            }
        }
    }
    history
}
