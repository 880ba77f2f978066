//! The page of matters arising.

use super::actions::ROWS;
use super::past::past;
use super::request::{PageRequest, Place};
use super::shown;
use crate::api::Problem;
use crate::query::matters::{MatterFilter, MatterView};
use crate::query::queryable::Queryable;
use axum::extract::Path;
use axum::response::Response;
use maud::html;
use minutebook_projections::matters::Matters;

/// The matters arising of a committee, the latest first.
pub(super) async fn list(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let search = request.fields.get("search").map(ToOwned::to_owned);
    let filter = MatterFilter { search, meeting: request.fields.parse("meeting")?, ..MatterFilter::default() };
    let query = request.query(Some(&of.scope.committee.code));
    let mut page = MatterView::list(request.log(), &query, &filter).await?;
    page.rows.reverse();
    page.arrange(None, 0, Some(ROWS));
    let main = html! {
        h1 { "Matters arising" }
        p id="moment" {
            (shown::count(page.total, "matter"))
            @if request.moment.is_past() { " as of " (shown::day(of.scope.today)) } "."
        }
        form.filters method="get" action=(request.path()) {
            (request.fields.hidden(&["search", "stop"]))
            div {
                label for="words" { "Words" }
                input id="words" name="search" type="search" value=(request.fields.get("search").unwrap_or_default());
            }
            button { "Filter" }
        }
        ol.life {
            @for matter in &page.rows {
                li {
                    div.day { (shown::day(matter.noted_on)) ", " (shown::meeting(&request, &matter.meeting, matter.item)) }
                    p.words { (matter.text) (shown::mark(matter.classification)) }
                }
            }
        }
        @if page.total > page.rows.len() { p.quiet { "The first " (page.rows.len()) " of " (page.total) " are shown." } }
    };
    let past = past::<Matters>(&request, &of).await?;
    request.committee_page(&of, (Place::Matters, "Matters arising"), page.position, (past, main)).await
}
