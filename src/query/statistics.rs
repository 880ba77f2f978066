//! Statistics of a committee at a moment.

use super::moment::end_of_day;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_ledger::{BitemporalMoment, Log, RowFilter, StoreError};
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::decisions::Decisions;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use minutebook_projections::statistics::{
    ActionStatistics, CountedActions, DecisionCount, Month, MonthEnd, StatusCount, action_statistics,
    decision_statistics, status_statistics,
};
use serde::Serialize;

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
#[derive(Debug, Clone)]
pub struct StatisticsRequest<'a> {
    /// The committee.
    pub committee: &'a CommitteeCode,
    /// The committee's time zone.
    pub zone: Tz,
    /// Count only the actions of this owner.
    pub owner: Option<&'a Name>,
    /// The largest number of months to list, counted back from the moment.
    pub months: usize,
}

/// Computes the statistics of a committee at a moment for a reader with this clearance.
pub async fn statistics(
    log: &Log,
    request: &StatisticsRequest<'_>,
    at: BitemporalMoment,
    clearance: Clearance,
) -> Result<CommitteeStatistics, StoreError> {
    let position = log.known_whole(at.known_at).await?;
    let reader = StatisticsReader { log, committee: request.committee, known_at: position, clearance };
    let zone = request.zone;
    let day = at.as_of.with_timezone(&zone).date_naive();
    let owned = |row: &ActionRow| request.owner.is_none_or(|owner| row.owners.contains(owner));
    let actions: Vec<ActionRow> = reader.rows::<Actions>(at.as_of).await?.into_iter().filter(owned).collect();
    let known = CountedActions::of(&actions, clearance);
    let mut ends = Vec::new();
    for end in month_ends(&actions, day, request.months) {
        // The rows of one month are gone before those of the next are read.
        let rows = reader.rows::<Actions>(end_of_day(end, zone).min(at.as_of)).await?;
        ends.push(MonthEnd::count(end, &rows, &known, clearance));
    }
    let decisions = reader.rows::<Decisions>(at.as_of).await?;
    let decided = decisions.iter().map(|row| (row.decided_at.with_timezone(&zone).date_naive(), row));
    let statuses = reader.rows::<PartyStatuses>(at.as_of).await?;
    Ok(CommitteeStatistics {
        committee: request.committee.clone(),
        day,
        position,
        actions: action_statistics(&actions, day, &ends, clearance),
        decisions: decision_statistics(decided, clearance),
        statuses: status_statistics(statuses.iter()),
    })
}

/// Returns the last days of the months from the first action to `day`, at most the last `limit` of them. The last one is
/// `day`.
fn month_ends(actions: &[ActionRow], day: NaiveDate, limit: usize) -> Vec<NaiveDate> {
    let Some(first) = actions.iter().map(|row| row.raised_on).min() else { return Vec::new() };
    let (first, mut month) = (Month::of(first), Some(Month::of(day)));
    let mut ends = Vec::new();
    while let Some(listed) = month.filter(|month| *month >= first && ends.len() < limit) {
        ends.push(listed.last_day().min(day));
        month = listed.previous();
    }
    ends.reverse();
    ends
}

/// Reads the rows of one committee at one position.
struct StatisticsReader<'a> {
    log: &'a Log,
    committee: &'a CommitteeCode,
    known_at: Position,
    clearance: Clearance,
}

impl StatisticsReader<'_> {
    async fn rows<P: Projection>(&self, as_of: DateTime<Utc>) -> Result<Vec<P::Row>, StoreError> {
        let which = RowFilter::Listed { scope: &self.committee.to_string(), facets: P::FACETS };
        let at = BitemporalMoment { as_of, known_at: Some(self.known_at) };
        let found = self.log.rows::<P>(which, at, self.clearance).await?.rows;
        Ok(found.into_iter().map(|keyed| keyed.row).collect())
    }
}
