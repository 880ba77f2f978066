//! Webhooks: whom events are sent to. Administrators make, list, remove and re-enable them.

use super::guard::{Administrator, Service, Wanted};
use super::problem::Problem;
use super::writing::recording::read;
use super::writing::write_request::Order;
use crate::present::times::exact;
use crate::webhooks::{Webhook, WebhookError};
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::Position;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::CommitteeCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where events are to be sent, and which.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookBody {
    /// Where to: an https:// address that is reachable from everywhere.
    #[schema(example = "https://dashboard.example.org/minutebook", max_length = 2000)]
    url: String,
    /// The highest classification that is sent, which is not above that of whoever asks; WHITE if it is not given.
    clearance: Option<Classification>,
    /// The committees whose events are sent; those of all if it is not given.
    #[schema(min_items = 1)]
    committees: Option<Vec<CommitteeCode>>,
    /// The types of events that are sent; every type if it is not given.
    #[schema(min_items = 1, example = json!(["DecisionRecorded"]))]
    types: Option<Vec<String>>,
}

/// What becomes of what is sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WebhookState {
    /// The last event was taken, or there was none yet.
    Active,
    /// The last one was not taken. It is tried again.
    Failing,
    /// It failed for days, or the receiver said that it is gone. Nothing is sent until it is enabled.
    Disabled,
}

/// A webhook, and how far it has come.
#[derive(Serialize, ToSchema)]
struct WebhookView {
    /// What it is known by.
    #[schema(example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")]
    id: String,
    /// Where events are sent to.
    #[schema(example = "https://dashboard.example.org/minutebook")]
    url: String,
    /// The highest classification that is sent.
    clearance: Classification,
    /// The committees whose events are sent; null for those of all.
    committees: Option<Vec<CommitteeCode>>,
    /// The types of events that are sent; null for every type.
    types: Option<Vec<String>>,
    /// Who asked for it.
    created_by: String,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    created_at: String,
    state: WebhookState,
    /// The last position that was taken, or is not for it.
    position: Position,
    /// Attempts in a row that failed.
    failures: u32,
    /// Since when they fail.
    #[schema(value_type = Option<DateTime<Utc>>)]
    failing_since: Option<String>,
    /// When it is tried again.
    #[schema(value_type = Option<DateTime<Utc>>)]
    next_attempt_at: Option<String>,
    /// What came of the last attempt.
    #[schema(example = "answered 200")]
    last_outcome: Option<String>,
    /// Since when nothing is sent.
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

/// A webhook that was made.
#[derive(Serialize, ToSchema)]
struct WebhookMade {
    #[serde(flatten)]
    webhook: WebhookView,
    /// What the messages are signed with (Standard Webhooks). It is shown here, and never again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

/// All webhooks.
#[derive(Serialize, ToSchema)]
struct WebhookList {
    webhooks: Vec<WebhookView>,
}

/// Have events sent to an address
///
/// Each event that is recorded from now on is sent as a CloudEvent, in order, until it is taken: at least once. The answer
/// has the secret that the messages are signed with (Standard Webhooks); sent again with its key, the request is answered
/// as it was.
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "Webhooks",
    params((
        "Idempotency-Key" = String, Header, description = "A key of the sender's own for what is asked, such as a UUID",
        pattern = "^[!-~]{1,200}$", example = "0b0cf1a8-6d0e-4a6e-9d5e-0f3f4c0a7d11",
    )),
    request_body = WebhookBody,
    responses((
        status = 201, description = "It is made", body = WebhookMade,
        headers(("Location" = String, description = "where it is read")),
    ))
)]
async fn make_webhook(administrator: Administrator, order: Order) -> Result<Response, Problem> {
    let body: WebhookBody = read(Value::Object(order.object))?;
    for (name, is_empty) in [
        ("committees", body.committees.as_ref().is_some_and(Vec::is_empty)),
        ("types", body.types.as_ref().is_some_and(Vec::is_empty)),
    ] {
        if is_empty {
            let problem = Problem::unprocessable(format!("there is nothing in `{name}`"));
            return Err(problem.of_field(name).accepted("one or more, or no such field for all"));
        }
    }
    let clearance = body.clearance.unwrap_or_else(Classification::public);
    let wanted = Wanted { url: body.url, clearance, committees: body.committees, types: body.types };
    let webhook = administrator.make_webhook(&order.terms.key, wanted).await?;
    let location = HeaderValue::try_from(format!("/api/v1/webhooks/{}", webhook.id));
    let mut headers = unkept();
    headers.insert(header::LOCATION, location.map_err(|error| Problem::internal(&error))?);
    let made = WebhookMade { secret: webhook.secret.reveal().to_owned(), webhook: webhook.into() };
    Ok((StatusCode::CREATED, headers, Json(made)).into_response())
}

/// List the webhooks
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "Webhooks",
    responses((status = 200, description = "All of them", body = WebhookList))
)]
async fn list_webhooks(administrator: Administrator) -> Result<Response, Problem> {
    let webhooks = administrator.webhooks().await?.into_iter().map(WebhookView::from).collect();
    Ok((unkept(), Json(WebhookList { webhooks })).into_response())
}

/// One webhook
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "What it is known by", example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")),
    responses((status = 200, description = "It, and how far it has come", body = WebhookView))
)]
async fn get_webhook(administrator: Administrator, Path(id): Path<String>) -> Result<Response, Problem> {
    let webhook = administrator.webhook(&id).await?;
    Ok((unkept(), Json(WebhookView::from(webhook))).into_response())
}

/// Remove a webhook
///
/// Nothing more is sent to it, but for what is on its way.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "What it is known by", example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")),
    responses((status = 204, description = "It is removed"))
)]
async fn remove_webhook(administrator: Administrator, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    administrator.remove_webhook(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have a webhook tried again
///
/// What failed is forgotten, and it is sent what it has missed, from where it came to.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", tag = "Webhooks",
    params(("id" = String, Path, description = "What it is known by", example = "wh_0b0cf1a86d0e4a6e9d5e0f3f")),
    responses((status = 200, description = "It is tried again at once", body = WebhookView))
)]
async fn enable_webhook(administrator: Administrator, Path(id): Path<String>) -> Result<Response, Problem> {
    let webhook = administrator.enable_webhook(&id).await?;
    Ok((unkept(), Json(WebhookView::from(webhook))).into_response())
}

/// Nobody keeps these answers: one of them has a secret, and the others are soon another.
fn unkept() -> HeaderMap {
    HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Refused { expected, .. } => {
                Self::unprocessable("events are not sent to this address").of_field("url").accepted(expected)
            }
            WebhookError::KeyReused(_) => Self::key_reused(),
            WebhookError::Store(error) => error.into(),
            WebhookError::Unreadable(_) | WebhookError::NoEntropy(_) => Self::internal(&error),
        }
    }
}

/// What is served here.
pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, make_webhook))
        .routes(routes!(get_webhook, remove_webhook))
        .routes(routes!(enable_webhook))
}
