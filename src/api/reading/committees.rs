//! The committees.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing, one};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, sort, sorted_by};
use crate::api::representation::Representation;
use crate::query::committees::{CommitteeFilter, CommitteeView};
use crate::query::listed::Sort;
use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

listing!(CommitteeList: CommitteeView);
sorted_by!(CommitteeOrder: CommitteeView);

/// RowSelection of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Committees {
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<CommitteeOrder>, example = "code")]
    sort: Option<Sort<CommitteeView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List the committees
#[utoipa::path(
    get, path = "/api/v1/committees", tag = "Reading", params(Moment, Paging, Committees),
    responses((status = 200, description = "A page of them", content((CommitteeList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_committees(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Committees>,
) -> Result<Response, Problem> {
    let filter = CommitteeFilter;
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: None, sort: asked.sort, format: asked.format };
    request.list::<CommitteeView>(shape, &filter, None).await
}

/// One committee
#[utoipa::path(
    get, path = "/api/v1/committees/{code}", tag = "Reading",
    params(("code" = String, Path, description = "the committee's code", example = "SSC"), Moment),
    responses((status = 200, description = "The committee", body = CommitteeView))
)]
pub(in crate::api) async fn get_committee(
    reader: Reader,
    Path(code): Path<String>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    let is = |committee: &CommitteeView| committee.code.as_str() == code;
    one::<CommitteeView>(&reader, &moment, &CommitteeFilter, is, || format!("there is no committee `{code}`")).await
}
