//! A document that was judged and not yet recorded.

use super::disclosure::LoweredEvent;
use super::intake::RehearsedRequest;
use super::report::ImportReport;
use minutebook_import::{SourceLines, SourcedEvent};

/// A document as it was read and judged, before anything of it is recorded.
pub struct PreparedDocument {
    /// What `import --format json` prints of it.
    pub report: ImportReport,
    /// The events to record, with the lines they were read from.
    pub events: Vec<SourcedEvent>,
    /// `struck`, `replaced`, `added` or `marked` for each event, if the meeting is recorded already; else empty.
    pub changes: Vec<&'static str>,
    /// The events, recorded already, that the document makes known to lower audiences.
    pub lowered: Vec<LoweredEvent>,
    /// The document's lines, as its reader numbered them.
    pub source_lines: SourceLines,
    /// None if there is nothing to record.
    pub(super) rehearsed: Option<RehearsedRequest>,
}
