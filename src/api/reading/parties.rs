//! Parties and their statuses.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, sort, sorted_by};
use crate::api::representation::Representation;
use crate::query::listed::Sort;
use crate::query::parties::{StatusFilter, StatusView};
use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::{CommitteeCode, PartyCategory};
use serde::Deserialize;
use utoipa::IntoParams;

listing!(StatusList: StatusView);
sorted_by!(StatusOrder: StatusView);

/// RowSelection of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Parties {
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only assurance, or only compliance statuses.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<StatusKind>)]
    kind: Option<StatusKind>,
    /// Only the parties of a category.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PartyCategory>)]
    category: Option<PartyCategory>,
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<StatusOrder>, example = "-agreed_on")]
    sort: Option<Sort<StatusView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List the latest status of each party
#[utoipa::path(
    get, path = "/api/v1/parties", tag = "Reading", params(Moment, Paging, Parties),
    responses((status = 200, description = "A page of them", content((StatusList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_parties(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Parties>,
) -> Result<Response, Problem> {
    let filter = StatusFilter { party: None, latest: true, kind: asked.kind, category: asked.category };
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list::<StatusView>(shape, &filter, None).await
}

/// List every status that a party was given
#[utoipa::path(
    get, path = "/api/v1/parties/{name}/statuses", tag = "Reading",
    params(("name" = String, Path, description = "the party's pseudonym", example = "Other User L"), Moment, Paging, Parties),
    responses((status = 200, description = "A page of them", content((StatusList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_statuses(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Parties>,
) -> Result<Response, Problem> {
    let filter = StatusFilter { party: Some(name.clone()), latest: false, kind: asked.kind, category: asked.category };
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list_of::<StatusView>(shape, &filter, || format!("there is no party `{name}` with a status")).await
}
