//! Minutebook: an event-sourced ledger of a committee's actions and decisions.
//!
//! What happens at a meeting is appended once as events and never altered. Every list, history and document is a fold of
//! those events.

pub mod access;
pub mod api;
pub mod cli;
pub mod http_client;
pub mod ingest;
mod page;
pub mod present;
pub mod query;
pub mod server;
mod spans;
pub mod webhooks;
