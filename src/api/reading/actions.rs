//! The routes of actions.

use crate::api::guard::Reader;
use crate::api::listing::{ListOptions, ListRequest, find_one, list_schema};
use crate::api::parameters::{
    MomentParams, PageParams, PositionOrTime, Query, from_list, from_text, sort, sort_schema,
};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::present::icalendar;
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::list::Sort;
use crate::query::moment::KnownAt;
use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::Deserialize;
use std::str::FromStr;
use utoipa::IntoParams;

list_schema!(ActionList: ActionView);
sort_schema!(ActionOrder: ActionView);

/// The filters and the sorting of the list of actions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ActionParams {
    /// Only rows of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only actions with one of these statuses, separated by commas. Default: outstanding; with `since`, all.
    #[serde(default, deserialize_with = "from_list")]
    #[param(inline, value_type = Vec<ActionStatus>, style = Form, explode = false, example = json!(["outstanding"]))]
    status: Vec<ActionStatus>,
    /// Include actions of every status.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    all: Option<bool>,
    /// Only actions of an owner whose name contains this text.
    #[param(example = "SECAS")]
    owner: Option<String>,
    /// Only actions that are overdue.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    overdue: Option<bool>,
    /// Only actions that are due before this day.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<NaiveDate>, example = "2019-03-13")]
    due_before: Option<NaiveDate>,
    /// Only actions that this meeting raised.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>)]
    meeting: Option<MeetingRef>,
    /// Only the action with this reference, and actions that mention it.
    #[param(example = "SECMP0037")]
    reference: Option<String>,
    /// Only actions that contain all of these words.
    #[param(inline, value_type = Option<String>, pattern = "^[^\\u0000]*[^\\W_][^\\u0000]*$", example = "paper")]
    search: Option<String>,
    /// Only actions that were raised or have changed since: a log position, a day, a time, or a meeting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>, example = "2019-02-27")]
    since: Option<KnownAt>,
    /// The field to sort by; a leading `-` reverses the order.
    #[serde(default, deserialize_with = "sort")]
    #[param(inline, value_type = Option<ActionOrder>, example = "due_on")]
    sort: Option<Sort<ActionView>>,
    /// The format of the response. Overrides the header `Accept`, for links that a person types or subscribes to.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv|ics)$", example = "csv")]
    format: Option<Representation>,
    /// What a calendar shows: the actions as to-dos, or events on the days they are due, for calendars that show no to-dos
    /// (Google, Outlook). Other formats ignore it. Default: todos.
    #[serde(default, rename = "as", deserialize_with = "from_text")]
    #[param(inline, rename = "as", value_type = Option<CalendarEntries>, example = "events")]
    shown_as: Option<CalendarEntries>,
}

/// What a calendar of actions shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
enum CalendarEntries {
    Todos,
    Events,
}

impl FromStr for CalendarEntries {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "todos" => Ok(Self::Todos),
            "events" => Ok(Self::Events),
            _ => Err("expected one of: todos, events"),
        }
    }
}

/// List actions
///
/// An outstanding action is overdue from the day after its due date. The list computes this for the moment in `as_of`.
#[utoipa::path(
    get, path = "/api/v1/actions", tag = "Reading", params(MomentParams, PageParams, ActionParams),
    responses(
        (status = 200, description = "A page of actions", content(
            (ActionList = "application/json"), (String = "text/csv"), (String = "text/calendar"))),
    )
)]
pub(in crate::api) async fn list_actions(
    request: ListRequest,
    Query(params): Query<ActionParams>,
) -> Result<Response, Problem> {
    let statuses = match (params.all.unwrap_or(false) || params.since.is_some(), params.status.is_empty()) {
        (true, true) => Vec::new(),
        (false, true) => vec![ActionStatus::Outstanding],
        (_, false) => params.status,
    };
    let filter = ActionFilter {
        action: None,
        statuses,
        owner: params.owner,
        overdue: params.overdue.unwrap_or(false),
        due_before: params.due_before,
        meeting: params.meeting,
        reference: params.reference,
        search: params.search,
        since: params.since,
    };
    request.check_since(filter.since.as_ref()).await?;
    let options = ListOptions { committee: params.committee, sort: params.sort, format: params.format };
    let calendar =
        if params.shown_as == Some(CalendarEntries::Events) { &icalendar::DUE_DATES } else { &icalendar::TO_DOS };
    request.list::<ActionView>(options, &filter, Some(calendar)).await
}

/// Get an action
#[utoipa::path(
    get, path = "/api/v1/actions/{meeting}/{number}", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "The committee's code and the meeting's number", example = "SSC72"),
        ("number" = String, Path, description = "The action's number within the meeting", example = "01"),
        MomentParams,
    ),
    responses((status = 200, description = "The action", body = ActionView))
)]
pub(in crate::api) async fn get_action(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    let reference = format!("{meeting}/{number}");
    let missing = || format!("there is no action `{reference}`");
    let action = reference.to_ascii_uppercase().parse().map_err(|_| Problem::not_found(missing()))?;
    let filter = ActionFilter { action: Some(action), ..ActionFilter::default() };
    find_one::<ActionView>(&reader, &moment, &filter, |_| true, missing).await
}
