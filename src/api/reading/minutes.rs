//! The route of minutes, drafted and approved.

use crate::api::listing::{ListOptions, ListRequest, list_schema};
use crate::api::parameters::{MomentParams, PageParams, Query, from_text, sort, sort_schema};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::list::Sort;
use crate::query::minutes::{MinutesFilter, MinutesView};
use axum::response::Response;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(MinutesList: MinutesView);
sort_schema!(MinutesOrder: MinutesView);

/// The filters and the sorting of the list of minutes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MinutesParams {
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only minutes that are not approved yet.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    unapproved: Option<bool>,
    /// Only minutes of this meeting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<MinutesOrder>, example = "-held_on")]
    sort: Option<Sort<MinutesView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List minutes
///
/// One row for each meeting that was held, whether its minutes were drafted or not.
#[utoipa::path(
    get, path = "/api/v1/minutes", tag = "Reading", params(MomentParams, PageParams, MinutesParams),
    responses((status = 200, description = "A page of minutes", content((MinutesList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_minutes(
    request: ListRequest,
    Query(params): Query<MinutesParams>,
) -> Result<Response, Problem> {
    let filter = MinutesFilter { unapproved: params.unapproved.unwrap_or(false), meeting: params.meeting };
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list::<MinutesView>(options, &filter, None).await
}
