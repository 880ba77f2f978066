//! The exporter: a subscriber layer, a bounded queue and the thread that sends it to the collector.

use super::collector::CollectorClient;
use crate::server::settings::{TelemetrySection, TelemetrySettingError};
use crate::spans;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider};
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::registry::LookupSpan;

/// Time limit for one export, and for the last one at shutdown.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The longest queue of spans; further spans are dropped.
const MAX_QUEUED_SPANS: usize = 2048;

/// An exporter that cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A telemetry setting is invalid.
    #[error(transparent)]
    Setting(#[from] TelemetrySettingError),
    /// The client for the collector cannot be built.
    #[error("cannot build the HTTP client for the trace collector: {0}")]
    Client(#[source] reqwest::Error),
    /// The OTLP exporter cannot be built.
    #[error("cannot build the span exporter: {0}")]
    Exporter(#[source] ExporterBuildError),
}

/// The process's span exporter, if one is configured.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Exports nothing.
    pub fn disabled() -> Self {
        Self(None)
    }

    /// Starts the exporter. Without a configured collector it exports nothing.
    pub fn start(settings: &TelemetrySection) -> Result<Self, TelemetryError> {
        let Some(endpoint) = settings.collector()? else { return Ok(Self::disabled()) };
        let client = CollectorClient::new(endpoint, TIMEOUT);
        let client = client.map_err(|error| TelemetryError::Client(error.without_url()))?;
        // The exporter requires an address; the client replaces it with the configured one.
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint("http://collector.invalid/v1/traces")
            .with_timeout(TIMEOUT)
            .with_retry_policy(RetryPolicy::disabled())
            .with_http_client(client)
            .build()
            .map_err(TelemetryError::Exporter)?;
        let resource = Resource::builder()
            .with_service_name(settings.service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let sampler = Sampler::parent_based(Sampler::TraceIdRatioBased(settings.sample_ratio));
        let queue = BatchConfigBuilder::default().with_max_queue_size(MAX_QUEUED_SPANS).build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(queue).build())
            .with_resource(resource)
            .with_sampler(sampler)
            .build();
        Ok(Self(Some(provider)))
    }

    /// Returns whether spans are exported.
    pub(in crate::server) fn is_enabled(&self) -> bool {
        self.0.is_some()
    }

    /// The subscriber layer that hands the exportable spans to the exporter.
    pub(in crate::server) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
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
        Some(layer.with_filter(exportable()))
    }

    /// Sends the queued spans, within the time limit. Spans that end later are lost.
    pub async fn shut_down(self) {
        let Some(provider) = self.0 else { return };
        // Shutdown blocks on the exporter's thread, which in turn needs this runtime.
        let finished = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(TIMEOUT)).await;
        if !matches!(finished, Ok(Ok(()))) {
            tracing::warn!("the trace collector did not accept the last spans; they are lost");
        }
    }
}

/// Passes our own spans only, and no events: log lines are never exported.
fn exportable() -> FilterFn {
    let ours: fn(&Metadata<'_>) -> bool = |metadata| metadata.is_span() && spans::TARGETS.contains(&metadata.target());
    FilterFn::new(ours).with_max_level_hint(LevelFilter::INFO)
}
