//! The headlines of one meeting as a document for one audience, without anything above its clearance.
//!
//! Imported prose comes back word for word and in its order. Records without prose become sentences of the house style.

mod action_updates;
mod already_printed;
mod fold;
mod front;
mod minutes;
mod people;
mod record;
mod sentences;
mod statuses;

pub use fold::document;
pub use record::MeetingRecord;
pub use sentences::{clock_time, day};

use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{DocumentKind, Verb};
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyName};

/// A meeting's headlines for one audience.
#[derive(Debug, Clone, PartialEq)]
pub struct MeetingDocument {
    /// When and where the meeting was held.
    pub particulars: Particulars,
    /// The highest classification of the document itself and of its texts.
    pub holds: Classification,
    /// The blocks before the first item.
    pub front: Vec<HeadlinesBlock>,
    /// The items in the order in which they were tabled.
    pub items: Vec<ItemSection>,
    /// The blocks after the last item.
    pub trailing: Vec<HeadlinesBlock>,
    /// The decisions printed in the blocks above.
    pub decisions: Vec<PrintedDecision>,
    /// The matters arising printed above.
    pub matters: Vec<PrintedMatter>,
    /// The actions raised and printed above.
    pub actions: Vec<PrintedAction>,
    /// The day of the next meeting, printed above.
    pub next_meeting_on: Option<NaiveDate>,
}

/// A meeting's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// The meeting's reference.
    pub reference: MeetingRef,
    /// Headlines or minutes, for the title.
    pub kind: DocumentKind,
    /// The committee's full name, if known.
    pub committee_name: Option<Name>,
    /// The day of the meeting.
    pub held_on: NaiveDate,
    /// The time at which it began, in the committee's time zone.
    pub starts_at: Option<NaiveTime>,
    /// The time at which it ended.
    pub ends_at: Option<NaiveTime>,
    /// The place of the meeting.
    pub venue: Option<Name>,
    /// The classification of the published document.
    pub classification: Classification,
    /// Whether the meeting was cancelled.
    pub cancelled: bool,
    /// The day that it was first convened for, if it was postponed since.
    pub postponed_from: Option<NaiveDate>,
}

impl Particulars {
    /// The committee's code.
    pub fn committee(&self) -> &CommitteeCode {
        self.reference.committee()
    }
}

/// A block of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadlinesBlock {
    /// The document's title.
    Title(String),
    /// The line below it that names the meeting.
    Reference(String),
    /// A paragraph.
    Paragraph(String),
    /// A list.
    List {
        /// Whether its entries are numbered.
        ordered: bool,
        /// Its entries.
        entries: Vec<String>,
        /// The nesting depth of each entry; empty if no entry is nested.
        depths: Vec<u32>,
    },
    /// A table.
    Table {
        /// The heading of each column.
        header: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
    },
}

impl HeadlinesBlock {
    /// Creates a bulleted list.
    pub(crate) fn bullets(entries: Vec<String>) -> Self {
        Self::List { ordered: false, entries, depths: Vec::new() }
    }
}

/// An agenda item with the blocks printed under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemSection {
    /// Its number.
    pub number: ItemLabel,
    /// Its title.
    pub title: String,
    /// The mark printed beside it.
    pub mark: Option<Classification>,
    /// Its text.
    pub content: Vec<HeadlinesBlock>,
}

/// A decision printed in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedDecision {
    /// Its id.
    pub id: DecisionId,
    /// The item it was made under.
    pub item: Option<ItemLabel>,
    /// What the committee did.
    pub verb: Verb,
    /// What was decided.
    pub text: String,
    /// The parties that the decision concerns.
    pub subjects: Vec<PartyName>,
    /// The body to which a recommendation is addressed.
    pub recommended_to: Option<Name>,
    /// The day to which the matter is deferred.
    pub deferred_to: Option<NaiveDate>,
    /// Earlier decisions that this one supersedes.
    pub supersedes: Vec<DecisionId>,
    /// The later decision that supersedes this one.
    pub superseded_by: Option<DecisionId>,
    /// The classification of its text.
    pub classification: Classification,
}

/// A matter arising printed in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedMatter {
    /// The item it was noted under.
    pub item: Option<ItemLabel>,
    /// The text of the matter.
    pub text: String,
    /// The mark printed beside it.
    pub mark: Option<Classification>,
}

/// An action as it was raised, printed in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedAction {
    /// Its reference.
    pub reference: ActionRef,
    /// The item it was raised under.
    pub item: Option<ItemLabel>,
    /// What is to be done.
    pub text: String,
    /// The people or bodies responsible.
    pub owners: Vec<Name>,
    /// The due date.
    pub due_on: Option<NaiveDate>,
    /// The mark printed beside it.
    pub mark: Option<Classification>,
}

/// Why there is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeetingDocumentError {
    /// The meeting was never convened.
    NotConvened,
    /// The whole document is above the clearance.
    AboveClearance,
}
