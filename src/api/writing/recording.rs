//! What becomes of a request to record one event: read, put where it belongs, recorded, and answered.

use super::write_request::{Condition, Order, Terms};
use crate::api::guard::Writer;
use crate::api::problem::Problem;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::DecisionId;
use minutebook_domain::{Event, Position, StreamId, StreamVersion};
use minutebook_ledger::{Command, EventLocation, Receipt, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

/// What was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Recorded {
    /// The position of the last of the events: read with `at_least`, it is seen by whatever server answers.
    pub(super) position: Position,
    /// The events, in order.
    pub(super) events: Vec<EventLocation>,
}

impl From<Receipt> for Recorded {
    fn from(receipt: Receipt) -> Self {
        let position = receipt.events.last().map_or(Position::START, |placed| placed.position);
        Self { position, events: receipt.events }
    }
}

/// Where a path says that something is recorded.
pub(super) trait Place<T>: Located {
    /// The stream that `payload` is recorded in.
    fn stream(&self, payload: &T) -> StreamId;
}

/// What a path says.
pub(super) trait Located: Sized + Send {
    /// The names of what is said that the event says too.
    const ALSO_IN_EVENT: &'static [&'static str] = &[];

    /// Reads it.
    fn locate(parts: &mut Parts) -> impl Future<Output = Result<Self, Problem>> + Send;

    /// What is said already. A body may say it again, and then says the same.
    fn said(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// The parameters of the path. One that no such thing can be called by is that of nothing.
pub(super) async fn path<P: DeserializeOwned + Send>(parts: &mut Parts) -> Result<P, Problem> {
    let read = axum::extract::Path::<P>::from_request_parts(parts, &()).await;
    read.map(|axum::extract::Path(path)| path)
        .map_err(|_| Problem::not_found("there is nothing of that name: nothing can be called so"))
}

/// Where something is recorded, as the request says.
pub(super) struct At<P>(pub(super) P);

impl<P: Located, S: Send + Sync> FromRequestParts<S> for At<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        P::locate(parts).await.map(Self)
    }
}

/// Something that is to be: what it is called is in the body alone.
pub(in crate::api) struct New;

impl Located for New {
    async fn locate(_: &mut Parts) -> Result<Self, Problem> {
        Ok(Self)
    }
}

impl IntoParams for New {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// Records one event.
pub(super) async fn record<T, P: Place<T>>(writer: &Writer, place: &P, order: Order) -> Result<Response, Problem>
where
    T: DeserializeOwned,
    Event: From<T>,
{
    let Order { terms, mut object } = order;
    agree(&mut object, &place.said(), P::ALSO_IN_EVENT)?;
    let payload: T = read(Value::Object(object))?;
    let stream = place.stream(&payload);
    let command = Command::Record { stream, event: payload.into(), source: None };
    record_all(writer, &terms, vec![command]).await
}

/// Puts what the path says where the event says it too; refuses a body that says something else.
fn agree(
    object: &mut Map<String, Value>,
    said: &[(&'static str, String)],
    also_in_event: &[&str],
) -> Result<(), Problem> {
    for (name, said) in said {
        if object.get(*name).is_some_and(|repeated| repeated.as_str() != Some(said)) {
            let problem = Problem::unprocessable(format!("the body's `{name}` is another than the path's"));
            return Err(problem.of_field(name).accepted(format!("`{said}`, or nothing")));
        }
        if also_in_event.contains(name) {
            object.insert((*name).to_owned(), said.clone().into());
        } else {
            object.remove(*name);
        }
    }
    Ok(())
}

/// Reads what a body says; what is not as expected is named by its path in there.
pub(in crate::api) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let what = error.inner().to_string();
        let field = match (path.as_str(), named(&what)) {
            (".", Some(name)) => name.to_owned(),
            (path, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
            (path, _) => path.to_owned(),
        };
        Problem::unprocessable(what).of_field(&field)
    })
}

/// The field that a message names: `missing field `held_on``, `unknown field `venu`, expected one of …`.
pub(super) fn named(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("missing field `").or_else(|| message.split_once("unknown field `"))?;
    rest.split('`').next()
}

/// Records commands together, as `terms` say.
pub(super) async fn record_all(writer: &Writer, terms: &Terms, commands: Vec<Command>) -> Result<Response, Problem> {
    let envelope = terms.dress(writer.envelope(&terms.key));
    record_request(writer, terms.condition, Request { commands, envelope, expected: None }).await
}

/// Records a request, if the condition holds.
pub(super) async fn record_request(
    writer: &Writer,
    condition: Option<Condition>,
    mut request: Request,
) -> Result<Response, Problem> {
    match condition {
        Some(Condition::Version(version)) => request.expected = Some(version),
        // No stream has so many events.
        Some(Condition::Never) => request.expected = Some(StreamVersion::new(u64::MAX)),
        Some(Condition::Exists) => {
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
    Ok((StatusCode::CREATED, headers, Json(Recorded::from(receipt))).into_response())
}

/// Where what was recorded is, and the version that its stream is at by it.
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

/// Where what was recorded is read.
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

/// Makes a handler of each line of a table, what the document says of it, and what the router serves.
macro_rules! recordings {
    ($($(#[$doc:meta])+ $name:ident: $path:literal, $payload:ty, $place:ty;)+) => {
        $($(#[$doc])+
        #[utoipa::path(
            post, path = $path, tag = "Writing",
            params($place, $crate::api::writing::write_request::Headers, $crate::api::writing::write_request::Circumstances),
            request_body = $payload,
            responses((
                status = 201, description = "It is recorded; sent again with its key, it is answered as it was",
                body = $crate::api::writing::recording::Recorded,
                headers(
                    ("Location" = String, description = "where it is read"),
                    ("ETag" = String, description = "the version that its stream is at by it, for `If-Match`"),
                ),
            ))
        )]
        pub(in crate::api) async fn $name(
            writer: $crate::api::guard::Writer,
            $crate::api::writing::recording::At(place): $crate::api::writing::recording::At<$place>,
            order: $crate::api::writing::write_request::Order,
        ) -> Result<axum::response::Response, $crate::api::problem::Problem> {
            $crate::api::writing::recording::record::<$payload, $place>(&writer, &place, order).await
        })+

        /// What is recorded here.
        pub(in crate::api) fn routes() -> utoipa_axum::router::OpenApiRouter<$crate::api::guard::Service> {
            utoipa_axum::router::OpenApiRouter::new()$(.routes(utoipa_axum::routes!($name)))+
        }
    };
}
pub(super) use recordings;
