//! Findings: what a secretary should look at after an import.

use serde::Serialize;

/// A place in the document that needs a secretary's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportFinding {
    /// The line of the document, from 1.
    pub line: u32,
    /// The kind of finding; its kebab-case name is part of the JSON contract.
    pub kind: ImportFindingKind,
    /// An excerpt of the document, or what was expected there.
    pub text: String,
}

impl ImportFinding {
    /// The finding that U+0000 was left out of a line.
    pub(crate) fn null_dropped(line: u32) -> Self {
        let text = "the character U+0000, which no ledger can hold, was left out".to_owned();
        Self { line, kind: ImportFindingKind::CharacterDropped, text }
    }
}

/// Text in a place where the house style expects something else. It is recorded as a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnrecognisedText {
    /// The line of the document, from 1.
    pub line: u32,
    /// The whole text.
    pub text: String,
}

/// The kinds of findings. Code decides on these, never on a finding's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportFindingKind {
    /// The committee agreed to act, and the item raises no action.
    AgreedWithoutAction,
    /// An action names no owner.
    ActionWithoutOwner,
    /// An action has no due date.
    ActionWithoutDueDate,
    /// An action has no reference; the import assigned one.
    ActionWithoutReference,
    /// The action log's wording differs from the ledger's, which stays.
    ActionTextDiffers,
    /// An action's reference is already used in the document, or belongs to another committee.
    ActionReferenceRefused,
    /// The committee has a name but no code; the import assigned one.
    CommitteeWithoutCode,
    /// A date contradicts the meeting's: a due date before it, or a next meeting that is not after it.
    DateOutOfOrder,
    /// A matter is put off to a later meeting.
    DeferredToMeeting,
    /// An agenda item has no classification mark.
    ItemWithoutClassification,
    /// The document states no classification.
    DocumentWithoutClassification,
    /// The document, or a row of it, states no mark; the import assumed one.
    MarkAssumed,
    /// A text is marked higher than the document that prints it.
    HigherClassification,
    /// A recommendation names no body.
    RecommendationUnaddressed,
    /// No day is known for the minutes that were approved.
    MinutesWithoutDate,
    /// Minutes were approved subject to amendments, and the text names none.
    AmendmentsMissing,
    /// The document contradicts another edition of the meeting's documents.
    EditionsContradict,
    /// What is said of an action rests on what the document's readers may not know, and is recorded for those who may.
    MarkRaised,
    /// The meeting's reference and its date give different days.
    ReferenceDateDiffers,
    /// A person appears twice in the attendance and apologies.
    PersonRepeated,
    /// Two items share a number.
    ItemNumberRepeated,
    /// A status repeats an earlier one of this meeting, or contradicts the item's assessment.
    StatusRefused,
    /// An update concerns an action that has already ended.
    ActionUpdateRefused,
    /// A sheet of the workbook has no header of an action log.
    SheetPassedOver,
    /// A column of the action log has an unknown heading.
    ColumnPassedOver,
    /// No date is given; the import assumed one.
    DateAssumed,
    /// Bytes that are not valid UTF-8 were replaced, or another encoding was assumed.
    NotUtf8,
    /// A character that cannot be recorded was left out.
    CharacterDropped,
    /// The target of a link is not recorded.
    LinkTargetDropped,
    /// A tracked deletion is not recorded.
    DeletedTextDropped,
    /// A comment in the margin is not recorded.
    CommentDropped,
    /// The table of contents is not recorded; it repeats the headings.
    ContentsDropped,
    /// A page header or footer holds words that the text does not, and is not recorded.
    PageFurnitureDropped,
    /// A picture or an embedded document is not recorded.
    PictureDropped,
    /// A character of a symbol font was replaced with U+FFFD.
    SignNotKnown,
    /// The ledger's rules refuse the event.
    NotRecorded,
    /// The text or cell was not understood.
    NotUnderstood,
}

impl ImportFindingKind {
    /// Returns the headline of the finding, as printed above the excerpt.
    pub fn message(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => "agreed to act, but no action was raised",
            Self::ActionWithoutOwner => "the action has no owner",
            Self::ActionWithoutDueDate => "the action has no due date",
            Self::ActionWithoutReference => "the action has no reference of its own",
            Self::ActionReferenceRefused => "the action's reference is already used, or another committee's",
            Self::ActionTextDiffers => "the action log and the ledger word the action differently",
            Self::CommitteeWithoutCode => "the committee has no code",
            Self::DateOutOfOrder => "the date contradicts the meeting's",
            Self::DeferredToMeeting => "deferred to a later meeting",
            Self::ItemWithoutClassification => "the item has no classification",
            Self::DocumentWithoutClassification => "the document has no classification",
            Self::MarkAssumed => "no classification is stated; one was assumed",
            Self::HigherClassification => "marked higher than its document",
            Self::RecommendationUnaddressed => "the recommendation names no body",
            Self::MinutesWithoutDate => "the approved minutes have no date",
            Self::AmendmentsMissing => "approved subject to amendments, but none is given",
            Self::EditionsContradict => "another edition of the meeting says otherwise",
            Self::MarkRaised => "recorded at a higher mark than the document's",
            Self::ReferenceDateDiffers => "the meeting's reference and date differ",
            Self::PersonRepeated => "the person is listed twice",
            Self::ItemNumberRepeated => "the item's number is used twice",
            Self::StatusRefused => "the status was not recorded",
            Self::ActionUpdateRefused => "the action's update was not recorded",
            Self::NotUtf8 => "not valid UTF-8",
            Self::CharacterDropped => "a character was not recorded",
            Self::LinkTargetDropped => "the link's target was not recorded",
            Self::DeletedTextDropped => "a tracked deletion was not recorded",
            Self::CommentDropped => "a comment in the margin was not recorded",
            Self::ContentsDropped => "the table of contents was not recorded",
            Self::PageFurnitureDropped => "the page's header or footer was not recorded",
            Self::PictureDropped => "a picture or an embedded document was not recorded",
            Self::SignNotKnown => "an unknown character was replaced",
            Self::SheetPassedOver => "the sheet is not an action log, and was not recorded",
            Self::ColumnPassedOver => "the column was not recorded",
            Self::DateAssumed => "no date is given; one was assumed",
            Self::NotRecorded => "not recorded",
            Self::NotUnderstood => "not understood; kept as text",
        }
    }

    /// Returns what would be accepted instead; `None` where there is nothing to write instead.
    pub fn help(self) -> Option<&'static str> {
        Some(match self {
            Self::AgreedWithoutAction => "under the item: `ACTION SSC72/01: SECAS to … by 27 March 2019`",
            Self::ActionWithoutOwner => "begin with `SECAS to …`, or add `Owner: SECAS`",
            Self::ActionWithoutDueDate => "`by 27 March 2019`, `Due: 27/03/2019` or `by the next meeting`",
            Self::ActionWithoutReference | Self::ActionReferenceRefused => {
                "the committee, the meeting and an unused number: `SSC72/01`"
            }
            Self::ActionTextDiffers => "if the action log is right: `minutebook record correction`",
            Self::CommitteeWithoutCode => "the code after the name: `Security Sub-Committee (SSC)`",
            Self::DateOutOfOrder => "a day after the meeting",
            Self::DeferredToMeeting => "a decision at that meeting",
            Self::ItemWithoutClassification => "a mark after the title, such as `(WHITE)`",
            Self::DocumentWithoutClassification => "`This document is classified as White in accordance with …`",
            Self::MarkAssumed => "a classification in the document, or `--classification`",
            Self::HigherClassification => "leave it out of this edition, or lower its mark to the document's",
            Self::RecommendationUnaddressed => "`RECOMMENDED … for SECCo Board approval`, `RECOMMENDED to the Panel …`",
            Self::MinutesWithoutDate => "`the Draft Minutes of 13 February 2019`",
            Self::AmendmentsMissing => "`APPROVED … subject to the correction of paragraph 3`",
            Self::EditionsContradict => "the same in both, or an edition that corrects the wrong one",
            Self::MarkRaised => "first the document that says it to the same readers, or `record mark` afterwards",
            Self::ReferenceDateDiffers => "the same day and month in both: `SSC_72_2702` for 27 February",
            Self::ItemNumberRepeated => "a number that no other item has",
            Self::NotUtf8 => "a file saved as UTF-8",
            Self::DateAssumed => "a date such as `27 March 2019` or `27/03/2019`, or a date cell",
            Self::PersonRepeated
            | Self::StatusRefused
            | Self::ActionUpdateRefused
            | Self::CharacterDropped
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

/// Returns the first 160 characters of a text.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 160;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
