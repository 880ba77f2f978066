//! The events of the log, in order.

use crate::api::guard::Reader;
use crate::api::listing::{answer, wait_for};
use crate::api::problem::Problem;
use crate::api::query::{self, Limit, Query, from_text};
use crate::api::representation::Representation;
use crate::query::events::{EventFilter, EventView};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Event, Position, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};

/// How many are on a page unless it is said.
const PAGE: usize = 100;

/// The name of a type of events.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) struct EventType(&'static str);

impl FromStr for EventType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let types: BTreeSet<&'static str> = Event::catalogue().map(|(_, name)| name).collect();
        let found = types.iter().find(|name| **name == text).copied();
        found.map(Self).ok_or_else(|| {
            format!("one of these types was expected: {}", types.into_iter().collect::<Vec<_>>().join(", "))
        })
    }
}

impl utoipa::PartialSchema for EventType {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let types: BTreeSet<&'static str> = Event::catalogue().map(|(_, name)| name).collect();
        let text = utoipa::openapi::schema::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String);
        text.enum_values(Some(types)).into()
    }
}

impl ToSchema for EventType {}

/// RowSelection of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct RowSelection {
    /// Those of one type.
    #[serde(default, rename = "type", deserialize_with = "from_text")]
    #[param(inline, value_type = Option<EventType>, example = "DecisionRecorded")]
    event_type: Option<EventType>,
    /// Those of one stream.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<StreamId>)]
    stream: Option<StreamId>,
    /// Those that name this party, action, decision, meeting or other reference.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
}

impl RowSelection {
    pub(in crate::api) fn filter(self) -> EventFilter {
        let event_type = self.event_type.map(|EventType(name)| name);
        EventFilter { event_type, stream: self.stream, reference: self.reference, committee: self.committee }
    }
}

/// Where to begin, and in what form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Page {
    /// Begin after this position.
    #[serde(default, deserialize_with = "query::position")]
    #[param(inline, value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    after: Option<u64>,
    /// At most so many, 100 if it is not given.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<u32>, minimum = 1, maximum = 1000, example = 100)]
    limit: Option<Limit>,
    /// Wait, for two seconds at most, until the server has seen this position.
    #[serde(default, deserialize_with = "query::position")]
    #[param(inline, value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 1)]
    at_least: Option<u64>,
    /// The form of the answer, rather than by the header `Accept`.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|ndjson)$", example = "ndjson")]
    format: Option<Representation>,
}

/// A page of events.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct EventList {
    /// The events, in order.
    events: Vec<EventView>,
    /// The position that they are known at.
    position: Position,
    /// Where the next page is, if there may be one. A page that is not full may still have a next one.
    next: Option<String>,
}

/// List the events, in the order they were recorded
#[utoipa::path(
    get, path = "/api/v1/events", tag = "Reading", params(Page, RowSelection),
    responses((status = 200, description = "A page of them", content((EventList = "application/json"), (String = "application/x-ndjson"))))
)]
pub(in crate::api) async fn list_events(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(page): Query<Page>,
    Query(which): Query<RowSelection>,
) -> Result<Response, Problem> {
    let form = Representation::chosen(page.format, &headers, &[Representation::Json, Representation::Ndjson])?;
    wait_for(&reader, page.at_least).await?;
    let position = reader.log().head().await?;
    let after = Position::new(page.after.unwrap_or(0));
    let limit = page.limit.map_or(PAGE, |limit| limit.0);
    let found = reader.events().page(&which.filter(), after, limit, &reader.audience()).await?;
    let next = found.more.then(|| after_in(&uri, found.through));
    let body = match form {
        Representation::Ndjson => lines(&found.events),
        _ => serde_json::to_vec(&EventList { events: found.events, position, next: next.clone() }),
    };
    let mut response = answer(form, body.map_err(|error| Problem::internal(&error))?, position);
    if let Some(link) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// One event
#[utoipa::path(
    get, path = "/api/v1/events/{event_id}", tag = "Reading",
    params(("event_id" = String, Path, description = "the event's id", example = "0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10")),
    responses((status = 200, description = "The event", body = EventView))
)]
pub(in crate::api) async fn get_event(reader: Reader, Path(event_id): Path<String>) -> Result<Response, Problem> {
    let none = || Problem::not_found(format!("there is no event `{event_id}`"));
    let id = event_id.parse().map_err(|_| none())?;
    let position = reader.log().head().await?;
    let found = reader.events().find(id, &reader.audience()).await?.ok_or_else(none)?;
    let body = serde_json::to_vec(&found).map_err(|error| Problem::internal(&error))?;
    Ok(answer(Representation::Json, body, position))
}

fn lines(events: &[EventView]) -> Result<Vec<u8>, serde_json::Error> {
    let mut lines = Vec::new();
    for event in events {
        serde_json::to_writer(&mut lines, event)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// The same request, after another position.
fn after_in(uri: &Uri, after: Position) -> String {
    let asked = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(asked.filter(|(name, _)| name != "after"));
    query.append_pair("after", &after.to_string());
    format!("{}?{}", uri.path(), query.finish())
}
