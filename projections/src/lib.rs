//! The read models as pure folds over events, without I/O, clocks or SQL.
//!
//! Each read model has a file of its own. `redaction/` takes out what a reader may not see; `differences.rs`,
//! `provenance.rs`, `statistics/` and `headlines/` derive answers from rows and events.

pub mod actions;
pub mod audit_trail;
pub mod committees;
pub mod decisions;
pub mod differences;
pub mod editions;
pub mod field_writer;
pub mod headlines;
pub mod matters;
pub mod meetings;
pub mod minutes;
pub mod origin;
pub mod party_statuses;
pub mod passages;
pub mod plain_fold;
pub mod projection;
pub mod provenance;
pub mod redaction;
pub mod row_roles;
pub mod statistics;
pub mod steps;
mod summary;
pub mod timestamp;
pub mod words;

pub use summary::summary;
