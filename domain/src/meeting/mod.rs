//! Meetings: the state of one, from convening to the publication of its headlines.

mod calendar;
mod calendar_rules;
mod events;
mod rules;

pub(crate) use crate::words::words;
pub use crate::words::{Capacity, DocumentKind, MinutesEdition, MinutesOutcome, UnknownWord, Verb};
pub use calendar::{MeetingCancelled, MeetingPostponed, MeetingRenumbered};
pub use events::{
    AgendaItemTabled, ApologiesRecorded, AttendanceRecorded, DecisionRecorded, DecisionSuperseded, HeadlinesPublished,
    InterestDeclared, ListRecorded, MatterArisingNoted, MeetingClosed, MeetingConvened, MeetingEvent, MinutesApproved,
    MinutesDrafted, NextMeetingSet, ParagraphRecorded, Table, TableRecorded,
};

use crate::classification::Classification;
use crate::reference::{ItemLabel, MeetingRef, Name};
use crate::rules::aggregate;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The state of a meeting, as far as its rules need it; it holds no classified text.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    convened: Option<Box<Convened>>,
    closed: bool,
    cancelled: bool,
    attending: BTreeSet<Name>,
    apologies: BTreeSet<Name>,
    items: BTreeSet<ItemLabel>,
    passages: BTreeSet<u32>,
    matters: BTreeSet<u32>,
    /// Each decision by number, and whether it is superseded.
    decisions: BTreeMap<u32, bool>,
    minutes_approved: Vec<(NaiveDate, MinutesEdition, MinutesOutcome)>,
    next_meeting_on: Option<NaiveDate>,
    editions_published: u32,
    /// The highest number given out for each of `Numbered`, in that order.
    given_out: [u32; 5],
    /// Whether a mark was changed.
    #[serde(default)]
    is_marked_anew: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Convened {
    /// The reference that it was convened under, which is its stream's.
    reference: MeetingRef,
    /// The references that it got later, in order.
    renumbered: Vec<MeetingRef>,
    /// The day and the time that it was first convened for.
    first: (NaiveDate, Option<NaiveTime>),
    held_on: NaiveDate,
    starts_at: Option<NaiveTime>,
    ends_at: Option<NaiveTime>,
    classification: Classification,
}

impl Meeting {
    /// Returns whether the meeting is convened.
    pub fn is_convened(&self) -> bool {
        self.convened.is_some()
    }

    /// Returns whether the meeting is convened and neither closed nor cancelled.
    pub fn is_open(&self) -> bool {
        self.is_convened() && !self.closed && !self.cancelled
    }

    /// Returns whether the mark of an event was changed, so that the marks of the log count.
    pub fn is_marked_anew(&self) -> bool {
        self.is_marked_anew
    }

    /// Returns whether the meeting was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// The reference that is in force, if the meeting is convened.
    pub fn reference(&self) -> Option<&MeetingRef> {
        let convened = self.convened.as_ref()?;
        Some(convened.renumbered.last().unwrap_or(&convened.reference))
    }

    /// Returns whether the meeting has, or had, this reference.
    pub fn is_named(&self, reference: &MeetingRef) -> bool {
        self.convened
            .as_ref()
            .is_some_and(|convened| convened.reference == *reference || convened.renumbered.contains(reference))
    }

    /// The day and, if known, the time that the meeting was first convened for, whatever was changed later.
    pub fn first_begins(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.convened.as_ref().map(|convened| convened.first)
    }

    /// The mark of the meeting's record as a whole, if it is convened.
    pub fn classification(&self) -> Option<Classification> {
        self.convened.as_ref().map(|convened| convened.classification)
    }

    /// The day and, if known, the time at which the meeting begins, in the committee's time zone.
    pub fn begins(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.convened.as_ref().map(|convened| (convened.held_on, convened.starts_at))
    }

    /// Returns whether the meeting approved the minutes of one day, in one edition, with this outcome.
    pub fn has_approved(&self, minutes_of: NaiveDate, edition: MinutesEdition, outcome: MinutesOutcome) -> bool {
        self.minutes_approved.contains(&(minutes_of, edition, outcome))
    }

    /// Returns whether the meeting's record holds the decision with this number.
    pub fn has_decision(&self, number: u32) -> bool {
        self.decisions.contains_key(&number)
    }
}

aggregate!(Meeting, MeetingEvent, "meeting");
