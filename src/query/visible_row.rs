//! A row as a reader may see it: what its classification of then and that of today both allow.

use minutebook_domain::classification::{Classification, Classified, Clearance};
pub use minutebook_projections::disclosure::sees_all;

/// A row as it was known at the moment, with what is known of it today where that is another moment.
#[derive(Debug)]
pub struct VisibleRow<R> {
    /// The row.
    pub row: R,
    pub(super) today: Today<R>,
    pub(super) clearance: Clearance,
}

#[derive(Debug)]
pub(super) enum Today<R> {
    /// The moment is of what is known today.
    Same,
    /// What is said of it today, if anything is: it may have turned out never to have been so.
    Other(Option<Box<R>>),
}

impl<R> VisibleRow<R> {
    /// A text of the row, if the reader may see it. As known in the past a text is for those whom its classification of
    /// then and that of today both allow; one that has no place in the row of today is for those who may see everything.
    pub fn text<T>(&self, pick: impl Fn(&R) -> Option<&Classified<T>>) -> Option<&T> {
        let allowed = self.permits(|row| pick(row).map(Classified::classification));
        pick(&self.row).filter(|_| allowed)?.disclose(self.clearance)
    }

    /// Whether the reader may see what carries this classification, then and today.
    pub fn permits(&self, pick: impl Fn(&R) -> Option<Classification>) -> bool {
        let permits = |row: &R| pick(row).is_some_and(|mark| self.clearance.permits(mark));
        permits(&self.row)
            && match &self.today {
                Today::Same => true,
                Today::Other(_) if sees_all(self.clearance) => true,
                Today::Other(today) => today.as_deref().is_some_and(permits),
            }
    }

    /// Whether what is seen is what is known today, or the reader may see everything anyway.
    pub fn is_unreserved(&self) -> bool {
        matches!(self.today, Today::Same) || sees_all(self.clearance)
    }

    /// What the reader may see.
    pub fn clearance(&self) -> Clearance {
        self.clearance
    }
}
