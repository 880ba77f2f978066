//! Papers to print: the agenda of the next meeting and the actions by owner, each as a page and as a Word document.

use super::past::{banner, differences};
use super::request::{CommitteeOfPage, PageRequest, Place};
use super::{address, shown};
use crate::api::{Cacheable, Problem};
use crate::present::footer::Footer;
use crate::present::papers::{Paper, PaperCell, PaperColumn, PaperSection, agenda_paper, by_owner_paper, paper_docx};
use crate::present::table::Tone;
use crate::query::actions::ActionFilter;
use crate::query::actions_by_owner::actions_by_owner;
use crate::query::agenda::agenda;
use crate::query::events::Audience;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use minutebook_domain::Position;
use minutebook_domain::action::ActionStatus;
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::Difference;
use minutebook_projections::matters::Matters;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::minutes::Minutes;
use minutebook_projections::party_statuses::PartyStatuses;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A paper, and the moment of which it is.
struct PaperOfMoment {
    paper: Paper,
    as_of: Option<DateTime<Utc>>,
    position: Position,
    /// The name of the downloaded file.
    file: String,
}

/// The agenda of a committee's next meeting.
pub(super) async fn agenda_of_next(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let code = &of.scope.committee.code;
    let agenda = agenda(request.log(), code, &request.query(Some(code))).await?;
    let day = agenda.meeting.as_ref().map_or(agenda.today, |meeting| meeting.held_on);
    let paper = PaperOfMoment {
        paper: agenda_paper(&agenda),
        as_of: agenda.as_of,
        position: agenda.position,
        file: format!("{code}-agenda-{day}.docx"),
    };
    let mut found = Vec::new();
    if request.moment.is_past() && request.fields.get("format").is_none() {
        found.extend(differences::<Meetings>(&request, &of).await?);
        found.extend(differences::<Minutes>(&request, &of).await?);
        found.extend(differences::<Matters>(&request, &of).await?);
        found.extend(differences::<Decisions>(&request, &of).await?);
        found.extend(differences::<PartyStatuses>(&request, &of).await?);
        found.extend(differences::<Actions>(&request, &of).await?);
    }
    answer(&request, &of, (Place::Meetings, "Agenda"), (paper, found)).await
}

/// The outstanding actions of a committee, by owner.
pub(super) async fn actions_by_owner_of(request: PageRequest, Path(code): Path<String>) -> Result<Response, Problem> {
    let of = request.committee(&code).await?;
    if let Some(redirect) = request.redirect_of_stop(&of.stops) {
        return Ok(redirect);
    }
    let (code, name) = (&of.scope.committee.code, &of.scope.committee.name);
    let outstanding = ActionFilter { statuses: vec![ActionStatus::Outstanding], ..ActionFilter::default() };
    let list = actions_by_owner(request.log(), &request.query(Some(code)), &outstanding, |_| {}).await?;
    let paper = PaperOfMoment {
        paper: by_owner_paper(&list, "outstanding actions", Some((code, name)), of.scope.today),
        as_of: list.page.as_of.filter(|_| request.moment.as_of.is_some()),
        position: list.page.position,
        file: format!("{code}-actions-by-owner-{}.docx", of.scope.today),
    };
    let mut found = Vec::new();
    if request.moment.is_past() && request.fields.get("format").is_none() {
        found.extend(differences::<Actions>(&request, &of).await?);
    }
    answer(&request, &of, (Place::Actions, "Actions by owner"), (paper, found)).await
}

/// Answers with the page and how it differs from now, or with the document if the address asks for it.
async fn answer(
    request: &PageRequest,
    of: &CommitteeOfPage,
    place: (Place, &str),
    (paper, found): (PaperOfMoment, Vec<Difference>),
) -> Result<Response, Problem> {
    match request.fields.get("format") {
        None => {
            let main = page(request, &paper.paper);
            let past = if request.moment.is_past() {
                banner(request, of, &found)
            } else {
                html! {}
            };
            request.committee_page(of, place, paper.position, (past, main)).await
        }
        Some("docx") => download(request, of, &paper).await,
        Some(_) => Err(Problem::malformed("format", "only `docx` was expected")),
    }
}

/// The paper as a Word document. As of one position it is always the same: it has the time of the last event, not of the
/// request.
async fn download(request: &PageRequest, of: &CommitteeOfPage, paper: &PaperOfMoment) -> Result<Response, Problem> {
    let audience = of.scope.clearance.highest();
    let position = request.reader.events().last_known(paper.position, &Audience::cleared(audience)).await?;
    let root = request.log().root_at(position).await?;
    let rendered_at = request.log().recorded_at(position).await?.unwrap_or_default();
    let footer = Footer { audience, as_of: paper.as_of, position, root, rendered_at };
    let bytes = paper_docx(&paper.paper, Some(&footer)).map_err(|error| Problem::internal(&error))?;
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{}\"", paper.file))
        .map_err(|error| Problem::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(DOCX)), (header::CONTENT_DISPOSITION, disposition)];
    let mut response = (StatusCode::OK, headers, bytes).into_response();
    let is_timeless = request.moment.as_of.is_some();
    response.extensions_mut().insert(Cacheable { position: paper.position, is_timeless });
    Ok(response)
}

fn page(request: &PageRequest, paper: &Paper) -> Markup {
    let (as_of, known_at) = request.moment.texts();
    let fields = [("format", "docx"), ("as_of", as_of.as_str()), ("known_at", known_at.as_str())];
    html! {
        article.paper {
            h1 { (paper.title) }
            @if let Some(subtitle) = &paper.subtitle { p { strong { (subtitle) } } }
            @for line in &paper.lines { p { (line) } }
            p.classification { "Classification: " strong { (paper.mark) } }
            p.screen-only { "To print this page, use the browser. Download: " a href=(address::with_fields(request.path(), fields)) { "Word" } }
            @if paper.sections.is_empty() { p { "No outstanding action." } }
            @for (number, of) in paper.sections.iter().enumerate() { (section(request, number, of)) }
        }
    }
}

fn section(request: &PageRequest, number: usize, of: &PaperSection) -> Markup {
    html! {
        section aria-labelledby=(format!("section-{number}")) {
            h2 id=(format!("section-{number}")) { (of.heading) }
            @if of.rows.is_empty() {
                p.quiet { (of.empty) }
            } @else {
                table.folding {
                    @let all: usize = of.columns.iter().map(|column| column.share).sum();
                    colgroup { @for column in of.columns { col width=(format!("{}%", 100 * column.share / all)); } }
                    thead { tr { @for column in of.columns { th scope="col" { (column.column.heading()) } } } }
                    tbody { @for row in &of.rows { tr { @for (place, of) in of.columns.iter().zip(row).enumerate() { (cell(request, place == 0, of)) } } } }
                }
            }
        }
    }
}

/// A cell, which heads its row if it is the first. References are links.
fn cell(request: &PageRequest, is_first: bool, (column, of): (&PaperColumn, &PaperCell)) -> Markup {
    let is_whole = column.column.is_whole();
    let linked = address::named(&of.text).filter(|_| is_whole);
    let shown = html! {
        @match linked {
            Some(path) => a href=(request.at(&path)) { (of.text) },
            None => @if of.tone == Tone::Alert { span.late { (of.text) } } @else { (of.text) },
        }
        @if let Some(mark) = of.mark { (shown::mark(mark)) }
    };
    html! {
        @if is_first {
            th scope="row" class=[is_whole.then_some("whole")] { (shown) }
        } @else {
            td data-name=(column.column.heading()) class=[is_whole.then_some("whole")] { (shown) }
        }
    }
}
