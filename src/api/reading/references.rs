//! What the record can be followed by.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, sort, sorted_by};
use crate::api::representation::Representation;
use crate::query::listed::Sort;
use crate::query::references::{ReferenceFilter, ReferenceView};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use utoipa::IntoParams;

listing!(ReferenceList: ReferenceView);
sorted_by!(ReferenceOrder: ReferenceView);

/// RowSelection of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct References {
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Those that hold this, in any case.
    #[param(example = "SECMP")]
    like: Option<String>,
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<ReferenceOrder>, example = "-decisions")]
    sort: Option<Sort<ReferenceView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List what the record mentions, and how often
#[utoipa::path(
    get, path = "/api/v1/references", tag = "Reading", params(Moment, Paging, References),
    responses((status = 200, description = "A page of them", content((ReferenceList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_references(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<References>,
) -> Result<Response, Problem> {
    let filter = ReferenceFilter { like: asked.like };
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list::<ReferenceView>(shape, &filter, None).await
}
