//! The routes of provenance: for each field of a row, the event that set it, who recorded it, and the lines of the document.

use crate::api::guard::Reader;
use crate::api::listing::{respond, wait_for};
use crate::api::parameters::{MomentParams, Query};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::provenance::{Subject, provenance_of};
use axum::extract::Path;
use axum::response::Response;
use minutebook_domain::Position;
use minutebook_projections::provenance::Provenance;
use serde::Serialize;
use utoipa::ToSchema;

/// The provenance of one subject.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct ProvenanceList {
    /// One entry per row. A party has one row for each status.
    rows: Vec<Provenance>,
    /// The log position that the response was read at.
    position: Position,
}

/// Get the provenance of an action's fields
#[utoipa::path(
    get, path = "/api/v1/actions/{meeting}/{number}/provenance", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "The committee's code and the meeting's number", example = "SSC72"),
        ("number" = String, Path, description = "The action's number within the meeting", example = "01"),
        MomentParams,
    ),
    responses((status = 200, description = "For each field, the event that set it", body = ProvenanceList))
)]
pub(in crate::api) async fn get_action_provenance(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    let name = format!("{meeting}/{number}");
    find_provenance(&reader, &moment, &name, name.parse().ok().map(Subject::Action)).await
}

/// Get the provenance of a decision's fields
#[utoipa::path(
    get, path = "/api/v1/decisions/{meeting}/{number}/provenance", tag = "Reading",
    params(
        ("meeting" = String, Path, description = "The meeting's reference", example = "SSC_72_2702"),
        ("number" = String, Path, description = "The decision's number within the meeting", example = "D3"),
        MomentParams,
    ),
    responses((status = 200, description = "For each field, the event that set it", body = ProvenanceList))
)]
pub(in crate::api) async fn get_decision_provenance(
    reader: Reader,
    Path((meeting, number)): Path<(String, String)>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    let name = format!("{meeting}/{number}");
    find_provenance(&reader, &moment, &name, name.parse().ok().map(Subject::Decision)).await
}

/// Get the provenance of a meeting's fields
#[utoipa::path(
    get, path = "/api/v1/meetings/{reference}/provenance", tag = "Reading",
    params(("reference" = String, Path, description = "The meeting's reference", example = "SSC_72_2702"), MomentParams),
    responses((status = 200, description = "For each field, the event that set it", body = ProvenanceList))
)]
pub(in crate::api) async fn get_meeting_provenance(
    reader: Reader,
    Path(reference): Path<String>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    find_provenance(&reader, &moment, &reference, reference.parse().ok().map(Subject::Meeting)).await
}

/// Get the provenance of a party's statuses
#[utoipa::path(
    get, path = "/api/v1/parties/{name}/provenance", tag = "Reading",
    params(("name" = String, Path, description = "The party's pseudonym", example = "Other User L"), MomentParams),
    responses((status = 200, description = "For each field, the event that set it", body = ProvenanceList))
)]
pub(in crate::api) async fn get_party_provenance(
    reader: Reader,
    Path(name): Path<String>,
    Query(moment): Query<MomentParams>,
) -> Result<Response, Problem> {
    find_provenance(&reader, &moment, &name, Some(Subject::Party(name.clone()))).await
}

async fn find_provenance(
    reader: &Reader,
    moment: &MomentParams,
    name: &str,
    subject: Option<Subject>,
) -> Result<Response, Problem> {
    wait_for(reader, moment.at_least, [moment.known_at.as_ref()]).await?;
    let log = reader.log();
    let position = log.known_whole(None).await?;
    let rows = match subject {
        Some(subject) => provenance_of(log, &subject, &moment.read_query(reader.clearances(), None)).await?,
        None => Vec::new(),
    };
    if rows.is_empty() {
        return Err(Problem::not_found(format!("there is no `{name}` at that moment")));
    }
    let rows = rows.into_iter().map(|(row, _)| row).collect();
    let list = ProvenanceList { rows, position: reader.last_known(position).await? };
    let body = serde_json::to_vec(&list).map_err(|error| Problem::internal(&error))?;
    Ok(respond(Representation::Json, body, position))
}
