//! A list as an answer: sorted, page by page, in JSON, CSV or as a calendar.

use super::guard::Reader;
use super::problem::Problem;
use super::query::{Cursor, Moment, Paging};
use super::representation::Representation;
use super::response_cache::Answered;
use crate::present::csv;
use crate::present::times::exact;
use crate::query::listed::{Asked, Page, Sort};
use crate::query::moment::{KnownAt, When};
use crate::query::read_query::ReadQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::reference::CommitteeCode;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::time::Duration;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};

/// How many of a list are on a page unless it is said.
const PAGE: usize = 100;
/// How long a reader waits for a position at most.
const PATIENCE: Duration = Duration::from_secs(2);

/// A request for a list.
pub(super) struct Requested<'a> {
    pub(super) reader: &'a Reader,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) moment: Moment,
    pub(super) paging: Paging,
}

/// What is asked of a list besides the moment and the page.
pub(super) struct Shape<V> {
    pub(super) committee: Option<CommitteeCode>,
    pub(super) sort: Option<Sort<V>>,
    pub(super) format: Option<Representation>,
}

/// A calendar of what is listed.
pub(super) type Calendar<V> = fn(&[V], DateTime<Utc>) -> String;

/// The one that `is` it, of those that the filter admits; without it, what there is not.
pub(super) async fn one<V: Asked>(
    reader: &Reader,
    moment: &Moment,
    filter: &V::Filter,
    is: impl Fn(&V) -> bool,
    none: impl Fn() -> String,
) -> Result<Response, Problem> {
    wait_for(reader, moment.at_least).await?;
    let page = V::ask(reader.log(), &moment.question(reader.reach(), None), filter).await?;
    let found = page.rows.iter().find(|row| is(row)).ok_or_else(|| Problem::not_found(none()))?;
    let body = serde_json::to_vec(found).map_err(|error| Problem::internal(&error))?;
    Ok(answer_at(Representation::Json, body, page.position, moment.as_of.is_some()))
}

/// An answer that may be kept for its position.
pub(super) fn answer(form: Representation, body: Vec<u8>, position: Position) -> Response {
    answer_at(form, body, position, false)
}

/// The same; the time does not matter to it if it is of a moment that was named.
fn answer_at(form: Representation, body: Vec<u8>, position: Position, is_timeless: bool) -> Response {
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, form.media_type())], body).into_response();
    response.extensions_mut().insert(Answered { position, is_timeless });
    response
}

impl Requested<'_> {
    /// The list, in the form that the reader asks for.
    pub(super) async fn list<V: Asked>(
        self,
        shape: Shape<V>,
        filter: &V::Filter,
        calendar: Option<Calendar<V>>,
    ) -> Result<Response, Problem> {
        let page = self.page(shape.committee.clone(), filter).await?;
        self.answer(page, shape, calendar).await
    }

    /// The list of something that has to be there.
    pub(super) async fn list_of<V: Asked>(
        self,
        shape: Shape<V>,
        filter: &V::Filter,
        none: impl Fn() -> String,
    ) -> Result<Response, Problem> {
        let page = self.page::<V>(shape.committee.clone(), filter).await?;
        if page.rows.is_empty() {
            return Err(Problem::not_found(none()));
        }
        self.answer(page, shape, None).await
    }

    async fn page<V: Asked>(&self, committee: Option<CommitteeCode>, filter: &V::Filter) -> Result<Page<V>, Problem> {
        wait_for(self.reader, self.moment.at_least).await?;
        Ok(V::ask(self.reader.log(), &self.question(committee).await?, filter).await?)
    }

    async fn answer<V: Asked>(
        &self,
        mut page: Page<V>,
        shape: Shape<V>,
        calendar: Option<Calendar<V>>,
    ) -> Result<Response, Problem> {
        let offered: &[Representation] = match calendar {
            Some(_) => &[Representation::Json, Representation::Csv, Representation::Ics],
            None => &[Representation::Json, Representation::Csv],
        };
        let form = Representation::chosen(shape.format, self.headers, offered)?;
        let offset = self.paging.cursor.map_or(0, |cursor| cursor.offset);
        let limit = self.paging.limit.map(|limit| limit.0).or((form == Representation::Json).then_some(PAGE));
        page.arrange(shape.sort.as_ref(), offset, limit);
        let next = self.next(&page, offset);
        let body = match form {
            Representation::Csv => {
                let names: Vec<&str> = V::FIELDS.iter().map(|field| field.name).collect();
                let row = |view: &V| V::FIELDS.iter().map(|field| (field.value)(view)).collect();
                csv::write(&names, page.rows.iter().map(row)).map_err(|error| Problem::internal(&error))?.into_bytes()
            }
            Representation::Ics => {
                // The time of the last event: a calendar that says when it was asked for would never be the same.
                let stamp = self.reader.log().recorded_at(page.position).await?.unwrap_or_default();
                calendar.map(|calendar| calendar(&page.rows, stamp)).unwrap_or_default().into_bytes()
            }
            _ => self.json(&page, next.as_deref())?,
        };
        let mut response = answer_at(form, body, page.position, self.moment.as_of.is_some());
        if let Some(link) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }

    /// The question; on a later page, as it was asked for the first one.
    async fn question(&self, committee: Option<CommitteeCode>) -> Result<ReadQuery, Problem> {
        let mut question = self.moment.question(self.reader.reach(), committee);
        if let Some(cursor) = self.paging.cursor {
            let head = self.reader.log().head().await?;
            if question.known_at.is_none() && cursor.position < head {
                question.known_at = Some(KnownAt::Position(cursor.position));
            }
            question.as_of = question.as_of.or(cursor.as_of.map(When::Time));
        }
        Ok(question)
    }

    /// Where the next page is, if there is one.
    fn next<V>(&self, page: &Page<V>, offset: usize) -> Option<String> {
        let end = offset + page.rows.len();
        if end >= page.total || page.rows.is_empty() {
            return None;
        }
        let position = self.paging.cursor.map_or(page.position, |cursor| cursor.position);
        // Now is not in it: the answer is the same until something happens.
        let as_of = self.moment.as_of.and(page.as_of);
        let cursor = Cursor { position, offset: end, as_of };
        let asked = form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(asked.filter(|(name, _)| name != "cursor"));
        query.append_pair("cursor", &cursor.to_string());
        Some(format!("{}?{}", self.uri.path(), query.finish()))
    }

    fn json<V: Asked>(&self, page: &Page<V>, next: Option<&str>) -> Result<Vec<u8>, Problem> {
        let body = Body { page, moment: &self.moment, next };
        serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))
    }
}

/// A page as JSON. Now is not said in it: the answer is the same until something happens.
struct Body<'a, V> {
    page: &'a Page<V>,
    moment: &'a Moment,
    next: Option<&'a str>,
}

impl<V: Asked> Serialize for Body<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry(V::PLURAL, &self.page.rows)?;
        map.serialize_entry("total", &self.page.total)?;
        map.serialize_entry("as_of", &self.moment.as_of.and(self.page.as_of).map(exact))?;
        map.serialize_entry("known_at", &self.moment.known_at.and(self.page.known_at))?;
        map.serialize_entry("position", &self.page.position)?;
        map.serialize_entry("next", &self.next)?;
        map.end()
    }
}

/// Waits until this process has seen a position.
pub(super) async fn wait_for(reader: &Reader, position: Option<u64>) -> Result<(), Problem> {
    let Some(position) = position else { return Ok(()) };
    let wanted = Position::new(position);
    if tokio::time::timeout(PATIENCE, reader.log().reached(wanted)).await.is_ok() {
        return Ok(());
    }
    let detail = format!("position {position} has not been seen by this server within {} seconds", PATIENCE.as_secs());
    let title = "The position has not been reached";
    let problem = Problem::new(StatusCode::CONFLICT, "not-yet", title, detail).of_field("at_least");
    Err(problem.with_header(header::RETRY_AFTER, HeaderValue::from_static("1")))
}

/// A page of a list, as JSON has it, described under a name.
macro_rules! listing {
    ($name:ident: $view:ty) => {
        #[doc = concat!("A page of a list of `", stringify!($view), "`, described.")]
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
            }
        }
    };
}
pub(super) use listing;

/// What a page of a list looks like.
pub(super) fn schema<V: Asked + ToSchema>() -> RefOr<Schema> {
    let rows = ArrayBuilder::new().items(Ref::from_schema_name(V::name()));
    let nullable = |kind: Type, description: &str| {
        ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null])).description(Some(description))
    };
    let total = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    ObjectBuilder::new()
        .property(V::PLURAL, rows)
        .property("total", total.description(Some("how many there are on all pages")))
        .property("as_of", nullable(Type::String, "the moment it is of; null for now, or for all times"))
        .property("known_at", nullable(Type::Integer, "the position asked for; null for all that is known"))
        .property("position", Ref::from_schema_name(Position::name()))
        .property("next", nullable(Type::String, "where the next page is; null on the last one"))
        .required(V::PLURAL)
        .required("total")
        .required("as_of")
        .required("known_at")
        .required("position")
        .required("next")
        .into()
}
