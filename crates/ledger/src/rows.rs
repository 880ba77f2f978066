//! Reading a read model: its rows as of a moment, as known at a position.

use super::log::Log;
use super::store::{RowAnswer, RowQuery, RowScope, StoreError};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{CommitteeCode, IllFormed};
use minutebook_domain::{Position, StreamId};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A point on both clocks: what was valid at a moment, as known at a position of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BitemporalMoment {
    /// The moment in the committee's world.
    pub as_of: DateTime<Utc>,
    /// The last position whose knowledge counts; everything known if there is none.
    pub known_at: Option<Position>,
}

impl BitemporalMoment {
    /// Returns a moment with everything that is known today.
    pub fn as_known_now(as_of: DateTime<Utc>) -> Self {
        Self { as_of, known_at: None }
    }
}

/// Which rows of a read model to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFilter<'a> {
    /// The rows of a committee in some of the projection's facets.
    Listed {
        /// The committee's code; empty for rows of the whole book.
        scope: &'a str,
        /// The facets.
        facets: &'a [&'a str],
    },
    /// The listed rows that held these words at any time, in texts that the reader may read. Whether a row holds them
    /// at the moment of the query is for the caller to check.
    Searched {
        /// The committee's code.
        scope: &'a str,
        /// The facets.
        facets: &'a [&'a str],
        /// The words.
        search: &'a Search,
    },
    /// The rows of several committees, in one read.
    AcrossCommittees {
        /// The committees' codes.
        scopes: &'a [&'a str],
        /// The facets.
        facets: &'a [&'a str],
        /// As in [`RowFilter::Searched`], if there is a search.
        search: Option<&'a Search>,
    },
    /// The rows of one stream.
    Stream(&'a StreamId),
    /// The rows of some streams, in one read.
    Streams(&'a [StreamId]),
}

/// A row with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRow<R> {
    /// The stream that the row is made from.
    pub stream: StreamId,
    /// The row's name within the stream.
    pub key: String,
    /// The row itself.
    pub row: R,
    /// The last position of the command that made the row what it is.
    pub known_from: Position,
}

/// Rows, and the position they are known at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet<R> {
    /// The rows, ordered by stream and key.
    pub rows: Vec<KeyedRow<R>>,
    /// The position of the query, or else the head as it was read.
    pub position: Position,
}

impl Log {
    /// Returns the rows of `P` at a moment, as a reader with the clearance knows them.
    pub async fn rows<P: Projection>(
        &self,
        filter: RowFilter<'_>,
        at: BitemporalMoment,
        clearance: Clearance,
    ) -> Result<RowSet<P::Row>, StoreError> {
        let owned = |facets: &[&str]| facets.iter().map(|facet| (*facet).to_owned()).collect();
        let rows = match filter {
            RowFilter::Listed { scope, facets } => {
                RowScope::List { scopes: vec![scope.to_owned()], facets: owned(facets), search: None }
            }
            RowFilter::Searched { scope, facets, search } => {
                RowScope::List { scopes: vec![scope.to_owned()], facets: owned(facets), search: Some(search.clone()) }
            }
            RowFilter::AcrossCommittees { scopes, facets, search } => {
                RowScope::List { scopes: owned(scopes), facets: owned(facets), search: search.cloned() }
            }
            RowFilter::Stream(stream) => RowScope::Stream(stream.to_string()),
            RowFilter::Streams(streams) => RowScope::Streams(streams.iter().map(ToString::to_string).collect()),
        };
        let answer = self.row_answer::<P>(rows, at, clearance).await?;
        let mut rows = Vec::with_capacity(answer.rows.len());
        for found in answer.rows {
            let Some(content) = found.content else { continue };
            rows.push(KeyedRow {
                row: serde_json::from_str(&content).map_err(|error| unreadable::<P>(&found.stream, error))?,
                stream: found.stream.parse().map_err(|error| unreadable::<P>(&found.stream, error))?,
                key: found.key,
                known_from: Position::new(found.known_from),
            });
        }
        rows.sort_by(|a, b| (&a.stream, &a.key).cmp(&(&b.stream, &b.key)));
        Ok(RowSet { rows, position: at.known_at.unwrap_or(Position::new(answer.head)) })
    }

    /// Returns the streams of a committee whose rows of `P` may differ between two moments. Reads the versions that begin
    /// between the two and the events that were recorded between them, and no other rows.
    pub async fn changed_streams<P: Projection>(
        &self,
        committee: &CommitteeCode,
        (first, second): (BitemporalMoment, BitemporalMoment),
        clearance: Clearance,
    ) -> Result<BTreeSet<StreamId>, StoreError> {
        let mut streams = BTreeSet::new();
        let (from, to) = (first.as_of.min(second.as_of), first.as_of.max(second.as_of));
        // Where nothing was recorded between the two positions, both know the same versions.
        let head = self.head().await?;
        let [first_known, second_known] = [first, second].map(|at| at.known_at.unwrap_or(head));
        let (earlier, later) = (first_known.min(second_known), first_known.max(second_known));
        if from < to {
            let facets = P::FACETS.iter().map(|facet| (*facet).to_owned()).collect();
            let after = from.timestamp_micros();
            let rows = RowScope::Began { scope: committee.to_string(), facets, after };
            let mut at = BitemporalMoment { as_of: to, known_at: Some(later).filter(|later| *later < head) };
            let mut answer = self.row_answer::<P>(rows.clone(), at, clearance).await?;
            if at.known_at.is_none() && answer.head > later.number() {
                // More was recorded meanwhile, and may have withdrawn what was known then.
                at.known_at = Some(later);
                answer = self.row_answer::<P>(rows, at, clearance).await?;
            }
            for found in answer.rows {
                streams.insert(found.stream.parse().map_err(|error| unreadable::<P>(&found.stream, error))?);
            }
        }
        if earlier < later {
            streams.extend(self.streams_between(earlier, later).await?);
        }
        streams.retain(|stream| stream.committee() == Some(committee));
        Ok(streams)
    }

    /// Returns the streams of the events after one position and up to another.
    pub async fn streams_between(&self, after: Position, through: Position) -> Result<BTreeSet<StreamId>, StoreError> {
        let streams = self.store().streams_between(after.number(), through.number()).await?;
        let damaged = |error: IllFormed| StoreError::Damaged { position: through.number(), what: error.to_string() };
        streams.iter().map(|stream| stream.parse().map_err(damaged)).collect()
    }

    pub(crate) async fn row_answer<P: Projection>(
        &self,
        rows: RowScope,
        at: BitemporalMoment,
        clearance: Clearance,
    ) -> Result<RowAnswer, StoreError> {
        let query = RowQuery {
            model: P::NAME,
            rows,
            as_of: at.as_of.timestamp_micros(),
            known_at: at.known_at.map(|position| i64::try_from(position.number()).unwrap_or(i64::MAX)),
            rank: i64::from(clearance.rank()),
        };
        let seen = self.seen();
        let answer = self.continuity().judge(self.store().row_versions(&query).await)?;
        self.continuity().check_head(seen, Position::new(answer.head))?;
        if let Some((position, what)) = answer.halted {
            return Err(StoreError::Halted { model: P::NAME, position: Position::new(position), what });
        }
        if answer.up_to != answer.head {
            return Err(StoreError::ReadModelsBehind { up_to: answer.up_to, head: answer.head });
        }
        Ok(answer)
    }
}

/// The error of a row of `P` that cannot be read.
pub(crate) fn unreadable<P: Projection>(
    stream: &str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> StoreError {
    StoreError::UnreadableRow { model: P::NAME, stream: stream.to_owned(), source: Arc::new(error) }
}
