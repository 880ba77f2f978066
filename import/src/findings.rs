//! What an import has to say about a document, beyond what it recorded.

use serde::Serialize;

/// Something in the document that calls for a secretary's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line it is about.
    pub line: u32,
    /// What it is, in a short stable name.
    pub kind: Kind,
    /// An excerpt, or what was expected.
    pub text: String,
}

/// Text that no rule of the house style understood. It is in the record all the same, as a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unrecognised {
    /// Its line.
    pub line: u32,
    /// The text.
    pub text: String,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The committee agreed to do something, and no action was raised under the item.
    AgreedWithoutAction,
    /// An action names nobody who is to do it.
    ActionWithoutOwner,
    /// An action has no day it is to be done by.
    ActionWithoutDueDate,
    /// An action has no reference of its own; one was given to it.
    ActionWithoutReference,
    /// An action's reference was used before in the document, or belongs to another committee.
    ActionReferenceRefused,
    /// A date cannot be what it is given as: a due date before the meeting, a next meeting before this one.
    DateOutOfOrder,
    /// Something was put off to the meeting of a day: `lint` asks after it once that day is past.
    DeferredToMeeting,
    /// An agenda item has no classification mark.
    ItemWithoutClassification,
    /// The document does not state its classification.
    DocumentWithoutClassification,
    /// A text marked with a higher classification than the document's is printed in it.
    HigherClassification,
    /// A recommendation does not say to whom.
    RecommendationUnaddressed,
    /// The minutes approved are of no known day.
    MinutesWithoutDate,
    /// The meeting's reference and its date name different days.
    ReferenceDateDiffers,
    /// Two items have one number.
    ItemNumberRepeated,
    /// A status was already dealt with at this meeting, or does not fit its assessment.
    StatusRefused,
    /// An update of an action that was already at its end.
    ActionUpdateRefused,
    /// A sheet of a workbook is no action log.
    SheetPassedOver,
    /// A column of an action log is none that is read.
    ColumnPassedOver,
    /// Nothing says when something happened; a day was assumed.
    DateAssumed,
    /// Bytes that are no UTF-8 were replaced.
    NotUtf8,
    /// The target of a link is not part of the record.
    LinkTargetDropped,
    /// The book's rules do not admit it, with what the book holds already.
    NotRecorded,
    /// Text was not understood.
    NotUnderstood,
}

/// The first words of a text, enough to find it by.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 160;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
