//! Pieces that several pages show alike: marks, links to subjects, days, tables, differences.

use super::address;
use super::moment::PageMoment;
use super::request::PageRequest;
use crate::present::values;
use chrono::NaiveDate;
use chrono_tz::Tz;
use maud::{Markup, html};
use minutebook_domain::Position;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, DecisionId, ItemLabel, MeetingRef};
use minutebook_projections::differences::{Difference, RowChange};
use minutebook_projections::origin::Origin;
use minutebook_projections::provenance::{Provenance, is_blank};
use serde_json::Value;
use std::collections::BTreeMap;

/// A mark: `AMBER`. That of the public is left out.
pub(super) fn mark(mark: Classification) -> Markup {
    html! {
        @if mark != Classification::public() {
            " " span.mark.high[mark == Classification::highest()] { (mark) }
        }
    }
}

/// A day as people write it, with its exact form for programs.
pub(super) fn day(day: NaiveDate) -> Markup {
    html! { time.whole datetime=(day) { (day.format("%-d %b %Y")) } }
}

pub(super) fn action(request: &PageRequest, action: &ActionRef) -> Markup {
    html! { a.whole href=(request.at(&address::action(action))) { (action) } }
}

pub(super) fn decision(request: &PageRequest, decision: &DecisionId) -> Markup {
    html! { a.whole href=(request.at(&address::decision(decision))) { (decision) } }
}

/// A meeting, and the item of its agenda.
pub(super) fn meeting(request: &PageRequest, meeting: &MeetingRef, item: Option<ItemLabel>) -> Markup {
    let path = address::meeting(meeting);
    html! {
        a.whole href=(request.at(&path)) { (meeting) }
        @if let Some(item) = item {
            ", " a.whole href=(format!("{}#item-{item}", request.at(&path))) { "item " (item) }
        }
    }
}

/// A reference, as a link if it names something that has a page.
pub(super) fn reference(request: &PageRequest, reference: &str) -> Markup {
    match address::named(reference) {
        Some(path) => html! { a.whole href=(request.at(&path)) { (reference) } },
        None => {
            html! { a href=(address::with_fields("/search", [("search", format!("\"{reference}\"").as_str())])) { (reference) } }
        }
    }
}

/// The number of things: `1 action`, `12 actions`.
pub(super) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// The event behind a value: who recorded it and from where, as far as the reader may know.
pub(super) fn origin(origin: &Origin) -> Markup {
    html! {
        a href=(address::event(origin.position)) { "event " (origin.position) }
        " " (origin.event_type)
        @if let Some(correction) = &origin.correction {
            " (" (correction.change)
            @if let Some(reason) = &correction.reason { ": " (reason) }
            ")"
        }
        @if let Some(actor) = &origin.actor { ", by " (crate::present::who::by(actor, origin.on_behalf_of.as_deref())) }
        @if let Some(source) = &origin.source { ", from " (crate::present::who::from(source)) }
    }
}

/// Why the fields of rows are as they are: each event that set some, in the order of the log, with the fields that it set.
pub(super) fn provenance(rows: &[(Provenance, Tz)]) -> Markup {
    html! {
        section aria-labelledby="why" {
            h2 id="why" { "Why each field is as it is" }
            @for (row, zone) in rows {
                ol.life {
                    @for (from, fields) in by_event(row) {
                        li {
                            div.day { (day(from.valid_at.with_timezone(zone).date_naive())) ", " (origin(from)) }
                            @for (field, value) in fields { div { span.quiet { (values::name(field)) ": " } (values::value(value)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The fields that an event set, with their values.
type SetFields<'r> = Vec<(&'r str, &'r Value)>;

fn by_event(row: &Provenance) -> Vec<(&Origin, SetFields<'_>)> {
    let mut events: BTreeMap<Position, (&Origin, SetFields<'_>)> = BTreeMap::new();
    for (name, field) in row.fields.iter().filter(|(_, field)| !is_blank(&field.value)) {
        let set = events.entry(field.origin.position).or_insert_with(|| (&field.origin, Vec::new()));
        set.1.push((name, &field.value));
    }
    events.into_values().collect()
}

/// Differences between two moments, each with the events that made it. A row leads to its page as of `moment`, unless it is not
/// there: one that was added or is gone, as `absent` says, leads to its page as of the other moment.
pub(super) fn differences(
    moment: &PageMoment,
    (absent, other): (RowChange, &PageMoment),
    differences: &[Difference],
) -> Markup {
    html! {
        ul.plain.changes {
            @for difference in differences {
                li {
                    @let word = difference.change.word();
                    @let class = match difference.change { RowChange::Added => "added", RowChange::Changed => "changed", RowChange::Gone => "gone" };
                    span class=(class) { (word) } " "
                    @let name = values::subject(&difference.stream, &difference.key, &difference.row);
                    @match address::named(&name).or_else(|| address::subject(&difference.stream)) {
                        Some(path) => {
                            a href=(address::at(&path, if difference.change == absent { other } else { moment })) { (name) }
                        },
                        None => (name),
                    }
                    @if difference.change == RowChange::Changed {
                        ": "
                        @for (number, change) in difference.fields.iter().enumerate() {
                            @if number > 0 { "; " }
                            (values::name(&change.field)) " "
                            @if !is_blank(&change.from) { del { (values::value(&change.from)) } " " }
                            ins { (values::value(&change.to)) }
                        }
                    } @else if let Some(text) = difference.row.get("text") {
                        ": " span.words { (values::value(text)) }
                    }
                    @for cause in &difference.events {
                        span.quiet { " — " (origin(&cause.origin)) @if !cause.counts { " (no longer counts)" } }
                    }
                }
            }
        }
    }
}
