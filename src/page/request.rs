//! A request for a page: who asks, of which moment, and of which committee.

use super::address;
use super::fields::Fields;
use super::moment::{PageMoment, Stop, control};
use crate::api::guard::Reader;
use crate::api::{Cacheable, Problem, Service};
use crate::present::visible::visible;
use crate::query::committees::{CommitteeFilter, CommitteeView};
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::queryable::Queryable;
use crate::query::read_query::{CommitteeScope, DefaultMoment, ReadQuery, committee_scopes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::NaiveDate;
use maud::{DOCTYPE, Markup, html};
use minutebook_domain::Position;
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::Log;

/// What a page may load and do.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A request for a page.
pub(super) struct PageRequest {
    pub(super) reader: Reader,
    pub(super) fields: Fields,
    pub(super) moment: PageMoment,
    uri: Uri,
}

impl FromRequestParts<Service> for PageRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let reader = Reader::from_request_parts(parts, service).await?;
        let fields = Fields::of(&parts.uri);
        let moment = PageMoment::read(&fields)?;
        Ok(Self { reader, fields, moment, uri: parts.uri.clone() })
    }
}

/// The places of a committee's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Overview,
    Actions,
    Decisions,
    Parties,
    Meetings,
    Matters,
    Changes,
}

impl Place {
    const ALL: [Self; 7] =
        [Self::Overview, Self::Actions, Self::Decisions, Self::Parties, Self::Meetings, Self::Matters, Self::Changes];

    fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Actions => "Actions",
            Self::Decisions => "Decisions",
            Self::Parties => "Parties",
            Self::Meetings => "Meetings",
            Self::Matters => "Matters arising",
            Self::Changes => "Changes",
        }
    }

    fn address(self, code: &CommitteeCode) -> String {
        let under = match self {
            Self::Overview => return address::committee(code),
            Self::Actions => "actions",
            Self::Decisions => "decisions",
            Self::Parties => "parties",
            Self::Meetings => "meetings",
            Self::Matters => "matters",
            Self::Changes => "changes",
        };
        format!("/{code}/{under}")
    }
}

/// A committee with the days of its slider.
pub(super) struct CommitteeOfPage {
    pub(super) scope: CommitteeScope,
    pub(super) stops: Vec<Stop>,
}

impl CommitteeOfPage {
    /// The days of meetings, the latest first.
    pub(super) fn meetings(&self) -> impl Iterator<Item = &Stop> {
        self.stops.iter().rev().filter(|stop| !stop.is_eve)
    }
}

impl PageRequest {
    pub(super) fn log(&self) -> &Log {
        self.reader.log()
    }

    /// The current day, by universal time.
    pub(super) fn today(&self) -> NaiveDate {
        self.log().environment().clock.now().date_naive()
    }

    /// The path of the page.
    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The query at the page's moment.
    pub(super) fn query(&self, committee: Option<&CommitteeCode>) -> ReadQuery {
        self.moment.query(self.reader.clearances(), committee.cloned())
    }

    /// The same query as of now.
    pub(super) fn query_now(&self, committee: Option<&CommitteeCode>) -> ReadQuery {
        PageMoment::default().query(self.reader.clearances(), committee.cloned())
    }

    /// An address at the page's moment.
    pub(super) fn at(&self, path: &str) -> String {
        address::at(path, &self.moment)
    }

    /// The committee of a path's first segment.
    pub(super) async fn committee(&self, code: &str) -> Result<CommitteeOfPage, Problem> {
        let unknown = || Problem::not_found(format!("there is no committee `{code}`"));
        let code: CommitteeCode = code.parse().map_err(|_| unknown())?;
        let query = self.query(Some(&code));
        let scope = committee_scopes(self.log(), &query, DefaultMoment::Now).await?.into_iter().next();
        let meetings = MeetingView::list(self.log(), &self.query_now(Some(&code)), &MeetingFilter::default()).await?;
        let held = meetings.rows.iter().filter(|meeting| !meeting.cancelled);
        let mut stops: Vec<Stop> = held
            .flat_map(|meeting| {
                let name =
                    meeting.number.map_or_else(|| "the meeting".to_owned(), |number| format!("meeting {number}"));
                let eve = meeting.held_on.pred_opt().unwrap_or(meeting.held_on);
                [
                    Stop { day: eve, what: Some(format!("the eve of {name}")), is_eve: true },
                    Stop { day: meeting.held_on, what: Some(name), is_eve: false },
                ]
            })
            .collect();
        stops.sort_by_key(|stop| (stop.day, stop.is_eve));
        let today = self.today();
        stops.retain(|stop| stop.day <= today);
        stops.dedup_by_key(|stop| stop.day);
        Ok(CommitteeOfPage { scope: scope.ok_or_else(unknown)?, stops })
    }

    /// The committees that the reader may know of, as of the page's moment.
    pub(super) async fn committees(&self) -> Result<Vec<CommitteeView>, Problem> {
        Ok(CommitteeView::list(self.log(), &self.query(None), &CommitteeFilter).await?.rows)
    }

    /// Redirects a slider's number to the day that it stands for.
    pub(super) fn redirect_of_stop(&self, stops: &[Stop]) -> Option<Response> {
        let stop = stops.get(self.fields.get("stop")?.parse::<usize>().ok()?)?;
        let day = stop.day.to_string();
        let fields = self.fields.except(&["as_of", "stop"]).chain([("as_of", day.as_str())]);
        let location = HeaderValue::try_from(address::with_fields(self.path(), fields)).ok()?;
        Some((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
    }

    /// Answers with a page of a committee.
    pub(super) async fn committee_page(
        &self,
        of: &CommitteeOfPage,
        (place, title): (Place, &str),
        position: Position,
        (past, main): (Markup, Markup),
    ) -> Result<Response, Problem> {
        let (code, name) = (&of.scope.committee.code, &of.scope.committee.name);
        let title = if title.is_empty() { name.to_string() } else { format!("{title} · {code}") };
        let places = html! {
            nav.places id="places" aria-label=(name) {
                @for listed in Place::ALL {
                    a href=(self.at(&listed.address(code))) aria-current=[(listed == place).then_some("page")] {
                        @if listed == Place::Overview { (code) } @else { (listed.name()) }
                    }
                }
            }
        };
        let time = control(self.path(), &self.fields, &self.moment, of.scope.today, &of.stops);
        self.answer(&title, &places, &html! { (time) (past) }, position, &main).await
    }

    /// Answers with a page of the whole book.
    pub(super) async fn book_page(&self, title: &str, position: Position, main: &Markup) -> Result<Response, Problem> {
        let title = if title.is_empty() { "Minutebook".to_owned() } else { format!("{title} · Minutebook") };
        self.answer(&title, &html! {}, &html! {}, position, main).await
    }

    async fn answer(
        &self,
        title: &str,
        places: &Markup,
        before: &Markup,
        position: Position,
        main: &Markup,
    ) -> Result<Response, Problem> {
        let known = self.reader.last_known(position).await?;
        let foot = html! {
            p { "As recorded up to position " (known) ". " a href="/audit" { "Audit trail" } }
        };
        let is_public = self.reader.principal().is_anonymous();
        let page = page(title, (places, &self.who()), before, main, &foot);
        let mut response = respond(StatusCode::OK, &page);
        // A page that names its reader is that reader's alone, and nothing keeps it.
        if is_public {
            response.extensions_mut().insert(Cacheable { position, is_timeless: self.moment.as_of.is_some() });
        }
        Ok(response)
    }
}

impl PageRequest {
    /// Who is signed in, or the way to sign in.
    fn who(&self) -> Markup {
        let to = self.uri.path_and_query().map_or("/", |to| to.as_str());
        html! {
            div.who id="reader" {
                @if self.reader.principal().is_anonymous() {
                    a href=(address::with_fields("/sign-in", [("to", to)])) { "Sign in" }
                } @else {
                    form method="post" action="/sign-out" { span { (self.reader.principal().name()) } " " button { "Sign out" } }
                }
            }
        }
    }
}

/// Answers with a page. Signs that turn the direction of what follows are shown, as the commands show them.
pub(super) fn respond(status: StatusCode, page: &Markup) -> Response {
    let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    (status, [policy], Html(visible(&page.0).into_owned())).into_response()
}

/// A whole page.
pub(super) fn page(
    title: &str,
    (places, who): (&Markup, &Markup),
    before: &Markup,
    main: &Markup,
    foot: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href=(super::assets::style());
                link rel="icon" href="data:,";
                link rel="alternate" type="application/atom+xml" title="Published headlines" href="/api/v1/feed.atom";
                script type="module" src=(super::assets::script()) {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.book-header {
                    a.name href="/" { "Minutebook" }
                    (places)
                    form role="search" method="get" action="/search" {
                        label.unseen for="search" { "Search the record" }
                        input id="search" type="search" name="search" placeholder="Search the record";
                        button { "Search" }
                    }
                    (who)
                }
                (before)
                main id="main" tabindex="-1" { (main) }
                footer.book-footer id="foot" { (foot) }
                div.unseen id="said" role="status" {}
            }
        }
    }
}
