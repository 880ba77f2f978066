//! Small statistics, for dashboards.

use crate::api::guard::Reader;
use crate::api::listing::{answer, wait_for};
use crate::api::problem::Problem;
use crate::api::query::{Moment, Query, from_text};
use crate::api::representation::Representation;
use crate::present::{csv, statistics as render};
use crate::query::read_query::{DefaultMoment, vantages};
use crate::query::statistics::{Statistics, Wanted, statistics};
use axum::http::HeaderMap;
use axum::response::Response;
use minutebook_domain::Position;
use minutebook_domain::reference::{CommitteeCode, Name};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};

/// What is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Counting {
    /// Of one committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<CommitteeCode>)]
    committee: Option<CommitteeCode>,
    /// Only the actions of this owner.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>)]
    owner: Option<Name>,
    /// How many months of actions at most, 120 if it is not given.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<u32>, minimum = 1, maximum = 600)]
    months: Option<Months>,
    /// The form of the answer, rather than by the header `Accept`.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^(json|csv)$", example = "csv")]
    format: Option<Representation>,
}

#[derive(Debug, Clone, Copy)]
struct Months(usize);

impl FromStr for Months {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(months @ 1..=600) => Ok(Self(months)),
            _ => Err("a number from 1 to 600 was expected"),
        }
    }
}

/// Figures of each committee.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct StatisticsList {
    /// Of each committee that was asked about.
    statistics: Vec<Statistics>,
    /// The position that they are known at.
    position: Position,
}

/// Count actions, decisions and statuses
///
/// A month's outstanding and overdue actions are those at its end, of the last month those at the moment that is asked
/// about. Closed is completed, withdrawn or superseded, and not reopened since. Only what the reader may see is counted.
#[utoipa::path(
    get, path = "/api/v1/statistics", tag = "Reading", params(Moment, Counting),
    responses((status = 200, description = "The figures", content((StatisticsList = "application/json"), (String = "text/csv"))))
)]
pub(in crate::api) async fn get_statistics(
    reader: Reader,
    headers: HeaderMap,
    Query(moment): Query<Moment>,
    Query(asked): Query<Counting>,
) -> Result<Response, Problem> {
    let form = Representation::chosen(asked.format, &headers, &[Representation::Json, Representation::Csv])?;
    wait_for(&reader, moment.at_least).await?;
    let log = reader.log();
    let mut position = log.known_whole(None).await?;
    let mut found = Vec::new();
    for vantage in vantages(log, &moment.question(reader.reach(), asked.committee), DefaultMoment::Now).await? {
        let months = asked.months.map_or(120, |months| months.0);
        let (committee, zone) = (&vantage.committee.code, vantage.zone);
        let wanted = Wanted { committee, zone, owner: asked.owner.as_ref(), months };
        let figures = statistics(log, &wanted, vantage.at, vantage.clearance).await?;
        position = position.max(figures.position);
        found.push(figures);
    }
    let body = match form {
        Representation::Csv => {
            let rows = found.iter().flat_map(render::figures);
            csv::write(&render::CSV_HEADER, rows).map_err(|error| Problem::internal(&error))?.into_bytes()
        }
        _ => serde_json::to_vec(&StatisticsList { statistics: found, position })
            .map_err(|error| Problem::internal(&error))?,
    };
    Ok(answer(form, body, position))
}
