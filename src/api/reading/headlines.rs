//! A meeting's headlines, as their reader may see them.

use crate::api::guard::Reader;
use crate::api::listing::{answer, wait_for};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Query, from_text};
use crate::api::representation::Representation;
use crate::present::headlines::{Footer, docx::docx, html::html, json::json, markdown::markdown};
use crate::query::clearances::ClearanceByCommittee;
use crate::query::headlines::{Headlines, NoHeadlines, headlines};
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::MeetingRef;
use serde::Deserialize;
use utoipa::IntoParams;

/// For whom, and in what form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Rendering {
    /// For whom: the highest classification that they may read. It is the reader's own if it is not given, and never
    /// more than that.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Classification>, example = "WHITE")]
    audience: Option<Classification>,
    /// The form of the answer, rather than by the header `Accept`.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|md|html|docx)$", example = "md")]
    format: Option<Representation>,
}

/// A meeting's headlines
///
/// Nothing above the audience's classification is in them, in any form. The footer names the position that they were made
/// from, the root of the log up to there, and when its last event was recorded.
#[utoipa::path(
    get, path = "/api/v1/meetings/{reference}/headlines", tag = "Reading",
    params(("reference" = String, Path, description = "the meeting's reference", example = "SSC_72_2702"), Moment, Rendering),
    responses((status = 200, description = "The document", content(
        (Object = "application/json"), (String = "text/markdown"), (String = "text/html"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    )))
)]
pub(in crate::api) async fn get_headlines(
    reader: Reader,
    headers: HeaderMap,
    Path(reference): Path<String>,
    Query(moment): Query<Moment>,
    Query(asked): Query<Rendering>,
) -> Result<Response, Problem> {
    use Representation::{Docx, Html, Json, Markdown};
    let form = Representation::chosen(asked.format, &headers, &[Json, Markdown, Html, Docx])?;
    wait_for(&reader, moment.at_least).await?;
    let none = || Problem::not_found(format!("there is no meeting `{reference}` at that moment"));
    let meeting: MeetingRef = reference.parse().map_err(|_| none())?;
    let own = reader.reach().of(meeting.committee());
    // Whoever asks for more than they may see gets what they may see.
    let audience = asked.audience.filter(|audience| own.permits(*audience)).unwrap_or(own.highest());
    let question = moment.question(&ClearanceByCommittee::from(Clearance::up_to(audience)), None);
    let log = reader.log();
    let Headlines { document, as_of, position } = match headlines(log, &meeting, &question).await {
        Ok(found) => found,
        Err(NoHeadlines::NotConvened | NoHeadlines::AboveClearance) => return Err(none()),
        Err(NoHeadlines::Ask(error)) => return Err(error.into()),
        Err(NoHeadlines::View(error)) => return Err(error.into()),
    };
    let root = log.root_at(position).await?;
    // Of one position there is one document, whenever it is asked for.
    let rendered_at = log.recorded_at(position).await?.unwrap_or_default();
    let footer = Footer { audience, as_of, position, root, rendered_at };
    let body = match form {
        Html => html(&document, Some(&footer)).into_bytes(),
        Docx => docx(&document, Some(&footer)).map_err(|error| Problem::internal(&error))?,
        Json => json(&document, Some(&footer)).map_err(|error| Problem::internal(&error))?.into_bytes(),
        _ => markdown(&document, Some(&footer)).into_bytes(),
    };
    Ok(answer(form, body, position))
}
