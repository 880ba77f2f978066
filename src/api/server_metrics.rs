//! The metrics of one server (Prometheus). No label carries data of the ledger or of a client: a route is counted by its
//! template, and unknown methods and paths are counted together.

use axum::http::{Method, StatusCode};
use minutebook_ledger::LedgerMetrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    method: &'static str,
    route: String,
    status: u16,
}

/// The metrics of one server, its ledger included.
pub(crate) struct ServerMetrics {
    registry: Registry,
    requests: Family<AnswerLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    /// The metrics of each route, by method and status: a lookup in `Family` needs owned labels for every request.
    by_route: RwLock<HashMap<Box<str>, Vec<RouteMetrics>>>,
    under_way: Gauge,
    too_many: Counter,
    connections: Gauge,
    feed_readers: Gauge,
    head: Gauge,
    followed: Gauge,
    behind: Gauge,
    halted: Gauge,
    clock_in_doubt: Gauge,
    discontinued: Gauge,
}

/// The metrics of one route, method and status.
struct RouteMetrics {
    method: &'static str,
    status: StatusCode,
    requests: Counter,
    seconds: Histogram,
}

/// Values that are read when the metrics are scraped.
pub(crate) struct GaugeReadings {
    pub(crate) feed_readers: usize,
    pub(crate) head: u64,
    pub(crate) followed: u64,
    pub(crate) read_up_to: u64,
    pub(crate) halted: usize,
    pub(crate) clock_in_doubt: bool,
    pub(crate) discontinued: bool,
}

fn latency_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 16))
}

fn gauge_value(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl ServerMetrics {
    /// Registers the metrics of a server and those of its ledger.
    pub(crate) fn new(ledger: &LedgerMetrics) -> Self {
        let mut registry = Registry::with_prefix("minutebook");
        let figures = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(latency_histogram as fn() -> Histogram),
            by_route: RwLock::default(),
            under_way: Gauge::default(),
            too_many: Counter::default(),
            connections: Gauge::default(),
            feed_readers: Gauge::default(),
            head: Gauge::default(),
            followed: Gauge::default(),
            behind: Gauge::default(),
            halted: Gauge::default(),
            clock_in_doubt: Gauge::default(),
            discontinued: Gauge::default(),
            registry: Registry::default(),
        };
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program's version", version);
        registry.register("http_requests", "Requests answered", figures.requests.clone());
        let help = "Time from a request to the first byte of its response";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, figures.seconds.clone());
        registry.register("http_requests_under_way", "Requests in progress", figures.under_way.clone());
        registry.register("http_requests_refused", "Requests refused with 429", figures.too_many.clone());
        registry.register("http_connections", "Open connections", figures.connections.clone());
        registry.register("feed_readers", "Readers of the live feed", figures.feed_readers.clone());
        let help = "Commands committed in one transaction";
        registry.register("append_group_commands", help, ledger.group_sizes.clone());
        let help = "Duration of a transaction that appends events";
        registry.register_with_unit("append_duration", help, Unit::Seconds, ledger.append_seconds.clone());
        registry.register("events_recorded", "Events recorded by this server", ledger.events.clone());
        let help = "Append transactions that failed";
        registry.register("append_failures", help, ledger.failures.clone());
        registry.register("log_head_position", "Last position of the log", figures.head.clone());
        let help = "Last position that this server has read; behind the head while other servers append";
        registry.register("log_followed_position", help, figures.followed.clone());
        let help = "Events that the read models have not processed yet";
        registry.register("read_models_lag_events", help, figures.behind.clone());
        registry.register("read_models_halted", "Read models halted by an error", figures.halted.clone());
        let help = "1 while the clock is in doubt and nothing is recorded";
        registry.register("clock_in_doubt", help, figures.clock_in_doubt.clone());
        let help = "1 if the log does not continue what this server has seen of it; the server answers nothing then";
        registry.register("log_discontinued", help, figures.discontinued.clone());
        Self { registry, ..figures }
    }

    /// Counts a request in progress until the guard is dropped.
    pub(crate) fn begin(&self) -> GaugeGuard {
        GaugeGuard::new(&self.under_way)
    }

    /// Counts an open connection until the guard is dropped.
    pub(crate) fn connect(&self) -> GaugeGuard {
        GaugeGuard::new(&self.connections)
    }

    /// Counts a response.
    pub(crate) fn answered(&self, method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
        let (method, route) = (method_label(method), route.unwrap_or("none"));
        let matches = |counts: &&RouteMetrics| counts.method == method && counts.status == status;
        let by_route = self.by_route.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = by_route.get(route).and_then(|counts| counts.iter().find(matches)) {
            counts.count(took);
            return;
        }
        drop(by_route);
        let labels = AnswerLabels { method, route: route.to_owned(), status: status.as_u16() };
        let requests = self.requests.get_or_create_owned(&labels);
        let seconds = self.seconds.get_or_create_owned(&RouteLabels { method, route: labels.route });
        let counts = RouteMetrics { method, status, requests, seconds };
        counts.count(took);
        // Two threads may both insert the first response of a kind: both entries count into the same metrics.
        let mut by_route = self.by_route.write().unwrap_or_else(PoisonError::into_inner);
        by_route.entry(route.into()).or_default().push(counts);
    }

    /// Counts a request that exceeded its client's rate.
    pub(crate) fn refused(&self) {
        self.too_many.inc();
    }

    /// Renders all metrics in the OpenMetrics text format.
    pub(crate) fn text(&self, levels: &GaugeReadings) -> Result<String, std::fmt::Error> {
        self.feed_readers.set(gauge_value(levels.feed_readers as u64));
        self.head.set(gauge_value(levels.head));
        self.followed.set(gauge_value(levels.followed));
        self.behind.set(gauge_value(levels.head.saturating_sub(levels.read_up_to)));
        self.halted.set(gauge_value(levels.halted as u64));
        self.clock_in_doubt.set(levels.clock_in_doubt.into());
        self.discontinued.set(i64::from(levels.discontinued));
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// The label of every method that is not in [`method_label`].
pub(crate) const OTHER_METHOD: &str = "other";

impl RouteMetrics {
    fn count(&self, took: Duration) {
        self.requests.inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// The label of a method. Clients can send any method; only the common ones get a label of their own.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => OTHER_METHOD,
    }
}

/// Increments a gauge until it is dropped.
pub(crate) struct GaugeGuard(Gauge);

impl GaugeGuard {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}
