//! The route of references.

use crate::api::listing::{ListOptions, ListRequest, list_schema};
use crate::api::parameters::{MomentParams, PageParams, Query, from_text, sort, sort_schema};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::list::Sort;
use crate::query::references::{ReferenceFilter, ReferenceView};
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(ReferenceList: ReferenceView);
sort_schema!(ReferenceOrder: ReferenceView);

/// The filters and the sorting of the list of references.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ReferenceParams {
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only references that contain this text, in upper or lower case.
    #[param(example = "SECMP")]
    like: Option<String>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<ReferenceOrder>, example = "-decisions")]
    sort: Option<Sort<ReferenceView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List references, and how often the record mentions each
#[utoipa::path(
    get, path = "/api/v1/references", tag = "Reading", params(MomentParams, PageParams, ReferenceParams),
    responses((status = 200, description = "A page of references", content((ReferenceList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_references(
    request: ListRequest,
    Query(params): Query<ReferenceParams>,
) -> Result<Response, Problem> {
    let filter = ReferenceFilter { like: params.like };
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list::<ReferenceView>(options, &filter, None).await
}
