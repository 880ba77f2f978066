//! The routes of parties and their statuses.

use crate::api::listing::{ListOptions, ListRequest, list_schema};
use crate::api::parameters::{MomentParams, PageParams, Query, from_text, sort, sort_schema};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::list::Sort;
use crate::query::parties::{StatusFilter, StatusView};
use axum::extract::Path;
use axum::response::Response;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::{CommitteeCode, PartyCategory};
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(StatusList: StatusView);
sort_schema!(StatusOrder: StatusView);

/// The filters and the sorting of the list of statuses.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct StatusParams {
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only assurance statuses, or only compliance statuses.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<StatusKind>)]
    kind: Option<StatusKind>,
    /// Only statuses of parties in this category.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^[A-Z][A-Za-z&'-]{1,18}( [A-Za-z&'-]{1,18}){0,2}$", example = "Other User")]
    category: Option<PartyCategory>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<StatusOrder>, example = "-agreed_on")]
    sort: Option<Sort<StatusView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List the latest status of each party
#[utoipa::path(
    get, path = "/api/v1/parties", tag = "Reading", params(MomentParams, PageParams, StatusParams),
    responses((status = 200, description = "A page of statuses", content((StatusList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_parties(
    request: ListRequest,
    Query(params): Query<StatusParams>,
) -> Result<Response, Problem> {
    let filter = StatusFilter { party: None, latest: true, kind: params.kind, category: params.category };
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list::<StatusView>(options, &filter, None).await
}

/// List all statuses of a party
#[utoipa::path(
    get, path = "/api/v1/parties/{name}/statuses", tag = "Reading",
    params(("name" = String, Path, description = "The party's pseudonym", example = "Other User L"), MomentParams, PageParams, StatusParams),
    responses((status = 200, description = "A page of statuses", content((StatusList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_statuses(
    request: ListRequest,
    Path(name): Path<String>,
    Query(params): Query<StatusParams>,
) -> Result<Response, Problem> {
    let filter =
        StatusFilter { party: Some(name.clone()), latest: false, kind: params.kind, category: params.category };
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list_existing::<StatusView>(options, &filter, || format!("there is no party `{name}` with a status")).await
}
