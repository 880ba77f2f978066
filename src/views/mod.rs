//! The read models as a reader sees them: at the moment that is asked about, with what the reader may see and no more.
//!
//! A row of a projection becomes a view here, once, for the command line and for whatever else shows it; filters and the
//! order of lists are here too. Only `asking.rs` reads the ledger.

pub mod actions;
pub mod asking;
pub mod decisions;
pub mod listed;
pub mod matters;
pub mod meetings;
pub mod minutes;
pub mod moment;
pub mod parties;
pub mod seen;
