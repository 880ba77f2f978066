//! Where spans are sent, and how many of them.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a collector takes spans, below its address (OTLP 1.0, "OTLP/HTTP Request").
const TRACES: &str = "v1/traces";

/// The spans of requests, which a collector of OpenTelemetry is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySection {
    /// The address of the collector, such as `http://127.0.0.1:4318`. If it is empty, nothing is sent to anybody.
    pub otlp_endpoint: Hidden<String>,
    /// Headers of every request to the collector, such as `authorization=Bearer …`.
    pub otlp_headers: Hidden<Vec<String>>,
    /// What the server is called there.
    pub service_name: String,
    /// RowSelection part of the requests is traced, from 0 to 1. Whoever says in `traceparent` whether theirs is, is believed.
    pub sample_ratio: f64,
}

/// A setting that may hold something secret: it is not shown by mistake.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden<T>(pub T);

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A collector as it is asked.
pub(in crate::server) struct Collector {
    pub(in crate::server) url: Url,
    pub(in crate::server) headers: HeaderMap,
}

impl Default for TelemetrySection {
    fn default() -> Self {
        Self {
            otlp_endpoint: Hidden::default(),
            otlp_headers: Hidden::default(),
            service_name: "minutebook".into(),
            sample_ratio: 1.0,
        }
    }
}

impl TelemetrySection {
    /// The collector, if there is one; or the setting that is not accepted, and what would be. No value is repeated: it
    /// may be secret.
    pub(in crate::server) fn collector(&self) -> Result<Option<Collector>, String> {
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            return Err("`telemetry.sample_ratio`: a number from 0 to 1 was expected".into());
        }
        if self.service_name.is_empty() {
            return Err("`telemetry.service_name`: a name was expected".into());
        }
        let headers = self.otlp_headers.0.iter().map(|header| parsed(header)).collect::<Option<HeaderMap>>();
        let headers =
            headers.ok_or("`telemetry.otlp_headers`: headers such as `authorization=Bearer …` were expected")?;
        if self.otlp_endpoint.0.is_empty() {
            return Ok(None);
        }
        let url = address(&self.otlp_endpoint.0)
            .ok_or("`telemetry.otlp_endpoint`: an address such as `http://127.0.0.1:4318` was expected")?;
        Ok(Some(Collector { url, headers }))
    }
}

/// `name=value`, or `name: value`.
fn parsed(header: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = header.split_once(['=', ':'])?;
    let mut value = HeaderValue::try_from(value.trim()).ok()?;
    value.set_sensitive(true);
    Some((HeaderName::try_from(name.trim()).ok()?, value))
}

/// Where spans go, at the collector of this address.
fn address(endpoint: &str) -> Option<Url> {
    let url = Url::parse(endpoint).ok()?;
    let is_address = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    is_address
        .then(|| url.as_str().trim_end_matches('/').to_owned())
        .and_then(|base| format!("{base}/{TRACES}").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(endpoint: &str, headers: &[&str], sample_ratio: f64) -> TelemetrySection {
        TelemetrySection {
            otlp_endpoint: Hidden(endpoint.into()),
            otlp_headers: Hidden(headers.iter().map(|header| (*header).to_owned()).collect()),
            sample_ratio,
            ..TelemetrySection::default()
        }
    }

    #[test]
    fn spans_go_below_the_address_of_the_collector() {
        for (endpoint, expected) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("https://me:pass@otel.example/tenant/", "https://me:pass@otel.example/tenant/v1/traces"),
        ] {
            let collector = section(endpoint, &["a=b", "c: d=e"], 0.5).collector().unwrap().unwrap();
            assert_eq!(collector.url.as_str(), expected);
            assert_eq!(
                (&collector.headers["a"], &collector.headers["c"]),
                (&"b".parse().unwrap(), &"d=e".parse().unwrap())
            );
        }
        assert!(section("", &[], 0.0).collector().unwrap().is_none());
    }

    #[test]
    fn what_is_not_accepted_is_not_repeated() {
        for (section, expected) in [
            (section("hunter2.example:4318", &[], 1.0), "otlp_endpoint"),
            (section("http://me:hunter2@", &[], 1.0), "otlp_endpoint"),
            (section("http://a/?hunter2", &[], 1.0), "otlp_endpoint"),
            (section("", &["hunter2"], 1.0), "otlp_headers"),
            (section("", &["a b=hunter2"], 1.0), "otlp_headers"),
            (section("", &[], 1.5), "sample_ratio"),
            (section("", &[], f64::NAN), "sample_ratio"),
        ] {
            let said = section.collector().map(drop).unwrap_err();
            assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
            assert!(!format!("{section:?}").contains("hunter2"));
        }
    }
}
