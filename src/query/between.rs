//! What changed between two moments.

use super::hidden_references::HiddenReferences;
use super::stream::{Stream, ViewError};
use minutebook_domain::StreamId;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter, StoreError};
use minutebook_projections::differences::{Difference, Then, differences};
use minutebook_projections::projection::Projection;
use std::collections::{BTreeMap, BTreeSet};

/// The rows of `P`, of those that `which` names, that differ between two moments, as far as the reader may know. In the
/// order of stream and key.
pub async fn between<P: Projection>(
    log: &Log,
    which: RowFilter<'_>,
    first: BitemporalMoment,
    second: BitemporalMoment,
    clearance: Clearance,
) -> Result<Vec<Difference>, ViewError> {
    let (first_known, second_known) = (log.known_whole(first.known_at).await?, log.known_whole(second.known_at).await?);
    let before = rows::<P>(log, which.clone(), BitemporalMoment { known_at: Some(first_known), ..first }).await?;
    let after = rows::<P>(log, which.clone(), BitemporalMoment { known_at: Some(second_known), ..second }).await?;
    let differs = |place: &&(StreamId, String)| before.get(*place) != after.get(*place);
    let streams: BTreeSet<&StreamId> =
        before.keys().chain(after.keys()).filter(differs).map(|(stream, _)| stream).collect();
    let mut found = Vec::new();
    for id in streams {
        let stream = Stream::read(log, id).await?;
        let (first_history, second_history) =
            (stream.known_at(first_known, clearance)?, stream.known_at(second_known, clearance)?);
        let before = Then { history: &first_history, as_of: first.as_of };
        let after = Then { history: &second_history, as_of: second.as_of };
        found.extend(differences::<P>(before, after, clearance).map_err(|error| stream.unfoldable(error))?);
    }
    let unseen = HiddenReferences::of::<P>(log, which, clearance).await?;
    Ok(found.into_iter().filter_map(|difference| unseen.hidden_from(difference)).collect())
}

/// The rows as they are stored, to be compared and not to be shown.
async fn rows<P: Projection>(
    log: &Log,
    which: RowFilter<'_>,
    at: BitemporalMoment,
) -> Result<BTreeMap<(StreamId, String), serde_json::Value>, ViewError> {
    let view = log.rows::<P>(which, at).await?;
    let mut rows = BTreeMap::new();
    for found in view.rows {
        let row = serde_json::to_value(&found.row).map_err(|error| StoreError::UnreadableRow {
            model: P::NAME,
            stream: found.stream.to_string(),
            what: error.to_string(),
        })?;
        rows.insert((found.stream, found.key), row);
    }
    Ok(rows)
}
