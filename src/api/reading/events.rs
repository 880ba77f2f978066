//! The routes of events, in the order of the log.

use crate::api::guard::Reader;
use crate::api::listing::{respond, wait_for};
use crate::api::parameters::{self, PageSize, Query, from_text};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::events::{EventFilter, EventView};
use crate::query::meeting_names::first_name;
use crate::query::visible_row::sees_all;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Event, Position, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};

/// The number of events on a page without `limit`.
const DEFAULT_PAGE_SIZE: usize = 100;

/// What the time of an empty answer about one subject is a multiple of.
const EMPTY_ANSWER_STEP: Duration = Duration::from_millis(20);

/// The largest position that a log can have.
const MAX_POSITION: u64 = 9_007_199_254_740_991;

/// An event type of the catalogue.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) struct EventType(&'static str);

impl FromStr for EventType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let types: BTreeSet<&'static str> = Event::catalogue().map(|(_, name)| name).collect();
        let found = types.iter().find(|name| **name == text).copied();
        found.map(Self).ok_or_else(|| format!("expected one of: {}", types.into_iter().collect::<Vec<_>>().join(", ")))
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

/// The filters of the events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct EventParams {
    /// Only events of this type.
    #[serde(default, rename = "type", deserialize_with = "from_text")]
    #[param(inline, value_type = Option<EventType>, example = "DecisionRecorded")]
    event_type: Option<EventType>,
    /// Only events of this stream.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<StreamId>)]
    stream: Option<StreamId>,
    /// Only events that name this party, action, decision, meeting or other reference.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Only events of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
}

impl EventParams {
    /// The filter. A meeting, or a decision of one, may be named by each reference that the reader may know.
    pub(in crate::api) async fn filter(self, reader: &Reader) -> Result<EventFilter, Problem> {
        let event_type = self.event_type.map(|EventType(name)| name);
        let reference = match &self.reference {
            Some(given) => Some(first_name(reader.log(), reader.clearances(), given).await?),
            None => None,
        };
        Ok(EventFilter { event_type, stream: self.stream, reference, committee: self.committee })
    }
}

/// The page and the format of the events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct EventPageParams {
    /// Return events after this log position.
    #[serde(default, deserialize_with = "parameters::position")]
    #[param(inline, value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    after: Option<u64>,
    /// The maximum number of events. Default: 100.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<u32>, minimum = 1, maximum = 1000, example = 100)]
    limit: Option<PageSize>,
    /// Wait up to two seconds until the server has read this log position.
    #[serde(default, deserialize_with = "parameters::position")]
    #[param(inline, value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 1)]
    at_least: Option<u64>,
    /// The format of the response. Overrides the header `Accept`.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|ndjson)$", example = "ndjson")]
    format: Option<Representation>,
    /// Add to each event the disclosure of what you may know of it, which can be checked against its leaf.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>, example = false)]
    disclosure: Option<bool>,
}

/// The form of one event.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct EventFormParams {
    /// Add the disclosure of what you may know of the event, which can be checked against its leaf.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>, example = false)]
    disclosure: Option<bool>,
}

/// A page of events.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct EventList {
    /// The events, by position.
    events: Vec<EventView>,
    /// The log position that the response was read at.
    position: Position,
    /// The address of the next page; null at the end of the log. A page with few events may have a next page.
    next: Option<String>,
    /// The `after` of the next page; null at the end of the log.
    after: Option<Position>,
}

/// List events by position
#[utoipa::path(
    get, path = "/api/v1/events", tag = "Reading", params(EventPageParams, EventParams),
    responses((status = 200, description = "A page of events", content((EventList = "application/json"), (String = "application/x-ndjson"))))
)]
pub(in crate::api) async fn list_events(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(page): Query<EventPageParams>,
    Query(params): Query<EventParams>,
) -> Result<Response, Problem> {
    let form = Representation::choose(page.format, &headers, &[Representation::Json, Representation::Ndjson])?;
    wait_for(&reader, page.at_least, []).await?;
    let began = Instant::now();
    let position = reader.log().head().await?;
    let told = reader.last_known(position).await?;
    let after = Position::new(page.after.unwrap_or(0));
    let limit = page.limit.map_or(DEFAULT_PAGE_SIZE, |limit| limit.0);
    let filter = params.filter(&reader).await?;
    let mut page_of_events = reader.events().page(&filter, after, limit, &reader.audience()).await?;
    let names_one = filter.stream.is_some() || filter.reference.is_some();
    if names_one && page_of_events.events.is_empty() && !sees_all(reader.clearances().everywhere()) {
        wait_for_step(began).await;
    }
    if page.disclosure.unwrap_or_default() {
        let mut disclosed = Vec::with_capacity(page_of_events.events.len());
        for event in page_of_events.events {
            disclosed.push(reader.events().disclose(event).await?);
        }
        page_of_events.events = disclosed;
    }
    let after = page_of_events.more.then_some(page_of_events.through);
    let next = after.map(|after| with_after(&uri, after));
    let body = match form {
        Representation::Ndjson => lines(&page_of_events.events),
        _ => {
            serde_json::to_vec(&EventList { events: page_of_events.events, position: told, next: next.clone(), after })
        }
    };
    let mut response = respond(form, body.map_err(|error| Problem::internal(&error))?, position);
    if let Some(link) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Get an event
///
/// With `disclosure=true` the event comes with its skeleton and with those of its fragments that you may know. `docs/events.md`
/// has the form, and a program that checks it.
#[utoipa::path(
    get, path = "/api/v1/events/{event_id}", tag = "Reading",
    params(
        ("event_id" = String, Path, description = "The event's id, or its position in the log", example = "0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10"),
        EventFormParams,
    ),
    responses((status = 200, description = "The event", body = EventView))
)]
pub(in crate::api) async fn get_event(
    reader: Reader,
    Path(event_id): Path<String>,
    Query(form): Query<EventFormParams>,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found(format!("there is no event `{event_id}`"));
    let position = reader.log().head().await?;
    let (events, audience) = (reader.events(), reader.audience());
    let found = match event_id.parse::<u64>() {
        Ok(at) => events.at(Position::new(at.min(MAX_POSITION)), &audience).await?,
        Err(_) => events.find(event_id.parse().map_err(|_| missing())?, &audience).await?,
    };
    let mut event = found.ok_or_else(missing)?;
    if form.disclosure.unwrap_or_default() {
        event = events.disclose(event).await?;
    }
    let body = serde_json::to_vec(&event).map_err(|error| Problem::internal(&error))?;
    Ok(respond(Representation::Json, body, position))
}

/// Waits until a whole number of steps has passed since `began`: the time of an answer about nothing does not tell how many
/// hidden events were read for it.
async fn wait_for_step(began: Instant) {
    let steps = began.elapsed().as_millis() / EMPTY_ANSWER_STEP.as_millis() + 1;
    tokio::time::sleep_until(began + EMPTY_ANSWER_STEP * u32::try_from(steps).unwrap_or(1)).await;
}

fn lines(events: &[EventView]) -> Result<Vec<u8>, serde_json::Error> {
    let mut lines = Vec::new();
    for event in events {
        serde_json::to_writer(&mut lines, event)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// The same address with another `after`.
fn with_after(uri: &Uri, after: Position) -> String {
    let parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.filter(|(name, _)| name != "after"));
    query.append_pair("after", &after.to_string());
    format!("{}?{}", uri.path(), query.finish())
}
