//! The audit trail: the events, one event, and the life of a subject.

use super::request::PageRequest;
use super::{address, shown};
use crate::api::Problem;
use crate::present::{values, who};
use crate::query::events::{EventFilter, EventView};
use axum::extract::Path;
use axum::response::Response;
use chrono_tz::Tz;
use maud::{Markup, html};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Event, Position, StreamId};
use minutebook_projections::summary;
use serde_json::Value;

/// The events on a page.
const EVENTS: usize = 100;

/// The events of the log, the latest first.
pub(super) async fn list(request: PageRequest) -> Result<Response, Problem> {
    let head = request.log().known_whole(None).await?;
    let before: Option<u64> = request.fields.parse("before")?;
    let end = before.map_or(head.number(), |before| before.saturating_sub(1).min(head.number()));
    let after = Position::new(end.saturating_sub(EVENTS as u64));
    let committee = request.fields.parse("committee")?;
    let filter = EventFilter { committee, ..EventFilter::default() };
    let audience = request.reader.audience();
    let page = request.reader.events().page(&filter, after, EVENTS, &audience).await?;
    let events: Vec<&EventView> = page.events.iter().rev().filter(|event| event.position.number() <= end).collect();
    let main = html! {
        h1 { "Audit trail" }
        p { "Every event as it was recorded, the latest first. An event is never changed; a correction is an event of its own." }
        (trail(&request, &events))
        p {
            @if after.number() > 0 {
                a href=(address::with_fields("/audit", [("before", (after.number() + 1).to_string().as_str())])) rel="next" { "Earlier events" }
            }
        }
    };
    request.book_page("Audit trail", head, &main).await
}

fn trail(request: &PageRequest, events: &[&EventView]) -> Markup {
    html! {
        table.folding {
            caption.unseen { "Events" }
            thead { tr { th scope="col" { "Position" } th scope="col" { "Event" } th scope="col" { "Subject" } th scope="col" { "Recorded" } th scope="col" { "By" } } }
            tbody {
                @for event in events {
                    tr {
                        th.number scope="row" { a href=(address::event(event.position)) { (event.position) } }
                        td data-name="Event" { (event.event_type) (shown::mark(event.classification)) }
                        td data-name="Subject" { (subject(request, &event.stream)) }
                        td data-name="Recorded" { (moment(event.recorded_at)) }
                        td data-name="By" { @if let Some(actor) = &event.actor { (who::by(actor, event.on_behalf_of.as_deref())) } }
                    }
                }
            }
        }
    }
}

fn subject(request: &PageRequest, stream: &StreamId) -> Markup {
    html! {
        @if let Some(path) = address::subject(stream) { a href=(request.at(&path)) { (stream.subject()) } } @else { (stream) }
    }
}

fn moment(time: chrono::DateTime<chrono::Utc>) -> Markup {
    html! { time.whole datetime=(time.to_rfc3339()) { (time.format("%-d %b %Y %H:%M UTC")) } }
}

/// One event: who recorded it and when, from which line of which document, and what of it the reader may know.
pub(super) async fn one(request: PageRequest, Path(position): Path<String>) -> Result<Response, Problem> {
    let missing = || Problem::not_found(format!("there is no event at position `{position}`"));
    let at: u64 = position.parse().map_err(|_| missing())?;
    let audience = request.reader.audience();
    let event = request.reader.events().at(Position::new(at), &audience).await?.ok_or_else(missing)?;
    let (before, after) = neighbours(&request, at).await?;
    let rows: [(&str, Option<Markup>); 13] = [
        ("Subject", Some(subject(&request, &event.stream))),
        ("Stream and version", Some(html! { code { (event.stream) } ", version " (event.version) })),
        ("Happened", Some(moment(event.valid_at))),
        ("Recorded", Some(moment(event.recorded_at))),
        ("By", event.actor.as_ref().map(|actor| html! { (who::by(actor, event.on_behalf_of.as_deref())) })),
        ("From", event.source.as_ref().map(|source| html! { (who::from(source)) })),
        ("Corrects", event.corrects.as_ref().map(|id| html! { code { (id) } })),
        ("Follows from", event.causation_id.as_ref().map(|id| html! { code { (id) } })),
        ("Reason", event.reason.as_ref().map(|reason| html! { (values::value(reason)) })),
        ("Known to", Some(html! { "readers of " (event.classification) " and above" })),
        ("Command", event.command_id.as_ref().map(|id| html! { code { (id) } })),
        ("Belongs with", event.correlation_id.as_ref().map(|name| html! { (name) })),
        ("Event id", Some(html! { code { (event.event_id) } })),
    ];
    let main = html! {
        h1 { "Event " (event.position) ": " (event.event_type) }
        div.columns {
            section aria-labelledby="about" {
                h2 id="about" { "About the event" }
                dl { @for (name, value) in rows { @if let Some(value) = value { dt { (name) } dd { (value) } } } }
            }
            section aria-labelledby="says" {
                h2 id="says" { "What it says" }
                dl {
                    @if let Value::Object(data) = &event.data {
                        @for (field, value) in data { dt { (values::name(field)) } dd { (values::value(value)) } }
                    }
                }
                @if !event.references.is_empty() {
                    p.quiet { "Found by: " @for (number, named) in event.references.iter().enumerate() { @if number > 0 { ", " } (shown::reference(&request, named)) } }
                }
                p { a href=(format!("/api/v1/events/{}?disclosure=true", event.event_id)) { "What of it can be proved, as data" } }
            }
        }
        p {
            @if let Some(before) = before { a href=(address::event(before)) rel="prev" { "← Event " (before) } " " }
            @if let Some(after) = after { a href=(address::event(after)) rel="next" { "Event " (after) " →" } }
        }
    };
    request.book_page(&format!("Event {at}"), request.log().known_whole(None).await?, &main).await
}

/// How far back the event before another is looked for.
const LOOKED_BACK: u16 = 20;

/// The events before and after a position that the reader may know.
async fn neighbours(request: &PageRequest, at: u64) -> Result<(Option<Position>, Option<Position>), Problem> {
    let (filter, audience) = (EventFilter::default(), request.reader.audience());
    let events = request.reader.events();
    let before = Position::new(at.saturating_sub(u64::from(LOOKED_BACK) + 1));
    let before = events.page(&filter, before, usize::from(LOOKED_BACK), &audience).await?.events;
    let before = before.iter().rev().map(|event| event.position).find(|position| position.number() < at);
    let after = events.page(&filter, Position::new(at), 1, &audience).await?.events;
    Ok((before, after.first().map(|event| event.position)))
}

/// The events of one subject that the reader may know, in order; nothing if there is none.
pub(super) async fn life(request: &PageRequest, zone: Tz, stream: &str) -> Result<Option<Markup>, Problem> {
    let Ok(stream) = stream.parse::<StreamId>() else { return Ok(None) };
    let filter = EventFilter { stream: Some(stream), ..EventFilter::default() };
    let audience = request.reader.audience();
    let page = request.reader.events().page(&filter, Position::START, EVENTS, &audience).await?;
    if page.events.is_empty() {
        return Ok(None);
    }
    Ok(Some(html! {
        section aria-labelledby="life" {
            h2 id="life" { "Its whole life" }
            ol.life {
                @for event in &page.events {
                    li {
                        div.day { (shown::day(event.valid_at.with_timezone(&zone).date_naive())) ", " a href=(address::event(event.position)) { "event " (event.position) } }
                        span.words { @if let Some(said) = said(event) { (said) } @else { (event.event_type) } }
                        @if let Some(actor) = &event.actor { span.quiet { ", recorded by " (who::by(actor, event.on_behalf_of.as_deref())) } }
                        @if let Some(source) = &event.source { span.quiet { ", from " (who::from(source)) } }
                    }
                }
            }
        }
    }))
}

/// What an event says, in one line. What the reader may not know is left out of its data.
fn said(event: &EventView) -> Option<String> {
    let data = serde_json::value::to_raw_value(&event.data).ok()?;
    let decoded = Event::decode(&event.stream, event.event_type, event.schema_version, &data).ok()?;
    Some(summary(&decoded, Clearance::full()))
}
