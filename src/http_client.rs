//! The client for outgoing requests: to OpenID providers, webhook receivers and the trace collector.

use reqwest::StatusCode;
use rustls::crypto::{CryptoProvider, ring};
use std::time::Duration;

/// Time limit for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A document that could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {source}")]
pub struct FetchError {
    url: String,
    source: FetchFailure,
}

/// What went wrong with a fetch.
#[derive(Debug, thiserror::Error)]
enum FetchFailure {
    #[error(transparent)]
    Transport(reqwest::Error),
    #[error("expected status 200, received {0}")]
    Status(StatusCode),
    #[error("the response is longer than {0} bytes")]
    TooLong(usize),
}

/// Builds a client with a time limit for the whole request. It follows no redirects and trusts the system's certificates.
pub fn client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    builder(timeout).build()
}

/// Returns a builder with the settings of [`client`], for a caller that needs more.
pub fn builder(timeout: Duration) -> reqwest::ClientBuilder {
    // rustls requires a process-wide cryptography provider. One that is already installed works as well.
    if CryptoProvider::get_default().is_none() {
        let _ = ring::default_provider().install_default();
    }
    reqwest::Client::builder()
        .user_agent(concat!("minutebook/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
}

/// Fetches the JSON document at `url`. A status other than 200, or a body of more than `limit` bytes, is an error.
pub async fn fetch(client: &reqwest::Client, url: &str, limit: usize) -> Result<Vec<u8>, FetchError> {
    let failed = |source| FetchError { url: url.to_owned(), source };
    let transport = |error: reqwest::Error| failed(FetchFailure::Transport(error.without_url()));
    let mut response = client.get(url).header("accept", "application/json").send().await.map_err(transport)?;
    if response.status() != StatusCode::OK {
        return Err(failed(FetchFailure::Status(response.status())));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(transport)? {
        if body.len() + chunk.len() > limit {
            return Err(failed(FetchFailure::TooLong(limit)));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Returns whether requests to `url` are safe from eavesdroppers: the scheme is HTTPS, or the host is this machine.
pub fn is_private(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let loopback = || match url.host_str() {
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    };
    url.scheme() == "https" || url.scheme() == "http" && loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unencrypted_requests_are_private_on_loopback_only() {
        for url in ["https://login.example.org/a", "http://127.0.0.1:8080", "http://[::1]/", "http://localhost/x"] {
            assert!(is_private(url), "{url}");
        }
        for url in
            ["http://login.example.org", "http://127.0.0.1.example.org", "http://10.0.0.1", "ftp://localhost", "x", ""]
        {
            assert!(!is_private(url), "{url}");
        }
    }
}
