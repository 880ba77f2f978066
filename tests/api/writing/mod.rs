//! Recording over HTTP: each thing once, by whoever may, once for each key.

mod imports;
mod putting_right;
mod refusals;
mod retries;
pub(crate) mod routes;
mod unseen;
