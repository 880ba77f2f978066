//! Health and metrics, for the people and machines that run the server. Neither reveals data of the ledger.

pub(super) mod health;
pub(super) mod metrics;
