//! The server as a process: configuration, limits, shutdown, log, metrics and spans.

mod clock;
mod configuration;
mod limits;
mod locked_database;
mod logs_and_metrics;
mod lost_replies;
mod lost_tail;
mod memory;
mod minute_taking;
mod response_cache;
mod shutdown;
mod silent_database;
#[cfg(feature = "telemetry")]
mod telemetry;
