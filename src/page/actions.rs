//! The pages of actions: the list, and the life of one.

use super::fields::Fields;
use super::past::past;
use super::request::{PageRequest, Place};
use super::shown;
use crate::api::Problem;
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::list::Sort;
use crate::query::provenance::{Subject, provenance_of};
use crate::query::queryable::Queryable;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use minutebook_domain::action::{ActionStatus, ReportedProgress};
use minutebook_domain::reference::ActionRef;
use minutebook_projections::actions::Actions;

/// The rows on a page of a list.
pub(super) const ROWS: usize = 200;

/// The list of a committee's actions.
pub(super) async fn list(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let fields = &request.fields;
    let status: Option<ActionStatus> = fields.parse("status")?;
    let is_all = fields.get("status").is_none() && fields.get("all").is_some();
    let filter = ActionFilter {
        statuses: if is_all { Vec::new() } else { vec![status.unwrap_or(ActionStatus::Outstanding)] },
        owner: fields.get("owner").map(ToOwned::to_owned),
        overdue: fields.get("overdue").is_some(),
        due_before: fields.parse("due_before")?,
        search: fields.get("search").map(ToOwned::to_owned),
        since: fields.parse("since")?,
        ..ActionFilter::default()
    };
    let sort: Option<Sort<ActionView>> = fields.parse("sort")?;
    let code = &of.scope.committee.code;
    let mut page = ActionView::list(request.log(), &request.query(Some(code)), &filter).await?;
    let late = page.rows.iter().filter(|action| action.overdue).count();
    page.arrange(sort.as_ref(), 0, Some(ROWS));
    let main = html! {
        h1 { "Actions" }
        p id="moment" {
            (shown::count(page.total, "action"))
            @if !is_all { " " (filter.statuses[0]) }
            @if late > 0 { ", " span.late { (late) " overdue" } }
            @if request.moment.is_past() { " as of " (shown::day(of.scope.today)) }
            "."
        }
        p.screen-only { a href=(request.at(&format!("/{code}/actions/by-owner"))) { "To print, by owner" } }
        (filters(&request, fields, status, is_all))
        @if page.rows.is_empty() {
            p { "No actions match." }
        } @else {
            (table(&request, &page.rows))
        }
        @if page.total > page.rows.len() {
            p.quiet { "The first " (page.rows.len()) " of " (page.total) " are shown; filter to see others." }
        }
    };
    let past = past::<Actions>(&request, &of).await?;
    request.committee_page(&of, (Place::Actions, "Actions"), page.position, (past, main)).await
}

fn filters(request: &PageRequest, fields: &Fields, status: Option<ActionStatus>, is_all: bool) -> Markup {
    let value = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let statuses =
        [ActionStatus::Outstanding, ActionStatus::Complete, ActionStatus::Withdrawn, ActionStatus::Superseded];
    let sorted = [("", "Reference"), ("due_on", "Due date"), ("-updated_on", "Last update"), ("-age_days", "Age")];
    html! {
        form.filters method="get" action=(request.path()) {
            (fields.hidden(&["status", "all", "owner", "overdue", "search", "sort", "stop"]))
            div {
                label for="status" { "Status" }
                select id="status" name="status" {
                    @for listed in statuses {
                        option value=(listed) selected[!is_all && status.unwrap_or(statuses[0]) == listed] { (listed) }
                    }
                    option value="" selected[is_all] { "any" }
                }
                input type="hidden" name="all" value="yes";
            }
            div { label for="owner" { "Owner" } input id="owner" name="owner" value=(value("owner")); }
            div { label for="words" { "Words" } input id="words" name="search" type="search" value=(value("search")); }
            div {
                label for="sort" { "Order" }
                select id="sort" name="sort" {
                    @for (field, name) in sorted { option value=(field) selected[value("sort") == field] { (name) } }
                }
            }
            div.check {
                label { input type="checkbox" name="overdue" value="yes" checked[fields.get("overdue").is_some()]; " overdue" }
            }
            button { "Filter" }
        }
    }
}

/// Actions as a table.
pub(super) fn table(request: &PageRequest, actions: &[ActionView]) -> Markup {
    html! {
        table.folding {
            caption.unseen { "Actions" }
            thead { tr { th scope="col" { "Action" } th scope="col" { "What is to be done" } th scope="col" { "Owners" } th scope="col" { "Due" } th scope="col" { "Status" } } }
            tbody {
                @for action in actions {
                    tr {
                        th scope="row" { (shown::action(request, &action.reference)) }
                        td.words { (action.text) (shown::mark(action.classification)) }
                        td data-name="Owners" { (owners(action)) }
                        td data-name="Due" { @if let Some(due) = action.due_on { (shown::day(due)) } @else { "no date" } }
                        td data-name="Status" { (status(action)) }
                    }
                }
            }
        }
    }
}

fn owners(action: &ActionView) -> String {
    action.owners.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The status in words, and how an outstanding action stands.
pub(super) fn status(action: &ActionView) -> Markup {
    html! {
        @if action.overdue {
            span.late { "overdue" }
        } @else if action.status == ActionStatus::Outstanding {
            "outstanding"
            @if action.progress == Some(ReportedProgress::OnTarget) { span.quiet { ", on target" } }
        } @else {
            (action.status)
            @if let Some(day) = action.closed_on { " " span.quiet { (shown::day(day)) } }
        }
    }
}

/// One action: what it says, its whole life, and why each field is as it is.
pub(super) async fn one(request: PageRequest, Path((code, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let missing = || Problem::not_found(format!("there is no action `{name}` at that moment"));
    let reference: ActionRef = name.to_ascii_uppercase().replacen('-', "/", 1).parse().map_err(|_| missing())?;
    let query = request.query(Some(&of.scope.committee.code));
    let filter = ActionFilter { action: Some(reference.clone()), ..ActionFilter::default() };
    let page = ActionView::list(request.log(), &query, &filter).await?;
    let action = page.rows.first().ok_or_else(missing)?;
    let provenance = provenance_of(request.log(), &Subject::Action(reference.clone()), &query).await?;
    let life = super::audit::life(&request, of.scope.zone, &format!("action:{reference}")).await?;
    let main = html! {
        h1 { (action.reference) }
        p.words { (action.text) (shown::mark(action.classification)) }
        div.columns {
            section aria-labelledby="how" {
                h2 id="how" { "How it stands" }
                p id="moment" { (status(action)) @if request.moment.is_past() { " as of " (shown::day(of.scope.today)) } }
                dl {
                    dt { "Owners" } dd { @if action.owners.is_empty() { "none named" } @else { (owners(action)) } }
                    dt { "Due" } dd { @if let Some(due) = action.due_on { (shown::day(due)) } @else { "no date" } }
                    dt { "Raised" } dd {
                        (shown::day(action.raised_on))
                        @if let Some(meeting) = &action.raised_in { " at " (shown::meeting(&request, meeting, action.item)) }
                    }
                    @if let Some(note) = &action.note { dt { "Latest note" } dd.words { (note) } }
                    @if let Some(by) = &action.superseded_by { dt { "Superseded by" } dd { (shown::action(&request, by)) } }
                    dt { "Age" } dd { (shown::count(usize::try_from(action.age_days).unwrap_or_default(), "day")) }
                    @if action.due_date_moves > 0 { dt { "Due date moved" } dd { (shown::count(action.due_date_moves as usize, "time")) } }
                    @if action.carried_forward > 0 { dt { "Carried forward" } dd { (shown::count(action.carried_forward as usize, "time")) } }
                    @if !action.references.is_empty() {
                        dt { "Mentions" }
                        dd { @for (number, named) in action.references.iter().enumerate() { @if number > 0 { ", " } (shown::reference(&request, named.as_str())) } }
                    }
                }
            }
            (shown::provenance(&provenance))
        }
        @if let Some(life) = &life { (life) }
    };
    let past = past::<Actions>(&request, &of).await?;
    request.committee_page(&of, (Place::Actions, &reference.to_string()), page.position, (past, main)).await
}
