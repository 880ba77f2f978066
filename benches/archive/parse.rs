//! Parsing alone.

use crate::documents::documents;
use minutebook_import::{Context, events, read};
use std::time::Instant;

/// How often the whole archive is parsed; the best round counts, as nothing but the processor is measured.
const ROUNDS: u32 = 5;

pub(crate) fn measure(meetings: u32) -> anyhow::Result<serde_json::Value> {
    let documents = documents(meetings);
    let bytes: usize = documents.iter().map(|(_, text)| text.len()).sum();
    let mut best = f64::INFINITY;
    let mut made = 0;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        made = 0;
        for (name, text) in &documents {
            let headlines = read(text.as_bytes(), &Context { file_name: name, ..Context::default() })?;
            made += events(&headlines).len();
        }
        best = best.min(begin.elapsed().as_secs_f64());
    }
    Ok(serde_json::json!({
        "measure": "archive parse",
        "meetings": meetings,
        "bytes": bytes,
        "events": made,
        "seconds": best,
        "megabytes_per_second": f64::from(u32::try_from(bytes)?) / 1e6 / best,
    }))
}
