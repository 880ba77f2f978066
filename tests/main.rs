//! What the whole program promises, seen from outside: one binary, one module for each part of the promise.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is not as it should be")]

mod access;
mod api;
mod cli;
mod fixtures;
mod read_models;
mod server;
mod store;
mod webhooks;
