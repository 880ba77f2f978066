//! A meeting's headlines as a document: Markdown in the house style, accessible HTML, JSON and DOCX.
//!
//! The [`MeetingDocument`] is already redacted; nothing here knows a clearance.

pub mod docx;
pub mod html;
pub mod json;
pub mod markdown;

use minutebook_projections::headlines::{HeadlinesBlock, MeetingDocument};

/// Returns the document's title, or its reference if it was imported without a title.
fn title(document: &MeetingDocument) -> String {
    let title = document.front.iter().find_map(|block| match block {
        HeadlinesBlock::Title(text) => Some(text.clone()),
        _ => None,
    });
    title.unwrap_or_else(|| document.particulars.reference.to_string())
}
