//! The route of the Atom feed of published headlines (RFC 4287).

use crate::api::guard::Reader;
use crate::api::listing::respond;
use crate::api::parameters::{MomentParams, Query, from_text};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::queryable::Queryable;
use axum::response::Response;
use minutebook_domain::reference::CommitteeCode;
use minutebook_projections::meetings::PublishedEdition;
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
    let editions = |meeting| std::iter::repeat(meeting).zip(editions_of(meeting));
    let mut entries: Vec<(&MeetingView, &PublishedEdition)> = page.rows.iter().flat_map(editions).collect();
    entries.sort_by_key(|(meeting, edition)| {
        std::cmp::Reverse((edition.published_on, meeting.held_on, edition.edition, meeting.reference.to_string()))
    });
    entries.truncate(ENTRIES);
    let of = params.committee.map(|code| format!("?committee={code}")).unwrap_or_default();
    let body = atom(&entries, &format!("/api/v1/feed.atom{of}")).map_err(|error| Problem::internal(&error))?;
    Ok(respond(Representation::Atom, body, page.position))
}

fn editions_of(meeting: &MeetingView) -> &[PublishedEdition] {
    &meeting.published
}

fn atom(entries: &[(&MeetingView, &PublishedEdition)], path: &str) -> io::Result<Vec<u8>> {
    // A feed without entries still needs a date: the default is 1970-01-01.
    let updated = entries.iter().map(|(_, edition)| edition.published_on).max().unwrap_or_default();
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    feed.write_inner_content(|xml| {
        text(xml, "id", &format!("urn:minutebook:{}", path.trim_start_matches('/')))?;
        text(xml, "title", "Published headlines")?;
        text(xml, "updated", &format!("{updated}{MIDNIGHT}"))?;
        link(xml, "self", path, "application/atom+xml")?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "Minutebook"))?;
        entries.iter().try_for_each(|(meeting, edition)| entry(xml, meeting, edition))
    })?;
    Ok(xml.into_inner())
}

fn entry(xml: &mut Writer<Vec<u8>>, meeting: &MeetingView, edition: &PublishedEdition) -> io::Result<()> {
    let MeetingView { reference, committee, held_on, .. } = meeting;
    let (first, title) = (meeting.first_reference(), meeting.title());
    let PublishedEdition { edition: which, audience, published_on } = edition;
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", &format!("urn:minutebook:headlines:{first}:{which}"))?;
        text(xml, "title", &format!("{title}, {}: headlines", held_on.format("%-d %B %Y")))?;
        text(xml, "published", &format!("{published_on}{MIDNIGHT}"))?;
        text(xml, "updated", &format!("{published_on}{MIDNIGHT}"))?;
        link(xml, "alternate", &format!("/api/v1/meetings/{reference}"), "application/json")?;
        xml.create_element("category").with_attribute(("term", committee.as_str())).write_empty()?;
        text(xml, "summary", &format!("Edition {which} of the headlines of {reference}, published as {audience}."))
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
