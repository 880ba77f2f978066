//! The read models as pure folds over the events: one file each, with no I/O, no clock and no SQL.

pub mod audit_trail;
pub mod headlines;
mod summary;

pub use summary::summary;
