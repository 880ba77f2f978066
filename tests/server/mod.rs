//! The server as a process: its limits, its end, its configuration, and what it says of itself.

mod configuration;
mod curl_examples;
mod limits;
mod logs_and_metrics;
mod response_cache;
mod shutdown;
mod telemetry;
