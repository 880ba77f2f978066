//! A meeting, from the notice that convenes it to the publication of its headlines.

mod events;
mod rules;
mod words;

pub use events::{
    AgendaItemTabled, ApologiesRecorded, AttendanceRecorded, DecisionRecorded, DecisionSuperseded, HeadlinesPublished,
    InterestDeclared, ListRecorded, MatterArisingNoted, MeetingClosed, MeetingConvened, MeetingEvent, MinutesApproved,
    MinutesDrafted, NextMeetingSet, ParagraphRecorded, Table, TableRecorded, supersessions,
};
pub(crate) use words::words;
pub use words::{Capacity, MinutesEdition, MinutesOutcome, UnknownWord, Verb};

use crate::reference::{MeetingRef, Name};
use crate::rules::aggregate;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The state of a meeting: what its rules need to know, and nothing that is classified.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    convened: Option<Convened>,
    closed: bool,
    attending: BTreeSet<Name>,
    apologies: BTreeSet<Name>,
    items: BTreeSet<u32>,
    passages: BTreeSet<u32>,
    matters: BTreeSet<u32>,
    /// Each decision by number, and whether it no longer stands.
    decisions: BTreeMap<u32, bool>,
    minutes_approved: Vec<(NaiveDate, MinutesEdition, MinutesOutcome)>,
    next_meeting_on: Option<NaiveDate>,
    editions_published: u32,
    /// The highest number that was given out of each kind, in the order of `Numbered`.
    given_out: [u32; 5],
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Convened {
    reference: MeetingRef,
    held_on: NaiveDate,
    starts_at: Option<NaiveTime>,
}

impl Meeting {
    /// Whether the meeting is convened.
    pub fn is_convened(&self) -> bool {
        self.convened.is_some()
    }

    /// Whether the meeting is convened and not yet closed.
    pub fn is_open(&self) -> bool {
        self.is_convened() && !self.closed
    }

    /// When the meeting begins, in the committee's time zone; the time only if it is known.
    pub fn begins(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.convened.as_ref().map(|convened| (convened.held_on, convened.starts_at))
    }

    /// Whether the meeting approved the minutes of that day, in that edition, with that outcome.
    pub fn has_approved(&self, minutes_of: NaiveDate, edition: MinutesEdition, outcome: MinutesOutcome) -> bool {
        self.minutes_approved.contains(&(minutes_of, edition, outcome))
    }

    /// Whether the meeting's record holds the decision with this number.
    pub fn has_decision(&self, number: u32) -> bool {
        self.decisions.contains_key(&number)
    }
}

aggregate!(Meeting, MeetingEvent, "meeting");
