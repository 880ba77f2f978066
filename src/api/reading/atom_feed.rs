//! The route of the Atom feed of headlines (RFC 4287), published here or imported.

use crate::api::guard::Reader;
use crate::api::listing::respond;
use crate::api::parameters::{MomentParams, Query, from_text};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::headlines::imported_headlines;
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::queryable::Queryable;
use axum::response::Response;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::CommitteeCode;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};
use serde::Deserialize;
use std::io;
use utoipa::IntoParams;

/// The maximum number of entries.
const ENTRIES: usize = 50;
/// A publication has a day and no time: Atom needs both.
const MIDNIGHT: &str = "T00:00:00Z";

/// The filter of the feed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct AtomParams {
    /// Only headlines of this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
}

/// Subscribe to published headlines (Atom)
#[utoipa::path(
    get, path = "/api/v1/feed.atom", tag = "Reading", params(AtomParams),
    responses((status = 200, description = "The latest editions, newest first", body = String, content_type = "application/atom+xml"))
)]
pub(in crate::api) async fn get_atom_feed(
    reader: Reader,
    Query(params): Query<AtomParams>,
) -> Result<Response, Problem> {
    let query = MomentParams::default().read_query(reader.clearances(), params.committee.clone());
    let page = MeetingView::list(reader.log(), &query, &MeetingFilter::default()).await?;
    let mut entries: Vec<AtomEntry<'_>> = page.rows.iter().flat_map(AtomEntry::published).collect();
    // What was imported has no day of publication. The latest meetings are enough, since the feed has no more entries.
    for meeting in page.rows.iter().rev().filter(|meeting| meeting.published.is_empty()).take(ENTRIES) {
        let clearance = reader.clearances().of(&meeting.committee);
        for edition in imported_headlines(reader.log(), meeting.first_reference(), page.position, clearance).await? {
            entries.push(AtomEntry::imported(meeting, edition.classification));
        }
    }
    entries.sort_by_key(|entry| {
        std::cmp::Reverse((entry.day, entry.meeting.held_on, entry.number, entry.meeting.reference.to_string()))
    });
    entries.truncate(ENTRIES);
    let of = params.committee.map(|code| format!("?committee={code}")).unwrap_or_default();
    let body = atom(&entries, &format!("/api/v1/feed.atom{of}")).map_err(|error| Problem::internal(&error))?;
    Ok(respond(Representation::Atom, body, page.position))
}

/// An edition of a meeting's headlines.
struct AtomEntry<'a> {
    meeting: &'a MeetingView,
    /// The number of an edition that was published here, from 1; 0 for one that was imported.
    number: u32,
    audience: Classification,
    /// The day of publication; of an imported edition, the day of the meeting.
    day: NaiveDate,
}

impl<'a> AtomEntry<'a> {
    fn published(meeting: &'a MeetingView) -> impl Iterator<Item = Self> {
        meeting.published.iter().map(move |edition| Self {
            meeting,
            number: edition.edition,
            audience: edition.audience,
            day: edition.published_on,
        })
    }

    fn imported(meeting: &'a MeetingView, audience: Classification) -> Self {
        Self { meeting, number: 0, audience, day: meeting.held_on }
    }

    /// Returns the name that the entry keeps.
    fn id(&self) -> String {
        let first = self.meeting.first_reference();
        match self.number {
            0 => format!("urn:minutebook:headlines:{first}:{}", self.audience),
            number => format!("urn:minutebook:headlines:{first}:{number}"),
        }
    }

    fn summary(&self) -> String {
        let (reference, audience) = (&self.meeting.reference, self.audience);
        match self.number {
            0 => format!("The headlines of {reference} for {audience}, as they were imported."),
            number => format!("Edition {number} of the headlines of {reference}, published as {audience}."),
        }
    }

    /// Returns the address of the document as a page.
    fn address(&self) -> String {
        let reference = self.meeting.reference.to_string();
        let audience: String = form_urlencoded::byte_serialize(self.audience.to_string().as_bytes()).collect();
        format!("/api/v1/meetings/{reference}/headlines?audience={audience}&format=html")
    }
}

fn atom(entries: &[AtomEntry<'_>], path: &str) -> io::Result<Vec<u8>> {
    // A feed without entries still needs a date: the default is 1970-01-01.
    let updated = entries.iter().map(|entry| entry.day).max().unwrap_or_default();
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    feed.write_inner_content(|xml| {
        text(xml, "id", &format!("urn:minutebook:{}", path.trim_start_matches('/')))?;
        text(xml, "title", "Published headlines")?;
        text(xml, "updated", &format!("{updated}{MIDNIGHT}"))?;
        link(xml, "self", path, "application/atom+xml")?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "Minutebook"))?;
        entries.iter().try_for_each(|entry| write_entry(xml, entry))
    })?;
    Ok(xml.into_inner())
}

fn write_entry(xml: &mut Writer<Vec<u8>>, entry: &AtomEntry<'_>) -> io::Result<()> {
    let MeetingView { reference, committee, held_on, .. } = entry.meeting;
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", &entry.id())?;
        text(xml, "title", &format!("{}, {}: headlines", entry.meeting.title(), held_on.format("%-d %B %Y")))?;
        if entry.number > 0 {
            text(xml, "published", &format!("{}{MIDNIGHT}", entry.day))?;
        }
        text(xml, "updated", &format!("{}{MIDNIGHT}", entry.day))?;
        link(xml, "alternate", &entry.address(), "text/html")?;
        link(xml, "related", &format!("/api/v1/meetings/{reference}"), "application/json")?;
        xml.create_element("category").with_attribute(("term", committee.as_str())).write_empty()?;
        text(xml, "summary", &entry.summary())
    })?;
    Ok(())
}

fn text(xml: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(quick_xml::events::BytesText::new(text)).map(drop)
}

fn link(xml: &mut Writer<Vec<u8>>, relation: &str, to: &str, media_type: &str) -> io::Result<()> {
    let link = xml.create_element("link").with_attributes([("rel", relation), ("type", media_type), ("href", to)]);
    link.write_empty().map(drop)
}
