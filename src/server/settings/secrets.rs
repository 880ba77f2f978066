//! What of a setting may be shown.

use reqwest::Url;
use toml::Value;

/// Whether a setting may hold something secret, so that what was said is not repeated when it is wrong.
pub(super) fn may_be_secret(name: &str) -> bool {
    matches!(name, "ledger" | "telemetry.otlp_endpoint" | "telemetry.otlp_headers")
}

/// A value without what is secret of it.
pub(super) fn shown(name: &str, value: &Value) -> Value {
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

/// The address of a collector. Some take a key as the name of the user: that goes as well.
fn without_credentials(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return String::new() };
    if url.username().is_empty() && url.password().is_none() {
        return address.to_owned();
    }
    let removed = url.set_username("…").and_then(|()| url.set_password(None));
    removed.map_or_else(|()| String::new(), |()| url.to_string().replace("%E2%80%A6", "…"))
}

/// A header by its name alone.
fn without_value(header: &Value) -> Value {
    let name = header.as_str().and_then(|header| header.split(['=', ':']).next()).unwrap_or_default();
    Value::String(format!("{name}=…"))
}
