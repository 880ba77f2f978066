//! Text that is typed during a meeting: a paragraph, several of them, or the headings of the agenda.
//!
//! It is read by the grammar of documents. What a document states in its front matter, and what of the meeting is recorded
//! already, comes from the caller.

use crate::block::SourceBlock;
use crate::context::OpenMeeting;
use crate::error::DocumentReadError;
use crate::events::{SourcedEvent, events};
use crate::front_matter::FrontMatter;
use crate::headlines::ParsedHeadlines;
use crate::source::{MAX_BLOCKS, MAX_DOCUMENT_BYTES, SourceLines, SourceText};
use crate::{layout, markdown, reader, typed_lists};

/// Reads a text as part of the record of a meeting.
pub fn read_typed(text: &str, meeting: &OpenMeeting) -> Result<ParsedHeadlines, DocumentReadError> {
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentReadError::TooLarge { bytes: text.len() });
    }
    let blocks = typed_lists::recognise(markdown::read(&SourceText::decode(text.as_bytes()))?.blocks);
    if blocks.iter().map(SourceBlock::parts).sum::<usize>() > MAX_BLOCKS {
        return Err(DocumentReadError::TooManyBlocks);
    }
    if blocks.is_empty() {
        return Err(DocumentReadError::Empty);
    }
    let front = FrontMatter::of_open_meeting(meeting.reference.clone(), meeting.held_on, meeting.classification);
    let last_item = meeting.items.last().copied().unwrap_or_default();
    let parts = layout::parts_after(blocks, &front, last_item);
    let mut headlines = reader::read_on(&parts, &front, meeting);
    headlines.source_lines = SourceLines::of(text);
    Ok(headlines)
}

/// Returns the events of a typed text: those of its document without the notice of the meeting, and without its close unless
/// the text says that the meeting was closed.
pub fn typed_events(headlines: &ParsedHeadlines) -> Vec<SourcedEvent> {
    let mut all = events(headlines);
    if headlines.closed_at.is_none() {
        all.pop();
    }
    all.drain(..1);
    all
}
