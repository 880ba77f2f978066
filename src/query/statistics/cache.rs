//! A cache of what counts in the statistics of each committee, as known now.

use super::Calendars;
use super::book::{CommitteeBook, CommitteeTally};
use crate::query::read_query::CommitteeScope;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, StreamId};
use minutebook_ledger::{Log, StoreError};
use minutebook_projections::statistics::Calendar;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Spans of all committees together; above it the committees that are not being read are dropped. One takes some hundred
/// bytes with its figures.
const MAX_SPANS: usize = 2_000_000;
/// Events since the last read of which the streams are read anew; after more, everything is.
const MAX_EVENTS: u64 = 100_000;

/// Keeps what counts of the rows of each committee whose statistics were read, and what each clearance knows of it.
///
/// The log says which streams have changed since: their rows alone are read again.
#[derive(Debug, Default)]
pub struct StatisticsCache {
    committees: Mutex<CachedCommittees>,
}

#[derive(Debug, Default)]
struct CachedCommittees {
    /// The position that all of them are known at.
    position: Position,
    books: BTreeMap<CommitteeCode, CachedBook>,
}

#[derive(Debug, Default)]
struct CachedBook {
    book: Arc<CommitteeBook>,
    size: usize,
    /// By clearance and time zone.
    tallies: BTreeMap<(Clearance, String), Arc<CommitteeTally>>,
}

/// What a read of the statistics finds of a committee.
pub(super) struct CommitteeFigures {
    /// The position that it is known at.
    pub(super) position: Position,
    pub(super) book: Arc<CommitteeBook>,
    pub(super) tally: Arc<CommitteeTally>,
}

impl StatisticsCache {
    /// Returns what counts in each committee at its position, and the figures of the reader's clearance.
    pub(super) async fn read(
        &self,
        log: &Log,
        scopes: &[CommitteeScope],
        calendars: &mut Calendars,
    ) -> Result<Vec<CommitteeFigures>, StoreError> {
        let mut found = Vec::with_capacity(scopes.len());
        {
            // One read at a time brings the cache up to the end of the log; the others wait for it.
            let mut cached = self.committees.lock().await;
            let head = log.known_whole(None).await?;
            let mut known: BTreeMap<Option<Position>, Position> = [(None, head)].into();
            for scope in scopes {
                let position = match known.get(&scope.at.known_at) {
                    Some(position) => *position,
                    None => log.known_whole(scope.at.known_at).await?,
                };
                known.insert(scope.at.known_at, position);
                let current = if position == head {
                    cached.advance(log, head).await?;
                    Some(cached.read(log, scope, calendars.of(scope.zone)).await?)
                } else {
                    None
                };
                found.push((position, current));
            }
        }
        let mut figures = Vec::with_capacity(scopes.len());
        for (scope, (position, current)) in scopes.iter().zip(found) {
            let (book, tally) = if let Some(current) = current {
                current
            } else {
                let book = CommitteeBook::read(log, &scope.committee.code, position).await?;
                let tally = book.tally(scope.clearance, calendars.of(scope.zone));
                (Arc::new(book), Arc::new(tally))
            };
            figures.push(CommitteeFigures { position, book, tally });
        }
        Ok(figures)
    }
}

impl CachedCommittees {
    /// Reads what was recorded up to `head` since the last read.
    async fn advance(&mut self, log: &Log, head: Position) -> Result<(), StoreError> {
        if head <= self.position {
            return Ok(());
        }
        if head.number() - self.position.number() > MAX_EVENTS {
            self.books.clear();
        }
        if !self.books.is_empty() {
            let mut changed: BTreeMap<CommitteeCode, Vec<StreamId>> = BTreeMap::new();
            for stream in log.streams_between(self.position, head).await? {
                let committee = stream.committee().filter(|committee| self.books.contains_key(*committee)).cloned();
                if let Some(committee) = committee {
                    changed.entry(committee).or_default().push(stream);
                }
            }
            for (committee, streams) in changed {
                // A book that fails to be read is gone: it was half changed.
                let Some(mut cached) = self.books.remove(&committee) else { continue };
                let book = Arc::make_mut(&mut cached.book);
                book.reread(log, &streams, head).await?;
                let size = book.size();
                self.books.insert(committee, CachedBook { book: cached.book, size, tallies: BTreeMap::new() });
            }
        }
        self.position = head;
        Ok(())
    }

    async fn read(
        &mut self,
        log: &Log,
        scope: &CommitteeScope,
        calendar: &mut Calendar,
    ) -> Result<(Arc<CommitteeBook>, Arc<CommitteeTally>), StoreError> {
        let committee = &scope.committee.code;
        if !self.books.contains_key(committee) {
            let book = CommitteeBook::read(log, committee, self.position).await?;
            let size = book.size();
            if size + self.books.values().map(|cached| cached.size).sum::<usize>() > MAX_SPANS {
                self.books.clear();
            }
            self.books.insert(committee.clone(), CachedBook { book: Arc::new(book), size, tallies: BTreeMap::new() });
        }
        let cached = self.books.entry(committee.clone()).or_default();
        let CachedBook { book, tallies, .. } = cached;
        let tally = tallies
            .entry((scope.clearance, scope.zone.name().to_owned()))
            .or_insert_with(|| Arc::new(book.tally(scope.clearance, calendar)));
        Ok((book.clone(), tally.clone()))
    }
}
