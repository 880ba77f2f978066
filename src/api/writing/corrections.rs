//! Putting right what was wrong: an event that names the one it corrects.

use super::events::EventBody;
use super::recording::{At, Located, Recorded, path, read, record_all};
use super::write_request::{Circumstances, Headers, Order};
use crate::api::guard::{Service, Writer};
use crate::api::problem::Problem;
use axum::http::request::Parts;
use axum::response::Response;
use minutebook_domain::EventId;
use minutebook_domain::correction::Change;
use minutebook_domain::reference::{Name, Prose};
use minutebook_ledger::Command;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The event that was wrong.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct OfEvent {
    /// The event's id, as the answer to the write has it.
    #[param(inline, value_type = EventId)]
    event_id: EventId,
}

impl Located for OfEvent {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        path(parts).await
    }
}

/// How an event is put right.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct CorrectionBody {
    /// What should have stood there.
    #[schema(inline)]
    change: ChangeBody,
    /// Why it is corrected.
    reason: Prose,
    /// On whose authority: the meeting that agreed it, the chair.
    authority: Option<Name>,
}

/// What should have stood where the event stands.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ChangeBody {
    /// Nothing: it did not happen.
    Struck,
    /// This, of the same type.
    Replaced(EventBody),
    /// What stands there, and then this, which was left out.
    Supplemented(EventBody),
}

/// Put right an event that was wrong
///
/// The record keeps both, and who corrected it and why. The lists show what is right from then on, and what was wrong where
/// they are asked for as known before.
#[utoipa::path(
    post, path = "/api/v1/events/{event_id}/corrections", tag = "Writing", params(OfEvent, Headers, Circumstances),
    request_body = CorrectionBody,
    responses((
        status = 201, description = "It is put right; sent again with its key, it is answered as it was", body = Recorded,
        headers(
            ("Location" = String, description = "where it is read"),
            ("ETag" = String, description = "the version that its stream is at by it, for `If-Match`"),
        ),
    ))
)]
pub(in crate::api) async fn correct_event(
    writer: Writer,
    At(of): At<OfEvent>,
    order: Order,
) -> Result<Response, Problem> {
    let Order { mut terms, object } = order;
    let body: CorrectionBody = read(Value::Object(object))?;
    let change = match body.change {
        ChangeBody::Struck => Change::Struck,
        ChangeBody::Replaced(by) => Change::Replaced(Box::new(by.decode("change.replaced")?)),
        ChangeBody::Supplemented(by) => Change::Supplemented(Box::new(by.decode("change.supplemented")?)),
    };
    terms.reason = Some(body.reason.as_str().to_owned());
    let command = Command::Correct { event: of.event_id, change, authority: body.authority, source: None };
    record_all(&writer, &terms, vec![command]).await
}

/// What is recorded here.
pub(in crate::api) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(correct_event))
}
