//! Removes secrets from settings before they are shown.

use reqwest::Url;
use toml::Value;

/// Returns whether a setting may hold a secret. An error about such a setting does not repeat the value.
pub(super) fn may_be_secret(name: &str) -> bool {
    matches!(name, "ledger" | "telemetry.otlp_endpoint" | "telemetry.otlp_headers")
}

/// Returns the value without passwords, user names of the collector and header values.
pub(super) fn redact(name: &str, value: &Value) -> Value {
    match (name, value) {
        ("ledger", Value::String(address)) => Value::String(without_password(address)),
        ("telemetry.otlp_endpoint", Value::String(address)) => Value::String(without_credentials(address)),
        ("telemetry.otlp_headers", Value::Array(headers)) => Value::Array(headers.iter().map(without_value).collect()),
        _ => value.clone(),
    }
}

/// The address of a ledger.
fn without_password(address: &str) -> String {
    address.parse::<minutebook_ledger::LedgerUrl>().map_or_else(|error| error.to_string(), |url| url.to_string())
}

/// The address of a collector. Some collectors take an API key as the user name, so that is removed as well.
fn without_credentials(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return String::new() };
    if url.username().is_empty() && url.password().is_none() {
        return address.to_owned();
    }
    let removed = url.set_username("…").and_then(|()| url.set_password(None));
    removed.map_or_else(|()| String::new(), |()| url.to_string().replace("%E2%80%A6", "…"))
}

/// The name of a header, with `…` for its value.
fn without_value(header: &Value) -> Value {
    let name = header.as_str().and_then(|header| header.split(['=', ':']).next()).unwrap_or_default();
    Value::String(format!("{name}=…"))
}
