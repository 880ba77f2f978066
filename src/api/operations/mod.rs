//! Index, health and metrics, for the people and machines that use and run the server. None reveals data of the ledger.

pub(super) mod health;
pub(super) mod index;
pub(super) mod metrics;
