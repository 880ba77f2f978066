//! The server as a process: configuration, limits, shutdown, log, metrics and spans.

mod clock;
mod configuration;
mod limits;
mod logs_and_metrics;
mod memory;
mod response_cache;
mod shutdown;
#[cfg(feature = "telemetry")]
mod telemetry;
