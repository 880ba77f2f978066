//! A log of a given length, quickly: batches of many events, straight to the log.

use crate::Ledger;
use crate::workload::{Actions, Client, metadata};
use minutebook_ledger::{Batch, Log, NewEvent, merkle};
use std::time::Instant;

/// Events in one batch, as many as a few imported documents hold.
const BATCH: u64 = 1000;

pub(crate) async fn measure(ledger: &Ledger, events: u64) -> anyhow::Result<serde_json::Value> {
    let log = ledger.open().await?;
    let begin = Instant::now();
    let mut client = Client::new(Actions::begin(&log).await?);
    let before = log.head().await?.number();
    let mut missing = events.saturating_sub(before);
    let mut waiting = tokio::task::JoinSet::new();
    while missing > 0 {
        let batch = batch(&mut client, &log, missing.min(BATCH))?;
        missing = missing.saturating_sub(BATCH);
        // A few on their way at once: one is drafted while another is written.
        if waiting.len() == 4
            && let Some(done) = waiting.join_next().await
        {
            done??;
        }
        let log = log.clone();
        waiting.spawn(async move { log.append(batch).await.map(drop) });
    }
    while let Some(done) = waiting.join_next().await {
        done??;
    }
    let seconds = begin.elapsed().as_secs_f64();
    Ok(serde_json::json!({
        "measure": "fill",
        "store": ledger.store(),
        "label": ledger.label,
        "events": log.head().await?.number() - before,
        "seconds": seconds,
    }))
}

fn batch(client: &mut Client, log: &Log, events: u64) -> anyhow::Result<Batch> {
    let command_id = log.environment().command_id()?;
    let metadata = metadata(command_id.clone());
    let mut new = Vec::new();
    for _ in 0..events {
        let (stream, event) = client.next_event()?;
        new.push(NewEvent {
            stream,
            event,
            metadata: metadata.for_event("WHITE".parse()?, "2019-03-01T00:00:00Z".parse()?),
        });
    }
    Ok(Batch { fingerprint: merkle::digest(command_id.as_bytes()), command_id, events: new, conditions: Vec::new() })
}
