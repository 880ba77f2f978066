//! The pages of meetings: the calendar, and the record of one meeting.

use super::minute_taking::{convening, may_minute};
use super::past::past;
use super::request::{PageRequest, Place};
use super::{address, shown};
use crate::api::Problem;
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::edition_choice::EditionChoice;
use crate::query::headlines::{HeadlinesError, MeetingHeadlines, headlines};
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::queryable::Queryable;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use minutebook_domain::reference::MeetingRef;
use minutebook_projections::headlines::{HeadlinesBlock, MeetingDocument};
use minutebook_projections::meetings::Meetings;

/// The meetings of a committee, the latest first, planned ones too.
pub(super) async fn list(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let query = request.query(Some(&of.scope.committee.code));
    let mut page = MeetingView::list(request.log(), &query, &MeetingFilter::default()).await?;
    page.rows.reverse();
    page.arrange(None, 0, None);
    let announced = page.rows.iter().find(|meeting| meeting.announces_next).and_then(|meeting| meeting.next_meeting_on);
    let main = html! {
        h1 { "Meetings" }
        p id="moment" {
            (shown::count(page.total, "meeting"))
            @if request.moment.is_past() { " as of " (shown::day(of.scope.today)) } "."
            @if let Some(next) = announced { " The next is announced for " (shown::day(next)) "." }
        }
        @if may_minute(&request, &of.scope.committee.code) { (convening(&of.scope.committee.code, &page.rows, announced)) }
        table.folding {
            caption.unseen { "Meetings" }
            thead { tr { th scope="col" { "Meeting" } th scope="col" { "Held" } th scope="col" { "Time" } th scope="col" { "Venue" } th scope="col" { "State" } } }
            tbody {
                @for meeting in &page.rows {
                    tr {
                        th scope="row" { (shown::meeting(&request, &meeting.reference, None)) (shown::mark(meeting.classification)) }
                        td data-name="Held" { (shown::day(meeting.held_on)) }
                        td data-name="Time" { (times(meeting)) }
                        td data-name="Venue" { @if let Some(venue) = &meeting.venue { (venue) } }
                        td data-name="State" { (state(meeting)) }
                    }
                }
            }
        }
    };
    let past = past::<Meetings>(&request, &of).await?;
    request.committee_page(&of, (Place::Meetings, "Meetings"), page.position, (past, main)).await
}

fn times(meeting: &MeetingView) -> String {
    let time = |time: Option<chrono::NaiveTime>| time.map(|time| time.format("%H:%M").to_string());
    [time(meeting.starts_at), time(meeting.ends_at)].into_iter().flatten().collect::<Vec<_>>().join("–")
}

fn state(meeting: &MeetingView) -> String {
    let mut words = Vec::new();
    if meeting.cancelled {
        words.push("cancelled".to_owned());
    }
    if let Some(day) = meeting.postponed_from {
        words.push(format!("postponed from {}", day.format("%-d %b %Y")));
    }
    if meeting.closed {
        words.push("closed".to_owned());
    }
    if let Some(last) = meeting.published.last() {
        words.push(format!("published {}", last.published_on.format("%-d %b %Y")));
    }
    words.join(", ")
}

/// One meeting: who was there, and its record as the reader may know it.
pub(super) async fn one(request: PageRequest, Path((code, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let missing = || Problem::not_found(format!("there is no meeting `{name}` at that moment"));
    let reference: MeetingRef = name.to_ascii_uppercase().parse().map_err(|_| missing())?;
    let choice: Option<EditionChoice> = request.fields.parse("edition")?;
    let query = request.query(Some(&of.scope.committee.code));
    let filter = MeetingFilter { reference: Some(reference.clone()) };
    let page = MeetingView::list(request.log(), &query, &filter).await?;
    let meeting = page.rows.first().ok_or_else(missing)?;
    let document = match headlines(request.log(), &reference, choice, &query).await {
        Ok(MeetingHeadlines { document, .. }) => Some(document),
        Err(HeadlinesError::NotConvened | HeadlinesError::AboveClearance) => None,
        Err(HeadlinesError::NoSuchEdition(edition)) => {
            return Err(Problem::not_found(format!("there is no {edition} edition of `{name}` at that moment")));
        }
        Err(HeadlinesError::Query(error)) => return Err(error.into()),
        Err(HeadlinesError::Read(error)) => return Err(error.into()),
    };
    let of_meeting = Some(reference.clone());
    let actions = ActionFilter { meeting: of_meeting.clone(), ..ActionFilter::default() };
    let actions = ActionView::list(request.log(), &query, &actions).await?.rows;
    let decisions = DecisionFilter { meeting: of_meeting, ..DecisionFilter::default() };
    let decisions = DecisionView::list(request.log(), &query, &decisions).await?.rows;
    let life = super::audit::life(&request, of.scope.zone, &format!("meeting:{}", meeting.first_reference())).await?;
    let main = html! {
        h1 { (meeting.title()) }
        p id="moment" {
            (shown::day(meeting.held_on)) " " (times(meeting))
            @if let Some(venue) = &meeting.venue { ", " (venue) }
            (shown::mark(meeting.classification))
            @let state = state(meeting);
            @if !state.is_empty() { " · " (state) }
        }
        (downloads(&request, &reference, choice))
        @if may_minute(&request, &of.scope.committee.code) { p.screen-only { a.button href={ "/minutes/" (reference) } { "Take minutes" } } }
        div.columns {
            section aria-labelledby="record" {
                h2 id="record" { "The record" }
                @match &document {
                    Some(document) => (record(document)),
                    None => p { "The record of this meeting is not for this reader." },
                }
            }
            section aria-labelledby="who" {
                h2 id="who" { "Who was there" }
                (attendance(meeting))
                @if !decisions.is_empty() { h2 { "Decisions" } (super::decisions::table(&request, &decisions)) }
                @if !actions.is_empty() { h2 { "Actions raised" } (super::actions::table(&request, &actions)) }
            }
        }
        @if let Some(life) = &life { details { summary { "Everything that was recorded of the meeting" } (life) } }
    };
    let past = past::<Meetings>(&request, &of).await?;
    request.committee_page(&of, (Place::Meetings, &reference.to_string()), page.position, (past, main)).await
}

fn attendance(meeting: &MeetingView) -> Markup {
    html! {
        @if meeting.attendance.is_empty() && meeting.apologies.is_empty() {
            p.quiet { "No attendance is recorded." }
        }
        ul.plain {
            @for present in &meeting.attendance {
                li { (present.name) " " span.quiet { (present.capacity) @if let Some(of) = &present.organisation { ", " (of) } } }
            }
            @for absent in &meeting.apologies {
                li { (absent.name) " " span.quiet { "apologies" @if let Some(of) = &absent.organisation { ", " (of) } } }
            }
        }
        @if let Some(quorate) = meeting.quorate { p { @if quorate { "The meeting was quorate." } @else { span.late { "The meeting was not quorate." } } } }
    }
}

fn downloads(request: &PageRequest, reference: &MeetingRef, choice: Option<EditionChoice>) -> Markup {
    let (as_of, known_at) = request.moment.texts();
    let edition = choice.map(|choice| choice.to_string()).unwrap_or_default();
    let link = |format: &str| {
        address::with_fields(
            &format!("/api/v1/meetings/{reference}/headlines"),
            [("format", format), ("edition", &edition), ("as_of", &as_of), ("known_at", &known_at)],
        )
    };
    html! {
        p.screen-only { "Download: " a href=(link("docx")) { "Word" } ", " a href=(link("html")) { "HTML" } ", " a href=(link("md")) { "Markdown" } }
    }
}

/// The document of a meeting as the reader may know it.
pub(super) fn record(document: &MeetingDocument) -> Markup {
    html! {
        div.document {
            @for item in &document.items {
                section aria-labelledby={ "item-" (item.number) } {
                    h3 id={ "item-" (item.number) } {
                        (item.number) ". " (inline(&item.title))
                        @if let Some(mark) = item.mark { (shown::mark(mark)) }
                    }
                    @for block in &item.content { (shown_block(block)) }
                }
            }
            @for block in &document.trailing { (shown_block(block)) }
        }
    }
}

/// What stands before the items of a document.
pub(super) fn front(document: &MeetingDocument) -> Markup {
    html! { div.document { @for block in &document.front { (shown_block(block)) } } }
}

fn shown_block(block: &HeadlinesBlock) -> Markup {
    html! {
        @match block {
            HeadlinesBlock::Title(text) | HeadlinesBlock::Reference(text) | HeadlinesBlock::Paragraph(text) => p { (inline(text)) },
            HeadlinesBlock::List { ordered, entries, .. } => {
                @if *ordered { ol { @for entry in entries { li { (inline(entry)) } } } }
                @else { ul { @for entry in entries { li { (inline(entry)) } } } }
            },
            HeadlinesBlock::Table { header, rows } => div.scrolled tabindex="0" role="region" aria-label="Table" {
                table {
                    thead { tr { @for cell in header { th scope="col" { (inline(cell)) } } } }
                    tbody { @for row in rows { tr { @for cell in row { td { (inline(cell)) } } } } }
                }
            },
        }
    }
}

fn inline(text: &str) -> Markup {
    html! {
        @for (bold, run) in crate::present::emphasis::runs(text.trim()) {
            @if bold { strong { (run) } } @else { (run) }
        }
    }
}
