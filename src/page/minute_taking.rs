//! Taking minutes: each paragraph is typed as it would be published, and what was understood of it is shown before it is
//! recorded.

use super::address;
use super::fields::Fields;
use super::meetings::{front, record};
use super::request::{CommitteeOfPage, PageRequest, Place};
use super::shown;
use crate::access::Permission;
use crate::api::guard::Writer;
use crate::api::{Problem, ProblemKind};
use crate::ingest::{TypedText, UnderstoodText};
use crate::query::headlines::{HeadlinesError, headlines};
use crate::query::lint::{LintFinding, lint};
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::queryable::Queryable;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDate, NaiveTime};
use maud::{Markup, html};
use minutebook_domain::classification::{Classification, Scheme};
use minutebook_domain::committee::MemberRole;
use minutebook_domain::meeting::{
    ApologiesRecorded, AttendanceRecorded, Capacity, HeadlinesPublished, MeetingClosed, MeetingConvened, MeetingEvent,
};
use minutebook_domain::reference::{CommitteeCode, ItemLabel, MeetingRef, Name};
use minutebook_domain::{Event, Position, StreamId};
use minutebook_ledger::Command;
use minutebook_projections::committees::Member;
use sha2::{Digest, Sha256};

/// The largest text that is typed at once, in bytes.
const LARGEST_TEXT: usize = 64 << 10;

/// A meeting that is minuted.
struct Sitting {
    meeting: MeetingView,
    reference: MeetingRef,
    of: CommitteeOfPage,
    /// The marks of the committee's scheme.
    marks: Vec<Classification>,
}

/// What the page says besides the record.
#[derive(Default)]
struct Said {
    text: String,
    item: Option<ItemLabel>,
    mark: Option<Classification>,
    understood: Option<UnderstoodText>,
    /// What calls for attention before the meeting is closed.
    findings: Option<Vec<LintFinding>>,
    refusal: Option<String>,
}

/// The page on which a meeting is minuted.
pub(super) async fn open(request: PageRequest, _: Writer, Path(name): Path<String>) -> Result<Response, Problem> {
    let sitting = Sitting::read(&request, &name).await?;
    let said = Said { item: request.fields.parse("item")?, ..Said::default() };
    sitting.page(&request, said).await
}

/// The key under which the browser keeps what is typed and not recorded yet. The server gives it to the same bearer alone, so
/// that the next user of the browser cannot read the drafts.
pub(super) async fn draft_key(writer: Writer) -> Result<Response, Problem> {
    let (name, key) = writer.draft_key().ok_or_else(|| Problem::not_found("this session keeps no drafts"))?;
    let body = serde_json::json!({ "name": name, "key": hex::encode(key) }).to_string();
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response())
}

/// Reads or records what was typed, notes who is there, closes the meeting, or publishes its headlines.
pub(super) async fn act(
    request: PageRequest,
    writer: Writer,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let sitting = Sitting::read(&request, &name).await?;
    let fields = Fields::of_form(&body);
    let stream = StreamId::Meeting(sitting.meeting.first_reference().clone());
    let key = fields.get("key").unwrap_or_default();
    let single = |event: MeetingEvent| vec![command(&stream, event)];
    match fields.get("act") {
        Some("read" | "record") => return sitting.text(&request, &writer, &fields).await,
        Some("attendance") => {
            let commands = attendance(&stream, &fields, &sitting.of.scope.committee.members)?;
            if !commands.is_empty() {
                writer.record_commands(commands, key).await?;
            }
        }
        Some("check") => {
            let of_meeting = |finding: &LintFinding| finding.meeting.as_ref() == Some(&sitting.reference);
            let query = request.query_now(Some(sitting.reference.committee()));
            let found = lint(request.log(), &query).await.map_err(|error| Problem::internal(&error))?.rows;
            let findings = Some(found.into_iter().filter(of_meeting).collect());
            return sitting.page(&request, Said { findings, ..Said::default() }).await;
        }
        Some("close") => {
            let closed_at: Option<NaiveTime> = fields.time("at")?;
            writer.record_commands(single(MeetingClosed { closed_at }.into()), key).await?;
        }
        Some("publish") => {
            let audience = fields.parse("audience")?.unwrap_or(Classification::public());
            let published_on = fields.day("on")?.unwrap_or_else(|| request.today());
            let event = HeadlinesPublished { edition: 0, audience, published_on };
            writer.record_commands(single(event.into()), key).await?;
        }
        _ => return Err(Problem::malformed("act", "the form does not say what to do")),
    }
    Ok(see_other(&format!("/minutes/{}", sitting.reference)))
}

/// Convenes a meeting, and opens the page on which it is minuted.
pub(super) async fn convene(
    request: PageRequest,
    writer: Writer,
    Path(code): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    let fields = Fields::of_form(&body);
    let required = |field: &str| Problem::malformed(field, "it is needed");
    let held_on = fields.day("held_on")?.ok_or_else(|| required("held_on"))?;
    let number: u32 = fields.parse("number")?.ok_or_else(|| required("number"))?;
    let reference = MeetingRef::new(of.scope.committee.code.clone(), number, held_on);
    let event = MeetingConvened {
        reference: reference.clone(),
        held_on,
        starts_at: fields.time("starts_at")?,
        ends_at: fields.time("ends_at")?,
        venue: fields.parse("venue")?,
        classification: fields.parse("classification")?.unwrap_or(Classification::public()),
    };
    let commands = vec![command(&StreamId::Meeting(reference.clone()), event.into())];
    writer.record_commands(commands, fields.get("key").unwrap_or_default()).await?;
    Ok(see_other(&format!("/minutes/{reference}")))
}

/// The form that convenes a committee's next meeting.
pub(super) fn convening(code: &CommitteeCode, meetings: &[MeetingView], announced: Option<NaiveDate>) -> Markup {
    let next = meetings.iter().filter_map(|meeting| meeting.number).max().unwrap_or_default() + 1;
    let last = meetings.iter().max_by_key(|meeting| meeting.held_on);
    let time = |time: Option<NaiveTime>| time.map(|time| time.format("%H:%M").to_string());
    html! {
        details.screen-only {
            summary id="convene" { "Convene a meeting" }
            form.filters method="post" action={ "/" (code) "/meetings" } {
                (key())
                div { label for="number" { "Number" } input id="number" name="number" inputmode="numeric" required value=(next); }
                div { label for="held-on" { "Day" } input id="held-on" name="held_on" type="date" required value=[announced]; }
                div { label for="starts-at" { "Begins" } input id="starts-at" name="starts_at" type="time" value=[last.and_then(|last| time(last.starts_at))]; }
                div { label for="ends-at" { "Ends" } input id="ends-at" name="ends_at" type="time" value=[last.and_then(|last| time(last.ends_at))]; }
                div { label for="venue" { "Venue" } input id="venue" name="venue" value=[last.and_then(|last| last.venue.as_ref())]; }
                button.main { "Convene" }
            }
        }
    }
}

/// Whether the reader may record in a committee.
pub(super) fn may_minute(request: &PageRequest, code: &CommitteeCode) -> bool {
    let principal = request.reader.principal();
    principal.may_record() && principal.may_in(Permission::Record, code)
}

impl Sitting {
    async fn read(request: &PageRequest, name: &str) -> Result<Self, Problem> {
        let missing = || Problem::not_found(format!("there is no meeting `{name}`"));
        let given: MeetingRef = name.to_ascii_uppercase().parse().map_err(|_| missing())?;
        let query = request.query_now(Some(given.committee()));
        let filter = MeetingFilter { reference: Some(given) };
        let page = MeetingView::list(request.log(), &query, &filter).await?;
        let meeting = page.rows.into_iter().next().ok_or_else(missing)?;
        let of = request.committee(meeting.committee.as_str()).await?;
        let scheme = Scheme::named(&of.scope.committee.scheme).unwrap_or(Scheme::panel_information_policy());
        Ok(Self { reference: meeting.reference.clone(), meeting, of, marks: scheme.marks().collect() })
    }

    /// Reads a typed text; records it if that was asked and the rules refuse nothing of it.
    async fn text(&self, request: &PageRequest, writer: &Writer, fields: &Fields) -> Result<Response, Problem> {
        let text = fields.get("text").unwrap_or_default().to_owned();
        if text.len() > LARGEST_TEXT {
            let problem = Problem::new(ProblemKind::TooLarge, "the text is too long to be read at once");
            return Err(problem.with_accepted("at most 64 KiB"));
        }
        let (item, mark) = (fields.parse("item")?, fields.parse("mark")?);
        let key = own_key(fields);
        let is_recorded = fields.get("act") == Some("record");
        if is_recorded && writer.receipt(&key).await?.is_some() {
            return Ok(self.recorded(item));
        }
        let said = Said { text: text.clone(), item, mark, ..Said::default() };
        if text.is_empty() {
            return self.page(request, said).await;
        }
        let typed = TypedText { meeting: &self.reference, item, text: &text, classification: mark };
        let understood = writer.understand(&typed).await?;
        if is_recorded && understood.refused.is_empty() && !understood.statements.is_empty() {
            let commands = understood.commands();
            writer.record_commands(commands.clone(), &key).await?;
            // Who tables an item goes on under it.
            let tabled = commands.iter().rev().find_map(|command| match command {
                Command::Record { event: Event::Meeting(MeetingEvent::AgendaItemTabled(tabled)), .. } => {
                    Some(tabled.number)
                }
                _ => None,
            });
            return Ok(self.recorded(tabled.or(item)));
        }
        let refusal = (is_recorded && !understood.refused.is_empty())
            .then(|| "Nothing was recorded: a part of the text is refused.".to_owned());
        self.page(request, Said { understood: Some(understood), refusal, ..said }).await
    }

    fn recorded(&self, item: Option<ItemLabel>) -> Response {
        let item = item.map(|item| item.to_string()).unwrap_or_default();
        see_other(&address::with_fields(&format!("/minutes/{}", self.reference), [("item", item.as_str())]))
    }

    async fn page(&self, request: &PageRequest, said: Said) -> Result<Response, Problem> {
        let of = &self.of;
        let query = request.query_now(Some(self.reference.committee()));
        let document = match headlines(request.log(), &self.reference, None, &query).await {
            Ok(found) => Some(found.document),
            Err(HeadlinesError::Query(error)) => return Err(error.into()),
            Err(HeadlinesError::Read(error)) => return Err(error.into()),
            Err(_) => None,
        };
        let members = &of.scope.committee.members;
        let path = format!("/minutes/{}", self.reference);
        let main = html! {
            h1 { "Minutes of " (self.meeting.title()) }
            p id="moment" {
                (shown::day(self.meeting.held_on)) ", " a href=(address::meeting(&self.reference)) { "the meeting's page" }
                @if let Some(quorate) = self.meeting.quorate { ". " @if quorate { "Quorate." } @else { span.late { "Not quorate yet." } } }
                @if self.meeting.closed { ". The meeting is closed: what is added now is a correction." }
            }
            @if let Some(refusal) = &said.refusal { div.problem role="alert" { p { (refusal) } } }
            div.columns {
                section aria-labelledby="typing" {
                    h2 id="typing" { "What is minuted" }
                    @if !self.meeting.closed { (self.typing(&path, &said)) (self.who(&path, members)) }
                    (self.ending(&path, &said))
                }
                section aria-labelledby="so-far" {
                    h2 id="so-far" { "The record so far" }
                    div id="record" { @match &document { Some(document) => { (front(document)) (record(document)) }, None => p { "Nothing is recorded yet." } } }
                }
            }
        };
        let position: Position = request.log().known_whole(None).await?;
        let title = format!("Minutes of {}", self.reference);
        request.committee_page(of, (Place::Meetings, &title), position, (html! {}, main)).await
    }

    /// The form of a text, and what was understood of it.
    fn typing(&self, path: &str, said: &Said) -> Markup {
        html! {
            form id="minutes" method="post" action=(path) {
                (key())
                div.filters {
                    div {
                        label for="item" { "Under item" }
                        select id="item" name="item" {
                            option value="" { "none (agenda, roll, next meeting)" }
                            @for item in &self.meeting.items {
                                option value=(item.number) selected[said.item == Some(item.number)] { (item.line()) }
                            }
                        }
                    }
                    div {
                        label for="mark" { "Mark" }
                        select id="mark" name="mark" {
                            option value="" { "that of the meeting" }
                            @for mark in &self.marks { option value=(mark) selected[said.mark == Some(*mark)] { (mark) } }
                        }
                    }
                }
                label for="text" { "Type it as it would be published" }
                textarea id="text" name="text" rows="6" spellcheck="true" autofocus aria-describedby="how" { (said.text) }
                p.quiet id="how" { "“The committee AGREED the plan. ACTION: SECAS to publish it by 27 March 2019.” A heading such as “4. Plans (RED)” "
                    "tables an item; “Present: Ada Marsh (Chair)” notes who is there. Ctrl+Enter records." }
                button name="act" value="read" { "Read" } " "
                button.main name="act" value="record" { "Record" }
            }
            div id="understood" aria-live="polite" { @if let Some(understood) = &said.understood { (shown_understood(understood)) } }
        }
    }

    /// The members, to be ticked.
    fn who(&self, path: &str, members: &[Member]) -> Markup {
        let is_noted = |name: &Name| {
            self.meeting.attendance.iter().any(|present| present.name == *name)
                || self.meeting.apologies.iter().any(|absent| absent.name == *name)
        };
        let waiting: Vec<&Member> = members.iter().filter(|member| !is_noted(&member.name)).collect();
        html! {
            @if !waiting.is_empty() {
                details {
                    summary { "Members who are not noted yet: " (waiting.len()) }
                    form method="post" action=(path) {
                        (key())
                        input type="hidden" name="act" value="attendance";
                        fieldset {
                            legend { "Who is there" }
                            @for member in &waiting {
                                label { input type="checkbox" name="present" value=(member.name); " " (member.name) } br;
                            }
                        }
                        fieldset {
                            legend { "Who sent apologies" }
                            @for member in &waiting {
                                label { input type="checkbox" name="absent" value=(member.name); " " (member.name) } br;
                            }
                        }
                        button { "Note" }
                    }
                }
            }
        }
    }

    /// Closing and publishing, each after a look at what calls for attention.
    fn ending(&self, path: &str, said: &Said) -> Markup {
        html! {
            @if let Some(findings) = &said.findings {
                div.note id="check" {
                    @if findings.is_empty() { p { "Nothing calls for attention." } }
                    ul { @for finding in findings { li { (finding.subject) ": " (finding.message) ". " span.quiet { (finding.help) } } } }
                    @if !self.meeting.closed {
                        form.filters method="post" action=(path) {
                            (key())
                            input type="hidden" name="act" value="close";
                            div { label for="at" { "Closed at" } input id="at" name="at" type="time"; }
                            button.main id="close" { "Close the meeting" }
                        }
                    }
                }
            } @else if !self.meeting.closed {
                form method="post" action=(path) { input type="hidden" name="act" value="check"; button id="check-first" { "Check and close" } }
            }
            @if self.meeting.closed {
                form.filters method="post" action=(path) {
                    (key())
                    input type="hidden" name="act" value="publish";
                    div {
                        label for="audience" { "Audience" }
                        select id="audience" name="audience" { @for mark in &self.marks { option value=(mark) { (mark) } } }
                    }
                    div { label for="on" { "Published on" } input id="on" name="on" type="date"; }
                    button.main id="publish" { "Note that the headlines are published" }
                }
            }
        }
    }
}

fn shown_understood(understood: &UnderstoodText) -> Markup {
    html! {
        h3 { "What was understood (" (understood.classification) ")" }
        @if understood.statements.is_empty() { p { "Nothing yet." } }
        ul {
            @for statement in &understood.statements {
                li {
                    @if let Some(subject) = statement.subject.as_ref().filter(|subject| !statement.summary.contains(subject.as_str())) { (subject) ": " }
                    span.words { (statement.summary) }
                }
            }
        }
        @for finding in &understood.findings { p.note { (finding) } }
        @for refused in &understood.refused { p.problem { (refused) } }
    }
}

/// Records who is there and who sent apologies, as members were ticked.
fn attendance(stream: &StreamId, fields: &Fields, members: &[Member]) -> Result<Vec<Command>, Problem> {
    let member = |name: &Name| members.iter().find(|member| member.name == *name);
    let organisation = |name: &Name| member(name).and_then(|member| member.organisation.clone());
    let present: Vec<Name> = fields.parse_all("present")?;
    let absent: Vec<Name> = fields.parse_all("absent")?;
    let present = present.into_iter().map(|name| {
        let capacity = match member(&name).map(|member| member.role) {
            Some(MemberRole::Chair) => Capacity::Chair,
            Some(MemberRole::Alternate) => Capacity::Alternate,
            Some(MemberRole::Secretary) => Capacity::InAttendance,
            Some(MemberRole::Member) | None => Capacity::Member,
        };
        let organisation = organisation(&name);
        command(stream, AttendanceRecorded { name, organisation, capacity, part: None }.into())
    });
    let absent = absent.into_iter().map(|name| {
        let organisation = organisation(&name);
        command(stream, ApologiesRecorded { name, organisation, alternate: None }.into())
    });
    Ok(present.chain(absent).collect())
}

fn command(stream: &StreamId, event: MeetingEvent) -> Command {
    Command::Record { stream: stream.clone(), event: event.into(), source: None, classification: None }
}

/// A new key for one statement: a form that is sent twice is recorded once.
fn key() -> Markup {
    html! { input type="hidden" name="key" value=(uuid::Uuid::new_v4()); }
}

/// The key of the browser together with the text: another text under the same key is another statement.
fn own_key(fields: &Fields) -> String {
    let mut hash = Sha256::new();
    for name in ["key", "text", "item", "mark"] {
        hash.update(fields.get(name).unwrap_or_default());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}

fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]).into_response()
}
