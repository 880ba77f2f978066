//! Actions.

use crate::api::guard::Reader;
use crate::api::listing::{Requested, Shape, listing, one};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Paging, Query, from_text, from_texts, sort, sorted_by};
use crate::api::representation::Representation;
use crate::present::icalendar;
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::listed::Sort;
use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::NaiveDate;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use utoipa::IntoParams;

listing!(ActionList: ActionView);
sorted_by!(ActionOrder: ActionView);

/// RowSelection actions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Actions {
    /// Those of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Those that stand so, with commas between several; those that are outstanding, if it is not given.
    #[serde(default, deserialize_with = "from_texts")]
    #[param(inline, value_type = Vec<ActionStatus>, style = Form, explode = false, example = json!(["outstanding"]))]
    status: Vec<ActionStatus>,
    /// Those that stand however they do.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    all: Option<bool>,
    /// Those of an owner, by any part of the name.
    #[param(example = "SECAS")]
    owner: Option<String>,
    /// Those that are overdue.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    overdue: Option<bool>,
    /// Those that are due before a day.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<NaiveDate>, example = "2019-03-13")]
    due_before: Option<NaiveDate>,
    /// Those that a meeting raised.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// The one with this reference, and those that mention it.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Those that hold all of these words.
    #[param(example = "paper")]
    search: Option<String>,
    /// The field to sort by. With a - before it, the last first.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<ActionOrder>, example = "due_on")]
    sort: Option<Sort<ActionView>>,
    /// The form of the answer, rather than by the header `Accept`: for links that are typed or subscribed to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv|ics)$", example = "csv")]
    format: Option<Representation>,
}

/// List the actions
///
/// Whether one is overdue is worked out for the moment that is asked about: an outstanding action is, from the day after its
/// due date.
#[utoipa::path(
    get, path = "/api/v1/actions", tag = "Reading", params(Moment, Paging, Actions),
    responses(
        (status = 200, description = "The actions", content(
            (ActionList = "application/json"), (String = "text/csv"), (String = "text/calendar"))),
    )
)]
pub(in crate::api) async fn list_actions(
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(paging): Query<Paging>,
    Query(asked): Query<Actions>,
) -> Result<Response, Problem> {
    let statuses = match (asked.all.unwrap_or(false), asked.status.is_empty()) {
        (true, true) => Vec::new(),
        (false, true) => vec![ActionStatus::Outstanding],
        (_, false) => asked.status,
    };
    let filter = ActionFilter {
        statuses,
        owner: asked.owner,
        overdue: asked.overdue.unwrap_or(false),
        due_before: asked.due_before,
        meeting: asked.meeting,
        reference: asked.reference,
        search: asked.search,
    };
    let request = Requested { reader: &reader, uri: &uri, headers: &headers, moment, paging };
    let shape = Shape { committee: asked.committee, sort: asked.sort, format: asked.format };
    request.list::<ActionView>(shape, &filter, Some(icalendar::of_actions)).await
}

/// One action
#[utoipa::path(
    get, path = "/api/v1/actions/{meeting}/{number}", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "the committee and the number of its meeting", example = "SSC72"),
        ("number" = String, Path, description = "the action's number there", example = "01"),
        Moment,
    ),
    responses((status = 200, description = "The action", body = ActionView))
)]
pub(in crate::api) async fn get_action(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    let reference = format!("{meeting}/{number}");
    let filter = ActionFilter { reference: Some(reference.clone()), ..ActionFilter::default() };
    let is = |action: &ActionView| action.reference.to_string().eq_ignore_ascii_case(&reference);
    one::<ActionView>(&reader, &moment, &filter, is, || format!("there is no action `{reference}`")).await
}
