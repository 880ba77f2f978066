//! Stands in for the exporter in a build without the feature `telemetry`.

use crate::server::settings::{TelemetrySection, TelemetrySettingError};
use axum::http::HeaderMap;
use tracing::Span;
use tracing_subscriber::layer::Identity;

/// Has the methods of the span exporter, which this build lacks.
#[derive(Debug)]
pub struct NoTelemetry;

impl NoTelemetry {
    /// Exports nothing.
    pub fn disabled() -> Self {
        Self
    }

    /// Checks the settings, which refuse a collector's address.
    pub fn start(settings: &TelemetrySection) -> Result<Self, TelemetrySettingError> {
        settings.collector()?;
        Ok(Self)
    }

    /// Returns false: this build exports no spans.
    pub(in crate::server) fn is_enabled(&self) -> bool {
        false
    }

    /// Returns no subscriber layer.
    pub(in crate::server) fn layer(&self) -> Option<Identity> {
        None
    }

    /// Returns at once, as no spans are queued.
    pub async fn shut_down(self) {}
}

/// Leaves `span` without a parent: it is not exported.
pub(in crate::server) fn set_parent(_span: &Span, _headers: &HeaderMap) {}
