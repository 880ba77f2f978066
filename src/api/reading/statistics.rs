//! The route of statistics, for dashboards.

use crate::api::guard::Reader;
use crate::api::listing::{respond, wait_for};
use crate::api::parameters::{MomentParams, Query, from_text};
use crate::api::problem::Problem;
use crate::api::representation::Representation;
use crate::present::{csv, statistics as render};
use crate::query::read_query::{DefaultMoment, committee_scopes};
use crate::query::statistics::{CommitteeStatistics, StatisticsRequest, statistics};
use axum::http::HeaderMap;
use axum::response::Response;
use minutebook_domain::Position;
use minutebook_domain::reference::{CommitteeCode, Name};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};

/// The filters of the statistics.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct StatisticsParams {
    /// Only this committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Count only actions of this owner.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>)]
    owner: Option<Name>,
    /// The maximum number of months, counted back from the last: at most 20 years. Default: 120.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<u32>, minimum = 1, maximum = 240)]
    months: Option<Months>,
    /// The format of the response. Overrides the header `Accept`.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
    /// Begin CSV with a byte order mark, by which Excel reads it as UTF-8. JSON ignores it.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    bom: Option<bool>,
}

#[derive(Debug, Clone, Copy)]
struct Months(usize);

impl FromStr for Months {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(months @ 1..=240) => Ok(Self(months)),
            _ => Err("expected a number from 1 to 240"),
        }
    }
}

/// The statistics of each committee.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct StatisticsList {
    /// One entry per committee.
    statistics: Vec<CommitteeStatistics>,
    /// The log position that the response was read at.
    position: Position,
}

/// Get statistics of actions, decisions and statuses
///
/// `outstanding` and `overdue` count the actions at the end of each month, and at `as_of` for the last month. `closed` counts
/// actions that were completed, withdrawn or superseded, and not reopened since. Only rows that the reader may see count.
#[utoipa::path(
    get, path = "/api/v1/statistics", tag = "Reading", params(MomentParams, StatisticsParams),
    responses((status = 200, description = "The statistics", content((StatisticsList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn get_statistics(
    reader: Reader,
    headers: HeaderMap,
    Query(moment): Query<MomentParams>,
    Query(params): Query<StatisticsParams>,
) -> Result<Response, Problem> {
    let form = Representation::choose(params.format, &headers, &[Representation::Json, Representation::Csv])?;
    wait_for(&reader, moment.at_least, [moment.known_at.as_ref()]).await?;
    let log = reader.log();
    let mut position = log.known_whole(None).await?;
    let query = moment.read_query(reader.clearances(), params.committee);
    let scopes = committee_scopes(log, &query, DefaultMoment::Now).await?;
    let months = params.months.map_or(120, |months| months.0);
    let request = StatisticsRequest { owner: params.owner.as_ref(), months };
    let mut list = statistics(log, reader.statistics_cache(), &scopes, request).await?;
    let mut told: BTreeMap<Position, Position> = BTreeMap::new();
    for figures in &mut list {
        position = position.max(figures.position);
        let known = figures.position;
        if let Entry::Vacant(vacant) = told.entry(known) {
            vacant.insert(reader.last_known(known).await?);
        }
        figures.position = told.get(&known).copied().unwrap_or(known);
    }
    let body = match form {
        Representation::Csv => {
            let rows = list.iter().flat_map(render::figures);
            let rows = csv::write(&render::CSV_HEADER, rows).map_err(|error| Problem::internal(&error))?;
            csv::with_mark(rows, params.bom).into_bytes()
        }
        _ => serde_json::to_vec(&StatisticsList { statistics: list, position: reader.last_known(position).await? })
            .map_err(|error| Problem::internal(&error))?,
    };
    Ok(respond(form, body, position))
}
