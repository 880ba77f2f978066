//! The route of matters arising.

use crate::api::listing::{ListOptions, ListRequest, list_schema};
use crate::api::parameters::{MomentParams, PageParams, Query, from_text, sort, sort_schema};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::list::Sort;
use crate::query::matters::{MatterFilter, MatterView};
use axum::response::Response;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(MatterList: MatterView);
sort_schema!(MatterOrder: MatterView);

/// The filters and the sorting of the list of matters arising.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MatterParams {
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only matters that this meeting noted.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// Only matters that mention this reference.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Only matters arising that contain all of these words.
    #[param(inline, value_type = Option<String>, pattern = "^[^\\u0000]*[^\\W_][^\\u0000]*$", example = "paper")]
    search: Option<String>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<MatterOrder>, example = "-noted_on")]
    sort: Option<Sort<MatterView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List matters arising
#[utoipa::path(
    get, path = "/api/v1/matters", tag = "Reading", params(MomentParams, PageParams, MatterParams),
    responses((status = 200, description = "A page of matters arising", content((MatterList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_matters(
    request: ListRequest,
    Query(params): Query<MatterParams>,
) -> Result<Response, Problem> {
    let filter = MatterFilter { meeting: params.meeting, reference: params.reference, search: params.search };
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list::<MatterView>(options, &filter, None).await
}
