//! The read models as a reader sees them: at the moment that is asked about, with what the reader may see and no more.
//!
//! A row of a projection becomes a view here, once, for the command line and for whatever else shows it; filters and the
//! order of lists are here too. `asking.rs` reads the rows of the ledger; `stream.rs` reads streams of events, for what
//! changed between two moments and where it comes from.

pub mod actions;
pub mod asking;
pub mod attention;
pub mod between;
pub mod by_then;
pub mod changes;
pub mod committees;
pub mod decisions;
pub mod events;
pub mod headlines;
pub mod listed;
pub mod matters;
pub mod meetings;
pub mod minutes;
pub mod moment;
pub mod parties;
pub mod reach;
pub mod references;
pub mod seen;
pub mod statistics;
mod stream;
mod unseen;
pub mod why;

pub use stream::ViewError;
