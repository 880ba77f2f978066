//! The footer of a document: its audience, its moment and its place in the log.

use super::times;
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::classification::Classification;
use minutebook_import::RENDERED_BY;
use minutebook_ledger::merkle::Hash;

/// The footer of a document: its audience, its moment and its place in the log.
#[derive(Debug, Clone, Copy)]
pub struct Footer {
    /// The audience.
    pub audience: Classification,
    /// The moment of the document; `None` for everything recorded about the meeting.
    pub as_of: Option<DateTime<Utc>>,
    /// The last position of the log that the document takes into account.
    pub position: Position,
    /// The Merkle root of the log up to that position.
    pub root: Hash,
    /// When the document was rendered.
    pub rendered_at: DateTime<Utc>,
}

impl Footer {
    /// Returns the footer in one line. The importer recognises its beginning and skips it.
    pub(in crate::present) fn line(&self) -> String {
        let at = times::exact(self.rendered_at);
        let as_of = self.as_of.map(|as_of| format!("as of {}, ", times::exact(as_of))).unwrap_or_default();
        format!("{RENDERED_BY} for {}: {as_of}position {}, root {}, {at}", self.audience, self.position, self.root)
    }
}
