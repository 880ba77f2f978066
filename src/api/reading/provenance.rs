//! Where each field of something comes from: the event, who recorded it, from which lines of which document.

use crate::api::guard::Reader;
use crate::api::listing::{answer, wait_for};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Query};
use crate::api::representation::Representation;
use crate::query::provenance::{Subject, explained};
use axum::extract::Path;
use axum::response::Response;
use minutebook_domain::Position;
use minutebook_projections::provenance::Provenance;
use serde::Serialize;
use utoipa::ToSchema;

/// Where it comes from.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Explained {
    /// Row by row: of a party, one for each status.
    rows: Vec<Provenance>,
    /// The position that it is known at.
    position: Position,
}

/// Where each field of an action comes from
#[utoipa::path(
    get, path = "/api/v1/actions/{meeting}/{number}/provenance", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "the committee and the number of its meeting", example = "SSC72"),
        ("number" = String, Path, description = "the action's number there", example = "01"),
        Moment,
    ),
    responses((status = 200, description = "The events", body = Explained))
)]
pub(in crate::api) async fn of_action(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    let name = format!("{meeting}/{number}");
    explain(&reader, &moment, &name, name.parse().ok().map(Subject::Action)).await
}

/// Where each field of a decision comes from
#[utoipa::path(
    get, path = "/api/v1/decisions/{meeting}/{number}/provenance", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "the meeting's reference", example = "SSC_72_2702"),
        ("number" = String, Path, description = "the decision's number there", example = "D3"),
        Moment,
    ),
    responses((status = 200, description = "The events", body = Explained))
)]
pub(in crate::api) async fn of_decision(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    let name = format!("{meeting}/{number}");
    explain(&reader, &moment, &name, name.parse().ok().map(Subject::Decision)).await
}

/// Where each field of a meeting comes from
#[utoipa::path(
    get, path = "/api/v1/meetings/{reference}/provenance", tag = "Reading",
    params(("reference" = String, Path, description = "the meeting's reference", example = "SSC_72_2702"), Moment),
    responses((status = 200, description = "The events", body = Explained))
)]
pub(in crate::api) async fn of_meeting(
    reader: Reader,
    Path(reference): Path<String>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    explain(&reader, &moment, &reference, reference.parse().ok().map(Subject::Meeting)).await
}

/// Where each status of a party comes from
#[utoipa::path(
    get, path = "/api/v1/parties/{name}/provenance", tag = "Reading",
    params(("name" = String, Path, description = "the party's pseudonym", example = "Other User L"), Moment),
    responses((status = 200, description = "The events", body = Explained))
)]
pub(in crate::api) async fn of_party(
    reader: Reader,
    Path(name): Path<String>,
    Query(moment): Query<Moment>,
) -> Result<Response, Problem> {
    explain(&reader, &moment, &name, Some(Subject::Party(name.clone()))).await
}

async fn explain(reader: &Reader, moment: &Moment, name: &str, subject: Option<Subject>) -> Result<Response, Problem> {
    wait_for(reader, moment.at_least).await?;
    let log = reader.log();
    let position = log.known_whole(None).await?;
    let rows = match subject {
        Some(subject) => explained(log, &subject, &moment.question(reader.reach(), None)).await?,
        None => Vec::new(),
    };
    if rows.is_empty() {
        return Err(Problem::not_found(format!("there is no `{name}` at that moment")));
    }
    let rows = rows.into_iter().map(|(row, _)| row).collect();
    let body = serde_json::to_vec(&Explained { rows, position }).map_err(|error| Problem::internal(&error))?;
    Ok(answer(Representation::Json, body, position))
}
