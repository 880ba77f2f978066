//! The banner of a page of the past: that it is one, and how it differs from now.

use super::moment::{PageMoment, long_day};
use super::request::{CommitteeOfPage, PageRequest};
use super::{address, shown};
use crate::api::Problem;
use crate::query::changes::changes;
use maud::{Markup, html};
use minutebook_projections::differences::{Difference, RowChange};
use minutebook_projections::projection::Projection;

/// The differences that a banner lists; the page of changes has all of them.
const LISTED: usize = 50;

/// The banner of a page that lists rows of `P`; nothing for a page as of now.
pub(super) async fn past<P: Projection>(request: &PageRequest, of: &CommitteeOfPage) -> Result<Markup, Problem> {
    if !request.moment.is_past() {
        return Ok(html! {});
    }
    let found = differences::<P>(request, of).await?;
    Ok(banner(request, of, &found))
}

/// How the rows of `P` differ from now.
pub(super) async fn differences<P: Projection>(
    request: &PageRequest,
    of: &CommitteeOfPage,
) -> Result<Vec<Difference>, Problem> {
    let code = &of.scope.committee.code;
    Ok(changes::<P>(request.log(), &request.query(Some(code)), &request.query_now(Some(code))).await?)
}

/// The banner of a page of the past that differs so from now.
pub(super) fn banner(request: &PageRequest, of: &CommitteeOfPage, found: &[Difference]) -> Markup {
    let code = &of.scope.committee.code;
    let (as_of, known_at) = request.moment.texts();
    let since = address::with_fields(
        &format!("/{code}/changes"),
        [("from", as_of.as_str()), ("from_known_at", known_at.as_str())],
    );
    html! {
        div.past id="past" role="region" aria-label="The past" {
            p {
                strong { "This is the past: " (long_day(of.scope.today)) }
                @if !known_at.is_empty() { ", as known at " (known_at) }
                ". "
                (summed_up(found, "Since then"))
            }
            @if !found.is_empty() {
                details {
                    summary { "What differs from now" }
                    (shown::differences(&request.moment, (RowChange::Added, &PageMoment::default()), &found[..found.len().min(LISTED)]))
                    @if found.len() > LISTED { p { a href=(since) { "All " (found.len()) " differences" } } }
                }
            }
        }
    }
}

/// How many rows were added, changed and removed: `Since then: 2 added, 1 changed, 0 gone.`
fn summed_up(differences: &[Difference], begin: &str) -> String {
    let number = |change| differences.iter().filter(|difference| difference.change == change).count();
    let (added, changed, gone) = (number(RowChange::Added), number(RowChange::Changed), number(RowChange::Gone));
    if added + changed + gone == 0 {
        return format!("{begin} nothing on this page has changed.");
    }
    format!("{begin}: {added} added, {changed} changed, {gone} gone.")
}
