//! The read models as a reader sees them: at the moment that is asked about, with what the reader may see and no more.
//!
//! A row of a projection becomes a view here, once, for the command line and for whatever else shows it; filters and the
//! order of lists are here too. `asking.rs` reads the rows of the ledger; `stream.rs` reads streams of events, for what
//! changed between two moments and where it comes from.

pub mod actions;
pub mod between;
pub mod bitemporal_filter;
pub mod changes;
pub mod clearances;
pub mod committees;
pub mod decisions;
pub mod events;
pub mod headlines;
mod hidden_references;
pub mod lint;
pub mod listed;
pub mod matters;
pub mod meetings;
pub mod minutes;
pub mod moment;
pub mod parties;
pub mod provenance;
pub mod read_query;
pub mod references;
pub mod statistics;
mod stream;
pub mod visible_row;

pub use stream::ViewError;
