//! The calendar of meetings.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing, one};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, sort, sorted_by};
use crate::api::representation::Representation;
use crate::present::icalendar;
use crate::query::listed::Sort;
use crate::query::meetings::{MeetingFilter, MeetingView};
use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use utoipa::IntoParams;

listing!(MeetingList: MeetingView);
sorted_by!(MeetingOrder: MeetingView);

/// RowSelection of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Meetings {
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<MeetingOrder>, example = "-held_on")]
    sort: Option<Sort<MeetingView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv|ics)$", example = "csv")]
    format: Option<Representation>,
}

/// List the meetings, those to come included
#[utoipa::path(
    get, path = "/api/v1/meetings", tag = "Reading", params(Moment, Paging, Meetings),
    responses((status = 200, description = "A page of them", content((MeetingList = "application/json"), (String = "text/csv"), (String = "text/calendar"))))
)]
pub(in crate::api) async fn list_meetings(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Meetings>,
) -> Result<Response, Problem> {
    let filter = MeetingFilter::default();
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list::<MeetingView>(shape, &filter, Some(icalendar::of_meetings)).await
}

/// One meeting
#[utoipa::path(
    get, path = "/api/v1/meetings/{reference}", tag = "Reading",
    params(("reference" = String, Path, description = "the meeting's reference", example = "SSC_72_2702"), Moment),
    responses((status = 200, description = "The meeting", body = MeetingView))
)]
pub(in crate::api) async fn get_meeting(
    reader: Reader,
    Path(reference): Path<String>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    let is = |meeting: &MeetingView| meeting.reference.to_string() == reference;
    let none = || format!("there is no meeting `{reference}`");
    one::<MeetingView>(&reader, &moment, &MeetingFilter::default(), is, none).await
}
