//! Metrics of the ledger.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};

/// Metrics of one process since it opened the ledger. Clones share their counts.
#[derive(Debug, Clone)]
pub struct LedgerMetrics {
    /// The number of commands in each transaction.
    pub group_sizes: Histogram,
    /// The seconds that each transaction took.
    pub append_seconds: Histogram,
    /// Events appended.
    pub events: Counter,
    /// Transactions that failed.
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
