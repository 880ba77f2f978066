//! What the server counts. No label has anything of the record in it: routes are counted by their template, and what
//! clients invent (methods, paths) is counted together.

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

/// The counts of one server.
pub(crate) struct Figures {
    registry: Registry,
    requests: Family<AnswerLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    /// The counts of each route's answers that there were before: to look them up by their labels takes copies of those.
    found: RwLock<HashMap<Box<str>, Vec<Counts>>>,
    under_way: Gauge,
    too_many: Counter,
    connections: Gauge,
    feed_readers: Gauge,
    head: Gauge,
    followed: Gauge,
    behind: Gauge,
    halted: Gauge,
}

/// What answers of one kind are counted by.
struct Counts {
    method: &'static str,
    status: StatusCode,
    requests: Counter,
    seconds: Histogram,
}

/// What is looked up when the counts are asked for.
pub(crate) struct Levels {
    pub(crate) feed_readers: usize,
    pub(crate) head: u64,
    pub(crate) followed: u64,
    pub(crate) read_up_to: u64,
    pub(crate) halted: usize,
}

fn latencies() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 16))
}

fn level(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Figures {
    /// Counts for a server of a ledger that counts these.
    pub(crate) fn new(ledger: &LedgerMetrics) -> Self {
        let mut registry = Registry::with_prefix("minutebook");
        let figures = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(latencies as fn() -> Histogram),
            found: RwLock::default(),
            under_way: Gauge::default(),
            too_many: Counter::default(),
            connections: Gauge::default(),
            feed_readers: Gauge::default(),
            head: Gauge::default(),
            followed: Gauge::default(),
            behind: Gauge::default(),
            halted: Gauge::default(),
            registry: Registry::default(),
        };
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", version);
        registry.register("http_requests", "Requests that were answered", figures.requests.clone());
        let help = "How long a request took until its answer began";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, figures.seconds.clone());
        registry.register("http_requests_under_way", "Requests that are being answered", figures.under_way.clone());
        registry.register("http_requests_refused", "Requests beyond a client's rate", figures.too_many.clone());
        registry.register("http_connections", "Connections that are open", figures.connections.clone());
        registry.register("feed_readers", "Readers of the live feed", figures.feed_readers.clone());
        let help = "Commands that were made durable in one transaction";
        registry.register("append_group_commands", help, ledger.group_sizes.clone());
        let help = "How long such a transaction took";
        registry.register_with_unit("append_duration", help, Unit::Seconds, ledger.append_seconds.clone());
        registry.register("events_recorded", "Events that this server recorded", ledger.events.clone());
        let help = "Transactions of which nothing could be recorded";
        registry.register("append_failures", help, ledger.failures.clone());
        registry.register("log_head_position", "The last position of the log", figures.head.clone());
        let help = "The last position that this server knows of; short of the head by what others recorded just now";
        registry.register("log_followed_position", help, figures.followed.clone());
        let help = "Events that the read models have yet to take in";
        registry.register("read_models_lag_events", help, figures.behind.clone());
        registry.register("read_models_halted", "Read models that cannot go on", figures.halted.clone());
        Self { registry, ..figures }
    }

    /// A request begins; it ends when what is returned is dropped.
    pub(crate) fn begin(&self) -> UnderWay {
        UnderWay::of(&self.under_way)
    }

    /// A connection is there until what is returned is dropped.
    pub(crate) fn connect(&self) -> UnderWay {
        UnderWay::of(&self.connections)
    }

    /// A request was answered.
    pub(crate) fn answered(&self, method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
        let (method, route) = (known(method), route.unwrap_or("none"));
        let is_it = |counts: &&Counts| counts.method == method && counts.status == status;
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = found.get(route).and_then(|counts| counts.iter().find(is_it)) {
            counts.count(took);
            return;
        }
        drop(found);
        let labels = AnswerLabels { method, route: route.to_owned(), status: status.as_u16() };
        let requests = self.requests.get_or_create_owned(&labels);
        let seconds = self.seconds.get_or_create_owned(&RouteLabels { method, route: labels.route });
        let counts = Counts { method, status, requests, seconds };
        counts.count(took);
        // Two who count the first one of a kind at once keep it twice, which is as good.
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        found.entry(route.into()).or_default().push(counts);
    }

    /// A request was more than its sender may make.
    pub(crate) fn refused(&self) {
        self.too_many.inc();
    }

    /// All counts, as Prometheus reads them.
    pub(crate) fn text(&self, levels: &Levels) -> Result<String, std::fmt::Error> {
        self.feed_readers.set(level(levels.feed_readers as u64));
        self.head.set(level(levels.head));
        self.followed.set(level(levels.followed));
        self.behind.set(level(levels.head.saturating_sub(levels.read_up_to)));
        self.halted.set(level(levels.halted as u64));
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A method that has no name here.
pub(crate) const OTHER: &str = "other";

impl Counts {
    fn count(&self, took: Duration) {
        self.requests.inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// A method by its name, if it is one of those that have one here.
pub(crate) fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => OTHER,
    }
}

/// Something that is counted as long as it lasts.
pub(crate) struct UnderWay(Gauge);

impl UnderWay {
    fn of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}
