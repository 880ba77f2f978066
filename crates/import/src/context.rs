//! What the caller knows of a document besides its bytes.

use crate::source::DocumentFormat;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::MeetingRef;

/// What the caller knows of a document besides its bytes.
#[derive(Debug, Clone, Default)]
pub struct ImportContext<'a> {
    /// The file's name without its folder. It may supply the meeting's reference where the text has none.
    pub file_name: &'a str,
    /// The format, if the caller knows it; `None` tells it from the name and the content.
    pub format: Option<DocumentFormat>,
    /// The meeting whose document it is, if the caller knows better than the document.
    pub meeting: Option<&'a MeetingRef>,
    /// The classification of a document that states none. `None` means RED: a text is never more widely readable than
    /// someone has said.
    pub default_classification: Option<Classification>,
}
