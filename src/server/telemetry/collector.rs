//! The way to the collector: what the exporter sends is posted by the program's own client.

use crate::http_client;
use crate::server::settings::Collector;
use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

/// What of an answer is read at most, in bytes.
const LARGEST_ANSWER: usize = 64 << 10;

/// A client for one collector. The exporter waits for it in a thread of its own; the request itself is made by the
/// runtime of the server.
pub(super) struct Way {
    client: reqwest::Client,
    collector: Collector,
    runtime: Handle,
    /// Whether it failed the last time: the log says so once, and once when it is over.
    fails: AtomicBool,
}

/// Without the address and the headers, which may be secret.
impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the way to the collector")
    }
}

impl Way {
    /// The way to this collector, on which a request may take so long.
    pub(super) fn to(collector: Collector, limit: Duration) -> Result<Self, reqwest::Error> {
        let client = http_client::client(limit)?;
        Ok(Self { client, collector, runtime: Handle::current(), fails: AtomicBool::new(false) })
    }

    fn note(&self, outcome: &Result<Response<Bytes>, String>) {
        let what = match outcome {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answered {}", answer.status().as_u16())),
            Err(error) => Some(error.clone()),
        };
        let failed_before = self.fails.swap(what.is_some(), Ordering::Relaxed);
        match what {
            Some(what) if !failed_before => tracing::warn!(what, "the collector does not take spans; some are lost"),
            None if failed_before => tracing::info!("the collector takes spans again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Way {
    /// Sends what the exporter made. Its address and credentials are the configured ones, which the exporter never had.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let posted = self.client.post(self.collector.url.clone()).headers(parts.headers);
        let posted = posted.headers(self.collector.headers.clone()).body(body);
        let outcome = match self.runtime.spawn(answer_to(posted)).await {
            Ok(answer) => answer.map_err(|error| what_failed(&error).to_owned()),
            Err(_) => Err("the server is ending".to_owned()),
        };
        self.note(&outcome);
        outcome.map_err(Into::into)
    }
}

/// In a few words: the error itself would name the address.
fn what_failed(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    }
}

async fn answer_to(request: reqwest::RequestBuilder) -> Result<Response<Bytes>, reqwest::Error> {
    let mut answer = request.send().await?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > LARGEST_ANSWER {
            break;
        }
        body.extend_from_slice(&piece);
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = answer.status();
    Ok(response)
}
