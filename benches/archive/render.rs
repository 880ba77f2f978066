//! A meeting's headlines in Markdown: what is recorded of it read from the ledger, and the document rendered.

use crate::{open, store};
use minutebook::present::headlines::markdown::markdown;
use minutebook::query::clearances::ClearanceByCommittee;
use minutebook::query::headlines::{MeetingHeadlines, headlines};
use minutebook::query::read_query::ReadQuery;
use minutebook_domain::StreamId;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_ledger::{LedgerUrl, Selection};
use std::time::Instant;

pub(crate) async fn measure(url: &LedgerUrl) -> anyhow::Result<serde_json::Value> {
    let log = open(url).await?;
    let red: Classification = "RED".parse()?;
    let clearances = ClearanceByCommittee::new(Clearance::up_to(red), std::collections::BTreeMap::new());
    let question = ReadQuery { as_of: None, known_at: None, clearances, committee: Some("TSC".parse()?) };
    let (mut reading, mut rendering) = (Vec::new(), Vec::new());
    for convened in log.read_all(Selection::Type("MeetingConvened".into())).await? {
        let StreamId::Meeting(meeting) = convened.stream else { continue };
        let begin = Instant::now();
        let MeetingHeadlines { document, .. } = headlines(&log, &meeting, None, &question).await?;
        let read = Instant::now();
        let rendered = markdown(&document, None);
        rendering.push(read.elapsed().as_secs_f64() * 1000.0);
        reading.push((read - begin).as_secs_f64() * 1000.0);
        anyhow::ensure!(rendered.len() > 1000, "{meeting} was hardly rendered");
    }
    Ok(serde_json::json!({
        "measure": "archive render", "store": store(url), "meetings": rendering.len(),
        "render_ms": spread(rendering), "read_ms": spread(reading),
    }))
}

fn spread(mut taken: Vec<f64>) -> serde_json::Value {
    taken.sort_by(f64::total_cmp);
    let at = |part: usize| taken.get(taken.len() * part / 100).copied().unwrap_or_default();
    serde_json::json!({ "median": at(50), "p99": at(99) })
}
