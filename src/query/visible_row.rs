//! A row as a reader knows it.

use minutebook_domain::Position;
use minutebook_domain::classification::{Classification, Classified, Clearance};
pub use minutebook_projections::redaction::sees_all;

/// A row that was folded from the events that the reader may know.
#[derive(Debug)]
pub struct VisibleRow<R> {
    /// The row.
    pub row: R,
    pub(super) clearance: Clearance,
    /// The position from which the row is known as it is.
    pub(super) known_from: Position,
}

impl<R> VisibleRow<R> {
    /// Returns a text of the row, if it has one.
    pub fn text<T>(&self, pick: impl Fn(&R) -> Option<&Classified<T>>) -> Option<&T> {
        pick(&self.row)?.disclose(self.clearance)
    }

    /// Returns whether the clearance permits the picked classification.
    pub fn permits(&self, pick: impl Fn(&R) -> Option<Classification>) -> bool {
        pick(&self.row).is_some_and(|mark| self.clearance.permits(mark))
    }

    /// The reader's clearance.
    pub fn clearance(&self) -> Clearance {
        self.clearance
    }
}
