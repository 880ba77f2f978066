//! What an import has to say about a document, beyond what it recorded.

use serde::Serialize;

/// Something in the document that calls for a secretary's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportFinding {
    /// The line it is about.
    pub line: u32,
    /// What it is, in a short stable name.
    pub kind: ImportFindingKind,
    /// An excerpt, or what was expected.
    pub text: String,
}

/// Text that no rule of the house style understood. It is in the record all the same, as a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnrecognisedText {
    /// Its line.
    pub line: u32,
    /// The text.
    pub text: String,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportFindingKind {
    /// The committee agreed to do something, and no action was raised under the item.
    AgreedWithoutAction,
    /// An action names nobody who is to do it.
    ActionWithoutOwner,
    /// An action has no day it is to be done by.
    ActionWithoutDueDate,
    /// An action has no reference of its own; one was given to it.
    ActionWithoutReference,
    /// An action log words an action otherwise than the book, which keeps its own words.
    ActionTextDiffers,
    /// An action's reference was used before in the document, or belongs to another committee.
    ActionReferenceRefused,
    /// The committee has a name and no code; one was given to it.
    CommitteeWithoutCode,
    /// A date cannot be what it is given as: a due date before the meeting, a next meeting before this one.
    DateOutOfOrder,
    /// Something was put off to the meeting of a day.
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
    /// Somebody is named twice among those present and those who sent apologies.
    PersonRepeated,
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
    /// Text that was deleted with changes tracked is not part of the record.
    DeletedTextDropped,
    /// A comment in the margin is not part of the record.
    CommentDropped,
    /// A table of contents repeats the headings, and is not recorded.
    ContentsDropped,
    /// A header or footer of the pages says something that the text does not.
    PageFurnitureDropped,
    /// A picture, or another document inside this one, is not part of the record.
    PictureDropped,
    /// A sign of a font that has signs of its own was replaced.
    SignNotKnown,
    /// The book's rules do not admit it, with what the book holds already.
    NotRecorded,
    /// Text was not understood.
    NotUnderstood,
}

impl ImportFindingKind {
    /// What calls for attention, in a few words.
    pub fn message(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => "agreed to do something, and no action was raised",
            Self::ActionWithoutOwner => "the action has no owner",
            Self::ActionWithoutDueDate => "the action has no due date",
            Self::ActionWithoutReference => "the action has no reference of its own",
            Self::ActionReferenceRefused => "the action's reference cannot be used",
            Self::ActionTextDiffers => "the log words the action otherwise than the book",
            Self::CommitteeWithoutCode => "the committee has no code",
            Self::DateOutOfOrder => "the date cannot be what it is given as",
            Self::DeferredToMeeting => "put off to a later meeting",
            Self::ItemWithoutClassification => "the item has no classification",
            Self::DocumentWithoutClassification => "the document has no classification",
            Self::HigherClassification => "marked higher than the document it is printed in",
            Self::RecommendationUnaddressed => "the recommendation is addressed to no one",
            Self::MinutesWithoutDate => "the minutes approved are of no known day",
            Self::ReferenceDateDiffers => "the meeting's reference and its date differ",
            Self::PersonRepeated => "named twice on the rolls",
            Self::ItemNumberRepeated => "the item's number is used twice",
            Self::StatusRefused => "the status is not recorded",
            Self::ActionUpdateRefused => "the action's update is not recorded",
            Self::NotUtf8 => "bytes that are no text",
            Self::LinkTargetDropped => "the link's target is not recorded",
            Self::DeletedTextDropped => "deleted with changes tracked, and not recorded",
            Self::CommentDropped => "a comment in the margin is not recorded",
            Self::ContentsDropped => "the table of contents is not recorded",
            Self::PageFurnitureDropped => "the page's header or footer is not recorded",
            Self::PictureDropped => "a picture or an enclosed document is not recorded",
            Self::SignNotKnown => "a sign that is not known was replaced",
            Self::SheetPassedOver => "the sheet is no action log, and not recorded",
            Self::ColumnPassedOver => "the column is not recorded",
            Self::DateAssumed => "the date is not given, and was taken from elsewhere",
            Self::NotRecorded => "not recorded",
            Self::NotUnderstood => "not understood, and kept as text",
        }
    }

    /// What would be accepted, where something else would be.
    pub fn help(self) -> Option<&'static str> {
        Some(match self {
            Self::AgreedWithoutAction => "under the item: `ACTION SSC72/01: SECAS to … by 27 March 2019`",
            Self::ActionWithoutOwner => "`SECAS to …` at its beginning, or `Owner: SECAS`",
            Self::ActionWithoutDueDate => "`by 27 March 2019`, `Due: 27/03/2019` or `by the next meeting`",
            Self::ActionWithoutReference | Self::ActionReferenceRefused => {
                "the committee, its meeting and a number not yet used: `SSC72/01`"
            }
            Self::ActionTextDiffers => "`minutebook record correction`, if the log is right",
            Self::CommitteeWithoutCode => "its code after its name, such as `Security Sub-Committee (SSC)`",
            Self::DateOutOfOrder => "a day after the meeting's own",
            Self::DeferredToMeeting => "a decision on it at that meeting",
            Self::ItemWithoutClassification => "a mark after the title, such as `(WHITE)`",
            Self::DocumentWithoutClassification => "`This document is classified as White in accordance with …`",
            Self::HigherClassification => "leave it out of this edition, or mark it no higher than the document",
            Self::RecommendationUnaddressed => "`RECOMMENDED … for SECCo Board approval`, `RECOMMENDED to the Panel …`",
            Self::MinutesWithoutDate => "`the Draft Minutes of 13 February 2019`",
            Self::ReferenceDateDiffers => "the day and month of the date: `SSC_72_2702` for 27 February",
            Self::ItemNumberRepeated => "a number that no other item of the meeting has",
            Self::NotUtf8 => "a file saved as UTF-8",
            Self::DateAssumed => "a date such as `27 March 2019` or `27/03/2019`, or a date cell",
            Self::PersonRepeated
            | Self::StatusRefused
            | Self::ActionUpdateRefused
            | Self::LinkTargetDropped
            | Self::DeletedTextDropped
            | Self::CommentDropped
            | Self::ContentsDropped
            | Self::PageFurnitureDropped
            | Self::PictureDropped
            | Self::SignNotKnown
            | Self::SheetPassedOver
            | Self::ColumnPassedOver
            | Self::NotRecorded
            | Self::NotUnderstood => return None,
        })
    }
}

/// The first words of a text, enough to find it by.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 160;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
