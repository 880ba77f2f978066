//! The log, on both stores.
