//! The page of the search.

use super::actions::ROWS;
use super::request::PageRequest;
use super::{address, shown};
use crate::api::Problem;
use crate::query::queryable::Queryable;
use crate::query::search::{HitKind, SearchFilter, SearchHit};
use axum::response::Response;
use maud::{Markup, html};

/// What a search found: titles, paragraphs, decisions, actions, matters and parties.
pub(super) async fn find(request: PageRequest) -> Result<Response, Problem> {
    let words = request.fields.get("search").unwrap_or_default().to_owned();
    let committee = request.fields.parse("committee")?;
    let found = if words.is_empty() {
        None
    } else {
        let filter = SearchFilter { search: words.clone() };
        Some(SearchHit::list(request.log(), &request.query(committee.as_ref()), &filter).await?)
    };
    let position = match &found {
        Some(page) => page.position,
        None => request.log().known_whole(None).await?,
    };
    let rows = found.map(|page| page.rows);
    let main = html! {
        h1 { "Search" }
        form.filters method="get" action="/search" {
            (request.fields.hidden(&["search"]))
            div { label for="words" { "Words; in double quotes they stand side by side" } input id="words" type="search" name="search" value=(words); }
            button.main { "Search" }
        }
        @if let Some(rows) = &rows {
            p id="moment" { (shown::count(rows.len(), "place")) " found" @if let Some(as_of) = &request.moment.as_of { " as of " (as_of) } "." }
            @if rows.is_empty() { p { "Nothing matches “" (words) "”. Fewer or shorter words find more." } }
            ol.plain {
                @for hit in rows.iter().take(ROWS) { li { (shown_hit(&request, hit)) } }
            }
            @if rows.len() > ROWS { p.quiet { "The first " (ROWS) " are shown." } }
        }
    };
    let title = if words.is_empty() { "Search".to_owned() } else { format!("“{words}”") };
    request.book_page(&title, position, &main).await
}

fn shown_hit(request: &PageRequest, hit: &SearchHit) -> Markup {
    let path = match hit.kind {
        HitKind::Party => hit.reference.parse().ok().map(|party| address::party(&hit.committee, &party)),
        HitKind::Action | HitKind::Decision => address::named(&hit.reference),
        _ => hit.meeting.as_ref().map(|meeting| {
            let item = hit.item.map(|item| format!("#item-{item}")).unwrap_or_default();
            format!("{}{item}", request.at(&address::meeting(meeting)))
        }),
    };
    let path = path.map(|path| if path.contains('#') { path } else { request.at(&path) });
    html! {
        p {
            span.quiet { (hit.kind.word()) " " }
            @if let Some(path) = path { a href=(path) { (hit.reference) } } @else { (hit.reference) }
            @if let Some(item) = hit.item { span.quiet { ", item " (item) } }
            @if let Some(text) = &hit.text { br; span.words { (text) } }
            @if let Some(classification) = hit.classification { (shown::mark(classification)) }
        }
    }
}
