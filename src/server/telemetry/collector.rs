//! Sends exported spans to the collector, through the program's own HTTP client.

use crate::http_client;
use crate::server::settings::CollectorEndpoint;
use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

/// The longest response body that is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 64 << 10;

/// A client for one collector. The exporter blocks on it in its own thread; the server's runtime makes the request.
pub(super) struct CollectorClient {
    client: reqwest::Client,
    endpoint: CollectorEndpoint,
    runtime: Handle,
    /// Whether the last request failed, so that an outage is logged once when it starts and once when it ends.
    is_failing: AtomicBool,
}

/// Leaves out the endpoint's address and headers, which may be secret.
impl fmt::Debug for CollectorClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectorClient").finish_non_exhaustive()
    }
}

impl CollectorClient {
    /// Creates a client whose requests time out after `timeout`. Must be called inside the server's runtime.
    pub(super) fn new(endpoint: CollectorEndpoint, timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = http_client::client(timeout)?;
        Ok(Self { client, endpoint, runtime: Handle::current(), is_failing: AtomicBool::new(false) })
    }

    /// Logs the start and the end of an outage.
    fn log_outage(&self, outcome: &Result<Response<Bytes>, &'static str>) {
        let reason = match outcome {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(format!("status {}", response.status().as_u16())),
            Err(reason) => Some((*reason).to_owned()),
        };
        let was_failing = self.is_failing.swap(reason.is_some(), Ordering::Relaxed);
        match reason {
            Some(reason) if !was_failing => {
                tracing::warn!(reason, "the trace collector does not accept spans; spans are dropped");
            }
            None if was_failing => tracing::info!("the trace collector accepts spans again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for CollectorClient {
    /// Posts the exporter's request to the configured address with the configured headers, which the exporter never
    /// learns.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let post = self.client.post(self.endpoint.url.clone()).headers(parts.headers);
        let post = post.headers(self.endpoint.headers.clone()).body(body);
        let outcome = match self.runtime.spawn(send(post)).await {
            Ok(response) => response.map_err(|error| reason(&error)),
            Err(_) => Err("the server is shutting down"),
        };
        self.log_outage(&outcome);
        outcome.map_err(Into::into)
    }
}

/// Describes a failed request without its address, which reqwest's own message contains.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection was lost"
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<Response<Bytes>, reqwest::Error> {
    let mut received = request.send().await?;
    let mut body = Vec::new();
    while let Some(chunk) = received.chunk().await? {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = received.status();
    Ok(response)
}
