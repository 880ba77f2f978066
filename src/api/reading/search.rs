//! The route of the search.

use crate::api::listing::{ListOptions, ListRequest, list_schema};
use crate::api::parameters::{MomentParams, PageParams, Query, from_text, sort, sort_schema};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::list::Sort;
use crate::query::search::{SearchFilter, SearchHit};
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(SearchHitList: SearchHit);
sort_schema!(SearchHitOrder: SearchHit);

/// The words to search for, and the sorting of what is found.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct SearchParams {
    /// Words that must all occur; the last may be the beginning of a word. Words in double quotes stand side by side.
    #[serde(default)]
    #[param(required = true, pattern = "^[^\\u0000]*[^\\W_][^\\u0000]*$", example = "paper")]
    search: String,
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<SearchHitOrder>, example = "reference")]
    sort: Option<Sort<SearchHit>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// Search titles, paragraphs, decisions, actions, matters arising and parties
///
/// Case, apostrophes, dashes and the way in which accents are written do not matter.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "Reading", params(MomentParams, PageParams, SearchParams),
    responses((status = 200, description = "A page of what was found", content((SearchHitList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn search_record(
    request: ListRequest,
    Query(params): Query<SearchParams>,
) -> Result<Response, Problem> {
    let filter = SearchFilter { search: params.search };
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list::<SearchHit>(options, &filter, None).await
}
