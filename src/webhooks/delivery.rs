//! Sends one event to a receiver, as a signed CloudEvent.

use super::addresses::{self, PublicResolver};
use super::settings::WebhookSettings;
use super::webhook::Webhook;
use crate::http_client;
use crate::present::times::exact;
use crate::query::events::EventView;
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The longest part of an answer that is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 64 << 10;

/// An event that the receiver did not accept.
pub(super) struct DeliveryFailure {
    /// A few words for the webhook's status. They repeat nothing of the event or of the answer.
    pub(super) outcome: String,
    /// Whether the receiver answered 410, and wants no more events.
    pub(super) is_gone: bool,
    /// The delay that the receiver asked for.
    pub(super) retry_after: Option<Duration>,
}

impl DeliveryFailure {
    pub(super) fn new(outcome: &str) -> Self {
        Self { outcome: outcome.to_owned(), is_gone: false, retry_after: None }
    }
}

/// Posts events to receivers.
pub(super) struct WebhookSender {
    client: reqwest::Client,
    settings: WebhookSettings,
}

impl WebhookSender {
    pub(super) fn new(settings: WebhookSettings) -> Result<Self, reqwest::Error> {
        let mut builder = http_client::builder(settings.response_timeout);
        if !settings.private_addresses {
            // A proxy resolves names itself, and could reach addresses that the resolver here refuses.
            builder = builder.dns_resolver(Arc::new(PublicResolver)).no_proxy();
        }
        Ok(Self { client: builder.build()?, settings })
    }

    /// Sends an event and returns the outcome, such as `answered 204`.
    pub(super) async fn send(
        &self,
        webhook: &Webhook,
        event: &EventView,
        now: DateTime<Utc>,
    ) -> Result<String, DeliveryFailure> {
        let url = addresses::check(&webhook.definition.url, self.settings.private_addresses)
            .map_err(|_| DeliveryFailure::new("the address is not allowed"))?;
        let body = cloud_event(event).to_string();
        let (id, timestamp) = (event.event_id.to_string(), now.timestamp());
        let request = self
            .client
            .post(url)
            .header("content-type", "application/cloudevents+json")
            .header("webhook-signature", webhook.secret.sign(&id, timestamp, body.as_bytes()))
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-id", id)
            .body(body);
        let mut response = request.send().await.map_err(|error| {
            DeliveryFailure::new(if error.is_timeout() { "no answer in time" } else { "no connection" })
        })?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, now));
        // The body is read only so that the connection can be reused.
        let mut read = 0;
        while read <= MAX_RESPONSE_BYTES
            && let Ok(Some(chunk)) = response.chunk().await
        {
            read += chunk.len();
        }
        let outcome = format!("answered {}", status.as_u16());
        if status.is_success() {
            Ok(outcome)
        } else {
            Err(DeliveryFailure { outcome, is_gone: status == StatusCode::GONE, retry_after })
        }
    }
}

/// Parses `Retry-After`: a number of seconds, or a time (RFC 9110, section 10.2.3). A time that has passed is none.
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    (DateTime::parse_from_rfc2822(value).ok()?.to_utc() - now).to_std().ok()
}

/// Renders an event as a CloudEvent (version 1.0, JSON format).
fn cloud_event(event: &EventView) -> Value {
    json!({
        "specversion": "1.0",
        "id": event.event_id,
        "source": "/api/v1",
        "type": format!("minutebook.{}", event.event_type),
        "subject": event.stream,
        "time": exact(event.recorded_at),
        "datacontenttype": "application/json",
        "data": event,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_a_number_of_seconds_or_a_time() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let seconds = |value: &str| retry_after(value, now).map(|delay| delay.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("99999999999999999999999"), Some(u64::MAX));
        assert_eq!(seconds("Sun, 01 Mar 2026 12:01:30 GMT"), Some(90));
        for value in ["Sun, 01 Mar 2026 11:59:59 GMT", "", "soon", "-1", "1.5"] {
            assert_eq!(seconds(value), None, "{value}");
        }
    }
}
