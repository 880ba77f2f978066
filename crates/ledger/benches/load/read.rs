//! The whole log, read back as typed events.

use crate::Ledger;
use minutebook_domain::{Event, Position};
use minutebook_ledger::Selection;
use std::time::Instant;

pub(crate) async fn measure(ledger: &Ledger) -> anyhow::Result<serde_json::Value> {
    let log = ledger.open().await?;
    let begin = Instant::now();
    let mut cursor = log.read(Selection::All, Position::START);
    let mut events: u32 = 0;
    let mut actions: u32 = 0;
    loop {
        let page = cursor.next_page().await?;
        if page.is_empty() {
            break;
        }
        for event in page {
            events += 1;
            // Looked at, so that no part of the decoding can be left out.
            actions += u32::from(matches!(event.event, Event::Action(_)));
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    Ok(serde_json::json!({
        "measure": "read",
        "store": ledger.store(),
        "label": ledger.label,
        "events": events,
        "of_actions": actions,
        "events_per_second": f64::from(events) / seconds,
        "peak_kilobytes": peak_kilobytes()?,
    }))
}

/// The most memory that this process has held (`VmHWM` of proc(5)), in units of 1024 bytes.
fn peak_kilobytes() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.split_whitespace().next());
    Ok(peak.ok_or_else(|| anyhow::anyhow!("/proc/self/status has no VmHWM"))?.parse()?)
}
