//! One answer, asked for again and again by `wrk`.

use crate::bare::Asked;
use anyhow::Context as _;
use axum::http::{StatusCode, header};
use serde_json::json;
use std::process::Command;
use tokio::task::spawn_blocking;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What is read.
    #[arg(long)]
    url: String,
    /// What it is called in the result: the same for both servers.
    #[arg(long)]
    case: String,
    /// Whose answer it is: `minutebook` or `bare`.
    #[arg(long)]
    peer: String,
    /// The store that the book is in.
    #[arg(long)]
    store: String,
    /// The token to read with.
    #[arg(long)]
    token: Option<String>,
    /// Asks as one who has the answer already.
    #[arg(long)]
    if_none_match: bool,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 64)]
    connections: u32,
    /// How long, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u32,
}

pub(crate) async fn measure(options: &Options) -> anyhow::Result<serde_json::Value> {
    let asked = Asked { url: options.url.clone(), token: options.token.clone() };
    let (status, headers, body) = asked.answer(None).await?;
    let tag = headers.get(header::ETAG).context("the answer has no entity tag")?.to_str()?.to_owned();
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--latency", "--connections"]).arg(options.connections.to_string());
    wrk.arg("--duration").arg(format!("{}s", options.seconds));
    if let Some(token) = &options.token {
        wrk.arg("--header").arg(format!("Authorization: Bearer {token}"));
    }
    if options.if_none_match {
        let (status, ..) = asked.answer(Some(&tag)).await?;
        anyhow::ensure!(status == StatusCode::NOT_MODIFIED, "it was answered {status} to who has it, and not 304");
        wrk.arg("--header").arg(format!("If-None-Match: {tag}"));
    }
    wrk.arg(&options.url);
    let output = spawn_blocking(move || wrk.output()).await?.context("wrk cannot be run")?;
    let said = String::from_utf8_lossy(&output.stdout);
    anyhow::ensure!(output.status.success(), "wrk failed: {said}");
    for fault in ["Non-2xx", "Socket errors"] {
        anyhow::ensure!(!said.contains(fault), "not every request was answered: {said}");
    }
    let rate = word_after(&said, "Requests/sec:").and_then(|rate| rate.parse::<f64>().ok());
    Ok(json!({
        "measure": "read",
        "case": options.case,
        "peer": options.peer,
        "store": options.store,
        "status": status.as_u16(),
        "bytes": body.len(),
        "connections": options.connections,
        "requests_per_second": rate.with_context(|| format!("wrk said no rate: {said}"))?,
        "p50": word_after(&said, "50%"),
        "p99": word_after(&said, "99%"),
    }))
}

fn word_after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.split_once(word)?.1.split_whitespace().next()
}
