//! Matters arising.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, sort, sorted_by};
use crate::api::representation::Representation;
use crate::query::listed::Sort;
use crate::query::matters::{MatterFilter, MatterView};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use utoipa::IntoParams;

listing!(MatterList: MatterView);
sorted_by!(MatterOrder: MatterView);

/// RowSelection of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Matters {
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Those of a meeting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// Those that mention something.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Those that hold all of these words.
    #[param(example = "paper")]
    search: Option<String>,
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<MatterOrder>, example = "-noted_on")]
    sort: Option<Sort<MatterView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List the matters arising
#[utoipa::path(
    get, path = "/api/v1/matters", tag = "Reading", params(Moment, Paging, Matters),
    responses((status = 200, description = "A page of them", content((MatterList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_matters(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Matters>,
) -> Result<Response, Problem> {
    let filter = MatterFilter { meeting: asked.meeting, reference: asked.reference, search: asked.search };
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list::<MatterView>(shape, &filter, None).await
}
