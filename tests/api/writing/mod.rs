//! Writes over HTTP: every route, every refusal, and idempotency.

mod calendar;
mod corrections;
mod hidden_references;
mod imports;
mod refusals;
mod retries;
mod rights;
pub(crate) mod routes;
