//! The route of a meeting's headlines.

use crate::api::guard::Reader;
use crate::api::listing::{respond, wait_for};
use crate::api::parameters::{MomentParams, Query, from_text};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::present::footer::Footer;
use crate::present::headlines::{docx::docx, html::html, json::json, markdown::markdown};
use crate::query::clearances::ClearanceByCommittee;
use crate::query::edition_choice::EditionChoice;
use crate::query::events::Audience;
use crate::query::headlines::{HeadlinesError, MeetingHeadlines, headlines};
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::MeetingRef;
use serde::Deserialize;
use utoipa::IntoParams;

/// The audience and the format of the headlines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct HeadlinesParams {
    /// The highest classification to include. Default and maximum: the reader's own clearance.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Classification>, example = "WHITE")]
    audience: Option<Classification>,
    /// The edition: the published headlines or the confidential minutes. Default: the most confidential one that the audience
    /// may know.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(white|confidential)$", example = "white")]
    edition: Option<EditionChoice>,
    /// The format of the response. Overrides the header `Accept`.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|md|html|docx)$", example = "md")]
    format: Option<Representation>,
}

/// Get a meeting's headlines
///
/// In every format, the document contains only texts up to the audience's classification. Its footer states the log position,
/// the Merkle root up to that position, and the time of the last event.
#[utoipa::path(
    get, path = "/api/v1/meetings/{reference}/headlines", tag = "Reading",
    params(("reference" = String, Path, description = "The meeting's reference", example = "SSC_72_2702"), MomentParams, HeadlinesParams),
    responses((status = 200, description = "The headlines", content(
        (Object = "application/json"), (String = "text/markdown"), (String = "text/html"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    )))
)]
pub(in crate::api) async fn get_headlines(
    reader: Reader,
    headers: HeaderMap,
    Path(reference): Path<String>,
    Query(moment): Query<MomentParams>,
    Query(params): Query<HeadlinesParams>,
) -> Result<Response, Problem> {
    use Representation::{Docx, Html, Json, Markdown};
    let form = Representation::choose(params.format, &headers, &[Json, Markdown, Html, Docx])?;
    wait_for(&reader, moment.at_least, [moment.known_at.as_ref()]).await?;
    let missing = || Problem::not_found(format!("there is no meeting `{reference}` at that moment"));
    let meeting: MeetingRef = reference.parse().map_err(|_| missing())?;
    let own = reader.clearances().of(meeting.committee());
    // An audience above the reader's clearance is lowered to it.
    let audience = params.audience.filter(|audience| own.permits(*audience)).unwrap_or(own.highest());
    let query = moment.read_query(&ClearanceByCommittee::from(Clearance::up_to(audience)), None);
    let log = reader.log();
    let MeetingHeadlines { document, as_of, position } = match headlines(log, &meeting, params.edition, &query).await {
        Ok(found) => found,
        Err(HeadlinesError::NotConvened | HeadlinesError::AboveClearance) => return Err(missing()),
        Err(HeadlinesError::NoSuchEdition(edition)) => {
            return Err(Problem::not_found(format!("there is no {edition} edition of `{reference}` at that moment")));
        }
        Err(HeadlinesError::Query(error)) => return Err(error.into()),
        Err(HeadlinesError::Read(error)) => return Err(error.into()),
    };
    // The document is published, so it tells what its audience may know, and no more of it that the reader may.
    let told = reader.events().last_known(position, &Audience::cleared(audience)).await?;
    let root = log.root_at(told).await?;
    // The time of the last event, not of the request: the document of one position is always the same.
    let rendered_at = log.recorded_at(told).await?.unwrap_or_default();
    let footer = Footer { audience, as_of, position: told, root, rendered_at };
    let body = match form {
        Html => html(&document, Some(&footer)).into_bytes(),
        Docx => docx(&document, Some(&footer)).map_err(|error| Problem::internal(&error))?,
        Json => json(&document, Some(&footer)).map_err(|error| Problem::internal(&error))?.into_bytes(),
        _ => markdown(&document, Some(&footer)).into_bytes(),
    };
    Ok(respond(form, body, position))
}
