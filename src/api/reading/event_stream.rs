//! The route of the live feed (Server-Sent Events).

use super::events::EventParams;
use crate::api::guard::Reader;
use crate::api::parameters::{self, Query, from_text};
use crate::api::problem::Problem;
use crate::query::read_query::QueryError;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use minutebook_domain::Position;
use serde::Deserialize;
use std::convert::Infallible;
use utoipa::IntoParams;

/// Where the feed starts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct StartParams {
    /// Start after this log position. `Last-Event-ID` overrides it. Default: start with the next event recorded.
    #[serde(default, deserialize_with = "parameters::position")]
    #[param(inline, value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    after: Option<u64>,
    /// Send with each event the disclosure of what you may know of it, which can be checked against its leaf.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>, example = false)]
    disclosure: Option<bool>,
}

/// Follow events as they are recorded
///
/// A stream of Server-Sent Events without an end. The id of each event is its position. A client that reconnects with the
/// last id in `Last-Event-ID`, as browsers do, misses no event. The server disconnects a client that reads too slowly.
#[utoipa::path(
    get, path = "/api/v1/events/stream", tag = "Reading",
    params(
        StartParams, EventParams,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that the client received", example = "96"),
    ),
    responses((status = 200, description = "The stream of events", body = String, content_type = "text/event-stream"))
)]
pub(in crate::api) async fn follow_events(
    reader: Reader,
    headers: HeaderMap,
    Query(start): Query<StartParams>,
    Query(params): Query<EventParams>,
) -> Result<Response, Problem> {
    let (after, field) = match headers.get("last-event-id") {
        Some(id) => {
            let id = id.to_str().ok().and_then(|id| id.trim().parse().ok());
            let id =
                id.ok_or_else(|| Problem::malformed("Last-Event-ID", "expected the id of an event of this feed"))?;
            (Some(id), "Last-Event-ID")
        }
        None => (start.after, "after"),
    };
    let head = reader.log().head().await?;
    let after = match after.map(Position::new) {
        Some(given) => {
            let told = reader.last_known(head).await?;
            if given > told {
                return Err(Problem::from(QueryError::BeyondEnd { given, head: told }).with_field(field));
            }
            given
        }
        None => head,
    };
    let filter = params.filter(&reader).await?;
    let chunks = reader.follow(&headers, filter, after, start.disclosure.unwrap_or_default());
    let body = stream::unfold(chunks, |mut chunks| async move {
        chunks.recv().await.map(|chunk| (Ok::<_, Infallible>(chunk), chunks))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}
