//! Redaction: takes out of rows, events and streams what a reader's clearance does not permit.
//!
//! A hidden optional text looks like one that was never given. A row, event or list entry whose main text is hidden does
//! not exist for the reader. Texts are judged by their classification at the time and by the one they have today.

mod current_marks;
mod mark;
mod payload;
mod row;
mod stream;

pub use current_marks::with_current_marks;
pub use payload::strings;
pub use row::{RowFields, redact_row};
pub use stream::{RedactedEvent, RedactedStream};

use crate::projection::FoldError;
use minutebook_domain::Event;
use minutebook_domain::classification::{Clearance, Scheme};
use serde_json::Value;

/// Returns whether the clearance permits every level of every scheme.
pub fn sees_all(clearance: Clearance) -> bool {
    let mut labels = Scheme::all().iter().flat_map(Scheme::levels).map(|level| level.label.parse());
    labels.all(|mark| mark.is_ok_and(|mark| clearance.permits(mark)))
}

/// Returns whether the clearance permits every classified text of the event.
pub fn is_fully_readable(event: &Event, clearance: Clearance) -> bool {
    event.data().is_ok_and(|data| row::without_hidden(data.clone(), clearance) == data)
}

fn data_of(event: &Event) -> Result<Value, FoldError> {
    event.data().map_err(|error| FoldError(format!("the event cannot be read: {error}")))
}
