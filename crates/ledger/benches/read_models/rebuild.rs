//! All read models made again.

use crate::Ledger;
use std::time::Instant;

pub(crate) async fn measure(ledger: &Ledger) -> anyhow::Result<serde_json::Value> {
    let log = ledger.open().await?;
    let events = u32::try_from(log.head().await?.number())?;
    let begin = Instant::now();
    log.rebuild(&[], |_| {}).await?;
    let seconds = begin.elapsed().as_secs_f64();
    Ok(serde_json::json!({
        "measure": "rebuild",
        "store": ledger.store(),
        "events": events,
        "read_models": log.read_models().len(),
        "seconds": seconds,
        "events_per_second": f64::from(events) / seconds,
    }))
}
