//! Redaction: takes out of events and streams what a reader's clearance does not permit.
//!
//! A reader's view of anything is the fold of the redacted history. The roles of the fields, declared where the fields
//! stand, say what is taken out.

mod history;
mod names;
mod row;
mod stream;
mod texts;

pub use crate::field_writer::RowFields;
pub use history::{mark_ranks, marks_of, redacted_history, standing_for};
pub use names::{names, retain_names};
pub use row::redact_row;
pub use stream::{RedactedEvent, RedactedStream};
pub use texts::words_of_texts;

use crate::projection::FoldError;
use minutebook_domain::Event;
use minutebook_domain::classification::{Classification, Clearance, Scheme};
use serde_json::Value;

/// Returns whether the clearance permits every level of every scheme.
pub fn sees_all(clearance: Clearance) -> bool {
    Scheme::all().iter().flat_map(Scheme::levels).all(|level| level.rank <= clearance.rank())
}

/// Returns whether the clearance permits every classified text of the event.
pub fn is_fully_readable(event: &Event, clearance: Clearance) -> bool {
    let mut readable = event.whole().is_none_or(|mark| clearance.permits(mark));
    event.marks(&mut |mark| readable &= clearance.permits(mark));
    readable
}

/// Returns whether two events say the same, whatever the marks of their texts.
pub fn same_but_for_marks(one: &Event, other: &Event) -> bool {
    let unmarked = |event: &Event| {
        let mut event = event.clone();
        let public = Classification::public();
        event.redactable().texts(&mut |_, text| text.set_mark(public));
        event.redactable().set_whole(public);
        event
    };
    unmarked(one) == unmarked(other)
}

fn data_of(event: &Event) -> Result<Value, FoldError> {
    event.data().map_err(|error| FoldError(format!("the event cannot be read: {error}")))
}
