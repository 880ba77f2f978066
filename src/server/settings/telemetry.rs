//! The settings of the span export.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The path of traces below a collector's address (OTLP 1.0, "OTLP/HTTP Request").
const TRACES_PATH: &str = "v1/traces";

/// The export of spans to an OpenTelemetry collector.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySection {
    /// The collector's address, such as `http://127.0.0.1:4318`. If it is empty, nothing is exported.
    pub otlp_endpoint: SecretValue<String>,
    /// Headers of every request to the collector, such as `authorization=Bearer …`.
    pub otlp_headers: SecretValue<Vec<String>>,
    /// The service name of the exported spans.
    pub service_name: String,
    /// The sampled share of requests, from 0 to 1. A client's own decision in `traceparent` takes precedence.
    pub sample_ratio: f64,
}

/// A setting that may be secret: its `Debug` form hides the value.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretValue<T>(pub T);

impl<T> fmt::Debug for SecretValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A telemetry setting with an invalid value. The message does not repeat the value, which may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid `telemetry.{key}`: expected {expected}")]
pub struct TelemetrySettingError {
    key: &'static str,
    expected: &'static str,
}

/// A collector's parsed address and headers.
pub struct CollectorEndpoint {
    /// The URL that spans are posted to.
    pub url: Url,
    /// The headers of each request, marked as sensitive.
    pub headers: HeaderMap,
}

impl Default for TelemetrySection {
    fn default() -> Self {
        Self {
            otlp_endpoint: SecretValue::default(),
            otlp_headers: SecretValue::default(),
            service_name: "minutebook".into(),
            sample_ratio: 1.0,
        }
    }
}

impl TelemetrySection {
    /// Checks the section and parses the collector's address and headers, if there is a collector.
    pub(in crate::server) fn collector(&self) -> Result<Option<CollectorEndpoint>, TelemetrySettingError> {
        let invalid = |key, expected| TelemetrySettingError { key, expected };
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            return Err(invalid("sample_ratio", "a number from 0 to 1"));
        }
        if self.service_name.is_empty() {
            return Err(invalid("service_name", "a name"));
        }
        let headers = self.otlp_headers.0.iter().map(|header| parse_header(header)).collect::<Option<HeaderMap>>();
        let headers = headers.ok_or(invalid("otlp_headers", "headers such as `authorization=Bearer …`"))?;
        if self.otlp_endpoint.0.is_empty() {
            return Ok(None);
        }
        if cfg!(not(feature = "telemetry")) {
            return Err(invalid("otlp_endpoint", "none, as this build of minutebook exports no spans"));
        }
        let url = traces_url(&self.otlp_endpoint.0)
            .ok_or(invalid("otlp_endpoint", "an address such as `http://127.0.0.1:4318`"))?;
        Ok(Some(CollectorEndpoint { url, headers }))
    }
}

/// Parses `name=value` or `name: value`.
fn parse_header(header: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = header.split_once(['=', ':'])?;
    let mut value = HeaderValue::try_from(value.trim()).ok()?;
    value.set_sensitive(true);
    Some((HeaderName::try_from(name.trim()).ok()?, value))
}

/// Returns the URL for traces below a collector's address.
fn traces_url(endpoint: &str) -> Option<Url> {
    let url = Url::parse(endpoint).ok()?;
    let is_base = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    is_base
        .then(|| url.as_str().trim_end_matches('/').to_owned())
        .and_then(|base| format!("{base}/{TRACES_PATH}").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(endpoint: &str, headers: &[&str], sample_ratio: f64) -> TelemetrySection {
        TelemetrySection {
            otlp_endpoint: SecretValue(endpoint.into()),
            otlp_headers: SecretValue(headers.iter().map(|header| (*header).to_owned()).collect()),
            sample_ratio,
            ..TelemetrySection::default()
        }
    }

    #[test]
    #[cfg(not(feature = "telemetry"))]
    fn a_build_without_the_feature_refuses_a_collector() {
        let message = section("http://127.0.0.1:4318", &[], 1.0).collector().map(drop).unwrap_err().to_string();
        assert!(message.ends_with("expected none, as this build of minutebook exports no spans"), "{message}");
        assert!(section("", &[], 1.0).collector().unwrap().is_none());
    }

    #[test]
    #[cfg(feature = "telemetry")]
    fn spans_are_posted_below_the_collectors_address() {
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
    fn errors_do_not_repeat_the_value() {
        for (section, expected) in [
            (section("hunter2.example:4318", &[], 1.0), "otlp_endpoint"),
            (section("http://me:hunter2@", &[], 1.0), "otlp_endpoint"),
            (section("http://a/?hunter2", &[], 1.0), "otlp_endpoint"),
            (section("", &["hunter2"], 1.0), "otlp_headers"),
            (section("", &["a b=hunter2"], 1.0), "otlp_headers"),
            (section("", &[], 1.5), "sample_ratio"),
            (section("", &[], f64::NAN), "sample_ratio"),
        ] {
            let message = section.collector().map(drop).unwrap_err().to_string();
            assert!(message.contains(expected) && !message.contains("hunter2"), "{message}");
            assert!(!format!("{section:?}").contains("hunter2"));
        }
    }
}
