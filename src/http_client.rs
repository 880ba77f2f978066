//! The requests that the ledger itself makes: to an OpenID provider, and to whom it notifies.

use rustls::crypto::{CryptoProvider, ring};
use std::time::Duration;

/// How long a connection may take to come about.
const CONNECTING: Duration = Duration::from_secs(3);

/// A request that came to nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{url}: {what}")]
pub struct HttpClientError {
    url: String,
    what: String,
}

impl HttpClientError {
    /// What was asked of `url` came to nothing.
    pub fn new(url: &str, what: impl Into<String>) -> Self {
        Self { url: url.to_owned(), what: what.into() }
    }
}

/// A client that gives up after `limit`, follows no redirect, and trusts the certificates that the machine trusts.
pub fn client(limit: Duration) -> Result<reqwest::Client, reqwest::Error> {
    builder(limit).build()
}

/// What such a client is made of.
pub fn builder(limit: Duration) -> reqwest::ClientBuilder {
    // The library looks for a process-wide provider of cryptography. One that is there already is as good.
    if CryptoProvider::get_default().is_none() {
        let _ = ring::default_provider().install_default();
    }
    reqwest::Client::builder()
        .user_agent(concat!("minutebook/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECTING)
        .timeout(limit)
}

/// What is at `url`, if it is there and no longer than `limit` bytes.
pub async fn fetch(client: &reqwest::Client, url: &str, limit: usize) -> Result<Vec<u8>, HttpClientError> {
    let failed = |error: reqwest::Error| HttpClientError::new(url, error.without_url().to_string());
    let mut response = client.get(url).header("accept", "application/json").send().await.map_err(failed)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(HttpClientError::new(url, format!("answered {}, and 200 was expected", response.status())));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(failed)? {
        if body.len() + piece.len() > limit {
            return Err(HttpClientError::new(url, format!("answered more than {limit} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// Whether requests to `url` cannot be read on the way: it is HTTPS, or it does not leave this machine.
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
    fn only_what_stays_on_this_machine_may_go_unencrypted() {
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
