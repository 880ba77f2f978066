//! The headlines of one meeting as a document, for one audience: everything that is printed, and nothing above the
//! audience's clearance in any form.
//!
//! What a document said when it was imported comes back word for word, in its order. What was recorded without prose
//! is put into the sentences of the house style.

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
pub use record::Record;
pub use sentences::{clock_time, day};

use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef, Name, PartyName};

/// A meeting's headlines, as one audience may read them.
#[derive(Debug, Clone, PartialEq)]
pub struct MeetingDocument {
    /// When and where it was held.
    pub particulars: Particulars,
    /// The highest classification of anything in this document: its own, or that of a text that the audience may see.
    pub holds: Classification,
    /// What stands before the first item.
    pub front: Vec<Block>,
    /// The items, in the order they were tabled.
    pub items: Vec<ItemSection>,
    /// What stands after the last item.
    pub trailing: Vec<Block>,
    /// The decisions that the audience may read, printed above in their places.
    pub decisions: Vec<Decision>,
    /// The matters arising, likewise.
    pub matters: Vec<Matter>,
    /// The actions raised, likewise.
    pub actions: Vec<Action>,
    /// The day of the next meeting, printed above.
    pub next_meeting_on: Option<NaiveDate>,
}

/// A meeting's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// The meeting's reference.
    pub reference: MeetingRef,
    /// The committee's name in full, if it is known.
    pub committee_name: Option<Name>,
    /// The day it was held.
    pub held_on: NaiveDate,
    /// When it began, in the committee's time zone.
    pub starts_at: Option<NaiveTime>,
    /// When it ended.
    pub ends_at: Option<NaiveTime>,
    /// Where.
    pub venue: Option<Name>,
    /// The classification that the published document has.
    pub classification: Classification,
}

impl Particulars {
    /// The committee's code.
    pub fn committee(&self) -> &CommitteeCode {
        self.reference.committee()
    }
}

/// A piece of text with a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
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
        /// How many entries each is nested under; empty where none is nested.
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

impl Block {
    /// A list with a bullet before each entry.
    pub(crate) fn bullets(entries: Vec<String>) -> Self {
        Self::List { ordered: false, entries, depths: Vec::new() }
    }
}

/// An item and what is printed under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemSection {
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// The mark printed beside it.
    pub mark: Option<Classification>,
    /// Its text.
    pub content: Vec<Block>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The item it was made under.
    pub item: Option<u32>,
    /// What the committee did.
    pub verb: Verb,
    /// What it is about.
    pub text: String,
    /// The parties it is about.
    pub subjects: Vec<PartyName>,
    /// The body that a recommendation is addressed to.
    pub recommended_to: Option<Name>,
    /// The day that the matter is deferred to.
    pub deferred_to: Option<NaiveDate>,
    /// The earlier decisions that it takes the place of.
    pub supersedes: Vec<DecisionId>,
    /// The later decision that took its place.
    pub superseded_by: Option<DecisionId>,
    /// Who may read it.
    pub classification: Classification,
}

/// A matter arising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// The item it was noted under.
    pub item: Option<u32>,
    /// What it says.
    pub text: String,
    /// The mark printed beside it.
    pub mark: Option<Classification>,
}

/// An action as it was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its reference.
    pub reference: ActionRef,
    /// The item it was raised under.
    pub item: Option<u32>,
    /// What is to be done.
    pub text: String,
    /// By whom.
    pub owners: Vec<Name>,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// The mark printed beside it.
    pub mark: Option<Classification>,
}

/// Why there is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDocument {
    /// There is no such meeting.
    NotConvened,
    /// The document as a whole is not for this audience.
    AboveClearance,
}
