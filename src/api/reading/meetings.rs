//! The routes of meetings.

use crate::api::guard::Reader;
use crate::api::listing::{ListOptions, ListRequest, find_one, list_schema};
use crate::api::parameters::{MomentParams, PageParams, Query, from_text, sort, sort_schema};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::present::icalendar;
use crate::query::list::Sort;
use crate::query::meetings::{MeetingFilter, MeetingView};
use axum::extract::Path;
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(MeetingList: MeetingView);
sort_schema!(MeetingOrder: MeetingView);

/// The filters and the sorting of the list of meetings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MeetingParams {
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<MeetingOrder>, example = "-held_on")]
    sort: Option<Sort<MeetingView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv|ics)$", example = "csv")]
    format: Option<Representation>,
}

/// List meetings, past and future
#[utoipa::path(
    get, path = "/api/v1/meetings", tag = "Reading", params(MomentParams, PageParams, MeetingParams),
    responses((status = 200, description = "A page of meetings", content((MeetingList = "application/json"), (String = "text/csv"), (String = "text/calendar"))))
)]
pub(in crate::api) async fn list_meetings(
    request: ListRequest,
    Query(params): Query<MeetingParams>,
) -> Result<Response, Problem> {
    let filter = MeetingFilter::default();
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list::<MeetingView>(options, &filter, Some(&icalendar::MEETINGS)).await
}

/// Get a meeting
#[utoipa::path(
    get, path = "/api/v1/meetings/{reference}", tag = "Reading",
    params(("reference" = String, Path, description = "The meeting's reference", example = "SSC_72_2702"), MomentParams),
    responses((status = 200, description = "The meeting", body = MeetingView))
)]
pub(in crate::api) async fn get_meeting(
    reader: Reader,
    Path(reference): Path<String>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    let missing = || format!("there is no meeting `{reference}`");
    let named = reference.parse().map_err(|_| Problem::not_found(missing()))?;
    let filter = MeetingFilter { reference: Some(named) };
    find_one::<MeetingView>(&reader, &moment, &filter, |_| true, missing).await
}
