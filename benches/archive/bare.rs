//! The bare limit: the same bytes read, and the same events appended, with nothing made of the one for the other.

use crate::documents::documents;
use crate::{open, store};
use minutebook_domain::RecordedEvent;
use minutebook_ledger::{Batch, LedgerUrl, NewEvent, Selection, merkle};
use std::time::Instant;

pub(crate) async fn measure(from: &LedgerUrl, url: &LedgerUrl, meetings: u32) -> anyhow::Result<serde_json::Value> {
    let (source, log) = (open(from).await?, open(url).await?);
    anyhow::ensure!(log.head().await?.number() == 0, "the ledger holds something already");
    let mut batches: Vec<Batch> = Vec::new();
    for event in source.read_all(Selection::All).await? {
        let command_id = event.metadata.command_id.clone();
        match batches.last_mut().filter(|batch| batch.command_id == command_id) {
            Some(batch) => batch.events.push(again(event)),
            None => batches.push(Batch {
                fingerprint: merkle::digest(command_id.as_bytes()),
                command_id,
                events: vec![again(event)],
                conditions: Vec::new(),
            }),
        }
    }
    let folder = tempfile::tempdir()?;
    for (name, text) in documents(meetings) {
        std::fs::write(folder.path().join(name), text)?;
    }
    let begin = Instant::now();
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder.path())? {
        bytes += std::fs::read(entry?.path())?.len();
    }
    for batch in batches {
        log.append(batch).await?;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let events = log.head().await?.number();
    Ok(serde_json::json!({
        "measure": "archive bare", "store": store(url), "bytes": bytes, "events": events, "seconds": seconds,
    }))
}

fn again(event: RecordedEvent) -> NewEvent {
    NewEvent { stream: event.stream, event: event.event, metadata: event.metadata }
}
