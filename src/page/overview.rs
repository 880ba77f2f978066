//! The page of the book, and that of a committee at a glance.

use super::chart::{ChartSeries, Look, chart};
use super::past::past;
use super::request::{CommitteeOfPage, PageRequest, Place};
use super::{address, shown};
use crate::api::Problem;
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::deferrals::{DeferralFilter, DeferralView};
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::next_meeting::next_meeting;
use crate::query::parties::{StatusFilter, StatusView};
use crate::query::queryable::Queryable;
use crate::query::read_query::{CommitteeScope, DefaultMoment, committee_scopes};
use crate::query::recommendations::unanswered;
use crate::query::statistics::{CommitteeStatistics, StatisticsRequest, statistics};
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use minutebook_domain::action::ActionStatus;
use minutebook_domain::reference::CommitteeCode;
use minutebook_projections::actions::Actions;
use minutebook_projections::statistics::{ActionCounts, MonthlyActions};
use std::collections::BTreeMap;

/// The rows of each part.
const SHOWN: usize = 5;
/// The months that are asked for, and those that a chart shows: the last ones in which something happened.
const MONTHS: usize = 240;
const SHOWN_MONTHS: usize = 24;

/// The page of the book: its committees, each with what is outstanding. A book of one committee begins with that committee.
pub(super) async fn book(request: PageRequest) -> Result<Response, Problem> {
    let committees = request.committees().await?;
    if let [only] = committees.as_slice() {
        let to = request.at(&address::committee(&only.code));
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response());
    }
    let scopes = committee_scopes(request.log(), &request.query(None), DefaultMoment::Now).await?;
    let figures = figures(&request, &scopes, 1).await?;
    let figures: BTreeMap<&CommitteeCode, &CommitteeStatistics> =
        figures.iter().map(|of| (&of.committee, of)).collect();
    let position = request.log().known_whole(None).await?;
    let main = html! {
        h1 { "Minutebook" }
        p { "The record of committees: their meetings, decisions and actions, as of any day." }
        @if committees.is_empty() {
            p { "No committee is recorded here that you may read of. A secretary records the first with "
                code { "minutebook record committee" } " or imports a document with " code { "minutebook import" } "." }
        } @else {
            table.folding {
                caption.unseen { "Committees" }
                thead { tr { th scope="col" { "Committee" } th scope="col" { "Name" } th scope="col" { "Outstanding actions" } th scope="col" { "Overdue" } } }
                tbody {
                    @for committee in &committees {
                        tr {
                            th scope="row" { a href=(request.at(&address::committee(&committee.code))) { (committee.code) } }
                            td data-name="Name" { (committee.name) }
                            @let counts = figures.get(&committee.code).map(|of| &of.actions.total);
                            td.number data-name="Outstanding" { (counts.map_or(0, |counts| counts.outstanding)) }
                            td.number data-name="Overdue" { (counts.map_or(0, |counts| counts.overdue)) }
                        }
                    }
                }
            }
        }
        p { a href="/audit" { "Audit trail" } " · " a href="/api/v1" { "The same as data" } }
    };
    request.book_page("", position, &main).await
}

async fn figures(
    request: &PageRequest,
    scopes: &[CommitteeScope],
    months: usize,
) -> Result<Vec<CommitteeStatistics>, Problem> {
    let asked = StatisticsRequest { owner: None, months };
    Ok(statistics(request.log(), request.reader.statistics_cache(), scopes, asked).await?)
}

/// A committee at a glance.
pub(super) async fn committee(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let code = &of.scope.committee.code;
    let (log, query) = (request.log(), request.query(Some(code)));
    let outstanding = ActionFilter { statuses: vec![ActionStatus::Outstanding], ..ActionFilter::default() };
    let actions = ActionView::list(log, &query, &outstanding).await?;
    let meetings = MeetingView::list(log, &query, &MeetingFilter::default()).await?.rows;
    let held = meetings.iter().filter(|meeting| !meeting.cancelled && meeting.held_on <= of.scope.today);
    let last = held.max_by_key(|meeting| meeting.held_on);
    let next = next_meeting(&meetings, &of.scope);
    let decided = match last {
        Some(last) => {
            let filter = DecisionFilter { meeting: Some(last.reference.clone()), ..DecisionFilter::default() };
            DecisionView::list(log, &query, &filter).await?.rows
        }
        None => Vec::new(),
    };
    let unanswered = unanswered(log, &query).await?.rows;
    let deferred = DeferralView::list(log, &query, &DeferralFilter::default()).await?.rows;
    let deferred: Vec<&DeferralView> =
        deferred.iter().filter(|deferral| deferral.deferred_to.is_some_and(|to| to >= of.scope.today)).collect();
    let statuses = StatusView::list(log, &query, &StatusFilter { latest: true, ..StatusFilter::default() }).await?.rows;
    let counted = figures(&request, std::slice::from_ref(&of.scope), MONTHS).await?;
    let main = html! {
        h1 { (of.scope.committee.name) }
        (numbers(&request, &of, &actions.rows, next.as_ref()))
        div.columns {
            section aria-labelledby="actions" {
                h2 id="actions" { "Actions that matter first" }
                (urgent(&request, &actions.rows))
                p { a href=(request.at(&format!("/{code}/actions"))) { "All " (actions.rows.len()) " outstanding actions" } }
            }
            section aria-labelledby="decided" {
                h2 id="decided" { "What the last meeting decided" }
                @match last {
                    Some(last) => {
                        p { (shown::meeting(&request, &last.reference, None)) ", " (shown::day(last.held_on)) }
                        @if decided.is_empty() { p { "It recorded no decision." } }
                        ul.plain {
                            @for decision in &decided {
                                li { (shown::decision(&request, &decision.id)) " " strong { (decision.verb) } " " span.words { (decision.text) } (shown::mark(decision.classification)) }
                            }
                        }
                    },
                    None => p { "No meeting has been held." },
                }
            }
            @if !unanswered.is_empty() {
                section aria-labelledby="recommended" {
                    h2 id="recommended" { "Recommendations that await an answer" }
                    ul.plain {
                        @for decision in unanswered.iter().rev().take(SHOWN) {
                            li { (shown::decision(&request, &decision.id)) " " span.words { (decision.text) } @if let Some(to) = &decision.recommended_to { span.quiet { " — to " (to) } } }
                        }
                    }
                    @if unanswered.len() > SHOWN { p.quiet { (unanswered.len()) " in all." } }
                }
            }
            @if !deferred.is_empty() {
                section aria-labelledby="deferred" {
                    h2 id="deferred" { "Deferred to a meeting to come" }
                    ul.plain {
                        @for deferral in deferred.iter().take(SHOWN) {
                            li { (shown::reference(&request, &deferral.reference)) " " span.words { (deferral.text) } @if let Some(to) = deferral.deferred_to { span.quiet { " — to " (shown::day(to)) } } }
                        }
                    }
                }
            }
            @if !statuses.is_empty() { (status_kinds(&request, code, &statuses)) }
            @for of_committee in &counted { (charts(of_committee)) }
        }
    };
    let past = past::<Actions>(&request, &of).await?;
    request.committee_page(&of, (Place::Overview, ""), actions.position, (past, main)).await
}

fn numbers(
    request: &PageRequest,
    of: &CommitteeOfPage,
    actions: &[ActionView],
    next: Option<&(chrono::NaiveDate, Option<&MeetingView>)>,
) -> Markup {
    let late = actions.iter().filter(|action| action.overdue).count();
    let code = &of.scope.committee.code;
    let last = of.meetings().find(|stop| stop.day < of.scope.today);
    html! {
        p id="moment" {
            @if request.moment.is_past() { "As of " (shown::day(of.scope.today)) ": " }
            (shown::count(actions.len(), "outstanding action"))
            @if late > 0 { ", " span.late { (late) " overdue" } } "."
            @match next {
                Some((day, Some(meeting))) => { " The next meeting is " (shown::meeting(request, &meeting.reference, None)) " on " (shown::day(*day)) "." },
                Some((day, None)) => { " The next meeting is announced for " (shown::day(*day)) "." },
                None => {},
            }
        }
        p.screen-only {
            a href=(request.at(&format!("/{code}/agenda"))) { "Agenda of the next meeting" }
            " · " a href=(request.at(&format!("/{code}/actions/by-owner"))) { "Actions by owner" }
        }
        @if let (Some(last), false) = (last, request.moment.is_past()) {
            p.screen-only { a href=(address::with_fields(&format!("/{code}/changes"), [("from", last.day.to_string().as_str())])) { "What changed since the last meeting" } }
        }
    }
}

/// The actions that matter first: those overdue for longest, then those due next.
fn urgent(request: &PageRequest, actions: &[ActionView]) -> Markup {
    let mut urgent: Vec<&ActionView> = actions.iter().collect();
    urgent.sort_by_key(|action| (!action.overdue, action.due_on.is_none(), action.due_on));
    html! {
        @if urgent.is_empty() { p { "No action is outstanding." } }
        ul.plain {
            @for action in urgent.into_iter().take(SHOWN) {
                li {
                    (shown::action(request, &action.reference)) " " span.words { (action.text) } (shown::mark(action.classification))
                    " " span.quiet { (action.owners.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")) }
                    @if let Some(due) = action.due_on { ", due " (shown::day(due)) }
                    @if action.overdue { ", " span.late { "overdue" } }
                }
            }
        }
    }
}

/// How many parties have each latest status.
fn status_kinds(request: &PageRequest, code: &CommitteeCode, statuses: &[StatusView]) -> Markup {
    let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
    for status in statuses {
        let value = match (&status.value, status.deferred) {
            (_, true) => "deferred".to_owned(),
            (Some(value), false) => value.to_string(),
            (None, false) => "undisclosed".to_owned(),
        };
        *kinds.entry((status.kind.to_string(), value)).or_default() += 1;
    }
    html! {
        section aria-labelledby="statuses" {
            h2 id="statuses" { "Latest statuses of parties" }
            table {
                thead { tr { th scope="col" { "Kind" } th scope="col" { "Status" } th scope="col" { "Parties" } } }
                tbody { @for ((kind, value), number) in &kinds { tr { td { (kind) } td.name { (value) } td.number { (number) } } } }
            }
            p { a href=(request.at(&format!("/{code}/parties"))) { "All parties" } }
        }
    }
}

fn charts(of: &CommitteeStatistics) -> Markup {
    let busy = |month: &MonthlyActions| month.figures.opened + month.figures.closed > 0;
    let end = of.actions.by_month.iter().rposition(busy).map_or(0, |last| last + 1);
    let months = &of.actions.by_month[end.saturating_sub(SHOWN_MONTHS)..end];
    if months.is_empty() {
        return html! {};
    }
    let labels: Vec<String> = months.iter().map(|month| month.month.to_string()).collect();
    let of_month =
        |figure: fn(&ActionCounts) -> u32| months.iter().map(|month| figure(&month.figures)).collect::<Vec<u32>>();
    let series = [
        ChartSeries { name: "opened", look: Look::Bars, values: of_month(|counts| counts.opened) },
        ChartSeries { name: "outstanding", look: Look::Line, values: of_month(|counts| counts.outstanding) },
        ChartSeries { name: "closed", look: Look::DashedLine, values: of_month(|counts| counts.closed) },
    ];
    let said = format!("{} opened and {} closed in all.", of.actions.total.opened, of.actions.total.closed);
    let mut by_month: BTreeMap<String, u32> = BTreeMap::new();
    let mut by_verb: BTreeMap<String, u32> = BTreeMap::new();
    for count in &of.decisions {
        *by_month.entry(count.month.to_string()).or_default() += count.decisions;
        *by_verb.entry(count.verb.to_string()).or_default() += count.decisions;
    }
    let mut verbs: Vec<(&String, &u32)> = by_verb.iter().collect();
    verbs.sort_by_key(|(verb, number)| (std::cmp::Reverse(**number), (*verb).clone()));
    let decisions: Vec<u32> = labels.iter().map(|label| by_month.get(label).copied().unwrap_or_default()).collect();
    let verbs: Vec<String> = verbs.iter().map(|(verb, number)| format!("{number} {verb}")).collect();
    let decided = [ChartSeries { name: "decisions", look: Look::Bars, values: decisions }];
    html! {
        div { (chart("actions-chart", "Actions by month", &said, &labels, &series)) }
        div { (chart("decisions-chart", "Decisions by month", &format!("{}.", verbs.join(", ")), &labels, &decided)) }
    }
}
