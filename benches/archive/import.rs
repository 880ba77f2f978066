//! The archive into an empty ledger, as the command line brings it in.

use crate::documents::documents;
use crate::{open, store};
use minutebook::ingest::{ImportReport, SourceDocument, prepare, record};
use minutebook_domain::RequestMetadata;
use minutebook_ledger::{LedgerUrl, Recorder};
use std::path::Path;
use std::time::Instant;

pub(crate) async fn measure(url: &LedgerUrl, meetings: u32) -> anyhow::Result<serde_json::Value> {
    let documents = documents(meetings);
    let recorder = Recorder::new(open(url).await?);
    anyhow::ensure!(recorder.log().head().await?.number() == 0, "the ledger holds something already");
    let metadata = RequestMetadata { actor: "secretary".into(), ..RequestMetadata::default() };
    let begin = Instant::now();
    for (name, text) in &documents {
        let document = SourceDocument::read(Path::new(name), text.as_bytes())?;
        let prepared = prepare(&recorder, document, &metadata).await?;
        let ImportReport::Headlines(report) = record(&recorder, prepared).await?.report else { continue };
        anyhow::ensure!(report.events_appended > 20, "{name} was hardly recorded: {:?}", report.findings);
    }
    let seconds = begin.elapsed().as_secs_f64();
    let events = recorder.log().head().await?.number();
    Ok(serde_json::json!({
        "measure": "archive import", "store": store(url), "meetings": meetings, "events": events, "seconds": seconds,
    }))
}
