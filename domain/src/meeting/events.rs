//! The events of a meeting's stream.

use super::words::{Capacity, MinutesEdition, MinutesOutcome, Verb};
use crate::classification::{Classification, Classified, stored, stored_list};
use crate::event::{Event, events};
use crate::payload::{Payload, References};
use crate::reference::{DecisionId, MeetingRef, Name, PartyName, Prose, Reference};
use crate::requirement::Requirement;
use crate::stream::StreamId;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// The meeting is called: when, where, and how its headlines will be classified.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeetingConvened {
    /// The meeting's reference; its day and month are those of `held_on`.
    pub reference: MeetingRef,
    /// The day it is held.
    pub held_on: NaiveDate,
    /// When it begins, in the committee's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub starts_at: Option<NaiveTime>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub ends_at: Option<NaiveTime>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Name>,
    /// The classification of the published document as a whole.
    pub classification: Classification,
}

impl Payload for MeetingConvened {
    fn requires(&self) -> Vec<Requirement> {
        vec![Requirement::Committee(self.reference.committee().clone())]
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.held_on, self.starts_at))
    }
}

/// A person was there.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttendanceRecorded {
    /// Who.
    pub name: Name,
    /// For which body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// In what capacity.
    pub capacity: Capacity,
    /// For which part of the meeting, when not for the whole of it: `items 3 to 6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Name>,
}

impl Payload for AttendanceRecorded {}

/// A person sent apologies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologiesRecorded {
    /// Who.
    pub name: Name,
    /// For which body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// Who came instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate: Option<Name>,
}

impl Payload for ApologiesRecorded {}

/// A person present declared an interest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InterestDeclared {
    /// Who.
    pub name: Name,
    /// In which agenda item; none when in the meeting's business as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What the interest is.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub interest: Classified<Prose>,
    /// Whether they withdrew while the item was decided.
    #[serde(default)]
    pub recused: bool,
}

impl Payload for InterestDeclared {}

/// An item stands on the agenda.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgendaItemTabled {
    /// Its number, from 1.
    #[serde(default)]
    pub number: u32,
    /// Its title, under the classification that the printed title has.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub title: Classified<Prose>,
    /// The mark printed beside it, which says how its narrative is recorded; none when none is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Whether it stands on every agenda.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

impl Payload for AgendaItemTabled {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }
}

/// A paragraph of the record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParagraphRecorded {
    /// Its place among the meeting's passages, from 1.
    #[serde(default)]
    pub passage: u32,
    /// The agenda item it belongs to; none before the first item and after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What it says.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub text: Classified<Prose>,
    /// What it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

impl Payload for ParagraphRecorded {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }
}

/// A list of the record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListRecorded {
    /// Its place among the meeting's passages, from 1.
    #[serde(default)]
    pub passage: u32,
    /// The agenda item it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// Whether its entries are numbered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ordered: bool,
    /// Its entries, each with a classification of its own.
    #[serde(with = "stored_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::MarkedProse>))]
    pub entries: Vec<Classified<Prose>>,
    /// How many entries each entry is nested under, from 0; empty where none is nested. One that leaves a level out is
    /// read as the level after that of the entry before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depths: Vec<u32>,
    /// What they mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

impl Payload for ListRecorded {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }
}

/// A table's cells, by row.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Table {
    /// The heading of each column.
    pub header: Vec<String>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<String>>,
}

/// A table of the record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TableRecorded {
    /// Its place among the meeting's passages, from 1.
    #[serde(default)]
    pub passage: u32,
    /// The agenda item it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// Its cells.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedTable))]
    pub table: Classified<Table>,
    /// What they mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

impl Payload for TableRecorded {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }
}

/// A follow-up from earlier minutes was noted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatterArisingNoted {
    /// Its place among the meeting's matters arising, from 1.
    #[serde(default)]
    pub number: u32,
    /// The agenda item it was noted under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What it says.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub text: Classified<Prose>,
    /// The mark printed beside it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<Classification>,
    /// The passage of the record that it stands in, if one was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<u32>,
    /// What it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

impl Payload for MatterArisingNoted {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }
}

/// The committee decided something.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionRecorded {
    /// Its place among the meeting's decisions, from 1; with the meeting it makes the decision's id.
    #[serde(default)]
    pub number: u32,
    /// The agenda item it was made under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What the committee did.
    pub verb: Verb,
    /// What it is about.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub text: Classified<Prose>,
    /// The parties it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<PartyName>,
    /// The body that a recommendation is addressed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommended_to: Option<Name>,
    /// The day of the meeting that the matter is deferred to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred_to: Option<NaiveDate>,
    /// The body or person that a delegation is to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated_to: Option<Name>,
    /// The earlier decisions that this one takes the place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<DecisionId>,
    /// The passage of the record that it stands in, if one was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<u32>,
    /// What it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

impl Payload for DecisionRecorded {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
        into.extend(&self.subjects);
        into.extend(&self.supersedes);
    }

    fn requires(&self) -> Vec<Requirement> {
        self.supersedes.iter().cloned().map(Requirement::Decision).collect()
    }
}

/// A decision of this meeting no longer stands: a later one took its place, or rescinded it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionSuperseded {
    /// The decision that no longer stands; one of this meeting.
    pub decision: DecisionId,
    /// The decision that took its place.
    pub by: DecisionId,
    /// Whether it was rescinded with nothing in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rescinded: bool,
}

impl Payload for DecisionSuperseded {
    fn references(&self, into: &mut References) {
        into.add(&self.decision);
        into.add(&self.by);
    }

    fn requires(&self) -> Vec<Requirement> {
        vec![Requirement::Decision(self.by.clone())]
    }
}

/// Minutes of this meeting were drafted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MinutesDrafted {
    /// Which of the two sets.
    pub edition: MinutesEdition,
    /// When the draft was ready.
    pub drafted_on: NaiveDate,
    /// The document, with its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Reference>,
}

impl Payload for MinutesDrafted {
    fn references(&self, into: &mut References) {
        into.extend(&self.document);
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.drafted_on, None))
    }
}

/// This meeting approved the minutes of an earlier one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MinutesApproved {
    /// The committee.
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub committee: crate::reference::CommitteeCode,
    /// The day of the meeting that was minuted.
    pub minutes_of: NaiveDate,
    /// Which of the two sets.
    pub edition: MinutesEdition,
    /// As written, or subject to amendments.
    pub outcome: MinutesOutcome,
    /// The amendments, where there are any.
    #[serde(default, with = "stored_list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::MarkedProse>))]
    pub amendments: Vec<Classified<Prose>>,
    /// Whether comments had been received; none when the record does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_received: Option<bool>,
}

impl MinutesApproved {
    /// The reference under which every approval of one day's minutes is found.
    pub fn minutes_reference(committee: &crate::reference::CommitteeCode, minutes_of: NaiveDate) -> String {
        format!("{committee} minutes of {minutes_of}")
    }
}

impl Payload for MinutesApproved {
    fn references(&self, into: &mut References) {
        into.add(Self::minutes_reference(&self.committee, self.minutes_of));
    }

    fn requires(&self) -> Vec<Requirement> {
        vec![Requirement::MinutesUnapproved {
            committee: self.committee.clone(),
            minutes_of: self.minutes_of,
            edition: self.edition,
        }]
    }
}

/// The day of the committee's next meeting was set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextMeetingSet {
    /// The day.
    pub on: NaiveDate,
}

impl Payload for NextMeetingSet {}

/// The chair closed the meeting. From here on its record changes only by correction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeetingClosed {
    /// At what time, if it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub closed_at: Option<NaiveTime>,
}

impl Payload for MeetingClosed {
    fn time_of_day(&self) -> Option<NaiveTime> {
        self.closed_at
    }
}

/// The headlines went out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeadlinesPublished {
    /// Which edition, from 1.
    #[serde(default)]
    pub edition: u32,
    /// The highest classification that the published document holds.
    pub audience: Classification,
    /// When.
    pub published_on: NaiveDate,
}

impl Payload for HeadlinesPublished {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.published_on, None))
    }
}

/// What a decision recorded by `meeting` means for the meetings whose decisions it supersedes.
pub fn supersessions(meeting: &MeetingRef, decision: &DecisionRecorded) -> Vec<(StreamId, Event)> {
    let by = DecisionId::new(meeting.clone(), decision.number);
    let superseded = |earlier: &DecisionId| {
        let event = DecisionSuperseded { decision: earlier.clone(), by: by.clone(), rescinded: false };
        (StreamId::Meeting(earlier.meeting().clone()), Event::Meeting(event.into()))
    };
    decision.supersedes.iter().map(superseded).collect()
}

events! {
    /// What can happen at, before and after a meeting.
    MeetingEvent of "meeting" {
        MeetingConvened = 1,
        AttendanceRecorded = 1,
        ApologiesRecorded = 1,
        InterestDeclared = 1,
        AgendaItemTabled = 1,
        ParagraphRecorded = 1,
        ListRecorded = 2,
        TableRecorded = 1,
        MatterArisingNoted = 1,
        DecisionRecorded = 1,
        DecisionSuperseded = 1,
        MinutesDrafted = 1,
        MinutesApproved = 1,
        NextMeetingSet = 1,
        MeetingClosed = 1,
        HeadlinesPublished = 1,
    }
}
