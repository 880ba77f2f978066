//! The readers for whom events are redacted.

use crate::query::clearances::ClearanceByCommittee;
use crate::query::visible_row::sees_all;
use minutebook_domain::StreamId;
use minutebook_domain::classification::{Classification, Clearance};

/// A group of readers with the same access to events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Audience {
    /// The readers' clearances.
    pub clearances: ClearanceByCommittee,
    /// Whether the readers may see the streams of access tokens.
    pub reads_tokens: bool,
}

impl Audience {
    /// Returns the public.
    pub fn public() -> Self {
        Self { clearances: ClearanceByCommittee::public(), reads_tokens: false }
    }

    /// Returns readers with one clearance in every committee; with the highest, they see everything.
    pub fn cleared(highest: Classification) -> Self {
        let clearance = Clearance::up_to(highest);
        Self { clearances: clearance.into(), reads_tokens: sees_all(clearance) }
    }

    /// Returns whether every event exists for the readers.
    pub(super) fn sees_all(&self) -> bool {
        self.reads_tokens && self.clearances.distinct().into_iter().all(sees_all)
    }

    /// Returns whether the readers may know who recorded the stream's events, and from where.
    pub(super) fn audits(&self, stream: &StreamId) -> bool {
        // A token's events exist for auditors alone.
        stream.committee().map_or(self.reads_tokens, |committee| self.clearances.audits(committee))
    }

    /// Returns the clearance for a stream, or `None` if the stream is not for this audience.
    pub(super) fn clearance_for(&self, stream: &StreamId) -> Option<Clearance> {
        match stream.committee() {
            Some(committee) => Some(self.clearances.of(committee)),
            None => Some(self.clearances.everywhere()).filter(|clearance| self.reads_tokens && sees_all(*clearance)),
        }
    }
}
