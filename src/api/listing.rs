//! The response of a list: sorted, paged, as JSON, CSV or iCalendar; and of a single row.

use super::guard::{Reader, Service};
use super::parameters::{MomentParams, PageCursor, PageParams, Query};
use super::problem::{Problem, ProblemKind};
use super::representation::Representation;
use super::response_cache::Cacheable;
use crate::present::csv;
use crate::present::icalendar::{CalendarForm, CalendarTimes};
use crate::present::times::exact;
use crate::query::clock_gap::{ClockGap, clock_gap};
use crate::query::list::{ListPage, Sort};
use crate::query::moment::{KnownAt, PointInTime};
use crate::query::queryable::Queryable;
use crate::query::read_query::{QueryError, ReadQuery};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::Position;
use minutebook_domain::reference::CommitteeCode;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::time::Duration;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};

/// The number of rows on a page of JSON without `limit`.
const DEFAULT_PAGE_SIZE: usize = 100;
/// How long `at_least` waits for a position.
const POSITION_TIMEOUT: Duration = Duration::from_secs(2);

/// A request for a page of a list.
pub(super) struct ListRequest {
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
    moment: MomentParams,
    page: PageParams,
}

impl ListRequest {
    /// Refuses a position of `since` beyond those that the reader may know.
    pub(super) async fn check_since(&self, since: Option<&KnownAt>) -> Result<(), Problem> {
        wait_for(&self.reader, None, [since]).await.map_err(|problem| problem.with_field("since"))
    }
}

impl FromRequestParts<Service> for ListRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let reader = Reader::from_request_parts(parts, service).await?;
        let Query(moment) = Query::from_request_parts(parts, service).await?;
        let Query(page) = Query::from_request_parts(parts, service).await?;
        Ok(Self { reader, uri: parts.uri.clone(), headers: parts.headers.clone(), moment, page })
    }
}

/// The parameters that every list has besides the moment and the page.
pub(super) struct ListOptions<V> {
    pub(super) committee: Option<CommitteeCode>,
    pub(super) sort: Option<Sort<V>>,
    /// Overrides `Accept`.
    pub(super) format: Option<Representation>,
}

/// Responds with the single row that `is_match` accepts among those of the filter, or 404 with the detail of `missing`.
pub(super) async fn find_one<V: Queryable>(
    reader: &Reader,
    moment: &MomentParams,
    filter: &V::Filter,
    is_match: impl Fn(&V) -> bool,
    missing: impl Fn() -> String,
) -> Result<Response, Problem> {
    wait_for(reader, moment.at_least, [moment.known_at.as_ref()]).await?;
    let page = V::list(reader.log(), &moment.read_query(reader.clearances(), None), filter).await?;
    let row = page.rows.iter().find(|row| is_match(row)).ok_or_else(|| Problem::not_found(missing()))?;
    let body = serde_json::to_vec(row).map_err(|error| Problem::internal(&error))?;
    Ok(respond_at(Representation::Json, body, page.position, moment.as_of.is_some()))
}

/// A response that depends on the position and the clock, and may be cached.
pub(super) fn respond(form: Representation, body: Vec<u8>, position: Position) -> Response {
    respond_at(form, body, position, false)
}

/// As [`respond`]; a timeless response does not depend on the clock, because the request names its moment.
fn respond_at(form: Representation, body: Vec<u8>, position: Position, is_timeless: bool) -> Response {
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, form.media_type())], body).into_response();
    response.extensions_mut().insert(Cacheable { position, is_timeless });
    response
}

impl ListRequest {
    /// Responds with a page of the list.
    pub(super) async fn list<V: Queryable>(
        self,
        options: ListOptions<V>,
        filter: &V::Filter,
        calendar: Option<&CalendarForm<V>>,
    ) -> Result<Response, Problem> {
        let page = self.read_page(options.committee.clone(), filter).await?;
        self.respond(page, options, calendar).await
    }

    /// As [`ListRequest::list`]; an empty list is a 404 with the detail of `missing`.
    pub(super) async fn list_existing<V: Queryable>(
        self,
        options: ListOptions<V>,
        filter: &V::Filter,
        missing: impl Fn() -> String,
    ) -> Result<Response, Problem> {
        let page = self.read_page::<V>(options.committee.clone(), filter).await?;
        if page.rows.is_empty() {
            return Err(Problem::not_found(missing()));
        }
        self.respond(page, options, None).await
    }

    async fn read_page<V: Queryable>(
        &self,
        committee: Option<CommitteeCode>,
        filter: &V::Filter,
    ) -> Result<ListPage<V>, Problem> {
        wait_for(&self.reader, self.moment.at_least, [self.moment.known_at.as_ref()]).await?;
        Ok(V::list(self.reader.log(), &self.read_query(committee).await?, filter).await?)
    }

    async fn respond<V: Queryable>(
        &self,
        mut page: ListPage<V>,
        options: ListOptions<V>,
        calendar: Option<&CalendarForm<V>>,
    ) -> Result<Response, Problem> {
        let offered: &[Representation] = match calendar {
            Some(_) => &[Representation::Json, Representation::Csv, Representation::Ics],
            None => &[Representation::Json, Representation::Csv],
        };
        let form = Representation::choose(options.format, &self.headers, offered)?;
        let offset = self.page.cursor.map_or(0, |cursor| cursor.offset);
        let position = page.position;
        page.position = self.reader.last_known(position).await?;
        if let Some(KnownAt::Time(_)) = self.moment.known_at {
            page.known_at = Some(page.position);
        }
        let limit =
            self.page.limit.map(|limit| limit.0).or((form == Representation::Json).then_some(DEFAULT_PAGE_SIZE));
        let clock_gap = self.clock_gap().await?;
        page.arrange(options.sort.as_ref(), offset, limit);
        let cursor = self.next_cursor(&page, offset);
        let next = cursor.as_deref().map(|cursor| self.address_of(cursor));
        let body = match (form, calendar) {
            (Representation::Csv, _) => {
                let names: Vec<&str> = V::FIELDS.iter().map(|field| field.name).collect();
                let row = |view: &V| V::FIELDS.iter().map(|field| (field.value)(view)).collect();
                let rows = csv::write(&names, page.rows.iter().map(row)).map_err(|error| Problem::internal(&error))?;
                csv::with_mark(rows, self.page.bom).into_bytes()
            }
            (Representation::Ics, Some(calendar)) => {
                // The time of the last event keeps the calendar the same until another event is recorded.
                let log = self.reader.log();
                let stamp = log.recorded_at(page.position).await?.unwrap_or_default();
                let recorded = log.recording_times(calendar.positions(&page.rows)).await?;
                calendar.render(&page.rows, &CalendarTimes { stamp, recorded }).into_bytes()
            }
            _ => self.json(&page, next.as_deref(), cursor.as_deref(), clock_gap)?,
        };
        let mut response = respond_at(form, body, position, self.moment.as_of.is_some());
        if let Some(link) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }

    /// The query. A later page is read at the position and the moment of the first one.
    async fn read_query(&self, committee: Option<CommitteeCode>) -> Result<ReadQuery, Problem> {
        let mut query = self.moment.read_query(self.reader.clearances(), committee);
        if let Some(cursor) = self.page.cursor {
            let head = self.reader.log().head().await?;
            if query.known_at.is_none() && cursor.position < head {
                query.known_at = Some(KnownAt::Position(cursor.position));
            }
            query.as_of = query.as_of.or(cursor.as_of.map(PointInTime::Exact));
        }
        Ok(query)
    }

    /// The cursor of the next page, if there is one.
    fn next_cursor<V>(&self, page: &ListPage<V>, offset: usize) -> Option<String> {
        let end = offset + page.rows.len();
        if end >= page.total || page.rows.is_empty() {
            return None;
        }
        let position = self.page.cursor.map_or(page.position, |cursor| cursor.position);
        // Without `as_of` the cursor leaves the time out: the response stays the same until an event is recorded.
        let as_of = self.moment.as_of.as_ref().and(page.as_of);
        Some(PageCursor { position, offset: end, as_of }.to_string())
    }

    /// The address of the page at a cursor.
    fn address_of(&self, cursor: &str) -> String {
        let parameters = form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters.filter(|(name, _)| name != "cursor"));
        query.append_pair("cursor", cursor);
        format!("{}?{}", self.uri.path(), query.finish())
    }

    /// What `known_at` leaves out because the clock had run ahead, as far as the reader may know it.
    async fn clock_gap(&self) -> Result<Option<ClockGap>, Problem> {
        let query = self.moment.read_query(self.reader.clearances(), None);
        let Some(gap) = clock_gap(self.reader.log(), &query).await? else { return Ok(None) };
        Ok(Some(ClockGap { known_at: self.reader.last_known(gap.known_at).await?, ..gap }))
    }

    fn json<V: Queryable>(
        &self,
        page: &ListPage<V>,
        next: Option<&str>,
        cursor: Option<&str>,
        clock_gap: Option<ClockGap>,
    ) -> Result<Vec<u8>, Problem> {
        let body = PageBody { page, moment: &self.moment, next, cursor, clock_gap };
        serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))
    }
}

/// A page as JSON. Without `as_of` it does not contain the time: it stays the same until an event is recorded.
struct PageBody<'a, V> {
    page: &'a ListPage<V>,
    moment: &'a MomentParams,
    next: Option<&'a str>,
    /// Written on the last page too: Grafana's Infinity source fails where it finds none.
    cursor: Option<&'a str>,
    clock_gap: Option<ClockGap>,
}

impl<V: Queryable> Serialize for PageBody<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(7))?;
        map.serialize_entry(V::PLURAL, &self.page.rows)?;
        map.serialize_entry("total", &self.page.total)?;
        map.serialize_entry("as_of", &self.moment.as_of.as_ref().and(self.page.as_of).map(exact))?;
        map.serialize_entry("known_at", &self.moment.known_at.as_ref().and(self.page.known_at))?;
        map.serialize_entry("position", &self.page.position)?;
        map.serialize_entry("next", &self.next)?;
        map.serialize_entry("cursor", &self.cursor)?;
        if let Some(gap) = &self.clock_gap {
            map.serialize_entry("clock_gap", gap)?;
        }
        map.end()
    }
}

/// Waits until the reader can know a position, or answers 409. Refuses a past position beyond those that the reader may
/// know.
pub(super) async fn wait_for<'a>(
    reader: &Reader,
    position: Option<u64>,
    known_at: impl IntoIterator<Item = Option<&'a KnownAt>>,
) -> Result<(), Problem> {
    for known_at in known_at.into_iter().flatten() {
        let KnownAt::Position(given) = *known_at else { continue };
        let head = reader.last_known(reader.log().head().await?).await?;
        if given > head {
            return Err(QueryError::BeyondEnd { given, head }.into());
        }
    }
    match position {
        Some(position) => wait_for_position(reader, position).await,
        None => Ok(()),
    }
}

/// Waits until the reader can know a position, or answers 409.
pub(super) async fn wait_for_position(reader: &Reader, position: u64) -> Result<(), Problem> {
    let told = async {
        let mut reached = Position::new(position);
        loop {
            reader.log().reached(reached).await;
            let head = reader.log().known_head();
            if reader.last_known(head).await?.number() >= position {
                return Ok(());
            }
            reached = head.next();
        }
    };
    if let Ok(told) = tokio::time::timeout(POSITION_TIMEOUT, told).await {
        return told;
    }
    let seconds = POSITION_TIMEOUT.as_secs();
    let detail = format!("this server did not reach position {position} within {seconds} seconds");
    Err(Problem::new(ProblemKind::NotYet, detail).with_field("at_least").with_retry_after(1))
}

/// Declares a type with the schema of a page of a list.
macro_rules! list_schema {
    ($name:ident: $view:ty) => {
        #[doc = concat!("The schema of a page of `", stringify!($view), "`.")]
        pub(in crate::api) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::api::listing::schema::<$view>()
            }
        }

        impl utoipa::ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                schemas.push((
                    <$view as utoipa::ToSchema>::name().into_owned(),
                    <$view as utoipa::PartialSchema>::schema(),
                ));
                <$view as utoipa::ToSchema>::schemas(schemas);
                schemas.push($crate::api::listing::clock_gap_schema());
            }
        }
    };
}
pub(super) use list_schema;

/// The name and the schema of [`ClockGap`].
pub(super) fn clock_gap_schema() -> (String, RefOr<Schema>) {
    (ClockGap::name().into_owned(), <ClockGap as utoipa::PartialSchema>::schema())
}

/// The schema of a page of a list.
pub(super) fn schema<V: Queryable + ToSchema>() -> RefOr<Schema> {
    let rows = ArrayBuilder::new().items(Ref::from_schema_name(V::name()));
    let nullable = |kind: Type, description: &str| {
        ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null])).description(Some(description))
    };
    let total = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    ObjectBuilder::new()
        .property(V::PLURAL, rows)
        .property("total", total.description(Some("The number of rows on all pages")))
        .property("as_of", nullable(Type::String, "The moment that was read at; null without `as_of`"))
        .property("known_at", nullable(Type::Integer, "The log position that was read at; null without `known_at`"))
        .property("position", Ref::from_schema_name(Position::name()))
        .property("next", nullable(Type::String, "The address of the next page; null on the last page"))
        .property("cursor", nullable(Type::String, "The `cursor` of the next page; null on the last page"))
        .property("clock_gap", Ref::from_schema_name(ClockGap::name()))
        .required(V::PLURAL)
        .required("total")
        .required("as_of")
        .required("known_at")
        .required("position")
        .required("next")
        .required("cursor")
        .into()
}
