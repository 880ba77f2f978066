//! The pages of decisions: the register, and one decision.

use super::actions::ROWS;
use super::fields::Fields;
use super::past::past;
use super::request::{PageRequest, Place};
use super::{address, shown};
use crate::api::Problem;
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::list::Sort;
use crate::query::provenance::{Subject, provenance_of};
use crate::query::queryable::Queryable;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::DecisionId;
use minutebook_projections::decisions::Decisions;

/// The decision register of a committee.
pub(super) async fn list(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let fields = &request.fields;
    let filter = DecisionFilter {
        verbs: fields.parse_all("verb")?,
        meeting: fields.parse("meeting")?,
        party: fields.get("party").map(ToOwned::to_owned),
        search: fields.get("search").map(ToOwned::to_owned),
        since: fields.parse("since")?,
        ..DecisionFilter::default()
    };
    let latest_first: Option<Sort<DecisionView>> = fields.parse("sort")?;
    let code = &of.scope.committee.code;
    let mut page = DecisionView::list(request.log(), &request.query(Some(code)), &filter).await?;
    if latest_first.is_none() {
        page.rows.reverse();
    }
    page.arrange(latest_first.as_ref(), 0, Some(ROWS));
    let main = html! {
        h1 { "Decisions" }
        p id="moment" {
            (shown::count(page.total, "decision"))
            @if request.moment.is_past() { " as of " (shown::day(of.scope.today)) }
            "."
        }
        (filters(&request, fields))
        @if page.rows.is_empty() { p { "No decisions match." } } @else { (table(&request, &page.rows)) }
        @if page.total > page.rows.len() {
            p.quiet { "The first " (page.rows.len()) " of " (page.total) " are shown; filter to see others." }
        }
    };
    let past = past::<Decisions>(&request, &of).await?;
    request.committee_page(&of, (Place::Decisions, "Decisions"), page.position, (past, main)).await
}

fn filters(request: &PageRequest, fields: &Fields) -> Markup {
    let value = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    html! {
        form.filters method="get" action=(request.path()) {
            (fields.hidden(&["verb", "party", "search", "sort", "stop"]))
            div {
                label for="verb" { "Verb" }
                select id="verb" name="verb" {
                    option value="" { "any" }
                    @for verb in Verb::WORDS { option value=(verb) selected[value("verb") == **verb] { (verb) } }
                }
            }
            div { label for="party" { "Party" } input id="party" name="party" value=(value("party")); }
            div { label for="words" { "Words" } input id="words" name="search" type="search" value=(value("search")); }
            div {
                label for="sort" { "Order" }
                select id="sort" name="sort" {
                    option value="" { "Latest first" }
                    option value="decided_on" selected[value("sort") == "decided_on"] { "Earliest first" }
                }
            }
            button { "Filter" }
        }
    }
}

/// Decisions as a table.
pub(super) fn table(request: &PageRequest, decisions: &[DecisionView]) -> Markup {
    html! {
        table.folding {
            caption.unseen { "Decisions" }
            thead { tr { th scope="col" { "Decision" } th scope="col" { "Verb" } th scope="col" { "What was decided" } th scope="col" { "Decided" } } }
            tbody {
                @for decision in decisions {
                    tr {
                        th scope="row" { (shown::decision(request, &decision.id)) }
                        td data-name="Verb" { (decision.verb) }
                        td.words { (decision.text) (shown::mark(decision.classification)) (standing(request, decision)) }
                        td data-name="Decided" { (shown::day(decision.decided_on)) }
                    }
                }
            }
        }
    }
}

/// What became of a decision.
fn standing(request: &PageRequest, decision: &DecisionView) -> Markup {
    html! {
        @if let Some(later) = &decision.superseded_by {
            br; span.quiet { "superseded by " (shown::decision(request, later)) }
        } @else if decision.rescinded {
            br; span.quiet { "rescinded" }
        }
        @if let Some(to) = &decision.recommended_to { br; span.quiet { "recommended to " (to) } }
        @if let Some(to) = decision.deferred_to { br; span.quiet { "deferred to " (shown::day(to)) } }
    }
}

/// One decision.
pub(super) async fn one(request: PageRequest, Path((code, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let missing = || Problem::not_found(format!("there is no decision `{name}` at that moment"));
    let (meeting, number) = name.rsplit_once('-').ok_or_else(missing)?;
    let id: DecisionId = format!("{meeting}/{number}").parse().map_err(|_| missing())?;
    let query = request.query(Some(&of.scope.committee.code));
    let filter = DecisionFilter { decision: Some(id.clone()), ..DecisionFilter::default() };
    let page = DecisionView::list(request.log(), &query, &filter).await?;
    let decision = page.rows.first().ok_or_else(missing)?;
    let provenance = provenance_of(request.log(), &Subject::Decision(id.clone()), &query).await?;
    let main = html! {
        h1 { (decision.id) }
        p.words { strong { (decision.verb) } " " (decision.text) (shown::mark(decision.classification)) }
        div.columns {
            section aria-labelledby="how" {
                h2 id="how" { "How it stands" }
                dl {
                    dt { "Decided" } dd { (shown::day(decision.decided_on)) " at " (shown::meeting(&request, &decision.meeting, decision.item)) }
                    @if !decision.subjects.is_empty() {
                        dt { "Concerns" }
                        dd { @for (number, party) in decision.subjects.iter().enumerate() {
                            @if number > 0 { ", " }
                            a href=(request.at(&address::party(&decision.committee, party))) { (party) }
                        } }
                    }
                    @if let Some(to) = &decision.recommended_to { dt { "Recommended to" } dd { (to) } }
                    @if let Some(to) = &decision.delegated_to { dt { "Delegated to" } dd { (to) } }
                    @if let Some(to) = decision.deferred_to { dt { "Deferred to" } dd { (shown::day(to)) } }
                    @if !decision.supersedes.is_empty() {
                        dt { "Supersedes" }
                        dd { @for (number, earlier) in decision.supersedes.iter().enumerate() { @if number > 0 { ", " } (shown::decision(&request, earlier)) } }
                    }
                    @if let Some(later) = &decision.superseded_by { dt { "Superseded by" } dd { (shown::decision(&request, later)) } }
                    @if decision.rescinded { dt { "Rescinded" } dd { "yes" } }
                    @if !decision.references.is_empty() {
                        dt { "Mentions" }
                        dd { @for (number, named) in decision.references.iter().enumerate() { @if number > 0 { ", " } (shown::reference(&request, named.as_str())) } }
                    }
                }
            }
            (shown::provenance(&provenance))
        }
    };
    let past = past::<Decisions>(&request, &of).await?;
    request.committee_page(&of, (Place::Decisions, &decision.id.to_string()), page.position, (past, main)).await
}
