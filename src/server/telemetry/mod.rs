//! Exports spans to an OpenTelemetry collector (OTLP over HTTP), if one is configured.
//!
//! Only the spans of `spans.rs` and of the ledger are exported. A separate thread sends them in batches from a bounded
//! queue: a slow or unreachable collector costs spans and delays no request.
//!
//! The feature `telemetry`, on by default, builds `exporter.rs`. Without it `disabled.rs` stands in for it, and the settings
//! refuse a collector's address.

#[cfg(feature = "telemetry")]
mod collector;
#[cfg(not(feature = "telemetry"))]
mod disabled;
#[cfg(feature = "telemetry")]
mod exporter;
#[cfg(feature = "telemetry")]
mod trace_context;

#[cfg(not(feature = "telemetry"))]
pub use super::settings::TelemetrySettingError as TelemetryError;
#[cfg(not(feature = "telemetry"))]
pub use disabled::NoTelemetry as Telemetry;
#[cfg(not(feature = "telemetry"))]
pub(super) use disabled::set_parent;
#[cfg(feature = "telemetry")]
pub use exporter::{Telemetry, TelemetryError};
#[cfg(feature = "telemetry")]
pub(super) use trace_context::set_parent;
