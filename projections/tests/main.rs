//! The tests of the folds, in one binary. They need no database: each builds its events in memory and compares the
//! outcome with rows written out by hand.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod actions;
mod audit_trail;
mod committees;
mod decisions;
mod differences;
mod event_redaction;
mod headlines;
mod history;
mod matters;
mod meetings;
mod minutes;
mod party_statuses;
mod provenance;
mod row_redaction;
mod row_roles;
mod sentences;
mod statistics;
mod summaries;
mod words;
