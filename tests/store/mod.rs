//! The log, on both stores.

mod append_only;
mod contention;
mod contract;
mod corrections;
mod cqrs;
mod crash;
mod cross_stream;
mod disk_full;
mod export;
mod histories;
mod known_at;
mod races;
mod stored_bytes;
mod tail;
mod tamper;
