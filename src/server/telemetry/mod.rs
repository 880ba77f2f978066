//! Spans, sent to a collector of OpenTelemetry (OTLP over HTTP) where one is configured.
//!
//! What is sent was made in `spans.rs` and nowhere else. Spans are gathered and sent by a thread of their own, from a
//! queue that has an end: a collector that is slow or away costs spans, and no request anything.

mod collector;
mod trace_context;

use super::settings::TelemetrySection;
use crate::spans;
use collector::Way;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider};
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::registry::LookupSpan;

pub(super) use trace_context::continued;

/// How long the collector may take to answer; and how long it is waited, at the end, for what is still to be sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many spans wait to be sent. Those that end while it is so many are dropped.
const WAITING: usize = 2048;

/// Why spans cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A setting says what cannot be.
    #[error("{0}")]
    Setting(String),
    /// There is nothing that spans could be sent by.
    #[error("no spans can be sent: {0}")]
    Unsendable(String),
}

/// Whoever exports the spans of this process; or nobody.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Nobody: no span leaves the process.
    pub fn disabled() -> Self {
        Self(None)
    }

    /// Exports spans as these settings say. Where they name no collector, nothing is begun.
    pub fn start(settings: &TelemetrySection) -> Result<Self, TelemetryError> {
        let Some(collector) = settings.collector().map_err(TelemetryError::Setting)? else {
            return Ok(Self::disabled());
        };
        let unsendable = |error: &dyn std::fmt::Display| TelemetryError::Unsendable(error.to_string());
        // The exporter is told an address because it wants one; `Way` knows the real one.
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint("http://collector.invalid/v1/traces")
            .with_timeout(PATIENCE)
            .with_retry_policy(RetryPolicy::disabled())
            .with_http_client(Way::to(collector, PATIENCE).map_err(|error| unsendable(&error.without_url()))?)
            .build()
            .map_err(|error| unsendable(&error))?;
        let resource = Resource::builder()
            .with_service_name(settings.service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let sampler = Sampler::parent_based(Sampler::TraceIdRatioBased(settings.sample_ratio));
        let queue = BatchConfigBuilder::default().with_max_queue_size(WAITING).build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(queue).build())
            .with_resource(resource)
            .with_sampler(sampler)
            .build();
        Ok(Self(Some(provider)))
    }

    /// Whether any span leaves the process.
    pub(super) fn exports(&self) -> bool {
        self.0.is_some()
    }

    /// What takes the spans of `spans.rs`, and nothing else, out of the program's log.
    pub(super) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let provider = self.0.as_ref()?;
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("minutebook"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false);
        Some(layer.with_filter(exported()))
    }

    /// Sends what is still to be sent, if that can be done in a few seconds. Spans that end later are lost.
    pub async fn shut_down(self) {
        let Some(provider) = self.0 else { return };
        // It waits for the exporter's thread, which waits for this runtime.
        let finished = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(PATIENCE)).await;
        if !matches!(finished, Ok(Ok(()))) {
            tracing::warn!("the collector did not take the last spans; they are lost");
        }
    }
}

/// Spans, of our own, without the events in them: what an event says is for the program's own log.
fn exported() -> FilterFn {
    let ours: fn(&Metadata<'_>) -> bool = |metadata| metadata.is_span() && spans::TARGETS.contains(&metadata.target());
    FilterFn::new(ours).with_max_level_hint(LevelFilter::INFO)
}
