//! Small statistics of a committee at a moment.

use super::moment::end_of_day;
use super::read_query::ever;
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
    ActionStatistics, DecisionFigures, Month, MonthEnd, StatusFigures, action_statistics, decision_statistics,
    status_statistics,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// What is counted of a committee.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Statistics {
    /// The committee.
    pub committee: CommitteeCode,
    /// The day that is asked about, in the committee's time zone.
    pub day: NaiveDate,
    /// The position that everything is known at.
    pub position: Position,
    /// Its actions.
    pub actions: ActionStatistics,
    /// Its decisions, by month and verb.
    pub decisions: Vec<DecisionFigures>,
    /// The statuses it agreed or deferred, by kind and category.
    pub statuses: Vec<StatusFigures>,
}

/// What is to be counted.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The committee.
    pub committee: &'a CommitteeCode,
    /// Its time zone.
    pub zone: Tz,
    /// Only the actions of this owner.
    pub owner: Option<&'a Name>,
    /// How many months are listed at most, the last ones before the moment.
    pub months: usize,
}

/// The statistics of a committee at a moment, over what the reader may see.
pub async fn statistics(
    log: &Log,
    wanted: &Wanted<'_>,
    at: BitemporalMoment,
    clearance: Clearance,
) -> Result<Statistics, StoreError> {
    let position = log.known_whole(at.known_at).await?;
    let reading = Reading { log, committee: wanted.committee, known_at: position, clearance };
    let zone = wanted.zone;
    let day = at.as_of.with_timezone(&zone).date_naive();
    let owned = |row: &ActionRow| wanted.owner.is_none_or(|owner| row.owners.contains(owner));
    let actions = reading.readable::<Actions>(at.as_of, |row| &row.text).await?;
    let actions: Vec<ActionRow> = actions.into_iter().filter(owned).collect();
    let mut ends = Vec::new();
    for end in month_ends(&actions, day, wanted.months) {
        let rows = reading.rows::<Actions>(end_of_day(end, zone).min(at.as_of)).await?;
        ends.push(MonthEnd { day: end, rows: rows.into_iter().map(|found| found.row).collect() });
    }
    let decisions = reading.readable::<Decisions>(at.as_of, |row| &row.text).await?;
    let decided = decisions.iter().map(|row| (row.decided_at.with_timezone(&zone).date_naive(), row));
    let statuses = reading.rows::<PartyStatuses>(at.as_of).await?;
    Ok(Statistics {
        committee: wanted.committee.clone(),
        day,
        position,
        actions: action_statistics(&actions, day, &ends, clearance),
        decisions: decision_statistics(decided, clearance),
        statuses: status_statistics(statuses.iter().map(|found| &found.row)),
    })
}

/// The last days of the months from the first raising to `day`, at most `limit` of them; of the last month, `day`.
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

/// The rows of one committee, known at one position.
struct Reading<'a> {
    log: &'a Log,
    committee: &'a CommitteeCode,
    known_at: Position,
    clearance: Clearance,
}

impl Reading<'_> {
    async fn rows<P: Projection>(&self, as_of: DateTime<Utc>) -> Result<Vec<KeyedRow<P::Row>>, StoreError> {
        self.rows_at::<P>(BitemporalMoment { as_of, known_at: Some(self.known_at) }).await
    }

    async fn rows_at<P: Projection>(&self, at: BitemporalMoment) -> Result<Vec<KeyedRow<P::Row>>, StoreError> {
        let which = RowFilter::Listed { scope: &self.committee.to_string(), facets: P::FACETS };
        Ok(self.log.rows::<P>(which, at).await?.rows)
    }

    /// The rows whose text the reader may see, by its mark of then and by that of today. One that is no more has no mark
    /// of today: it is for those alone who may see everything.
    async fn readable<P: Projection>(
        &self,
        as_of: DateTime<Utc>,
        text: fn(&P::Row) -> &Classified<Prose>,
    ) -> Result<Vec<P::Row>, StoreError> {
        let visible = |found: &KeyedRow<P::Row>| text(&found.row).disclose(self.clearance).is_some();
        let today = self.rows_at::<P>(BitemporalMoment::as_known_now(ever())).await?.into_iter().filter(visible);
        let visible_today: BTreeSet<_> = today.map(|found| (found.stream, found.key)).collect();
        let then = self.rows::<P>(as_of).await?.into_iter().filter(visible);
        let still = |found: &KeyedRow<P::Row>| visible_today.contains(&(found.stream.clone(), found.key.clone()));
        let readable = then.filter(|found| sees_all(self.clearance) || still(found));
        Ok(readable.map(|found| found.row).collect())
    }
}
