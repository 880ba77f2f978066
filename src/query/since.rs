//! What changed since a moment: the rows of a list that were other then, or not there.

use super::changes::{COMPARED_AT_ONCE, stored_rows};
use super::moment::KnownAt;
use super::read_query::{DefaultMoment, QueryError, ReadQuery, committee_scopes};
use minutebook_domain::StreamId;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::projection::Projection;
use std::collections::BTreeSet;

/// The rows that changed, each by its stream and its key.
pub(super) type ChangedRows = BTreeSet<(StreamId, String)>;

/// Returns the rows of `P` that changed from `since` to the moment of the query, as its reader knows them. A day, a time or a
/// meeting is a moment of what happened; a position is one of what was recorded.
pub(super) async fn changed_since<P: Projection>(
    log: &Log,
    query: &ReadQuery,
    since: &KnownAt,
) -> Result<ChangedRows, QueryError> {
    let then = match since {
        KnownAt::Time(moment) => ReadQuery { as_of: Some(moment.clone()), ..query.clone() },
        KnownAt::Position(_) => ReadQuery { known_at: Some(since.clone()), ..query.clone() },
    };
    let before = committee_scopes(log, &then, DefaultMoment::Now).await?;
    let after = committee_scopes(log, query, DefaultMoment::Now).await?;
    let mut changed = ChangedRows::new();
    for (before, after) in before.iter().zip(&after) {
        let known = |at: BitemporalMoment| async move {
            let known_at = Some(log.known_whole(at.known_at).await?);
            Ok::<_, QueryError>(BitemporalMoment { known_at, ..at })
        };
        let (first, second) = (known(before.at).await?, known(after.at).await?);
        let (committee, clearance) = (&after.committee.code, after.clearance);
        let candidates = log.changed_streams::<P>(committee, (first, second), clearance).await?;
        let candidates: Vec<StreamId> = candidates.into_iter().collect();
        for candidates in candidates.chunks(COMPARED_AT_ONCE) {
            let before = stored_rows::<P>(log, RowFilter::Streams(candidates), first, clearance).await?;
            let after = stored_rows::<P>(log, RowFilter::Streams(candidates), second, clearance).await?;
            let differs = |place: &&(StreamId, String)| before.get(*place) != after.get(*place);
            changed.extend(after.keys().filter(differs).cloned());
        }
    }
    Ok(changed)
}
