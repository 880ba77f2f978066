//! The live feed: events as they are recorded, as Server-Sent Events.

use super::events::RowSelection;
use crate::api::guard::Reader;
use crate::api::problem::Problem;
use crate::api::query::{self, Query};
use crate::query::read_query::AskError;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use minutebook_domain::Position;
use serde::Deserialize;
use std::convert::Infallible;
use utoipa::IntoParams;

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct From {
    /// Begin after this position, unless the header `Last-Event-ID` names one; with what comes next if neither does.
    #[serde(default, deserialize_with = "query::position")]
    #[param(inline, value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    after: Option<u64>,
}

/// Follow the events as they are recorded
///
/// The answer does not end. The id of each event is its position: who comes back with the last one in the header
/// `Last-Event-ID`, as browsers do, has missed nothing. Whoever does not keep up is let go, and may come back likewise.
#[utoipa::path(
    get, path = "/api/v1/events/stream", tag = "Reading",
    params(
        From, RowSelection,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received", example = "96"),
    ),
    responses((status = 200, description = "The events, for ever", body = String, content_type = "text/event-stream"))
)]
pub(in crate::api) async fn follow_events(
    reader: Reader,
    headers: HeaderMap,
    Query(from): Query<From>,
    Query(which): Query<RowSelection>,
) -> Result<Response, Problem> {
    let (after, field) = match headers.get("last-event-id") {
        Some(id) => {
            let id = id.to_str().ok().and_then(|id| id.trim().parse().ok());
            let id =
                id.ok_or_else(|| Problem::malformed("Last-Event-ID", "the id of an event of this feed was expected"))?;
            (Some(id), "Last-Event-ID")
        }
        None => (from.after, "after"),
    };
    let head = reader.log().head().await?;
    let after = after.map_or(head, Position::new);
    if after > head {
        return Err(Problem::from(AskError::StillToCome { given: after, head }).of_field(field));
    }
    let pieces = reader.follow(&headers, which.filter(), after);
    let body = stream::unfold(pieces, |mut pieces| async move {
        pieces.recv().await.map(|piece| (Ok::<_, Infallible>(piece), pieces))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}
