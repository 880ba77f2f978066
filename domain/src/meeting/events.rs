//! The events of a meeting's stream.

use super::calendar::{MeetingCancelled, MeetingPostponed, MeetingRenumbered};
use crate::classification::role::Main;
use crate::classification::{Classification, Classified, Clearance, FieldRole, Redact, VisitText, stored, stored_list};
use crate::fragment::HiddenEntries;
use crate::payload::{Alternative, Payload, References};
use crate::reference::{DecisionId, ItemLabel, MeetingRef, Name, PartyName, Prose, Reference};
use crate::requirement::Requirement;
use crate::stored_event::events;
use crate::stream::StreamId;
use crate::words::{Capacity, MinutesEdition, MinutesOutcome, Verb};
use crate::{fields, fragments, roles};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// A meeting was convened.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeetingConvened {
    /// The meeting's reference; its day and month are those of `held_on`.
    pub reference: MeetingRef,
    /// The day of the meeting.
    #[serde(with = "crate::calendar_day")]
    pub held_on: NaiveDate,
    /// The time at which it begins, in the committee's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub starts_at: Option<NaiveTime>,
    /// The time at which it ends.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub ends_at: Option<NaiveTime>,
    /// The place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Name>,
    /// The classification of the published document as a whole.
    pub classification: Classification,
}

roles!(MeetingConvened { reference: Open, held_on: Open, starts_at: Open, ends_at: Open, venue: Open, classification: Open }
    fn whole(&self) -> Option<Classification> {
        Some(self.classification)
    }

    fn set_whole(&mut self, mark: Classification) {
        self.classification = mark;
    }
);

impl Payload for MeetingConvened {
    fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        visit(&mut self.reference);
    }

    fn begins(&self) -> Option<StreamId> {
        Some(StreamId::Meeting(self.reference.clone()))
    }

    fn requires(&self) -> Vec<Requirement> {
        vec![Requirement::Committee(self.reference.committee().clone())]
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.held_on, self.starts_at))
    }

    fn printed_mark(&self) -> Option<Classification> {
        Some(self.classification)
    }
}

/// A person attended.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttendanceRecorded {
    /// The person's name.
    pub name: Name,
    /// The body that they represent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// The capacity in which they attended.
    pub capacity: Capacity,
    /// The part of the meeting that they attended, if not all of it: `items 3 to 6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Name>,
}

roles!(AttendanceRecorded { name: Open, organisation: Open, capacity: Open, part: Open });

impl Payload for AttendanceRecorded {
    fn alternative(&self) -> Option<Alternative> {
        Some(Alternative::Presence)
    }
}

/// A person sent apologies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApologiesRecorded {
    /// The person's name.
    pub name: Name,
    /// The body that they represent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// The name of the alternate who attended instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate: Option<Name>,
}

roles!(ApologiesRecorded { name: Open, organisation: Open, alternate: Open });

impl Payload for ApologiesRecorded {
    fn alternative(&self) -> Option<Alternative> {
        Some(Alternative::Presence)
    }
}

/// A person present declared an interest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InterestDeclared {
    /// The person's name.
    pub name: Name,
    /// The number of the agenda item; left out if the interest is in the meeting's business as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// The interest as declared.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub interest: Classified<Prose>,
    /// Whether the person withdrew while the item was decided.
    #[serde(default)]
    pub recused: bool,
}

roles!(InterestDeclared { name: Open, item: Open, interest: Main, recused: Open });

impl Payload for InterestDeclared {}

/// An agenda item was tabled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgendaItemTabled {
    /// Its number, from 1, or its label.
    #[serde(default)]
    pub number: ItemLabel,
    /// Its title, with the classification of the printed title.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub title: Classified<Prose>,
    /// The classification printed beside it, which applies to its narrative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Whether it is on every agenda.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
    /// The documents, modifications and codes that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

roles!(AgendaItemTabled { number: Open, title: Main, classification: Open, standing: Open, references: Mentions });

impl Payload for AgendaItemTabled {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }

    fn printed_mark(&self) -> Option<Classification> {
        self.classification
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
    /// The number of its agenda item; left out before the first item and after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// The text.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub text: Classified<Prose>,
    /// The documents, modifications and codes that it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

roles!(ParagraphRecorded { passage: Open, item: Open, text: Main, references: Mentions });

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
    /// The number of its agenda item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// Whether its entries are numbered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ordered: bool,
    /// Its entries, each with a classification of its own.
    #[serde(with = "stored_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::MarkedProse>))]
    pub entries: Vec<Classified<Prose>>,
    /// The depth of each entry, from 0; empty for a flat list. A depth that skips a level counts as one more than that of
    /// the entry before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depths: Vec<u32>,
    /// The documents, modifications and codes that it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

fields!(ListRecorded { passage, item, ordered, entries, depths, references });
fragments!(ListRecorded {
    passage: Open,
    item: Open,
    ordered: Open,
    entries: Main,
    depths: Beside since 2,
    references: Mentions
});

impl Redact for ListRecorded {
    fn redact(&mut self, clearance: Clearance, hidden: &mut HiddenEntries) -> bool {
        let Self { passage: _, item: _, ordered: _, entries, depths, references } = self;
        let visible: Vec<bool> = entries.iter().map(|entry| clearance.permits(entry.classification())).collect();
        if visible.iter().all(|visible| *visible) {
            return true;
        }
        hidden.retain_by_index("depths", depths, |index| *visible.get(index).unwrap_or(&false));
        let permitted = <Main as FieldRole<_>>::redact("entries", entries, clearance, hidden);
        // The references of a list belong to all its entries: those stay that a visible entry mentions.
        let texts: Vec<String> =
            entries.iter().filter_map(|entry| Some(letters(entry.disclose(clearance)?.as_str()))).collect();
        references.retain(|name| texts.iter().any(|text| text.contains(&letters(name.as_str()))));
        permitted
    }

    fn texts(&mut self, visit: &mut VisitText<'_>) {
        <Main as FieldRole<_>>::texts("entries", &mut self.entries, visit);
    }

    fn marks(&self, visit: &mut dyn FnMut(Classification)) {
        <Main as FieldRole<_>>::marks(&self.entries, visit);
    }
}

/// The letters and digits of a text in lower case, so that `Other User ‘L’` mentions `Other User L`.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
    #[serde(deserialize_with = "crate::text::cells")]
    pub header: Vec<String>,
    /// The rows, each with a cell for each column.
    #[serde(deserialize_with = "crate::text::rows")]
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
    /// The number of its agenda item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// Its cells.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = MarkedTable))]
    pub table: Classified<Table>,
    /// The documents, modifications and codes that it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

roles!(TableRecorded { passage: Open, item: Open, table: Main, references: Mentions });

impl Payload for TableRecorded {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }
}

/// A matter arising from earlier minutes was noted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatterArisingNoted {
    /// Its place among the meeting's matters arising, from 1.
    #[serde(default)]
    pub number: u32,
    /// The number of the agenda item under which it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// The text.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub text: Classified<Prose>,
    /// The classification printed beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<Classification>,
    /// The number of the passage that contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<u32>,
    /// The documents, modifications and codes that it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

roles!(MatterArisingNoted { number: Open, item: Open, text: Main, marked: Open, passage: Open, references: Mentions });

impl Payload for MatterArisingNoted {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
    }

    fn printed_mark(&self) -> Option<Classification> {
        self.marked
    }
}

/// A decision was recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionRecorded {
    /// Its place among the meeting's decisions, from 1; with the meeting it makes the decision's id.
    #[serde(default)]
    pub number: u32,
    /// The number of the agenda item under which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// The verb of the decision.
    pub verb: Verb,
    /// The text of the decision.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub text: Classified<Prose>,
    /// The parties it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<PartyName>,
    /// The body to which a recommendation is addressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommended_to: Option<Name>,
    /// The day of the meeting to which the matter is deferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub deferred_to: Option<NaiveDate>,
    /// The body or person to whom the matter is delegated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated_to: Option<Name>,
    /// The earlier decisions that it supersedes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<DecisionId>,
    /// The number of the passage that contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<u32>,
    /// The documents, modifications and codes that it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

roles!(DecisionRecorded {
    number: Open,
    item: Open,
    verb: Open,
    text: Main,
    subjects: Names,
    recommended_to: Names,
    deferred_to: Open,
    delegated_to: Names,
    supersedes: Names,
    passage: Open,
    references: Mentions
});

impl Payload for DecisionRecorded {
    fn references(&self, into: &mut References) {
        into.extend(&self.references);
        into.extend(&self.subjects);
        into.extend(&self.supersedes);
    }

    fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        self.supersedes.iter_mut().map(DecisionId::meeting_mut).for_each(visit);
    }

    fn requires(&self) -> Vec<Requirement> {
        self.supersedes.iter().cloned().map(Requirement::Decision).collect()
    }
}

/// A decision of this meeting was superseded or rescinded by a later one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionSuperseded {
    /// The superseded decision, one of this meeting.
    pub decision: DecisionId,
    /// The decision that supersedes it.
    pub by: DecisionId,
    /// Whether it was rescinded without a replacement.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rescinded: bool,
}

roles!(DecisionSuperseded { decision: Names, by: Names, rescinded: Open });

impl Payload for DecisionSuperseded {
    fn references(&self, into: &mut References) {
        into.add(&self.decision);
        into.add(&self.by);
    }

    fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        visit(self.decision.meeting_mut());
        visit(self.by.meeting_mut());
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
    /// The set of minutes.
    pub edition: MinutesEdition,
    /// The day on which the draft was ready.
    #[serde(with = "crate::calendar_day")]
    pub drafted_on: NaiveDate,
    /// The document, with its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Reference>,
}

roles!(MinutesDrafted { edition: Open, drafted_on: Open, document: Names });

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
    /// The committee whose minutes they are.
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub committee: crate::reference::CommitteeCode,
    /// The day of the minuted meeting.
    #[serde(with = "crate::calendar_day")]
    pub minutes_of: NaiveDate,
    /// The set of minutes.
    pub edition: MinutesEdition,
    /// As written, or subject to amendments.
    pub outcome: MinutesOutcome,
    /// The amendments.
    #[serde(default, with = "stored_list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::MarkedProse>))]
    pub amendments: Vec<Classified<Prose>>,
    /// Whether comments were received; left out if the record does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_received: Option<bool>,
}

roles!(MinutesApproved {
    committee: Names,
    minutes_of: Open,
    edition: Open,
    outcome: Open,
    amendments: Optional,
    comments_received: Open
});

impl MinutesApproved {
    /// The reference that finds every approval of one day's minutes.
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
    /// The day of the next meeting.
    #[serde(with = "crate::calendar_day")]
    pub on: NaiveDate,
}

roles!(NextMeetingSet { on: Open });

impl Payload for NextMeetingSet {}

/// The meeting was closed. Its record changes only by correction from then on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeetingClosed {
    /// The time at which it closed.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub closed_at: Option<NaiveTime>,
}

roles!(MeetingClosed { closed_at: Open });

impl Payload for MeetingClosed {
    fn time_of_day(&self) -> Option<NaiveTime> {
        self.closed_at
    }
}

/// An edition of the headlines was published.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeadlinesPublished {
    /// The number of the edition, from 1.
    #[serde(default)]
    pub edition: u32,
    /// The highest classification in the published document.
    pub audience: Classification,
    /// The day of publication.
    #[serde(with = "crate::calendar_day")]
    pub published_on: NaiveDate,
}

roles!(HeadlinesPublished { edition: Open, audience: Open, published_on: Open }
    fn whole(&self) -> Option<Classification> {
        Some(self.audience)
    }
);

impl Payload for HeadlinesPublished {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.published_on, None))
    }

    fn printed_mark(&self) -> Option<Classification> {
        Some(self.audience)
    }
}

events! {
    /// An event of a meeting's stream.
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
        MeetingCancelled = 1,
        MeetingPostponed = 1,
        MeetingRenumbered = 1,
    }
}

#[cfg(feature = "openapi")]
crate::openapi::marked! {
    MarkedTable: Table;
}
