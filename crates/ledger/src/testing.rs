//! Direct access to the database behind a ledger, for tests and benches that change it as an administrator could.

pub use sqlx;
