//! What the caller knows of a document besides its bytes.

use crate::source::DocumentFormat;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, MeetingRef, Name, PartyName};
use std::collections::BTreeSet;

/// What the caller knows of a document besides its bytes.
#[derive(Debug, Clone, Default)]
pub struct ImportContext<'a> {
    /// The file's name without its folder. It may supply the meeting's reference where the text has none.
    pub file_name: &'a str,
    /// The format, if the caller knows it; `None` tells it from the name and the content.
    pub format: Option<DocumentFormat>,
    /// The meeting whose document it is, if the caller knows better than the document.
    pub meeting: Option<&'a MeetingRef>,
    /// The classification of a document that states none. `None` means RED: a text is never more widely readable than
    /// someone has said.
    pub default_classification: Option<Classification>,
}

/// A meeting whose record goes on.
#[derive(Debug, Clone)]
pub struct OpenMeeting {
    /// The meeting's reference.
    pub reference: MeetingRef,
    /// The day of the meeting.
    pub held_on: NaiveDate,
    /// The day of the next meeting, if it is known.
    pub next_meeting_on: Option<NaiveDate>,
    /// The classification of the text.
    pub classification: Classification,
    /// The number and the title of the item that the text stands under.
    pub item: Option<(u32, String)>,
    /// The numbers of the agenda items that are tabled.
    pub items: BTreeSet<u32>,
    /// The highest numbers given out to passages, matters arising and decisions.
    pub numbers: GivenNumbers,
    /// The actions that the meeting has raised.
    pub raised: BTreeSet<ActionRef>,
    /// The people whose presence or absence is recorded.
    pub people: BTreeSet<Name>,
    /// The parties that the committee knows.
    pub parties: BTreeSet<PartyName>,
}

/// The highest numbers given out at a meeting.
#[derive(Debug, Clone, Copy, Default)]
pub struct GivenNumbers {
    /// Of paragraphs, lists and tables together.
    pub passages: u32,
    /// Of matters arising.
    pub matters: u32,
    /// Of decisions.
    pub decisions: u32,
}
