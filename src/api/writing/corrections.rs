//! The route that corrects an event.

use super::events::EventBody;
use super::recording::{FromPath, PathTarget, RecordedEvents, from_path, read_body, record_in_context};
use super::write_request::{ContextParams, WriteHeaders, WriteRequest};
use crate::api::guard::{Service, Writer};
use crate::api::problem::Problem;
use axum::http::request::Parts;
use axum::response::Response;
use minutebook_domain::EventId;
use minutebook_domain::classification::Clearance;
use minutebook_domain::correction::{Change, Marking};
use minutebook_domain::merge::Merge;
use minutebook_domain::reference::{Name, Prose};
use minutebook_ledger::Command;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::schema::{AdditionalProperties, AnyOfBuilder, ArrayBuilder, ObjectBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The event to correct.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct EventTarget {
    /// The event's id, from the response to the write.
    #[param(inline, value_type = EventId)]
    event_id: EventId,
}

impl PathTarget for EventTarget {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        from_path(parts).await
    }
}

/// A correction of an event.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct CorrectionBody {
    /// What the record should say instead.
    #[schema(inline)]
    change: ChangeBody,
    /// Why the event is corrected.
    reason: Prose,
    /// Who authorised the correction, for example a meeting or the chair.
    authority: Option<Name>,
}

/// What the record should say instead of the event.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ChangeBody {
    /// The event did not happen.
    Struck,
    /// This event happened instead: of the same type, or of one that says otherwise of the same subject.
    Replaced(EventBody),
    /// The event happened, and so did this one, which was left out.
    Supplemented(EventBody),
    /// The event, or one text of it, has another mark from now on.
    Marked(Marking),
    /// These fields say something else, and the event's other fields stay as they are. Null removes a field.
    Set(MergeBody),
}

/// The fields to change.
#[derive(Deserialize)]
#[serde(transparent)]
struct MergeBody(Merge);

impl PartialSchema for MergeBody {
    fn schema() -> RefOr<Schema> {
        let any = || ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        let list = || ArrayBuilder::new().items(any());
        let lists = ObjectBuilder::new()
            .property("add", list())
            .property("remove", list())
            .min_properties(Some(1))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
            .description(Some("Entries of a list to add, at its end, and to remove"));
        let value = any()
            .description(Some("A value; the words of a marked text, which keeps its mark; null to remove the field"));
        let value = AnyOfBuilder::new().item(lists).item(value);
        ObjectBuilder::new()
            .min_properties(Some(1))
            .additional_properties(Some(RefOr::T(Schema::from(value.build()))))
            .description(Some("Each field with its value. `text.classification` is the mark of the field `text`"))
            .examples([json!({"completed_on": "2019-03-12", "owners": {"add": ["SECAS"], "remove": ["DCC"]}})])
            .into()
    }
}

impl ToSchema for MergeBody {}

/// Correct an event
///
/// The log keeps the event and the correction, with its author and its reason. Lists show the corrected state, unless
/// `known_at` is before the correction.
#[utoipa::path(
    post, path = "/api/v1/events/{event_id}/corrections", tag = "Writing", params(EventTarget, WriteHeaders, ContextParams),
    request_body = CorrectionBody,
    responses((
        status = 201, description = "The correction is recorded. A repeated request with the same key gets the same response", body = RecordedEvents,
        headers(
            ("Location" = String, description = "The address of the subject"),
            ("ETag" = String, description = "The new version of the stream, for `If-Match`"),
        ),
    ))
)]
pub(in crate::api) async fn correct_event(
    writer: Writer,
    FromPath(target): FromPath<EventTarget>,
    request: WriteRequest,
) -> Result<Response, Problem> {
    let WriteRequest { mut context, object, place: _place } = request;
    let body: CorrectionBody = read_body(Value::Object(object))?;
    context.reason = Some(body.reason.as_str().to_owned());
    let change = match body.change {
        ChangeBody::Set(MergeBody(merge)) => {
            let command = Command::Merge {
                event: target.event_id,
                merge,
                clearance: Clearance::full(),
                authority: body.authority,
                source: None,
                classification: None,
            };
            return record_in_context(&writer, &context, vec![command]).await;
        }
        ChangeBody::Struck => Change::Struck,
        ChangeBody::Replaced(by) => Change::Replaced(Box::new(by.decode("change.replaced")?)),
        ChangeBody::Supplemented(by) => Change::Supplemented(Box::new(by.decode("change.supplemented")?)),
        ChangeBody::Marked(marking) => Change::Marked(marking),
    };
    let command = Command::Correct {
        event: target.event_id,
        change,
        authority: body.authority,
        source: None,
        classification: None,
    };
    record_in_context(&writer, &context, vec![command]).await
}

/// The route of this file.
pub(in crate::api) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(correct_event))
}
