//! What a reader may ask of the ledger: lists, provenance, changes, statistics, headlines, events and lint.
//!
//! Every query is answered as of a moment on both clocks and within the reader's clearances. `read_query.rs` reads the rows
//! of read models; `stream.rs` reads streams of events, for changes and provenance. Each list has a file with its view,
//! its filter and its order.

pub mod actions;
pub mod actions_by_owner;
pub mod agenda;
pub mod bitemporal_filter;
pub mod changes;
pub mod clearances;
pub mod clock_gap;
pub mod committees;
pub mod decisions;
pub mod deferrals;
pub mod edition_choice;
pub mod events;
pub mod headlines;
mod hidden_references;
pub mod lint;
pub mod list;
pub mod matters;
pub mod meeting_names;
pub mod meetings;
pub mod minutes;
pub mod moment;
pub mod next_meeting;
mod paper_mark;
pub mod parties;
pub mod provenance;
pub mod queryable;
pub mod read_query;
pub mod recommendations;
pub mod references;
pub mod search;
mod since;
pub mod statistics;
mod stream;
pub mod visible_row;

pub use stream::ReadError;
