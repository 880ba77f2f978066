//! The log and the recorder, on SQLite and on PostgreSQL.

mod append_only;
mod clock;
mod contention;
mod contract;
mod corrections;
mod cqrs_es;
mod crash;
mod cross_stream;
mod database_errors;
mod disk_full;
mod export;
mod known_at;
mod races;
mod random_commands;
mod schema;
mod stored_bytes;
mod tail;
mod tamper;
mod unwritable;
