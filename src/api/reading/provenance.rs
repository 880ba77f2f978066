//! Where each field of something comes from: the event, who recorded it, from which lines of which document.

use crate::api::guard::Reader;
use crate::api::listing::{answer, wait_for};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Query};
use crate::api::representation::Representation;
use crate::views::asking::{Otherwise, Vantage, vantages};
use crate::views::why::why;
use axum::extract::Path;
use axum::response::Response;
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef, PartyName};
use minutebook_domain::{Position, StreamId};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
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
    let stream = name.parse::<ActionRef>().ok().map(StreamId::Action);
    explained::<Actions>(&reader, &moment, &name, |_| stream.clone(), None).await
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
    let id = name.parse::<DecisionId>().ok();
    let stream = id.as_ref().map(|id| StreamId::Meeting(id.meeting().clone()));
    let key = id.map(|id| id.number().to_string());
    explained::<Decisions>(&reader, &moment, &name, |_| stream.clone(), key.as_deref()).await
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
    let stream = reference.parse::<MeetingRef>().ok().map(StreamId::Meeting);
    explained::<Meetings>(&reader, &moment, &reference, |_| stream.clone(), None).await
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
    let party = name.parse::<PartyName>().ok();
    let stream = |committee: &CommitteeCode| party.clone().map(|party| StreamId::Party(committee.clone(), party));
    explained::<PartyStatuses>(&reader, &moment, &name, stream, None).await
}

async fn explained<P: Projection>(
    reader: &Reader,
    moment: &Moment,
    name: &str,
    stream: impl Fn(&CommitteeCode) -> Option<StreamId>,
    key: Option<&str>,
) -> Result<Response, Problem> {
    wait_for(reader, moment.at_least).await?;
    let log = reader.log();
    let position = log.known_whole(None).await?;
    let mut rows = Vec::new();
    for Vantage { committee, at, clearance, .. } in
        vantages(log, &moment.question(reader.reach(), None), Otherwise::Now).await?
    {
        let Some(stream) = stream(&committee.code).filter(|stream| stream.committee() == Some(&committee.code)) else {
            continue;
        };
        rows.extend(why::<P>(log, &stream, key, at, clearance).await?);
    }
    if rows.is_empty() {
        return Err(Problem::not_found(format!("there is no `{name}` at that moment")));
    }
    let body = serde_json::to_vec(&Explained { rows, position }).map_err(|error| Problem::internal(&error))?;
    Ok(answer(Representation::Json, body, position))
}
