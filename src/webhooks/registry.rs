//! Creates, lists and finds webhooks.

use super::addresses;
use super::error::WebhookError;
use super::settings::WebhookSettings;
use super::signature::SigningSecret;
use super::webhook::{StoredDefinition, Webhook, WebhookDefinition};
use minutebook_ledger::Log;

/// Creates a webhook that receives what is recorded from now on. Repeated with the same id and definition, it returns the
/// existing webhook.
pub async fn create(
    log: &Log,
    id: &str,
    definition: WebhookDefinition,
    settings: &WebhookSettings,
) -> Result<Webhook, WebhookError> {
    addresses::check(&definition.url, settings.private_addresses)?;
    let environment = log.environment();
    let (secret, created_at) = (SigningSecret::generate(environment)?, environment.clock.now());
    let stored = StoredDefinition { definition, secret, created_at };
    let text = serde_json::to_string(&stored).map_err(|_| WebhookError::Unreadable(id.to_owned()))?;
    log.add_webhook(id, &text, log.head().await?).await?;
    match find(log, id).await? {
        Some(webhook) if webhook.definition == stored.definition => Ok(webhook),
        _ => Err(WebhookError::KeyReused(id.to_owned())),
    }
}

/// Lists all webhooks, ordered by id.
pub async fn list(log: &Log) -> Result<Vec<Webhook>, WebhookError> {
    log.webhooks().await?.into_iter().map(Webhook::from_row).collect()
}

/// Returns the webhook with this id, if it exists.
pub async fn find(log: &Log, id: &str) -> Result<Option<Webhook>, WebhookError> {
    log.webhooks().await?.into_iter().find(|row| row.id == id).map(Webhook::from_row).transpose()
}
