//! The server as a process: its limits, its end, its configuration, and what it says of itself.

mod configuration;
mod documented;
mod ending;
mod kept;
mod limits;
mod saying;
mod telemetry;
