//! What changed between two moments.

use crate::api::guard::Reader;
use crate::api::listing::{answer, wait_for};
use crate::api::problem::Problem;
use crate::api::query::{DayOrTime, PositionOrTime, Query, from_text};
use crate::api::representation::Representation;
use crate::query::changes::changes;
use crate::query::moment::{KnownAt, When};
use crate::query::read_query::ReadQuery;
use axum::response::Response;
use minutebook_domain::Position;
use minutebook_domain::reference::CommitteeCode;
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::Difference;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Between which moments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Between {
    /// The first moment: a day, which stands for its end where the committee is, or a time.
    #[serde(deserialize_with = "required")]
    #[param(inline, value_type = DayOrTime, example = "2019-02-26")]
    from: When,
    /// The second moment; now, if it is not given.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<DayOrTime>, example = "2019-02-27")]
    to: Option<When>,
    /// What was known at the first: a position, a day, or a time. All that is known, if it is not given.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>)]
    from_known_at: Option<KnownAt>,
    /// What was known at the second.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>)]
    to_known_at: Option<KnownAt>,
    /// Wait, for two seconds at most, until the server has seen this position.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Position>, example = 1)]
    at_least: Option<u64>,
    /// Of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
}

fn required<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<When, D::Error> {
    from_text(deserializer)?.ok_or_else(|| serde::de::Error::missing_field("from"))
}

/// What changed.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Changes {
    /// Row by row, each with the events that did it.
    changes: Vec<Difference>,
    /// The position that it is known at.
    position: Position,
}

/// What changed among the actions between two moments
#[utoipa::path(
    get, path = "/api/v1/actions/changes", tag = "Reading", params(Between),
    responses((status = 200, description = "What was added, changed field by field, or is gone", body = Changes))
)]
pub(in crate::api) async fn action_changes(reader: Reader, query: Query<Between>) -> Result<Response, Problem> {
    between::<Actions>(&reader, query.0).await
}

/// What changed in the decision register between two moments
#[utoipa::path(
    get, path = "/api/v1/decisions/changes", tag = "Reading", params(Between),
    responses((status = 200, description = "What was added, changed field by field, or is gone", body = Changes))
)]
pub(in crate::api) async fn decision_changes(reader: Reader, query: Query<Between>) -> Result<Response, Problem> {
    between::<Decisions>(&reader, query.0).await
}

/// What changed among the parties' statuses between two moments
#[utoipa::path(
    get, path = "/api/v1/parties/changes", tag = "Reading", params(Between),
    responses((status = 200, description = "What was added, changed field by field, or is gone", body = Changes))
)]
pub(in crate::api) async fn status_changes(reader: Reader, query: Query<Between>) -> Result<Response, Problem> {
    between::<PartyStatuses>(&reader, query.0).await
}

async fn between<P: Projection>(reader: &Reader, asked: Between) -> Result<Response, Problem> {
    wait_for(reader, asked.at_least).await?;
    let log = reader.log();
    let position = log.known_whole(None).await?;
    let question = |as_of, known_at| ReadQuery {
        as_of,
        known_at,
        reach: reader.reach().clone(),
        committee: asked.committee.clone(),
    };
    let first = question(Some(asked.from), asked.from_known_at);
    let changes = changes::<P>(log, &first, &question(asked.to, asked.to_known_at)).await?;
    let body = serde_json::to_vec(&Changes { changes, position }).map_err(|error| Problem::internal(&error))?;
    Ok(answer(Representation::Json, body, position))
}
