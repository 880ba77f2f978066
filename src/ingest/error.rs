//! Why a document cannot be imported.

use chrono::NaiveDate;
use minutebook_domain::Rejection;
use minutebook_domain::reference::MeetingRef;
use minutebook_import::action_log::ActionLogError;
use minutebook_ledger::RecordError;

/// A document that cannot be recorded. Nothing of it is in the ledger.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    /// The document is not a meeting's headlines, or its front matter is incomplete.
    #[error(transparent)]
    Document(#[from] minutebook_import::DocumentReadError),
    /// The file is not an action log, or one that cannot be read.
    #[error(transparent)]
    ActionLog(#[from] ActionLogError),
    /// The document of one meeting would lead to too many events.
    #[error(
        "the document leads to {events} events: expected at most {limit}; split it into the documents of single meetings"
    )]
    TooManyEvents {
        /// The number of events.
        events: usize,
        /// The largest number.
        limit: usize,
    },
    /// The ledger holds the meeting, and its record did not come from a document.
    #[error("meeting {meeting} was recorded live; nothing of this document was recorded")]
    RecordedLive {
        /// The meeting of the document.
        meeting: MeetingRef,
    },
    /// The document was recorded under another meeting than the one given.
    #[error("the document was imported as that of {recorded}, and not of {given}")]
    OtherMeeting {
        /// The meeting under which it is recorded.
        recorded: MeetingRef,
        /// The meeting given.
        given: MeetingRef,
    },
    /// The meeting to which the document would be moved has a record of its own.
    #[error("meeting {meeting} has a record of its own; nothing was moved")]
    MeetingRecorded {
        /// The meeting given.
        meeting: MeetingRef,
    },
    /// The record of the meeting came from several documents.
    #[error("the record of {meeting} came from several documents; nothing was moved")]
    SeveralDocuments {
        /// The meeting under which the document is recorded.
        meeting: MeetingRef,
    },
    /// The ledger holds a meeting with the reference on another day.
    #[error("{meeting} is recorded on {recorded}, and the document gives {given}; nothing of it was recorded")]
    OtherDay {
        /// The meeting of the document.
        meeting: MeetingRef,
        /// The day in the ledger.
        recorded: NaiveDate,
        /// The day that the document gives.
        given: NaiveDate,
    },
    /// The committee's rules refuse a part of the meeting that the rest depends on.
    #[error("line {line}: {refusal}")]
    Refused {
        /// The first line that the refused event was read from.
        line: u32,
        /// The rule, and what would be accepted.
        refusal: Rejection,
    },
    /// The ledger could not record it.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl ImportError {
    /// What would be accepted, or what to do instead.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::RecordedLive { .. } => Some("correct the record event by event, each correction with its reason"),
            Self::OtherMeeting { .. } => {
                Some("`--move`, or `move=true` over HTTP, moves its record to the meeting given")
            }
            Self::MeetingRecorded { .. } | Self::SeveralDocuments { .. } => {
                Some("correct the record event by event, each correction with its reason")
            }
            Self::OtherDay { .. } => Some("mend the date in the document, or correct the meeting's notice first"),
            Self::ActionLog(ActionLogError::SeveralCommittees { .. }) => {
                Some("split the file by committee, and import each part")
            }
            Self::Document(_) => Some("the headlines of a meeting were expected, as Markdown, plain text, DOCX or PDF"),
            _ => None,
        }
    }
}
