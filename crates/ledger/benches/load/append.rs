//! Commands through the whole of the ledger: the rules, the key, the writer, the store.

use crate::workload::{Actions, Client};
use crate::{Ledger, Span};
use minutebook_ledger::Recorder;
use std::time::{Duration, Instant};

pub(crate) async fn measure(
    ledger: &Ledger,
    clients: u32,
    without_read_models: bool,
    span: Span,
) -> anyhow::Result<serde_json::Value> {
    let log = if without_read_models { ledger.open_without_read_models().await? } else { ledger.open().await? };
    let actions = Actions::begin(&log).await?;
    let recorder = Recorder::new(log.clone());
    let before = log.head().await?.number();
    let begin = Instant::now() + Duration::from_secs_f64(span.warm_up);
    let end = begin + Duration::from_secs_f64(span.seconds);
    let clients_running: Vec<_> =
        (0..clients).map(|_| tokio::spawn(run(recorder.clone(), Client::new(actions.clone()), begin, end))).collect();
    let mut latencies = Vec::new();
    for client in clients_running {
        latencies.extend(client.await??);
    }
    latencies.sort_unstable();
    let percentile = |percent: usize| latencies.get(latencies.len().saturating_sub(1) * percent / 100).copied();
    let commands = u32::try_from(latencies.len())?;
    Ok(serde_json::json!({
        "measure": "append",
        "peer": if without_read_models { "minutebook without read models" } else { "minutebook" },
        "store": ledger.store(),
        "label": ledger.label,
        "clients": clients,
        "events_before": before,
        "events_after": log.head().await?.number(),
        "commands": commands,
        "commands_per_second": f64::from(commands) / span.seconds,
        "p50_microseconds": percentile(50),
        "p99_microseconds": percentile(99),
    }))
}

/// Sends commands until `end`, each after the answer to the one before. Returns the latencies, in microseconds, of the
/// answers from `begin` on.
async fn run(recorder: Recorder, mut client: Client, begin: Instant, end: Instant) -> anyhow::Result<Vec<u32>> {
    let mut latencies = Vec::new();
    loop {
        let sent = Instant::now();
        recorder.record(&client.next_request(recorder.log())?).await?;
        let answered = Instant::now();
        if answered >= end {
            return Ok(latencies);
        }
        if answered >= begin {
            latencies.push(u32::try_from((answered - sent).as_micros()).unwrap_or(u32::MAX));
        }
    }
}
