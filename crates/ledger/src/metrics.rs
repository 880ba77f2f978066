//! What the ledger counts of itself.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};

/// Counts of one process since it opened the ledger. Clones count together.
#[derive(Debug, Clone)]
pub struct LedgerMetrics {
    /// Commands that were made durable in one transaction.
    pub group_sizes: Histogram,
    /// Seconds that such a transaction took.
    pub append_seconds: Histogram,
    /// Events that were recorded.
    pub events: Counter,
    /// Groups of which nothing could be recorded.
    pub failures: Counter,
}

impl Default for LedgerMetrics {
    fn default() -> Self {
        Self {
            group_sizes: Histogram::new(exponential_buckets(1.0, 2.0, 11)),
            append_seconds: Histogram::new(exponential_buckets(0.0005, 2.0, 14)),
            events: Counter::default(),
            failures: Counter::default(),
        }
    }
}
