//! Statistics of a committee at a moment.

use super::moment::end_of_day;
use super::read_query::end_of_time;
use super::visible_row::sees_all;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_domain::classification::{Classified, Clearance};
use minutebook_domain::reference::{CommitteeCode, Name, Prose};
use minutebook_ledger::{BitemporalMoment, KeyedRow, Log, RowFilter, StoreError};
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::decisions::Decisions;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use minutebook_projections::statistics::{
    ActionStatistics, DecisionCount, Month, MonthEnd, StatusCount, action_statistics, decision_statistics,
    status_statistics,
};
use serde::Serialize;
use std::collections::BTreeSet;

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
    let actions = reader.readable::<Actions>(at.as_of, |row| &row.text).await?;
    let actions: Vec<ActionRow> = actions.into_iter().filter(owned).collect();
    let mut ends = Vec::new();
    for end in month_ends(&actions, day, request.months) {
        let rows = reader.rows::<Actions>(end_of_day(end, zone).min(at.as_of)).await?;
        ends.push(MonthEnd { day: end, rows: rows.into_iter().map(|found| found.row).collect() });
    }
    let decisions = reader.readable::<Decisions>(at.as_of, |row| &row.text).await?;
    let decided = decisions.iter().map(|row| (row.decided_at.with_timezone(&zone).date_naive(), row));
    let statuses = reader.rows::<PartyStatuses>(at.as_of).await?;
    Ok(CommitteeStatistics {
        committee: request.committee.clone(),
        day,
        position,
        actions: action_statistics(&actions, day, &ends, clearance),
        decisions: decision_statistics(decided, clearance),
        statuses: status_statistics(statuses.iter().map(|found| &found.row)),
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
    async fn rows<P: Projection>(&self, as_of: DateTime<Utc>) -> Result<Vec<KeyedRow<P::Row>>, StoreError> {
        self.rows_at::<P>(BitemporalMoment { as_of, known_at: Some(self.known_at) }).await
    }

    async fn rows_at<P: Projection>(&self, at: BitemporalMoment) -> Result<Vec<KeyedRow<P::Row>>, StoreError> {
        let which = RowFilter::Listed { scope: &self.committee.to_string(), facets: P::FACETS };
        Ok(self.log.rows::<P>(which, at).await?.rows)
    }

    /// Returns the rows whose text the clearance permits both at the time and now. A row that corrections removed is for
    /// readers who may see everything.
    async fn readable<P: Projection>(
        &self,
        as_of: DateTime<Utc>,
        text: fn(&P::Row) -> &Classified<Prose>,
    ) -> Result<Vec<P::Row>, StoreError> {
        let visible = |found: &KeyedRow<P::Row>| text(&found.row).disclose(self.clearance).is_some();
        let current =
            self.rows_at::<P>(BitemporalMoment::as_known_now(end_of_time())).await?.into_iter().filter(visible);
        let visible_now: BTreeSet<_> = current.map(|found| (found.stream, found.key)).collect();
        let rows = self.rows::<P>(as_of).await?.into_iter().filter(visible);
        let is_visible_now =
            |found: &KeyedRow<P::Row>| visible_now.contains(&(found.stream.clone(), found.key.clone()));
        let readable = rows.filter(|found| sees_all(self.clearance) || is_visible_now(found));
        Ok(readable.map(|found| found.row).collect())
    }
}
