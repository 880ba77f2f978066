//! Statistics of committees at a moment.
//!
//! What counts of each row, and for how long, is read once and kept in memory (`cache`); after that a read adds what was
//! recorded since. Each figure is then read off its series of changes (`minutebook_projections::statistics`), which costs
//! the same for every moment.

mod book;
mod cache;

pub use cache::StatisticsCache;

use super::moment::end_of_day;
use super::read_query::CommitteeScope;
use cache::CommitteeFigures;
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_ledger::{Log, StoreError};
use minutebook_projections::statistics::{ActionStatistics, Calendar, DecisionCount, StatusCount};
use serde::Serialize;
use std::collections::BTreeMap;

/// A committee's statistics, over the records that the reader may see.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CommitteeStatistics {
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The day of the requested moment in the committee's time zone.
    pub day: NaiveDate,
    /// The last position of the log that the statistics take into account.
    pub position: Position,
    /// Statistics of the actions.
    pub actions: ActionStatistics,
    /// The number of decisions by month and verb.
    pub decisions: Vec<DecisionCount>,
    /// The number of statuses agreed and deferred by kind and category.
    pub statuses: Vec<StatusCount>,
}

/// Which statistics to compute.
#[derive(Debug, Clone, Copy)]
pub struct StatisticsRequest<'a> {
    /// Count only the actions of this owner.
    pub owner: Option<&'a Name>,
    /// The largest number of months to list, counted back from the moment.
    pub months: usize,
}

/// Returns the statistics of each committee at its moment, for a reader with its clearance.
///
/// As known at an earlier position, the rows of each committee are read anew, once.
pub async fn statistics(
    log: &Log,
    cache: &StatisticsCache,
    scopes: &[CommitteeScope],
    request: StatisticsRequest<'_>,
) -> Result<Vec<CommitteeStatistics>, StoreError> {
    let mut calendars = Calendars::default();
    let read = cache.read(log, scopes, &mut calendars).await?;
    let mut list = Vec::with_capacity(scopes.len());
    for (scope, CommitteeFigures { position, book, tally }) in scopes.iter().zip(read) {
        let calendar = calendars.of(scope.zone);
        let moment = scope.at.as_of.timestamp_micros();
        let actions = match request.owner {
            None => tally.actions.at(moment, calendar, request.months),
            Some(owner) => {
                let of_owner = book.actions_of(owner, moment, scope.clearance, calendar);
                of_owner.at(moment, calendar, request.months)
            }
        };
        list.push(CommitteeStatistics {
            committee: scope.committee.code.clone(),
            day: calendar.day_of(moment),
            position,
            actions,
            decisions: tally.decisions.decisions(moment),
            statuses: tally.statuses.statuses(moment),
        });
    }
    Ok(list)
}

/// The calendar of each time zone.
#[derive(Default)]
struct Calendars(BTreeMap<&'static str, Calendar>);

impl Calendars {
    fn of(&mut self, zone: Tz) -> &mut Calendar {
        self.0.entry(zone.name()).or_insert_with(|| {
            let local = move |moment| DateTime::from_timestamp_micros(moment).unwrap_or_default().with_timezone(&zone);
            Calendar::new(move |day| end_of_day(day, zone).timestamp_micros(), move |moment| local(moment).date_naive())
        })
    }
}
