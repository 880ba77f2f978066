//! Minutes, and what became of them.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, sort, sorted_by};
use crate::api::representation::Representation;
use crate::query::listed::Sort;
use crate::query::minutes::{MinutesFilter, MinutesView};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use utoipa::IntoParams;

listing!(MinutesList: MinutesView);
sorted_by!(MinutesOrder: MinutesView);

/// RowSelection of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Minutes {
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only those that are not yet approved.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    unapproved: Option<bool>,
    /// Those of a meeting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<MinutesOrder>, example = "-held_on")]
    sort: Option<Sort<MinutesView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List the minutes of every meeting that was held
#[utoipa::path(
    get, path = "/api/v1/minutes", tag = "Reading", params(Moment, Paging, Minutes),
    responses((status = 200, description = "A page of them", content((MinutesList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_minutes(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Minutes>,
) -> Result<Response, Problem> {
    let filter = MinutesFilter { unapproved: asked.unapproved.unwrap_or(false), meeting: asked.meeting };
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list::<MinutesView>(shape, &filter, None).await
}
