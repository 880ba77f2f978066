//! Exports spans to an OpenTelemetry collector (OTLP over HTTP), if one is configured.
//!
//! Only the spans of `spans.rs` and of the ledger are exported. A separate thread sends them in batches from a bounded
//! queue: a slow or unreachable collector costs spans and delays no request.
//!
//! The feature `telemetry`, on by default, builds `exporter.rs`. Without it `disabled.rs` stands in for it, and the settings
//! refuse a collector's address.

#[cfg(feature = "telemetry")]
mod collector;
#[cfg(feature = "telemetry")]
mod exporter;
#[cfg(feature = "telemetry")]
mod trace_context;

#[cfg(not(feature = "telemetry"))]
#[path = "disabled.rs"]
mod exporter;

#[cfg(not(feature = "telemetry"))]
pub(super) use exporter::set_parent;
pub use exporter::{Telemetry, TelemetryError};
#[cfg(feature = "telemetry")]
pub(super) use trace_context::set_parent;
