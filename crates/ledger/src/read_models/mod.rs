//! The read models: rows that are folded from the log in the transaction that appends.
//!
//! Each version of a row has the time for which it is valid, the positions that knew it and the clearances that know it. `projections/` says what a row
//! is; here is the one engine that keeps them all, the same on both stores.

mod clearance_timelines;
pub(crate) mod open_row;
pub(crate) mod projector;
pub(crate) mod rebuild;
pub(crate) mod registry;
pub(crate) mod row_cache;
pub(crate) mod stream_fold;
pub(crate) mod timeline;

pub(crate) use clearance_timelines::TimelineChanges;
pub use rebuild::RebuildProgress;
pub use registry::Registry;
