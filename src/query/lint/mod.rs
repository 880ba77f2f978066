//! What in a book calls for attention at a moment: what was agreed and nobody owns, put off to a day that is past, asked
//! and never answered, or left without an owner, a date or a mark.
//!
//! `book.rs` gathers what a reader sees at that moment; the rules over it are pure, and have a file for each kind of row:
//! `actions.rs`, `decisions.rs`, `texts.rs`. What a reader may not see is not found, and answers nothing either: that it
//! is there would be told by what is not found.

mod actions;
mod book;
mod decisions;
mod kind;
mod texts;

pub use kind::Kind;

use super::listed::{Field, Listed, Page, text};
use super::read_query::{AskError, DefaultMoment, ReadQuery, vantages};
use super::stream::ViewError;
use crate::present::table::Cell;
use book::{Book, Place};
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use minutebook_domain::{Position, Source, StreamId};
use minutebook_ledger::Log;
use serde::Serialize;

/// Something that calls for attention, and the event that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// What that is, in a few words.
    pub message: &'static str,
    /// The document that it was read from; none for what was recorded live.
    pub file: Option<String>,
    /// The line of the document.
    pub line: Option<u32>,
    /// The place of the event in the log.
    pub position: Position,
    /// The event's stream.
    #[serde(serialize_with = "as_text")]
    pub stream: StreamId,
    /// The meeting that it comes from.
    pub meeting: Option<MeetingRef>,
    /// The agenda item.
    pub item: Option<u32>,
    /// The committee.
    pub committee: CommitteeCode,
    /// What it is about, by its name: `SSC_72_2702/D21`, `SSC72/01`.
    pub subject: String,
    /// The words.
    pub text: String,
    /// What would put it right.
    pub help: &'static str,
}

fn as_text<S: serde::Serializer>(stream: &StreamId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(stream)
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// The question has none.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The ledger could not be read.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// What a rule found, before its event is looked up.
struct Found {
    kind: Kind,
    stream: StreamId,
    place: Place,
    meeting: Option<MeetingRef>,
    item: Option<u32>,
    subject: String,
    text: String,
}

/// What calls for attention in the committees that the question is about, in the order of the log.
pub async fn attention(log: &Log, question: &ReadQuery) -> Result<Page<Finding>, LintError> {
    let vantages = vantages(log, question, DefaultMoment::Now).await?;
    let mut page = Page::of_moment(&vantages, question, DefaultMoment::Now);
    let head = log.head().await.map_err(AskError::from)?;
    for mut vantage in vantages {
        // Rows and streams are read as of one position, whatever is recorded meanwhile.
        vantage.pin(Some(head));
        let known_at = log.known_whole(vantage.at.known_at.or(Some(head))).await.map_err(AskError::from)?;
        let mut book = Book::read(log, &vantage, known_at).await?;
        let mut found = actions::of(&book, vantage.today);
        found.extend(decisions::of(&book, vantage.today));
        found.extend(texts::of(&book, vantage.today));
        for found in found {
            let Some((position, source)) = book.origin(log, &found.stream, &found.place).await? else { continue };
            page.rows.push(found.at(position, &source, &vantage.committee.code));
        }
        page.position = page.position.max(known_at);
    }
    page.rows.sort_by_key(|finding| (finding.position, finding.line, finding.kind));
    page.total = page.rows.len();
    Ok(page)
}

impl Found {
    fn at(self, position: Position, source: &Source, committee: &CommitteeCode) -> Finding {
        let Self { kind, stream, meeting, item, subject, text, .. } = self;
        Finding {
            kind,
            message: kind.message(),
            help: kind.help(),
            file: source.file.clone(),
            line: source.first_line,
            position,
            stream,
            meeting,
            item,
            committee: committee.clone(),
            subject,
            text,
        }
    }
}

impl Listed for Finding {
    const PLURAL: &'static str = "findings";
    const TITLES: &'static [&'static str] = &["Event", "What", "Of", "Text", "Source"];
    const NOTHING: &'static str = "nothing calls for attention";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "position", value: |finding| finding.position.to_string() },
        Field { name: "kind", value: |finding| finding.kind.name().to_owned() },
        Field { name: "file", value: |finding| text(finding.file.as_ref()) },
        Field { name: "line", value: |finding| text(finding.line.as_ref()) },
        Field { name: "meeting", value: |finding| text(finding.meeting.as_ref()) },
        Field { name: "item", value: |finding| text(finding.item.as_ref()) },
        Field { name: "committee", value: |finding| finding.committee.to_string() },
        Field { name: "subject", value: |finding| finding.subject.clone() },
        Field { name: "text", value: |finding| finding.text.clone() },
    ];

    fn cells(&self) -> Vec<Cell> {
        let source = [self.file.clone(), self.line.map(|line| line.to_string())].into_iter().flatten();
        vec![
            self.position.to_string().into(),
            self.message.into(),
            self.subject.clone().into(),
            self.text.clone().into(),
            source.collect::<Vec<_>>().join(":").into(),
        ]
    }
}
