//! The read models: rows that are folded from the log in the transaction that appends, each version with when it was so
//! and when that was known.
//!
//! What a row is belongs to `projections/`; here is the one engine that keeps them all, on both stores.

pub(crate) mod interval_tree;
pub(crate) mod projector;
mod reading;
pub(crate) mod rebuild;
pub(crate) mod registry;
pub(crate) mod row;
pub(crate) mod row_cache;
pub(crate) mod timeline;

pub use reading::{BitemporalMoment, KeyedRow, RowFilter, RowSet};
pub use rebuild::RebuildProgress;
pub use registry::Registry;
