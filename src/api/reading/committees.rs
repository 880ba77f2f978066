//! The routes of committees.

use crate::api::guard::Reader;
use crate::api::listing::{ListOptions, ListRequest, find_one, list_schema};
use crate::api::parameters::{MomentParams, PageParams, Query, from_text, sort, sort_schema};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::committees::{CommitteeFilter, CommitteeView};
use crate::query::list::Sort;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(CommitteeList: CommitteeView);
sort_schema!(CommitteeOrder: CommitteeView);

/// The filters and the sorting of the list of committees.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct CommitteeParams {
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<CommitteeOrder>, example = "code")]
    sort: Option<Sort<CommitteeView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List committees
#[utoipa::path(
    get, path = "/api/v1/committees", tag = "Reading", params(MomentParams, PageParams, CommitteeParams),
    responses((status = 200, description = "A page of committees", content((CommitteeList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_committees(
    request: ListRequest,
    Query(params): Query<CommitteeParams>,
) -> Result<Response, Problem> {
    let filter = CommitteeFilter;
    let options = ListOptions { committee: None, sort: params.sort, format: params.format };
    request.list::<CommitteeView>(options, &filter, None).await
}

/// Get a committee
#[utoipa::path(
    get, path = "/api/v1/committees/{code}", tag = "Reading",
    params(("code" = String, Path, description = "The committee's code", example = "SSC"), MomentParams),
    responses((status = 200, description = "The committee", body = CommitteeView))
)]
pub(in crate::api) async fn get_committee(
    reader: Reader,
    Path(code): Path<String>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    let is_match = |committee: &CommitteeView| committee.code.as_str() == code;
    find_one::<CommitteeView>(&reader, &moment, &CommitteeFilter, is_match, || {
        format!("there is no committee `{code}`")
    })
    .await
}
