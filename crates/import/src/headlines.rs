//! What a document of headlines says: the meeting, and the records of it in the order of the document.

use crate::block::LineRange;
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{Capacity, MinutesEdition, MinutesOutcome, Verb};
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef, Name, PartyName, Reference};

use crate::findings::{ImportFinding, UnrecognisedText};
use crate::source::SourceLines;

/// A document of headlines, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedHeadlines {
    /// The meeting's reference.
    pub reference: MeetingRef,
    /// The committee's name in full, if the document gives it.
    pub committee_name: Option<Name>,
    /// Whether the marks are those of the Traffic Light Protocol's second edition.
    pub uses_tlp: bool,
    /// The day it was held.
    pub held_on: NaiveDate,
    /// When it began.
    pub starts_at: Option<NaiveTime>,
    /// When it ended.
    pub ends_at: Option<NaiveTime>,
    /// Where it was held.
    pub venue: Option<Name>,
    /// The classification that the document states for itself.
    pub classification: Option<Classification>,
    /// The classification that its texts are recorded under: the stated one, else the one given by default.
    pub text_classification: Classification,
    /// The day of the next meeting.
    pub next_meeting_on: Option<NaiveDate>,
    /// When the chair closed the meeting, if that is said.
    pub closed_at: Option<NaiveTime>,
    /// The lines that the meeting's own particulars stand in.
    pub convened_lines: LineRange,
    /// The last line of the document.
    pub last_line: u32,
    /// The document's lines, as its reader told them apart.
    pub source_lines: SourceLines,
    /// Everything the document records, in order.
    pub records: Vec<PlacedRecord>,
    /// What was put off to a later meeting without a decision.
    pub deferrals: Vec<ParsedDeferral>,
    /// What was said of all outstanding actions at once.
    pub outstanding_actions: Option<&'static str>,
    /// What calls for attention.
    pub findings: Vec<ImportFinding>,
    /// What was not understood, though it is kept as text.
    pub unrecognised: Vec<UnrecognisedText>,
}

impl ParsedHeadlines {
    /// The committee's code.
    pub fn committee(&self) -> &CommitteeCode {
        self.reference.committee()
    }
}

/// A record, and the lines it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedRecord {
    /// The record.
    pub record: ParsedRecord,
    /// Its lines.
    pub lines: LineRange,
}

/// One thing that the document records.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsedRecord {
    /// An agenda item's heading.
    Item(ParsedItem),
    /// A paragraph; a heading that is no item's is one too.
    Paragraph(ParsedPassage, String),
    /// A list: whether it is numbered, and its entries, each with how many entries it is nested under.
    List(ParsedPassage, bool, Vec<(u32, String)>),
    /// A table: its header and its rows.
    Table(ParsedPassage, Vec<String>, Vec<Vec<String>>),
    /// A matter arising.
    Matter(ParsedMatter),
    /// A decision.
    Decision(ParsedDecision),
    /// The approval of one set of one day's minutes.
    Minutes(ParsedMinutes),
    /// A party is named for the first time.
    Party(PartyName),
    /// A status was agreed or deferred.
    Status(ParsedStatus),
    /// An action was raised.
    Action(ParsedAction),
    /// Something became of an action.
    Update(ActionUpdate),
    /// Somebody was there.
    Attendance(ParsedAttendee),
    /// Somebody sent apologies: who, for which body, and who came instead.
    Apologies(Name, Option<Name>, Option<Name>),
    /// The next meeting was set.
    NextMeeting(NaiveDate),
}

/// An agenda item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedItem {
    /// Its number.
    pub number: u32,
    /// Its title, without number and mark.
    pub title: String,
    /// The mark beside it.
    pub mark: Option<Classification>,
    /// What the title mentions.
    pub references: Vec<Reference>,
}

/// Where a paragraph, a list or a table stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedPassage {
    /// Its number, from 1.
    pub number: u32,
    /// The item it stands under.
    pub item: Option<u32>,
    /// What it mentions.
    pub references: Vec<Reference>,
}

/// Somebody who was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedAttendee {
    /// Who.
    pub name: Name,
    /// For which body.
    pub organisation: Option<Name>,
    /// In what capacity.
    pub capacity: Capacity,
    /// For which part of the meeting, when not for the whole of it.
    pub part: Option<Name>,
}

/// A matter arising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMatter {
    /// Its number, from 1.
    pub number: u32,
    /// The item it stands under.
    pub item: Option<u32>,
    /// Its text, without the mark.
    pub text: String,
    /// The mark beside it.
    pub mark: Option<Classification>,
    /// The passage it stands in.
    pub passage: Option<u32>,
    /// What it mentions.
    pub references: Vec<Reference>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedDecision {
    /// Its number, from 1.
    pub number: u32,
    /// The item it stands under.
    pub item: Option<u32>,
    /// What was done.
    pub verb: Verb,
    /// What it is about.
    pub text: String,
    /// The parties it is about.
    pub subjects: Vec<PartyName>,
    /// The body that a recommendation is addressed to.
    pub recommended_to: Option<Name>,
    /// The day that a matter is deferred to.
    pub deferred_to: Option<NaiveDate>,
    /// The body or person that something is delegated to.
    pub delegated_to: Option<Name>,
    /// The earlier decisions that it takes the place of.
    pub supersedes: Vec<DecisionId>,
    /// The passage it stands in.
    pub passage: Option<u32>,
    /// What it mentions.
    pub references: Vec<Reference>,
}

/// The approval of one set of one day's minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMinutes {
    /// The day of the meeting that was minuted.
    pub minutes_of: NaiveDate,
    /// Which set.
    pub edition: MinutesEdition,
    /// As written, or subject to amendments.
    pub outcome: MinutesOutcome,
    /// The amendments, where they are stated.
    pub amendments: Vec<String>,
    /// Whether comments had been received, if it is said.
    pub comments_received: Option<bool>,
}

/// A status, agreed or deferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedStatus {
    /// Whose.
    pub party: PartyName,
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// What was done.
    pub outcome: StatusOutcome,
    /// The assessment it follows from.
    pub assessment: Option<Assessment>,
    /// The item it stands under.
    pub item: Option<u32>,
    /// The number of the decision.
    pub decision: Option<u32>,
}

/// What was done with a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusOutcome {
    /// It was agreed: its value, if that is stated.
    Agreed(Option<String>),
    /// It was put off: to which day, if that was said.
    Deferred(Option<NaiveDate>),
}

/// An action that was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedAction {
    /// Its reference.
    pub reference: ActionRef,
    /// What is to be done.
    pub text: String,
    /// By whom.
    pub owners: Vec<Name>,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// The mark beside it.
    pub mark: Option<Classification>,
    /// The item it stands under.
    pub item: Option<u32>,
    /// The number of the decision that it carries out.
    pub decision: Option<u32>,
    /// What it mentions.
    pub references: Vec<Reference>,
}

/// What became of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionUpdate {
    /// The action.
    pub reference: ActionRef,
    /// What became of it.
    pub progress: ActionProgress,
    /// The text that says so.
    pub note: Option<String>,
}

/// What can become of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionProgress {
    /// It is done.
    Complete,
    /// It will be done in time.
    OnTarget,
    /// Its day has passed.
    Overdue,
    /// It goes on.
    Ongoing,
    /// It is no longer asked for.
    Withdrawn,
    /// It was left to a later meeting.
    CarriedForward(Option<NaiveDate>),
    /// Another takes its place.
    Superseded(ActionRef),
    /// It is outstanding again.
    Reopened,
    /// It is to be done by another day.
    DueDateMoved(NaiveDate),
    /// Others are to do it.
    Reassigned(Vec<Name>),
}

impl ActionProgress {
    /// The words that stand for it in a report.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::OnTarget => "on target",
            Self::Overdue => "overdue",
            Self::Ongoing => "outstanding",
            Self::Withdrawn => "withdrawn",
            Self::CarriedForward(_) => "carried forward",
            Self::Superseded(_) => "superseded",
            Self::Reopened => "reopened",
            Self::DueDateMoved(_) => "due date moved",
            Self::Reassigned(_) => "reassigned",
        }
    }

    /// Whether the action needs nothing more.
    pub fn ends_it(&self) -> bool {
        matches!(self, Self::Complete | Self::Withdrawn | Self::Superseded(_))
    }
}

/// Something put off to a later meeting without a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedDeferral {
    /// The line that says so.
    pub line: u32,
    /// The item it stands under.
    pub item: Option<u32>,
    /// The day of the meeting that is to take it up.
    pub to: NaiveDate,
    /// The sentence.
    pub text: String,
}
