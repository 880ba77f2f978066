//! What a document of headlines records: the meeting's particulars, then its records in the document's order.

use crate::block::LineRange;
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{Capacity, DocumentKind, MinutesEdition, MinutesOutcome, Verb};
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{
    ActionRef, CommitteeCode, DecisionId, DocumentEdition, MeetingRef, Name, PartyName, Reference,
};

use crate::findings::{ImportFinding, UnrecognisedText};
use crate::source::SourceLines;

/// A meeting's headlines, read but not yet turned into events.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedHeadlines {
    /// The meeting's reference; its day and month are those of `held_on`.
    pub reference: MeetingRef,
    /// Headlines or minutes, by the document's title.
    pub kind: DocumentKind,
    /// The committee's full name; `None` if the document gives only its code.
    pub committee_name: Option<Name>,
    /// Whether a mark belongs to the Traffic Light Protocol only. It decides the scheme of a new committee.
    pub uses_tlp: bool,
    /// The day of the meeting, by its reference where the two differ.
    pub held_on: NaiveDate,
    /// The time it began, local to the place.
    pub starts_at: Option<NaiveTime>,
    /// The time it ended; `None` if it is not after the start.
    pub ends_at: Option<NaiveTime>,
    /// The place, without trailing punctuation.
    pub venue: Option<Name>,
    /// The classification that the document states.
    pub classification: Option<Classification>,
    /// The classification under which the texts are recorded: the stated one, else the caller's default, else RED.
    pub text_classification: Classification,
    /// The day of the next meeting, later than `held_on`.
    pub next_meeting_on: Option<NaiveDate>,
    /// The time when the chair closed the meeting, if the document says it.
    pub closed_at: Option<NaiveTime>,
    /// The lines of the meeting's particulars.
    pub convened_lines: LineRange,
    /// The last line that holds a record.
    pub last_line: u32,
    /// The document's lines, to print beside findings.
    pub source_lines: SourceLines,
    /// The records, in the document's order.
    pub records: Vec<PlacedRecord>,
    /// Matters put off to a later meeting without a decision.
    pub deferrals: Vec<ParsedDeferral>,
    /// What the document says of all outstanding actions at once: `complete`, `on target`, or both.
    pub outstanding_actions: Option<&'static str>,
    /// The findings, ordered by line.
    pub findings: Vec<ImportFinding>,
    /// Text that was recorded without being understood.
    pub unrecognised: Vec<UnrecognisedText>,
}

impl ParsedHeadlines {
    /// Returns the code of the committee that met.
    pub fn committee(&self) -> &CommitteeCode {
        self.reference.committee()
    }

    /// Returns the number of the meeting by which it numbers its actions; 0 for a meeting that is named by its day.
    pub(crate) fn number(&self) -> u32 {
        self.reference.number().unwrap_or_default()
    }

    /// Returns the edition of the meeting's document that this is a version of.
    pub fn edition(&self) -> DocumentEdition {
        let (meeting, classification) = (self.reference.clone(), self.text_classification);
        DocumentEdition { meeting, kind: self.kind, classification }
    }
}

/// A record with the lines it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedRecord {
    /// What was recorded.
    pub record: ParsedRecord,
    /// The first and the last line.
    pub lines: LineRange,
}

/// One record of the meeting.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsedRecord {
    /// An agenda item's heading.
    Item(ParsedItem),
    /// A paragraph, or a heading that belongs to no item.
    Paragraph(ParsedPassage, String),
    /// A list: whether it is numbered, and its entries, each with its depth from 0.
    List(ParsedPassage, bool, Vec<(u32, String)>),
    /// A table: its header and its rows.
    Table(ParsedPassage, Vec<String>, Vec<Vec<String>>),
    /// A matter arising; its text is also part of a passage.
    Matter(ParsedMatter),
    /// A decision; its sentence is also part of a passage.
    Decision(ParsedDecision),
    /// The approval of one set of minutes.
    Minutes(ParsedMinutes),
    /// The first mention of a party.
    Party(PartyName),
    /// A status that was agreed or deferred.
    Status(ParsedStatus),
    /// A new action.
    Action(ParsedAction),
    /// An update of an action.
    Update(ActionUpdate),
    /// A person who attended.
    Attendance(ParsedAttendee),
    /// A person who sent apologies: the name, the organisation, and the alternate who came instead.
    Apologies(Name, Option<Name>, Option<Name>),
    /// The day of the next meeting.
    NextMeeting(NaiveDate),
}

/// An agenda item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedItem {
    /// The number, unique in the document.
    pub number: u32,
    /// The title without its number and its mark.
    pub title: String,
    /// The classification mark beside the title.
    pub mark: Option<Classification>,
    /// The references in the title.
    pub references: Vec<Reference>,
}

/// The place of a paragraph, list or table in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedPassage {
    /// The passage's number in the document, from 1.
    pub number: u32,
    /// The number of the item; `None` before the first one.
    pub item: Option<u32>,
    /// The references in the passage.
    pub references: Vec<Reference>,
}

/// A person who attended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedAttendee {
    /// The person's name, as printed.
    pub name: Name,
    /// The organisation beside the name.
    pub organisation: Option<Name>,
    /// The capacity beside the name, else that of the roll's label.
    pub capacity: Capacity,
    /// The part of the meeting that the person attended; `None` for the whole.
    pub part: Option<Name>,
}

/// A matter arising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMatter {
    /// The matter's number in the document, from 1.
    pub number: u32,
    /// The number of the item.
    pub item: Option<u32>,
    /// The text without its mark.
    pub text: String,
    /// The classification mark beside the text.
    pub mark: Option<Classification>,
    /// The number of the passage.
    pub passage: Option<u32>,
    /// The references in the text.
    pub references: Vec<Reference>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedDecision {
    /// The decision's number in the document, from 1.
    pub number: u32,
    /// The number of the item.
    pub item: Option<u32>,
    /// The verb, in capitals or bold in the document.
    pub verb: Verb,
    /// The object of the verb.
    pub text: String,
    /// The parties that the decision concerns.
    pub subjects: Vec<PartyName>,
    /// The body that a recommendation addresses.
    pub recommended_to: Option<Name>,
    /// The day to which a matter is deferred.
    pub deferred_to: Option<NaiveDate>,
    /// The body or person to whom something is delegated.
    pub delegated_to: Option<Name>,
    /// The earlier decisions that this one replaces.
    pub supersedes: Vec<DecisionId>,
    /// The number of the passage.
    pub passage: Option<u32>,
    /// The references in the decision.
    pub references: Vec<Reference>,
}

/// The approval of one set of minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMinutes {
    /// The day of the meeting that was minuted.
    pub minutes_of: NaiveDate,
    /// The set: draft or confidential draft.
    pub edition: MinutesEdition,
    /// As written, or subject to amendments.
    pub outcome: MinutesOutcome,
    /// The amendments that the decision states.
    pub amendments: Vec<String>,
    /// Whether comments were received; `None` if the document does not say.
    pub comments_received: Option<bool>,
}

/// A status of a party, agreed or deferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedStatus {
    /// The party, registered earlier in the record.
    pub party: PartyName,
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// What was decided about the status.
    pub outcome: StatusOutcome,
    /// The assessment that the status follows from.
    pub assessment: Option<Assessment>,
    /// The number of the item.
    pub item: Option<u32>,
    /// The number of the decision; `None` if no verb in capitals sets the status.
    pub decision: Option<u32>,
}

/// What was decided about a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusOutcome {
    /// Agreed, with the value if the document states it.
    Agreed(Option<String>),
    /// Deferred, to the day if one is given.
    Deferred(Option<NaiveDate>),
}

/// A new action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedAction {
    /// The reference, assigned by the import if the document gives none.
    pub reference: ActionRef,
    /// What is to be done.
    pub text: String,
    /// Those who are to do it.
    pub owners: Vec<Name>,
    /// The due date, not before the meeting.
    pub due_on: Option<NaiveDate>,
    /// The classification mark beside the text.
    pub mark: Option<Classification>,
    /// The number of the item.
    pub item: Option<u32>,
    /// The number of the decision that the action carries out.
    pub decision: Option<u32>,
    /// The references in the text.
    pub references: Vec<Reference>,
}

/// An update of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionUpdate {
    /// The action's reference.
    pub reference: ActionRef,
    /// The new state of the action.
    pub progress: ActionProgress,
    /// The text that states the update.
    pub note: Option<String>,
}

/// The state that an update reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionProgress {
    /// Done.
    Complete,
    /// Will be done in time.
    OnTarget,
    /// The due date has passed.
    Overdue,
    /// Still open.
    Ongoing,
    /// No longer wanted.
    Withdrawn,
    /// Left to a later meeting, on this day if one is given.
    CarriedForward(Option<NaiveDate>),
    /// Replaced by another action.
    Superseded(ActionRef),
    /// Open again.
    Reopened,
    /// To be done by another day.
    DueDateMoved(NaiveDate),
    /// Given to other owners.
    Reassigned(Vec<Name>),
}

impl ActionProgress {
    /// Returns the words for the state in a report.
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

    /// Returns the status in which the action has ended; `None` if it is still open.
    pub fn end(&self) -> Option<ActionStatus> {
        match self {
            Self::Complete => Some(ActionStatus::Complete),
            Self::Withdrawn => Some(ActionStatus::Withdrawn),
            Self::Superseded(_) => Some(ActionStatus::Superseded),
            _ => None,
        }
    }

    /// Whether the action has ended.
    pub fn ends_it(&self) -> bool {
        self.end().is_some()
    }
}

/// A matter put off to a later meeting without a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedDeferral {
    /// The line of the sentence.
    pub line: u32,
    /// The number of the item.
    pub item: Option<u32>,
    /// The day of the later meeting.
    pub to: NaiveDate,
    /// The sentence.
    pub text: String,
}
