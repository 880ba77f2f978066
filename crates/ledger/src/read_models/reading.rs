//! Reading a read model: its rows at a moment, as known at a moment.

use super::interval_tree;
use crate::log::Log;
use crate::store::{RowQuery, StoreError};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Position, StreamId};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;

/// The moment that is asked about, on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BitemporalMoment {
    /// As it was then, in the committee's world.
    pub as_of: DateTime<Utc>,
    /// As the ledger knew it after this position; with everything that it knows if there is none.
    pub known_at: Option<Position>,
}

impl BitemporalMoment {
    /// As of a moment, as known today.
    pub fn as_known_now(as_of: DateTime<Utc>) -> Self {
        Self { as_of, known_at: None }
    }
}

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFilter<'a> {
    /// Those of a committee (of none, for the rows of the whole book), in some of the projection's facets.
    Listed {
        /// The committee's code, or nothing.
        scope: &'a str,
        /// The facets.
        facets: &'a [&'a str],
    },
    /// Those of them that said this at one time or another, in what a reader of that clearance may read: whether they
    /// say it at the moment that is asked about is seen from what they say.
    Searched {
        /// The committee's code.
        scope: &'a str,
        /// The facets.
        facets: &'a [&'a str],
        /// The words.
        search: &'a Search,
        /// What the reader may see.
        clearance: Clearance,
    },
    /// Those of one stream.
    Stream(&'a StreamId),
}

/// A row, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRow<R> {
    /// Its stream.
    pub stream: StreamId,
    /// Its name within the stream.
    pub key: String,
    /// The row itself.
    pub row: R,
}

/// Rows, and the position they are known at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet<R> {
    /// The rows, in the order of stream and key.
    pub rows: Vec<KeyedRow<R>>,
    /// The position: the one that was asked for, or the head as it was read.
    pub position: Position,
}

impl Log {
    /// The rows of `P` at a moment.
    pub async fn rows<P: Projection>(
        &self,
        which: RowFilter<'_>,
        at: BitemporalMoment,
    ) -> Result<RowSet<P::Row>, StoreError> {
        let as_of = at.as_of.timestamp_micros();
        let known_at = at.known_at.map(|position| i64::try_from(position.number()).unwrap_or(i64::MAX));
        let (scope, facets, stream, search) = match which {
            RowFilter::Listed { scope, facets } => (scope, facets, None, None),
            RowFilter::Searched { scope, facets, search, clearance } => {
                (scope, facets, None, Some((search.clone(), i64::from(clearance.rank()))))
            }
            RowFilter::Stream(stream) => ("", &[][..], Some(stream.to_string()), None),
        };
        let query = RowQuery {
            model: P::NAME,
            scope: scope.to_owned(),
            facets: facets.iter().map(|facet| (*facet).to_owned()).collect(),
            stream,
            as_of,
            known_at,
            valid_nodes: interval_tree::at_moment(as_of),
            known_nodes: known_at.map(interval_tree::at_position).unwrap_or_default(),
            search,
        };
        let answer = self.store().row_versions(&query).await?;
        if let Some((position, what)) = answer.halted {
            return Err(StoreError::Halted { model: P::NAME, position: Position::new(position), what });
        }
        if answer.up_to != answer.head {
            return Err(StoreError::ReadModelsBehind { up_to: answer.up_to, head: answer.head });
        }
        let mut rows = Vec::with_capacity(answer.rows.len());
        for (stream, key, content) in answer.rows {
            let Some(content) = content else { continue };
            let unreadable = |what: String| StoreError::UnreadableRow { model: P::NAME, stream: stream.clone(), what };
            rows.push(KeyedRow {
                row: serde_json::from_str(&content).map_err(|error| unreadable(error.to_string()))?,
                stream: stream.parse().map_err(|error| unreadable(format!("{error}")))?,
                key,
            });
        }
        rows.sort_by(|a, b| (&a.stream, &a.key).cmp(&(&b.stream, &b.key)));
        Ok(RowSet { rows, position: at.known_at.unwrap_or(Position::new(answer.head)) })
    }
}
