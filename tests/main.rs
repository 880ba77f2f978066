//! The promises of the whole program, tested from outside. One binary holds all of them; each module holds one subject.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod access;
mod api;
mod cli;
mod disclosure;
mod documents;
mod fixtures;
mod page;
mod papers;
mod read_models;
mod server;
mod store;
mod tidy;
mod webhooks;
