//! The page of changes: what differs between two moments.

use super::moment::PageMoment;
use super::request::{PageRequest, Place};
use super::shown;
use crate::api::Problem;
use crate::query::changes::changes;
use crate::query::moment::{KnownAt, PointInTime};
use crate::query::read_query::ReadQuery;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::{Difference, RowChange};
use minutebook_projections::matters::Matters;
use minutebook_projections::party_statuses::PartyStatuses;

/// What changed in a committee's record between two moments: by default, since its last meeting but one.
pub(super) async fn list(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let code = &of.scope.committee.code;
    let from: Option<PointInTime> = request.fields.parse("from")?;
    let from_known_at: Option<KnownAt> = request.fields.parse("from_known_at")?;
    let before = of.meetings().find(|stop| stop.day < of.scope.today);
    let from = match (from, &from_known_at) {
        (None, None) => before.map(|stop| PointInTime::EndOfDay(stop.day)),
        (from, _) => from,
    };
    let second = request.query(Some(code));
    let first = ReadQuery { as_of: from.clone(), known_at: from_known_at.clone(), ..second.clone() };
    let (log, position) = (request.log(), request.log().known_whole(None).await?);
    let parts: [(&str, Vec<Difference>); 4] = [
        ("Actions", changes::<Actions>(log, &first, &second).await?),
        ("Decisions", changes::<Decisions>(log, &first, &second).await?),
        ("Statuses of parties", changes::<PartyStatuses>(log, &first, &second).await?),
        ("Matters arising", changes::<Matters>(log, &first, &second).await?),
    ];
    let total: usize = parts.iter().map(|(_, differences)| differences.len()).sum();
    let first = PageMoment { as_of: from.clone(), known_at: from_known_at.clone() };
    let shown_from = from.as_ref().map(ToString::to_string).unwrap_or_default();
    let main = html! {
        h1 { "Changes" }
        p id="moment" {
            (shown::count(total, "change"))
            @if !shown_from.is_empty() { " since " (shown_from) }
            @if let Some(known_at) = &from_known_at { ", as known at " (known_at) ", " }
            " up to " @if request.moment.is_past() { (shown::day(of.scope.today)) } @else { "now" } "."
        }
        form.filters method="get" action=(request.path()) {
            (request.fields.hidden(&["from", "stop"]))
            div {
                label for="from" { "Since: a day, a time or a meeting" }
                input id="from" name="from" value=(shown_from) list="meetings";
                datalist id="meetings" { @for stop in of.meetings() { option value=(stop.day) label=(stop.name()) {} } }
            }
            button { "Show" }
        }
        @for (name, differences) in &parts {
            @if !differences.is_empty() { (part(&request, &first, name, differences)) }
        }
    };
    request.committee_page(&of, (Place::Changes, "Changes"), position, (html! {}, main)).await
}

fn part(request: &PageRequest, first: &PageMoment, name: &str, differences: &[Difference]) -> Markup {
    html! {
        section {
            h2 { (name) " " span.quiet { (differences.len()) } }
            (shown::differences(&request.moment, (RowChange::Gone, first), differences))
        }
    }
}
