//! Parsing alone, beside what the Markdown parser takes of it.

use crate::documents::documents;
use minutebook_import::{ImportContext, events, read};
use pulldown_cmark::{Options, Parser};
use std::time::Instant;

/// How often the whole archive is parsed; the best round counts, as nothing but the processor is measured.
const ROUNDS: u32 = 5;

pub(crate) fn measure(meetings: u32) -> anyhow::Result<serde_json::Value> {
    let documents = documents(meetings);
    let bytes: usize = documents.iter().map(|(_, text)| text.len()).sum();
    let (mut best, mut bare) = (f64::INFINITY, f64::INFINITY);
    let mut made = 0;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        made = 0;
        for (name, text) in &documents {
            let headlines = read(text.as_bytes(), &ImportContext { file_name: name, ..ImportContext::default() })?;
            made += events(&headlines).len();
        }
        best = best.min(begin.elapsed().as_secs_f64());
        let begin = Instant::now();
        for (_, text) in &documents {
            std::hint::black_box(Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter().count());
        }
        bare = bare.min(begin.elapsed().as_secs_f64());
    }
    let megabytes = f64::from(u32::try_from(bytes)?) / 1e6;
    Ok(serde_json::json!({
        "measure": "archive parse",
        "meetings": meetings,
        "bytes": bytes,
        "events": made,
        "seconds": best,
        "megabytes_per_second": megabytes / best,
        "markdown_alone": megabytes / bare,
    }))
}
