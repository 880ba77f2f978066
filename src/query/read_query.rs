//! Asking the ledger: the rows of a read model, of each committee, at the moment that is asked about.

use super::clearances::ClearanceByCommittee;
use super::listed::Page;
use super::moment::{KnownAt, When};
use super::visible_row::{Today, VisibleRow, sees_all};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter, StoreError};
use minutebook_projections::committees::{CommitteeRow, Committees};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use std::collections::{BTreeSet, HashMap};

/// What a reader asks of any list.
#[derive(Debug, Clone)]
pub struct ReadQuery {
    /// As it was then; none for what the list takes as its own.
    pub as_of: Option<When>,
    /// As was then known; with all that is known if none.
    pub known_at: Option<KnownAt>,
    /// What the reader may see.
    pub reach: ClearanceByCommittee,
    /// One committee, or all of them.
    pub committee: Option<CommitteeCode>,
}

/// The moment that a list is of where the reader names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultMoment {
    /// Now.
    Now,
    /// As far ahead as anything is recorded: what is planned is listed too.
    Ever,
}

/// Why a question has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AskError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such committee.
    #[error("there is no committee {given} in the ledger")]
    UnknownCommittee {
        /// What was asked for.
        given: CommitteeCode,
        /// What there is.
        known: Vec<CommitteeCode>,
    },
    /// The ledger is not so long.
    #[error("position {given} is still to come")]
    StillToCome {
        /// What was asked for.
        given: Position,
        /// The last position.
        head: Position,
    },
}

/// One committee, seen from the moment that is asked about.
#[derive(Debug, Clone)]
pub struct CommitteeScope {
    /// The committee, as its settings are today.
    pub committee: CommitteeRow,
    /// Its time zone.
    pub zone: Tz,
    /// The moment, on both clocks.
    pub at: BitemporalMoment,
    /// The day that the moment falls on there, for what is overdue. Today if the list is of all times.
    pub today: NaiveDate,
    /// What the reader may see.
    pub clearance: Clearance,
    pinned: Option<Position>,
}

/// A moment after everything: the end of the year 9999.
pub(crate) fn ever() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The committees of the ledger that the question is about, each with its moment.
pub async fn vantages(
    log: &Log,
    question: &ReadQuery,
    otherwise: DefaultMoment,
) -> Result<Vec<CommitteeScope>, AskError> {
    let mut vantages = Vec::new();
    let now = log.environment().clock.now();
    let committees = committees(log).await?;
    if let Some(given) = &question.committee
        && !committees.iter().any(|row| row.code == *given)
    {
        let known = committees.into_iter().map(|row| row.code).collect();
        return Err(AskError::UnknownCommittee { given: given.clone(), known });
    }
    for committee in committees {
        if question.committee.as_ref().is_some_and(|wanted| *wanted != committee.code) {
            continue;
        }
        let zone = zone(&committee);
        let as_of = question.as_of.map(|when| when.in_zone(zone));
        let known_at = match question.known_at {
            Some(known_at) => Some(position(log, known_at, zone).await?),
            None => None,
        };
        let clearance = question.reach.of(&committee.code);
        let today = as_of.unwrap_or(now).with_timezone(&zone).date_naive();
        let as_of = as_of.unwrap_or(if otherwise == DefaultMoment::Now { now } else { ever() });
        vantages.push(CommitteeScope {
            committee,
            zone,
            at: BitemporalMoment { as_of, known_at },
            today,
            clearance,
            pinned: None,
        });
    }
    Ok(vantages)
}

/// Every committee that the ledger has ever heard of, with its settings of today.
pub async fn committees(log: &Log) -> Result<Vec<CommitteeRow>, StoreError> {
    let view = log
        .rows::<Committees>(
            RowFilter::Listed { scope: "", facets: Committees::FACETS },
            BitemporalMoment::as_known_now(ever()),
        )
        .await?;
    Ok(view.rows.into_iter().map(|found| found.row).collect())
}

/// A committee's time zone. The rules admit none that is not known.
pub fn zone(committee: &CommitteeRow) -> Tz {
    committee.time_zone.parse().unwrap_or(chrono_tz::Europe::London)
}

/// The position that stands for what was known.
pub async fn position(log: &Log, known_at: KnownAt, zone: Tz) -> Result<Position, AskError> {
    match known_at {
        KnownAt::When(when) => Ok(log.position_at(when.in_zone(zone)).await?),
        KnownAt::Position(given) => {
            let head = log.head().await?;
            if given > head { Err(AskError::StillToCome { given, head }) } else { Ok(given) }
        }
    }
}

/// RowSelection rows of a read model a list is of.
#[derive(Debug, Clone, Copy)]
pub struct RowSelection<'a> {
    /// Those in some of the projection's facets.
    pub facets: &'a [&'a str],
    /// Of those, the ones that said this at one time or another. Whether they say it at the moment that is asked about
    /// is seen from what the reader sees of them.
    pub search: Option<&'a Search>,
}

impl RowSelection<'_> {
    /// All rows of `P`.
    pub fn all<P: Projection>() -> Self {
        Self { facets: P::FACETS, search: None }
    }
}

/// The views that `view` makes of the rows of `P`, committee by committee. All are known at one position, unless the
/// moment that is asked about is another one in another time zone.
pub async fn page<P: Projection, V>(
    log: &Log,
    question: &ReadQuery,
    otherwise: DefaultMoment,
    which: RowSelection<'_>,
    view: impl Fn(Vec<VisibleRow<P::Row>>, &CommitteeScope) -> Vec<V>,
) -> Result<Page<V>, AskError> {
    let vantages = vantages(log, question, otherwise).await?;
    let mut page = Page::of_moment(&vantages, question, otherwise);
    let mut pinned = None;
    for mut vantage in vantages {
        vantage.pin(pinned);
        let (rows, position) = vantage.rows::<P>(log, which).await?;
        page.rows.extend(view(rows, &vantage));
        page.position = page.position.max(position);
        pinned = Some(position);
    }
    Ok(page)
}

/// What the rows of `P` are called that a reader may see in a list of `page`'s moment, in the committees where there are
/// others: beside a text that they may see, the name of one of those would tell that there is such a row.
pub async fn visible<P: Projection, V, N: Ord>(
    log: &Log,
    question: &ReadQuery,
    page: &Page<V>,
    name: impl Fn(&VisibleRow<P::Row>) -> Option<N>,
) -> Result<BTreeSet<N>, AskError> {
    let mut names = BTreeSet::new();
    for mut vantage in vantages(log, question, DefaultMoment::Now).await? {
        vantage.pin(Some(page.position));
        if !sees_all(vantage.clearance) {
            let (rows, _) = vantage.rows::<P>(log, RowSelection::all::<P>()).await?;
            names.extend(rows.iter().filter_map(&name));
        }
    }
    Ok(names)
}

impl<V> Page<V> {
    /// An empty page of what is asked about.
    pub fn of_moment(vantages: &[CommitteeScope], question: &ReadQuery, otherwise: DefaultMoment) -> Self {
        let timeless = question.as_of.is_none() && otherwise == DefaultMoment::Ever;
        Self {
            rows: Vec::new(),
            total: 0,
            // Where a day ends at several times, the last of them.
            as_of: vantages.iter().map(|vantage| vantage.at.as_of).max().filter(|_| !timeless),
            known_at: vantages.iter().filter_map(|vantage| vantage.at.known_at).max(),
            position: Position::START,
        }
    }
}

impl CommitteeScope {
    /// Has what is known today read as of the same position as what was read before it.
    pub fn pin(&mut self, position: Option<Position>) {
        if self.at.known_at.is_none() {
            self.pinned = position;
        }
    }

    /// The committee's rows of `P`, in the order of stream and key, and the position they are known at.
    pub async fn rows<P: Projection>(
        &self,
        log: &Log,
        which: RowSelection<'_>,
    ) -> Result<(Vec<VisibleRow<P::Row>>, Position), AskError> {
        let scope = self.committee.code.as_str();
        let at = BitemporalMoment { known_at: self.at.known_at.or(self.pinned), ..self.at };
        let facets = which.facets;
        let wanted = match which.search {
            Some(search) => RowFilter::Searched { scope, facets, search, clearance: self.clearance },
            None => RowFilter::Listed { scope, facets },
        };
        let view = log.rows::<P>(wanted, at).await?;
        let mut today: HashMap<(String, String), P::Row> = HashMap::new();
        if self.at.known_at.is_some() && !sees_all(self.clearance) {
            let now = log
                .rows::<P>(RowFilter::Listed { scope, facets: P::FACETS }, BitemporalMoment::as_known_now(ever()))
                .await?;
            today.extend(now.rows.into_iter().map(|found| ((found.stream.to_string(), found.key), found.row)));
        }
        let seen = |found: minutebook_ledger::KeyedRow<P::Row>| {
            let today = match self.at.known_at {
                Some(_) => Today::Other(today.remove(&(found.stream.to_string(), found.key)).map(Box::new)),
                None => Today::Same,
            };
            VisibleRow { row: found.row, today, clearance: self.clearance }
        };
        Ok((view.rows.into_iter().map(seen).collect(), view.position))
    }
}
