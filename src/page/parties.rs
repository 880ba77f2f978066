//! The pages of parties: the latest statuses, and the history of one party.

use super::past::past;
use super::request::{PageRequest, Place};
use super::{address, shown};
use crate::api::Problem;
use crate::query::parties::{StatusFilter, StatusView};
use crate::query::queryable::Queryable;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::PartyName;
use minutebook_projections::party_statuses::PartyStatuses;

/// The latest statuses of a committee's parties.
pub(super) async fn list(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let kind: Option<StatusKind> = request.fields.parse("kind")?;
    let code = &of.scope.committee.code;
    let filter = StatusFilter { latest: true, kind, ..StatusFilter::default() };
    let page = StatusView::list(request.log(), &request.query(Some(code)), &filter).await?;
    let main = html! {
        h1 { "Parties" }
        p id="moment" {
            "The latest " @if let Some(kind) = kind { (kind) " " }
            "statuses" @if request.moment.is_past() { " as of " (shown::day(of.scope.today)) } "."
        }
        form.filters method="get" action=(request.path()) {
            (request.fields.hidden(&["kind", "stop"]))
            div {
                label for="kind" { "Kind" }
                select id="kind" name="kind" {
                    option value="" { "any" }
                    @for listed in [StatusKind::Assurance, StatusKind::Compliance] {
                        option value=(listed) selected[kind == Some(listed)] { (listed) }
                    }
                }
            }
            button { "Filter" }
        }
        @if page.rows.is_empty() {
            p { "No party has a status." }
        } @else {
            table.folding {
                caption.unseen { "Latest statuses" }
                thead { tr { th scope="col" { "Party" } th scope="col" { "Category" } th scope="col" { "Kind" } th scope="col" { "Status" } th scope="col" { "On" } th scope="col" { "Meeting" } } }
                tbody {
                    @for status in &page.rows {
                        tr {
                            th scope="row" { a href=(request.at(&address::party(code, &status.party))) { (status.party) } }
                            td data-name="Category" { (status.category) }
                            td data-name="Kind" { (status.kind) }
                            td data-name="Status" { (value(status)) }
                            td data-name="On" { (shown::day(status.agreed_on)) }
                            td data-name="Meeting" { (shown::meeting(&request, &status.meeting, status.item)) }
                        }
                    }
                }
            }
        }
    };
    let past = past::<PartyStatuses>(&request, &of).await?;
    request.committee_page(&of, (Place::Parties, "Parties"), page.position, (past, main)).await
}

/// The status in words; one that the reader may not know is said to be undisclosed.
fn value(status: &StatusView) -> Markup {
    html! {
        @if status.deferred {
            "deferred" @if let Some(to) = status.deferred_to { " to " (shown::day(to)) }
        } @else if let Some(value) = &status.value {
            strong { (value) }
        } @else {
            span.quiet { "undisclosed" }
        }
    }
}

/// One party: its statuses over time.
pub(super) async fn one(request: PageRequest, Path((code, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let missing = || Problem::not_found(format!("there is no party `{name}` at that moment"));
    let party = PartyName::in_any_case(&name).ok_or_else(missing)?;
    let code = &of.scope.committee.code;
    let filter = StatusFilter { party: Some(party.to_string()), ..StatusFilter::default() };
    let page = StatusView::list(request.log(), &request.query(Some(code)), &filter).await?;
    let life = super::audit::life(&request, of.scope.zone, &format!("party:{code}:{party}")).await?;
    if page.rows.is_empty() && life.is_none() {
        return Err(missing());
    }
    let category = page.rows.first().map(|status| status.category.to_string());
    let main = html! {
        h1 { (party) }
        @if let Some(category) = category { p.quiet { (category) } }
        @for kind in [StatusKind::Assurance, StatusKind::Compliance] {
            @let statuses: Vec<&StatusView> = page.rows.iter().filter(|status| status.kind == kind).collect();
            @if let Some(latest) = statuses.last() {
                section aria-labelledby=(kind) {
                    h2 id=(kind) { (capital(&kind.to_string())) " status: " (value(latest)) }
                    ol.life {
                        @for status in statuses.iter().rev() {
                            li {
                                div.day { (shown::day(status.agreed_on)) ", " (shown::meeting(&request, &status.meeting, status.item)) }
                                div { (value(status)) }
                                @if let Some(assessment) = &status.assessment { div { "after a " (assessment) } }
                                @if let Some(authority) = &status.authority { div { "on the authority of " (authority) } }
                                @if let Some(decision) = &status.decision { div { "by " (shown::decision(&request, decision)) } }
                            }
                        }
                    }
                }
            }
        }
        @if page.rows.is_empty() { p { "No status is recorded." } }
        @if let Some(life) = life { (life) }
    };
    let past = past::<PartyStatuses>(&request, &of).await?;
    request.committee_page(&of, (Place::Parties, party.as_str()), page.position, (past, main)).await
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
