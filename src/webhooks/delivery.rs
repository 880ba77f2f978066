//! One event is sent: as a CloudEvent, with a signature.

use super::addresses::{self, PublicAddresses};
use super::{Webhook, WebhookSettings};
use crate::http_client;
use crate::present::times::exact;
use crate::query::events::EventView;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;

/// What of an answer is read at most, in bytes.
const LARGEST_ANSWER: usize = 64 << 10;

/// Why an event was not taken, in a few words that hold nothing of the event or of the answer.
pub(super) struct NotTaken {
    pub(super) outcome: String,
    /// Whether the receiver says that it is there no more.
    pub(super) gone: bool,
}

/// Whoever sends.
pub(super) struct Sender {
    client: reqwest::Client,
    settings: WebhookSettings,
}

impl Sender {
    pub(super) fn new(settings: WebhookSettings) -> Result<Self, reqwest::Error> {
        let mut builder = http_client::builder(settings.patience);
        if !settings.private_addresses {
            // A proxy would resolve the names itself, and reach what this machine must not be made to reach.
            builder = builder.dns_resolver(Arc::new(PublicAddresses)).no_proxy();
        }
        Ok(Self { client: builder.build()?, settings })
    }

    /// Sends an event; what was answered.
    pub(super) async fn send(
        &self,
        webhook: &Webhook,
        event: &EventView,
        now: DateTime<Utc>,
    ) -> Result<String, NotTaken> {
        let url = addresses::check(&webhook.definition.url, self.settings.private_addresses)
            .map_err(|_| NotTaken { outcome: "the address is not one that events are sent to".into(), gone: false })?;
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
        let mut answer = request.send().await.map_err(|error| {
            let outcome = if error.is_timeout() { "no answer in time" } else { "no connection" };
            NotTaken { outcome: outcome.into(), gone: false }
        })?;
        let status = answer.status();
        // What it says is read so that the connection can serve again, and for nothing else.
        let mut read = 0;
        while read <= LARGEST_ANSWER
            && let Ok(Some(piece)) = answer.chunk().await
        {
            read += piece.len();
        }
        let outcome = format!("answered {}", status.as_u16());
        if status.is_success() { Ok(outcome) } else { Err(NotTaken { outcome, gone: status.as_u16() == 410 }) }
    }
}

/// An event as CloudEvents 1.0 has it.
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
