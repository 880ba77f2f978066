//! The HTTP API under /api/v1: queries by resource at any moment, recording, the live feed, webhooks, health and metrics.
//!
//! Arrows point down. `openapi.rs` builds the router and the document that describes it from one list of handlers. The
//! handlers stand in `reading/` and `writing/` (a file per resource), `webhooks.rs` and `operations/`. They reach the ledger
//! only through `guard/`, which authenticates. `listing.rs`, `parameters.rs` and `fields.rs` are shared by them. `problem/` maps
//! every error to an answer. `feed/`, `response_cache/` and `server_metrics.rs` know nothing of the others.

mod caching;
mod cost;
mod feed;
pub mod guard;
mod listing;
mod openapi;
mod operations;
mod parameters;
pub(crate) mod problem;
mod reading;
mod representation;
mod response_cache;
pub(crate) mod server_metrics;
mod webhooks;
mod writing;

pub(crate) use caching::cache_reads;
pub(crate) use cost::RouteCost;
pub use feed::FeedSettings;
pub use guard::Service;
pub(crate) use guard::{SESSION_COOKIES, bearer_token, session_of};
pub use openapi::{document, router};
pub(crate) use problem::{PROBLEM_MEDIA_TYPE, ProblemKind};
pub use problem::{Problem, problems_markdown};
pub(crate) use response_cache::Cacheable;
