//! The decision register.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing, one};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, from_texts, sort, sorted_by};
use crate::api::representation::Representation;
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::listed::Sort;
use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use utoipa::IntoParams;

listing!(DecisionList: DecisionView);
sorted_by!(DecisionOrder: DecisionView);

/// RowSelection of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Decisions {
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Those with this verb, with commas between several.
    #[serde(default, deserialize_with = "from_texts")]
    #[param(inline, value_type = Vec<Verb>, style = Form, explode = false)]
    verb: Vec<Verb>,
    /// Those of a meeting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// Those about a party.
    #[param(example = "Other User L")]
    party: Option<String>,
    /// The one with this id, and those that mention it.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Those that hold all of these words.
    #[param(example = "paper")]
    search: Option<String>,
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<DecisionOrder>, example = "-decided_on")]
    sort: Option<Sort<DecisionView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List the decisions
#[utoipa::path(
    get, path = "/api/v1/decisions", tag = "Reading", params(Moment, Paging, Decisions),
    responses((status = 200, description = "A page of them", content((DecisionList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_decisions(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Decisions>,
) -> Result<Response, Problem> {
    let filter = DecisionFilter {
        verbs: asked.verb,
        meeting: asked.meeting,
        party: asked.party,
        reference: asked.reference,
        search: asked.search,
    };
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list::<DecisionView>(shape, &filter, None).await
}

/// One decision
#[utoipa::path(
    get, path = "/api/v1/decisions/{meeting}/{number}", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "the meeting's reference", example = "SSC_72_2702"),
        ("number" = String, Path, description = "the decision's number there", example = "D3"),
        Moment,
    ),
    responses((status = 200, description = "The decision", body = DecisionView))
)]
pub(in crate::api) async fn get_decision(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    let id = format!("{meeting}/{number}");
    let filter = DecisionFilter { reference: Some(id.clone()), ..DecisionFilter::default() };
    let is = |decision: &DecisionView| decision.id.to_string().eq_ignore_ascii_case(&id);
    one::<DecisionView>(&reader, &moment, &filter, is, || format!("there is no decision `{id}`")).await
}
