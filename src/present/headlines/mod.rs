//! A meeting's headlines as a document: Markdown in the house style, accessible HTML, JSON, DOCX.
//!
//! What may be printed was decided when the [`MeetingDocument`]
//! was folded; nothing here has a clearance.

pub mod docx;
mod emphasis;
pub mod html;
pub mod json;
pub mod markdown;

use crate::present::times;
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::classification::Classification;
use minutebook_import::RENDERED_BY;
use minutebook_ledger::merkle::Hash;
use minutebook_projections::headlines::{Block, MeetingDocument};

/// From what, for whom and when a document was rendered.
#[derive(Debug, Clone, Copy)]
pub struct Footer {
    /// For whom.
    pub audience: Classification,
    /// The moment that the document is of; none for everything that is recorded of the meeting.
    pub as_of: Option<DateTime<Utc>>,
    /// The last event that was taken into account.
    pub position: Position,
    /// The root of the tree of the log's leaves up to there: it stands for everything the document was made from.
    pub root: Hash,
    /// When.
    pub rendered_at: DateTime<Utc>,
}

impl Footer {
    /// The footer in one line. The importer knows it by its beginning, and does not take it for the committee's words.
    fn line(&self) -> String {
        let at = times::exact(self.rendered_at);
        let as_of = self.as_of.map(|as_of| format!("as of {}, ", times::exact(as_of))).unwrap_or_default();
        format!("{RENDERED_BY} for {}: {as_of}position {}, root {}, {at}", self.audience, self.position, self.root)
    }
}

/// What the document is called: by its title; one that was imported without a title, by its reference.
fn title(document: &MeetingDocument) -> String {
    let title = document.front.iter().find_map(|block| match block {
        Block::Title(text) => Some(text.clone()),
        _ => None,
    });
    title.unwrap_or_else(|| document.particulars.reference.to_string())
}
