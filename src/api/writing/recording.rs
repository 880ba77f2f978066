//! Records the event of a write request in the stream of its path, and answers with its receipt.

use super::write_request::{VersionCondition, WriteContext, WriteRequest};
use crate::api::guard::Writer;
use crate::api::problem::Problem;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::json::{self, WrongField};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::DecisionId;
use minutebook_domain::{Event, Position, StreamId, StreamVersion};
use minutebook_ledger::{Command, EventLocation, Receipt, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

/// The recorded events.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordedEvents {
    /// The log position of the last event. Read with it as `at_least` to see the write on any server.
    pub(super) position: Position,
    /// The events, in the order they were recorded in.
    pub(super) events: Vec<EventLocation>,
}

impl From<Receipt> for RecordedEvents {
    fn from(receipt: Receipt) -> Self {
        let position = receipt.events.last().map_or(Position::START, |placed| placed.position);
        Self { position, events: receipt.events }
    }
}

/// Determines the stream of an event from the path and the payload.
pub(super) trait TargetStream<T>: PathTarget {
    fn stream(&self, payload: &T) -> StreamId;
}

/// The subject that the path names.
pub(super) trait PathTarget: Sized + Send {
    /// The names among `path_fields` that the event's data contains too.
    const ALSO_IN_EVENT: &'static [&'static str] = &[];

    /// Parses the path, and the query where it is part of the name.
    fn locate(parts: &mut Parts) -> impl Future<Output = Result<Self, Problem>> + Send;

    /// The fields that the path determines. A body may repeat one with the same value.
    fn path_fields(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// Parses the parameters of the path. One that is not well formed names nothing: 404.
pub(super) async fn from_path<P: DeserializeOwned + Send>(parts: &mut Parts) -> Result<P, Problem> {
    let read = axum::extract::Path::<P>::from_request_parts(parts, &()).await;
    read.map(|axum::extract::Path(path)| path)
        .map_err(|_| Problem::not_found("nothing has this name: it is not well formed"))
}

/// Extracts the subject that the path names.
pub(super) struct FromPath<P>(pub(super) P);

impl<P: PathTarget, S: Send + Sync> FromRequestParts<S> for FromPath<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        P::locate(parts).await.map(Self)
    }
}

/// A stream that the event begins: the payload alone names it.
pub(in crate::api) struct NewStream;

impl PathTarget for NewStream {
    async fn locate(_: &mut Parts) -> Result<Self, Problem> {
        Ok(Self)
    }
}

impl IntoParams for NewStream {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// Records one event.
pub(super) async fn record_event<T, P: TargetStream<T>>(
    writer: &Writer,
    target: &P,
    request: WriteRequest,
) -> Result<Response, Problem>
where
    T: DeserializeOwned,
    Event: From<T>,
{
    let WriteRequest { context, mut object, place: _place } = request;
    merge_path_fields(&mut object, &target.path_fields(), P::ALSO_IN_EVENT)?;
    let payload: T = read_body(Value::Object(object))?;
    let stream = target.stream(&payload);
    let command = Command::Record { stream, event: payload.into(), source: None, classification: None };
    record_in_context(writer, &context, vec![command]).await
}

/// Adds the path's fields that the event contains too, and removes the others. Refuses a body that contradicts the path.
fn merge_path_fields(
    object: &mut Map<String, Value>,
    path_fields: &[(&'static str, String)],
    also_in_event: &[&str],
) -> Result<(), Problem> {
    for (name, value) in path_fields {
        if object.get(*name).is_some_and(|repeated| repeated.as_str() != Some(value)) {
            let problem = Problem::unprocessable(format!("`{name}` in the body contradicts the path"));
            return Err(problem.with_field(name).with_accepted(format!("`{value}`, or a body without this field")));
        }
        if also_in_event.contains(name) {
            object.insert((*name).to_owned(), value.clone().into());
        } else {
            object.remove(*name);
        }
    }
    Ok(())
}

/// Deserializes a body. A problem names the field by its path in the body.
pub(in crate::api) fn read_body<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    json::from_value(value).map_err(|WrongField { field, message }| {
        let problem = Problem::unprocessable(message);
        if field.is_empty() { problem } else { problem.with_field(&field) }
    })
}

/// Records commands atomically, with the key, condition and metadata of the request.
pub(super) async fn record_in_context(
    writer: &Writer,
    context: &WriteContext,
    commands: Vec<Command>,
) -> Result<Response, Problem> {
    let metadata = context.apply_to(writer.metadata(&context.key));
    let request = Request { commands, metadata, expected: None, planned: context.is_planned() };
    record_request(writer, context.condition, request).await
}

/// Records a request if its condition holds, and answers 201.
pub(super) async fn record_request(
    writer: &Writer,
    condition: Option<VersionCondition>,
    mut request: Request,
) -> Result<Response, Problem> {
    // Permission first: no condition tells a writer without it whether the stream exists.
    writer.authorize(&request).await?;
    match condition {
        Some(VersionCondition::Version(version)) => request.expected = Some(version),
        // No stream reaches this version.
        Some(VersionCondition::Unsatisfiable) => request.expected = Some(StreamVersion::new(u64::MAX)),
        Some(VersionCondition::Exists) => {
            if let Some(Command::Record { stream, event, .. }) = request.commands.first()
                && event.begins_its_stream()
                && writer.version(stream).await? == 0
            {
                return Err(Problem::stale(StreamVersion::NONE));
            }
        }
        None => {}
    }
    let receipt = writer.record(&request).await?;
    let headers = headers(writer, &request, &receipt).await?;
    Ok((StatusCode::CREATED, headers, Json(RecordedEvents::from(receipt))).into_response())
}

/// `Location` of the subject, and `ETag` with the new version of its stream.
async fn headers(writer: &Writer, request: &Request, receipt: &Receipt) -> Result<HeaderMap, Problem> {
    let mut headers = HeaderMap::new();
    let Some(first) = receipt.events.first() else { return Ok(headers) };
    let last = receipt.events.iter().rev().find(|placed| placed.stream == first.stream).unwrap_or(first);
    let mut location = location(first);
    if let [Command::Record { event: Event::Meeting(MeetingEvent::DecisionRecorded(_)), stream, .. }] =
        request.commands.as_slice()
        && let StreamId::Meeting(meeting) = stream
        && let Some(number) = writer.decision_number(first).await?
    {
        location = format!("/api/v1/decisions/{}", DecisionId::new(meeting.clone(), number));
    }
    let value = |text: String| HeaderValue::try_from(text).map_err(|error| Problem::internal(&error));
    headers.insert(header::LOCATION, value(location)?);
    headers.insert(header::ETAG, value(format!("\"{}\"", last.version))?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(headers)
}

/// The address of an event's subject.
fn location(placed: &EventLocation) -> String {
    match &placed.stream {
        StreamId::Committee(code) => format!("/api/v1/committees/{code}"),
        StreamId::Meeting(meeting) => format!("/api/v1/meetings/{meeting}"),
        StreamId::Action(action) => format!("/api/v1/actions/{action}"),
        StreamId::Party(committee, name) if placed.event_type.starts_with("Status") => {
            let name = name.to_string().replace(' ', "%20");
            format!("/api/v1/parties/{name}/statuses?committee={committee}")
        }
        StreamId::Party(committee, _) => format!("/api/v1/parties?committee={committee}"),
        StreamId::Token(_) => "/api/v1/events".to_owned(),
    }
}

/// Makes a handler, its OpenAPI description and its route of each line.
macro_rules! write_routes {
    ($($(#[$doc:meta])+ $name:ident: $path:literal, $payload:ty, $target:ty;)+) => {
        $($(#[$doc])+
        #[utoipa::path(
            post, path = $path, tag = "Writing",
            params($target, $crate::api::writing::write_request::WriteHeaders, $crate::api::writing::write_request::ContextParams),
            request_body = $payload,
            responses((
                status = 201, description = "The event is recorded. A repeated request with the same key gets the same response",
                body = $crate::api::writing::recording::RecordedEvents,
                headers(
                    ("Location" = String, description = "The address of the subject"),
                    ("ETag" = String, description = "The new version of the stream, for `If-Match`"),
                ),
            ))
        )]
        pub(in crate::api) async fn $name(
            writer: $crate::api::guard::Writer,
            $crate::api::writing::recording::FromPath(target): $crate::api::writing::recording::FromPath<$target>,
            request: $crate::api::writing::write_request::WriteRequest,
        ) -> Result<axum::response::Response, $crate::api::problem::Problem> {
            $crate::api::writing::recording::record_event::<$payload, $target>(&writer, &target, request).await
        })+

        /// The routes of this file.
        pub(in crate::api) fn routes() -> utoipa_axum::router::OpenApiRouter<$crate::api::guard::Service> {
            utoipa_axum::router::OpenApiRouter::new()$(.routes(utoipa_axum::routes!($name)))+
        }
    };
}
pub(super) use write_routes;
