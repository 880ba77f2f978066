//! The outstanding actions of one committee: now, as of a moment of the past, and as that was known then.

use crate::Ledger;
use crate::history::{MEETINGS, code, day};
use chrono::{DateTime, TimeDelta, Utc};
use minutebook_domain::Position;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::actions::Actions;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use std::time::Instant;

/// Lists before it is measured: connections, prepared statements.
const WARM_UP: u32 = 200;

#[derive(Default)]
struct Measured {
    microseconds: Vec<u32>,
    rows: usize,
}

pub(crate) async fn measure(ledger: &Ledger, committees: u32, samples: u32) -> anyhow::Result<serde_json::Value> {
    let log = ledger.open().await?;
    let head = log.head().await?.number();
    let mut random = StdRng::seed_from_u64(7);
    let [mut now, mut past, mut known] = [Measured::default(), Measured::default(), Measured::default()];
    for sample in 0..WARM_UP + samples {
        if sample == WARM_UP {
            [now, past, known] = [Measured::default(), Measured::default(), Measured::default()];
        }
        let scope = code(random.random_range(0..committees));
        let last: DateTime<Utc> = day(MEETINGS + 1).and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
        let as_of = last - TimeDelta::minutes(random.random_range(0..20 * 365 * 24 * 60));
        let position = Position::new(random.random_range(1..=head));
        // One after the other, so that all three meet the machine in the same mood.
        now.list(&log, &scope, BitemporalMoment::as_known_now(last)).await?;
        past.list(&log, &scope, BitemporalMoment::as_known_now(as_of)).await?;
        known.list(&log, &scope, BitemporalMoment { as_of, known_at: Some(position) }).await?;
    }
    let (now, past, known) = (now.summary(), past.summary(), known.summary());
    Ok(json!({
        "measure": "list", "store": ledger.store(), "events": head,
        "now": now, "past": past, "past_as_known_then": known,
    }))
}

impl Measured {
    async fn list(&mut self, log: &Log, scope: &str, at: BitemporalMoment) -> anyhow::Result<()> {
        let begin = Instant::now();
        let view =
            log.rows::<Actions>(RowFilter::Listed { scope, facets: &["outstanding"] }, at, Clearance::full()).await?;
        self.microseconds.push(u32::try_from(begin.elapsed().as_micros()).unwrap_or(u32::MAX));
        self.rows += view.rows.len();
        Ok(())
    }

    fn summary(mut self) -> serde_json::Value {
        self.microseconds.sort_unstable();
        let count = self.microseconds.len();
        let percentile = |percent: usize| self.microseconds.get(count.saturating_sub(1) * percent / 100);
        json!({
            "p50_microseconds": percentile(50), "p99_microseconds": percentile(99),
            "rows": self.rows / count.max(1),
        })
    }
}
