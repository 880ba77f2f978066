//! The tests of the committee's rules, in one binary.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod dependencies;
mod fixtures;
mod in_force;
mod properties;
mod rules;
mod streams;
mod support;
