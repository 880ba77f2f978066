//! Corrections: how a mistake in the record is put right without altering the record.
//!
//! A correction is an event that names an earlier event of its stream and says what should have stood there. The
//! history that counts is the one with every correction taken in ([`in_force`]); it has to be legal from its first
//! event to its last, or the correction is refused.

use crate::classification::role::Optional;
use crate::classification::{Classification, Classified, Clearance, FieldRole, Redact, VisitText, stored_option};
use crate::fragment::{FragmentKind, FragmentSlot, FragmentSlots, HiddenEntries};
use crate::payload::{Payload, References};
use crate::reference::{MeetingRef, Name, Reference};
use crate::requirement::Requirement;
use crate::stream::{StreamId, StreamVersion};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// The name of the text that says on whose authority a correction was made.
pub const AUTHORITY: &str = "authority";

/// A correction of one event. The reason for it, and who made it, stand in the event's metadata.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction<E> {
    /// The corrected event's place in this stream.
    pub version: StreamVersion,
    /// What should have stood there.
    pub change: Change<E>,
    /// On whose authority: the meeting that agreed the correction, the chair.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    pub authority: Option<Classified<Name>>,
    /// The references of the corrected event, so that their histories show the correction. Filled in when the
    /// correction is decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected_references: Vec<Reference>,
}

/// What should have stood where the corrected event stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<E> {
    /// Nothing: it did not happen.
    Struck,
    /// This, of the same type or of one that says otherwise of the same subject ([`Payload::alternative`]).
    Replaced(Box<E>),
    /// The corrected event, followed by this omitted event.
    Supplemented(Box<E>),
    /// The corrected event as it is, under another mark.
    Marked(Marking),
}

/// Another mark for an event, or for one text of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Marking {
    /// The mark from now on.
    pub classification: Classification,
    /// The field of the text; the event as a whole if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Whether the edition of a document that the change comes from no longer states the event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub omitted: bool,
}

impl<E> Change<E> {
    /// The event that the correction brings in.
    pub fn event(&self) -> Option<&E> {
        match self {
            Self::Struck | Self::Marked(_) => None,
            Self::Replaced(event) | Self::Supplemented(event) => Some(event),
        }
    }

    pub(crate) fn event_mut(&mut self) -> Option<&mut E> {
        match self {
            Self::Struck | Self::Marked(_) => None,
            Self::Replaced(event) | Self::Supplemented(event) => Some(event),
        }
    }

    /// Returns whether the change leaves what happened as it is.
    pub fn only_marks(&self) -> bool {
        matches!(self, Self::Marked(_))
    }

    /// The change in one word: `struck`, `replaced`, `supplemented`, `marked`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Struck => "struck",
            Self::Replaced(_) => "replaced",
            Self::Supplemented(_) => "supplemented",
            Self::Marked(_) => "marked",
        }
    }
}

/// An event type whose streams can hold corrections.
pub trait Correctable: Clone + From<Correction<Self>> {
    /// The correction, if the event is one.
    fn as_correction(&self) -> Option<&Correction<Self>>;
    /// What the event's payload says about itself.
    fn as_payload(&self) -> &dyn Payload;
    /// The payload, to give the meetings that it names by other references of theirs.
    fn as_payload_mut(&mut self) -> &mut dyn Payload;
    /// The mark of the payload as a whole, if it holds one.
    fn whole(&self) -> Option<Classification>;
    /// Visits the mark of each classified text.
    fn marks(&self, visit: &mut dyn FnMut(Classification));
    /// The payload with the roles of its fields.
    fn as_redactable(&mut self) -> &mut dyn Redact;
}

impl<E: Correctable> Redact for Correction<E> {
    fn redact(&mut self, clearance: Clearance, hidden: &mut HiddenEntries) -> bool {
        <Optional as FieldRole<_>>::redact(AUTHORITY, &mut self.authority, clearance, hidden);
        let Some(event) = self.change.event_mut() else { return true };
        hidden.inside(|hidden| event.as_redactable().redact(clearance, hidden))
    }

    fn texts(&mut self, visit: &mut VisitText<'_>) {
        <Optional as FieldRole<_>>::texts(AUTHORITY, &mut self.authority, visit);
        if let Some(event) = self.change.event_mut() {
            event.as_redactable().texts(visit);
        }
    }

    fn marks(&self, visit: &mut dyn FnMut(Classification)) {
        <Optional as FieldRole<_>>::marks(&self.authority, visit);
        if let Some(event) = self.change.event() {
            event.marks(visit);
        }
    }

    fn whole(&self) -> Option<Classification> {
        self.change.event().and_then(Correctable::whole)
    }

    fn set_whole(&mut self, mark: Classification) {
        if let Some(event) = self.change.event_mut() {
            event.as_redactable().set_whole(mark);
        }
    }
}

impl<E> FragmentSlots for Correction<E> {
    fn slots() -> &'static [FragmentSlot] {
        const SLOTS: [FragmentSlot; 2] = [
            FragmentSlot::new(AUTHORITY, FragmentKind::Text),
            FragmentSlot::new("corrected_references", FragmentKind::Names),
        ];
        &SLOTS
    }
}

impl<E: Correctable> Payload for Correction<E> {
    fn references(&self, into: &mut References) {
        into.extend(&self.corrected_references);
        if let Some(event) = self.change.event() {
            event.as_payload().references(into);
        }
    }

    fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        if let Some(event) = self.change.event_mut() {
            event.as_payload_mut().meetings(visit);
        }
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.change.event().and_then(|event| event.as_payload().occurred())
    }

    fn printed_mark(&self) -> Option<Classification> {
        self.change.event().and_then(|event| event.as_payload().printed_mark())
    }

    fn begins(&self) -> Option<StreamId> {
        self.change.event().and_then(|event| event.as_payload().begins())
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

/// An effective event and its place.
#[derive(Debug, Clone, Copy)]
pub struct Standing<E> {
    /// The event.
    pub event: E,
    /// The version of the event in whose place, or after which, it stands.
    pub place: StreamVersion,
    /// The version of the correction that put it after its place; none if it stands in its place.
    pub supplement: Option<StreamVersion>,
    /// The version of the event that brought it in: its place, or the correction that says what stands there.
    pub brought_in_by: StreamVersion,
}

/// Returns the effective history: `events`, the whole stream from version 1, with corrections applied.
///
/// Where two corrections name one event the later counts, except that every supplement stands, in the order they
/// were recorded. A correction that was itself struck does not count. Corrections do not appear in the result.
pub fn in_force<E: Correctable>(events: &[E]) -> Vec<&E> {
    let versions = (1..).map(StreamVersion::new);
    standing(versions.zip(events)).into_iter().map(|standing| standing.event).collect()
}

/// As [`in_force`], of the events with the versions given and no others, each with where it stands.
pub fn standing<'e, E: Correctable + 'e>(
    events: impl IntoIterator<Item = (StreamVersion, &'e E)>,
) -> Vec<Standing<&'e E>> {
    let events: Vec<(StreamVersion, &E)> = events.into_iter().collect();
    // From the last to the first: when a correction's turn comes, whatever corrects it has been seen.
    let mut changes: HashMap<StreamVersion, Vec<Counted<'_, E>>> = HashMap::new();
    for (own, event) in events.iter().rev() {
        // A change of a mark leaves the event where it stands.
        let changes_what_happened = |correction: &&Correction<E>| !correction.change.only_marks();
        let Some(correction) = event.as_correction().filter(changes_what_happened) else { continue };
        let overruled =
            changes.get(own).and_then(|later| later.first()).map(|later| (later.change, later.brought_in_by));
        let counted = match overruled {
            None => Some((correction, *own)),
            Some((Change::Struck | Change::Marked(_), _)) => None,
            Some((Change::Replaced(by) | Change::Supplemented(by), brought_in_by)) => {
                by.as_correction().map(|by| (by, brought_in_by))
            }
        };
        if let Some((Correction { version, change, .. }, brought_in_by)) = counted {
            changes.entry(*version).or_default().push(Counted { own: *own, change, brought_in_by });
        }
    }
    // A reader may know of a correction and not of the event that it corrects: what it brings in stands all the same.
    let known: HashSet<StreamVersion> = events.iter().map(|(version, _)| *version).collect();
    // Nor, perhaps, of the supplement that a known correction replaces: what the replacement brings in stands in its place.
    let mut unknown: Vec<StreamVersion> = changes.keys().filter(|version| !known.contains(version)).copied().collect();
    unknown.sort_unstable();
    for own in unknown.into_iter().rev() {
        let latest = changes.get(&own).and_then(|later| later.first());
        let Some(Counted { change: Change::Replaced(by), brought_in_by, .. }) = latest else { continue };
        let (by, brought_in_by) = (by.as_correction(), *brought_in_by);
        if let Some(Correction { version, change, .. }) = by {
            let here = changes.entry(*version).or_default();
            let place = here.iter().position(|counted| counted.own < own).unwrap_or(here.len());
            here.insert(place, Counted { own, change, brought_in_by });
        }
    }
    let mut places: Vec<(StreamVersion, Option<&E>)> =
        events.iter().map(|(version, event)| (*version, Some(*event))).collect();
    places.extend(changes.keys().filter(|place| !known.contains(place)).map(|place| (*place, None)));
    places.sort_by_key(|(place, _)| *place);
    let mut history = Vec::with_capacity(events.len());
    for (place, event) in places {
        if event.is_some_and(|event| event.as_correction().is_some()) {
            continue;
        }
        // Latest first, as they were gathered.
        let here = changes.remove(&place).unwrap_or_default();
        let supplement = None;
        match here.iter().find(|counted| !matches!(counted.change, Change::Supplemented(_))) {
            None => {
                history.extend(event.map(|event| Standing { event, place, supplement, brought_in_by: place }));
            }
            Some(Counted { change: Change::Replaced(by), brought_in_by, .. }) if by.as_correction().is_none() => {
                history.push(Standing { event: by, place, supplement, brought_in_by: *brought_in_by });
            }
            Some(_) => {}
        }
        for counted in here.iter().rev() {
            if let Change::Supplemented(omitted) = counted.change {
                let Counted { own, brought_in_by, .. } = *counted;
                history.push(Standing { event: &**omitted, place, supplement: Some(own), brought_in_by });
            }
        }
    }
    history
}

/// A correction that counts.
struct Counted<'e, E> {
    /// Its own version.
    own: StreamVersion,
    change: &'e Change<E>,
    /// The version of the event that the change was taken from: its own, or that of its last correction.
    brought_in_by: StreamVersion,
}
