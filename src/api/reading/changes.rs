//! The routes of changes between two moments.

use crate::api::guard::Reader;
use crate::api::listing::{respond, wait_for};
use crate::api::parameters::{DayOrTime, PositionOrTime, Query, from_text, position};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::query::changes::changes;
use crate::query::moment::{KnownAt, PointInTime};
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

/// The two moments to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ChangesParams {
    /// The first moment: a time (RFC 3339); a day, which means its end in the committee's time zone; or a meeting, which means
    /// the end of its day.
    #[serde(deserialize_with = "required")]
    #[param(inline, value_type = DayOrTime, example = "2019-02-26")]
    from: PointInTime,
    /// The second moment, as `from`. Default: now.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<DayOrTime>, example = "2019-02-27")]
    to: Option<PointInTime>,
    /// For the first moment, read only what was recorded by then: a log position, a day, a time, or a meeting. Default: everything
    /// recorded so far.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>)]
    from_known_at: Option<KnownAt>,
    /// For the second moment, as `from_known_at`.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>)]
    to_known_at: Option<KnownAt>,
    /// Wait up to two seconds until the server has read this log position.
    #[serde(default, deserialize_with = "position")]
    #[param(inline, value_type = Option<Position>, example = 1)]
    at_least: Option<u64>,
    /// Only changes in this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
}

fn required<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<PointInTime, D::Error> {
    from_text(deserializer)?.ok_or_else(|| serde::de::Error::missing_field("from"))
}

/// The changes between two moments.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct ChangeList {
    /// One entry per row, with the events that caused the change.
    changes: Vec<Difference>,
    /// The log position that the response was read at.
    position: Position,
}

/// List changes of actions between two moments
#[utoipa::path(
    get, path = "/api/v1/actions/changes", tag = "Reading", params(ChangesParams),
    responses((status = 200, description = "The added, changed and removed rows; changed rows field by field", body = ChangeList))
)]
pub(in crate::api) async fn list_action_changes(
    reader: Reader,
    query: Query<ChangesParams>,
) -> Result<Response, Problem> {
    list_changes::<Actions>(&reader, query.0).await
}

/// List changes of decisions between two moments
#[utoipa::path(
    get, path = "/api/v1/decisions/changes", tag = "Reading", params(ChangesParams),
    responses((status = 200, description = "The added, changed and removed rows; changed rows field by field", body = ChangeList))
)]
pub(in crate::api) async fn list_decision_changes(
    reader: Reader,
    query: Query<ChangesParams>,
) -> Result<Response, Problem> {
    list_changes::<Decisions>(&reader, query.0).await
}

/// List changes of parties' statuses between two moments
#[utoipa::path(
    get, path = "/api/v1/parties/changes", tag = "Reading", params(ChangesParams),
    responses((status = 200, description = "The added, changed and removed rows; changed rows field by field", body = ChangeList))
)]
pub(in crate::api) async fn list_status_changes(
    reader: Reader,
    query: Query<ChangesParams>,
) -> Result<Response, Problem> {
    list_changes::<PartyStatuses>(&reader, query.0).await
}

async fn list_changes<P: Projection>(reader: &Reader, params: ChangesParams) -> Result<Response, Problem> {
    wait_for(reader, params.at_least, [params.from_known_at.as_ref(), params.to_known_at.as_ref()]).await?;
    let log = reader.log();
    let position = log.known_whole(None).await?;
    let query = |as_of, known_at| ReadQuery {
        as_of,
        known_at,
        clearances: reader.clearances().clone(),
        committee: params.committee.clone(),
    };
    let first = query(Some(params.from), params.from_known_at);
    let changes = changes::<P>(log, &first, &query(params.to, params.to_known_at)).await?;
    let list = ChangeList { changes, position: reader.last_known(position).await? };
    let body = serde_json::to_vec(&list).map_err(|error| Problem::internal(&error))?;
    Ok(respond(Representation::Json, body, position))
}
