//! Recording over HTTP: each thing once, by whoever may, once for each key.

mod corrections;
mod hidden_references;
mod imports;
mod refusals;
mod retries;
pub(crate) mod routes;
