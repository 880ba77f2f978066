//! Twenty years of many committees, quickly: a meeting is one command, and a month of meetings shares transactions.

use crate::Ledger;
use crate::history::{Committee, EVENTS, MEETINGS};
use minutebook_domain::RequestMetadata;
use minutebook_ledger::{Batch, Log, Receipt, Recorder, command_json};
use serde_json::json;
use std::time::Instant;
use tokio::task::JoinSet;

/// Of so many notes about actions one is struck in the end.
const ONE_IN: usize = 500;

pub(crate) async fn measure(ledger: &Ledger, events: u32) -> anyhow::Result<serde_json::Value> {
    let log = ledger.open().await?;
    anyhow::ensure!(log.head().await?.number() == 0, "the ledger holds events already");
    let begin = Instant::now();
    let committees = (events / (MEETINGS * EVENTS)).max(1);
    let mut all: Vec<Committee> = (0..committees).map(Committee::new).collect();
    let established = all.iter().map(|committee| committee.established(&log)).collect::<anyhow::Result<_>>()?;
    append(&log, established).await?;
    let mut notes = Vec::new();
    for number in 1..=MEETINGS {
        let meetings =
            all.iter_mut().map(|committee| committee.meeting(&log, number)).collect::<anyhow::Result<_>>()?;
        for receipt in append(&log, meetings).await? {
            let is_note = |event: &&minutebook_ledger::EventLocation| event.event_type == "ActionProgressed";
            notes.extend(receipt.events.iter().filter(is_note).map(|event| event.event_id));
        }
    }
    let recorder = Recorder::new(log.clone());
    for note in notes.iter().step_by(ONE_IN) {
        let json = json!({"corrects": note, "change": "struck", "reason": "it was about another action"});
        let command_id = log.environment().command_id()?;
        let metadata = RequestMetadata { actor: "views".to_owned(), command_id, ..RequestMetadata::default() };
        recorder.record(&command_json::request(&json.to_string(), metadata)?).await?;
    }
    Ok(json!({
        "measure": "fill",
        "store": ledger.store(),
        "committees": committees,
        "corrections": notes.len().div_ceil(ONE_IN),
        "events": log.head().await?.number(),
        "seconds": begin.elapsed().as_secs_f64(),
    }))
}

/// Appends batches that come in at once.
async fn append(log: &Log, batches: Vec<Batch>) -> anyhow::Result<Vec<Receipt>> {
    let mut waiting = JoinSet::new();
    for batch in batches {
        let log = log.clone();
        waiting.spawn(async move { log.append(batch).await });
    }
    let mut receipts = Vec::new();
    while let Some(done) = waiting.join_next().await {
        receipts.push(done??);
    }
    Ok(receipts)
}
