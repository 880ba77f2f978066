//! The read models as pure folds over the events: one file each, with no I/O, no clock and no SQL.

pub mod actions;
pub mod audit_trail;
pub mod committees;
pub mod decisions;
pub mod differences;
pub mod disclosure;
pub mod headlines;
pub mod matters;
pub mod meetings;
pub mod minutes;
pub mod origin;
pub mod party_statuses;
pub mod plain_fold;
pub mod projection;
pub mod provenance;
pub mod redaction;
pub mod statistics;
pub mod steps;
mod summary;
pub mod words;

pub use summary::summary;
