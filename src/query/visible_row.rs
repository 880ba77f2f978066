//! A row whose texts can be read only if both their classification at the time and the current one permit it.

use minutebook_domain::classification::{Classification, Classified, Clearance};
pub use minutebook_projections::redaction::sees_all;

/// A row as it was known at a position, with the row as it is known now when the position is a past one.
#[derive(Debug)]
pub struct VisibleRow<R> {
    /// The row as it was known.
    pub row: R,
    pub(super) current: CurrentRow<R>,
    pub(super) clearance: Clearance,
}

/// The row as it is known now.
#[derive(Debug)]
pub(super) enum CurrentRow<R> {
    /// The row was read as it is known now.
    Same,
    /// The row as it is known now; `None` if corrections removed it.
    Later(Option<Box<R>>),
}

impl<R> VisibleRow<R> {
    /// Returns a text of the row if the reader may see it. A text that the current row no longer has is visible only to
    /// readers who may see everything.
    pub fn text<T>(&self, pick: impl Fn(&R) -> Option<&Classified<T>>) -> Option<&T> {
        let permitted = self.permits(|row| pick(row).map(Classified::classification));
        pick(&self.row).filter(|_| permitted)?.disclose(self.clearance)
    }

    /// Returns whether the clearance permits the picked classification, both at the time and now.
    pub fn permits(&self, pick: impl Fn(&R) -> Option<Classification>) -> bool {
        let permits = |row: &R| pick(row).is_some_and(|mark| self.clearance.permits(mark));
        permits(&self.row)
            && match &self.current {
                CurrentRow::Same => true,
                CurrentRow::Later(_) if sees_all(self.clearance) => true,
                CurrentRow::Later(current) => current.as_deref().is_some_and(permits),
            }
    }

    /// Returns whether the row's own marks decide: it is the current row, or the reader may see everything.
    pub fn has_current_marks(&self) -> bool {
        matches!(self.current, CurrentRow::Same) || sees_all(self.clearance)
    }

    /// The reader's clearance.
    pub fn clearance(&self) -> Clearance {
        self.clearance
    }
}
