//! The routes of webhooks, for administrators.

use super::guard::{Administrator, NewWebhook, Service};
use super::problem::Problem;
use super::writing::recording::read_body;
use super::writing::write_request::WriteRequest;
use crate::present::times::exact;
use crate::webhooks::Webhook;
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, SenderIdentity};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A webhook to create: an address, and the events to deliver to it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookBody {
    /// The address to deliver to: https, with a public host.
    #[schema(example = "https://dashboard.example.org/minutebook", max_length = 2000)]
    url: String,
    /// The highest classification to deliver, at most the administrator's own. Default: WHITE.
    clearance: Option<Classification>,
    /// Deliver only events of these committees. Default: all committees.
    #[schema(min_items = 1)]
    committees: Option<Vec<CommitteeCode>>,
    /// Deliver only events of these types. Default: all types.
    #[schema(min_items = 1, example = json!(["DecisionRecorded"]))]
    types: Option<Vec<String>>,
}

/// The state of a webhook's deliveries.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WebhookState {
    /// The last delivery succeeded, or there was none yet.
    Active,
    /// The last delivery failed and will be retried.
    Failing,
    /// Deliveries failed for days, or the receiver answered 410. Nothing is delivered until the webhook is enabled.
    Disabled,
}

/// A webhook and the progress of its deliveries.
#[derive(Serialize, ToSchema)]
struct WebhookView {
    /// The webhook's id.
    #[schema(example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")]
    id: String,
    /// The address that events are delivered to.
    #[schema(example = "https://dashboard.example.org/minutebook")]
    url: String,
    /// The highest classification that is delivered.
    clearance: Classification,
    /// The committees whose events are delivered; null for all.
    committees: Option<Vec<CommitteeCode>>,
    /// The event types that are delivered; null for all.
    types: Option<Vec<String>>,
    /// The name of the administrator who created the webhook.
    created_by: String,
    /// What authenticated that administrator: a token, by its id, or a provider, by issuer and subject.
    creator: Option<SenderIdentity>,
    /// When the webhook was created.
    #[schema(value_type = DateTime<Utc>)]
    created_at: String,
    state: WebhookState,
    /// The last log position that was delivered, or that the filters left out.
    position: Position,
    /// The number of failed attempts since the last success.
    failures: u32,
    /// The time of the first of these failures.
    #[schema(value_type = Option<DateTime<Utc>>)]
    failing_since: Option<String>,
    /// The time of the next attempt, while the webhook is failing.
    #[schema(value_type = Option<DateTime<Utc>>)]
    next_attempt_at: Option<String>,
    /// The result of the last attempt.
    #[schema(example = "answered 200")]
    last_outcome: Option<String>,
    /// When the webhook was disabled.
    #[schema(value_type = Option<DateTime<Utc>>)]
    disabled_at: Option<String>,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        let Webhook { id, definition, created_at, progress, .. } = webhook;
        let state = match (progress.disabled_at, progress.failures) {
            (Some(_), _) => WebhookState::Disabled,
            (None, 0) => WebhookState::Active,
            (None, _) => WebhookState::Failing,
        };
        let retried = matches!(state, WebhookState::Failing).then(|| exact(progress.next_attempt_at));
        Self {
            id,
            url: definition.url,
            clearance: definition.clearance,
            committees: definition.committees,
            types: definition.types,
            created_by: definition.created_by,
            creator: definition.creator,
            created_at: exact(created_at),
            state,
            position: progress.position,
            failures: progress.failures,
            failing_since: progress.failing_since.map(exact),
            next_attempt_at: retried,
            last_outcome: progress.last_outcome,
            disabled_at: progress.disabled_at.map(exact),
        }
    }
}

/// A new webhook with its secret.
#[derive(Serialize, ToSchema)]
struct CreatedWebhook {
    #[serde(flatten)]
    webhook: WebhookView,
    /// The secret that signs the deliveries (Standard Webhooks). Only this response contains it.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

/// All webhooks.
#[derive(Serialize, ToSchema)]
struct WebhookList {
    webhooks: Vec<WebhookView>,
}

/// Create a webhook
///
/// The server delivers each event recorded from now on as a CloudEvent, in order and at least once. The deliveries are signed
/// (Standard Webhooks) with the secret in the response. A repeated request with the same key gets the same response.
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "Webhooks",
    params((
        "Idempotency-Key" = String, Header, description = "A key that the client chooses for this request, such as a UUID",
        pattern = "^[!-~]{1,200}$", example = "0b0cf1a8-6d0e-4a6e-9d5e-0f3f4c0a7d11",
    )),
    request_body = WebhookBody,
    responses((
        status = 201, description = "The webhook is created", body = CreatedWebhook,
        headers(("Location" = String, description = "The address of the webhook")),
    ))
)]
async fn create_webhook(administrator: Administrator, request: WriteRequest) -> Result<Response, Problem> {
    let body: WebhookBody = read_body(Value::Object(request.object))?;
    for (name, is_empty) in [
        ("committees", body.committees.as_ref().is_some_and(Vec::is_empty)),
        ("types", body.types.as_ref().is_some_and(Vec::is_empty)),
    ] {
        if is_empty {
            let problem = Problem::unprocessable(format!("`{name}` is empty"));
            return Err(problem.with_field(name).with_accepted("at least one, or a body without this field for all"));
        }
    }
    let clearance = body.clearance.unwrap_or_else(Classification::public);
    let new = NewWebhook { url: body.url, clearance, committees: body.committees, types: body.types };
    let webhook = administrator.create_webhook(&request.context.key, new).await?;
    let location = HeaderValue::try_from(format!("/api/v1/webhooks/{}", webhook.id));
    let mut headers = no_store();
    headers.insert(header::LOCATION, location.map_err(|error| Problem::internal(&error))?);
    let created = CreatedWebhook { secret: webhook.secret.reveal().to_owned(), webhook: webhook.into() };
    Ok((StatusCode::CREATED, headers, Json(created)).into_response())
}

/// List webhooks
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "Webhooks",
    responses((status = 200, description = "All webhooks", body = WebhookList))
)]
async fn list_webhooks(administrator: Administrator) -> Result<Response, Problem> {
    let webhooks = administrator.list_webhooks().await?.into_iter().map(WebhookView::from).collect();
    Ok((no_store(), Json(WebhookList { webhooks })).into_response())
}

/// Get a webhook
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "The webhook's id", example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")),
    responses((status = 200, description = "The webhook", body = WebhookView))
)]
async fn get_webhook(administrator: Administrator, Path(id): Path<String>) -> Result<Response, Problem> {
    let webhook = administrator.find_webhook(&id).await?;
    Ok((no_store(), Json(WebhookView::from(webhook))).into_response())
}

/// Delete a webhook
///
/// A delivery that has already started may still arrive.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "The webhook's id", example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")),
    responses((status = 204, description = "The webhook is deleted"))
)]
async fn delete_webhook(administrator: Administrator, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    administrator.delete_webhook(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable a webhook
///
/// Resets the failures and retries at once, from the first event that was not delivered.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", tag = "Webhooks",
    params(("id" = String, Path, description = "The webhook's id", example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")),
    responses((status = 200, description = "The webhook is enabled", body = WebhookView))
)]
async fn enable_webhook(administrator: Administrator, Path(id): Path<String>) -> Result<Response, Problem> {
    let webhook = administrator.enable_webhook(&id).await?;
    Ok((no_store(), Json(WebhookView::from(webhook))).into_response())
}

/// These responses contain a secret, or change with every delivery.
fn no_store() -> HeaderMap {
    HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
}

/// The routes of webhooks.
pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, create_webhook))
        .routes(routes!(get_webhook, delete_webhook))
        .routes(routes!(enable_webhook))
}
