//! The routes of the decision register.

use crate::api::guard::Reader;
use crate::api::listing::{ListOptions, ListRequest, find_one, list_schema};
use crate::api::parameters::{
    MomentParams, PageParams, PositionOrTime, Query, from_list, from_text, sort, sort_schema,
};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::list::Sort;
use crate::query::moment::KnownAt;
use axum::extract::Path;
use axum::response::Response;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use utoipa::IntoParams;

list_schema!(DecisionList: DecisionView);
sort_schema!(DecisionOrder: DecisionView);

/// The filters and the sorting of the list of decisions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct DecisionParams {
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only decisions with one of these verbs, separated by commas.
    #[serde(default, deserialize_with = "from_list")]
    #[param(inline, value_type = Vec<Verb>, style = Form, explode = false)]
    verb: Vec<Verb>,
    /// Only decisions of this meeting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// Only decisions about this party.
    #[param(example = "Other User L")]
    party: Option<String>,
    /// Only the decision with this id, and decisions that mention this reference.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Only decisions that contain all of these words.
    #[param(inline, value_type = Option<String>, pattern = "^[^\\u0000]*[^\\W_][^\\u0000]*$", example = "paper")]
    search: Option<String>,
    /// Only decisions that were made or have changed since: a log position, a day, a time, or a meeting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>, example = "2019-02-27")]
    since: Option<KnownAt>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<DecisionOrder>, example = "-decided_on")]
    sort: Option<Sort<DecisionView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

/// List decisions
#[utoipa::path(
    get, path = "/api/v1/decisions", tag = "Reading", params(MomentParams, PageParams, DecisionParams),
    responses((status = 200, description = "A page of decisions", content((DecisionList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn list_decisions(
    request: ListRequest,
    Query(params): Query<DecisionParams>,
) -> Result<Response, Problem> {
    let filter = DecisionFilter {
        decision: None,
        verbs: params.verb,
        meeting: params.meeting,
        party: params.party,
        reference: params.reference,
        search: params.search,
        since: params.since,
    };
    request.check_since(filter.since.as_ref()).await?;
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    request.list::<DecisionView>(options, &filter, None).await
}

/// Get a decision
#[utoipa::path(
    get, path = "/api/v1/decisions/{meeting}/{number}", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "The meeting's reference", example = "SSC_72_2702"),
        ("number" = String, Path, description = "The decision's number within the meeting", example = "D3"),
        MomentParams,
    ),
    responses((status = 200, description = "The decision", body = DecisionView))
)]
pub(in crate::api) async fn get_decision(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    let id = format!("{meeting}/{number}");
    let missing = || format!("there is no decision `{id}`");
    let decision = id.to_ascii_uppercase().parse().map_err(|_| Problem::not_found(missing()))?;
    let filter = DecisionFilter { decision: Some(decision), ..DecisionFilter::default() };
    find_one::<DecisionView>(&reader, &moment, &filter, |_| true, missing).await
}
