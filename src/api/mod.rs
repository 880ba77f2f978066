//! The HTTP API: reading, by resource, at any moment; for each reader what they may see and no more.
//!
//! `guard/` is the one way to the ledger: a handler gets at it through a reader, who was asked for their token first.
//! `reading/` has a file for each resource; `listing.rs` and `query.rs` are what all of them share. `problem.rs` is the one
//! place where an error becomes an answer. `openapi.rs` describes what the router serves; a test holds the two together.

mod feed;
pub mod guard;
mod listing;
mod openapi;
pub(crate) mod operating;
pub(crate) mod problem;
mod query;
mod reading;
mod representation;
mod response_cache;
mod webhooks;
mod writing;

pub use feed::FeedSettings;
pub use guard::Service;
pub use openapi::{document, router};
pub use problem::Problem;
