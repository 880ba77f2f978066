//! Direct access to the database of a ledger, for tests and benches.

pub use sqlx;
