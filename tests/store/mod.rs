//! The log, on both stores.

mod append_only;
mod contract;
mod corrections;
mod cqrs;
mod crash;
mod cross_stream;
mod histories;
mod stored_bytes;
mod tail;
mod tamper;
