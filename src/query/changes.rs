//! Differences between two moments, in the rows of a read model.

use super::hidden_references::HiddenReferences;
use super::meeting_names::MeetingNames;
use super::read_query::{DefaultMoment, ReadQuery, committee_scopes};
use super::stream::{ReadError, StreamHistory};
use minutebook_domain::StreamId;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter, StoreError};
use minutebook_projections::differences::{Difference, StreamAsOf, differences};
use minutebook_projections::projection::Projection;
use std::collections::{BTreeMap, BTreeSet};

/// Returns the differences in the rows of `P` between the moments of two queries, committee by committee. Both queries
/// must have the same reader and the same committee.
pub async fn changes<P: Projection>(
    log: &Log,
    first: &ReadQuery,
    second: &ReadQuery,
) -> Result<Vec<Difference>, ReadError> {
    let before = committee_scopes(log, first, DefaultMoment::Now).await?;
    let after = committee_scopes(log, second, DefaultMoment::Now).await?;
    let mut changes = Vec::new();
    for (before, mut after) in before.iter().zip(after) {
        let listed = RowFilter::Listed { scope: before.committee.code.as_str(), facets: P::FACETS };
        let found = changes_between::<P>(log, listed, before.at, after.at, after.clearance, after.audits).await?;
        // Both moments are told by the references of the second, so that only the meeting itself changes its reference.
        after.name_meetings(log, log.known_whole(None).await?).await?;
        changes.extend(found.into_iter().map(|difference| renamed::<P>(difference, &after.names)));
    }
    Ok(changes)
}

fn renamed<P: Projection>(mut difference: Difference, names: &MeetingNames) -> Difference {
    names.rename_fields::<P>(&mut difference.row);
    for change in difference.fields.iter_mut().filter(|change| P::MEETING_FIELDS.contains(&change.field.as_str())) {
        names.rename(&mut change.from);
        names.rename(&mut change.to);
    }
    difference
}

/// Returns the visible differences in the selected rows of `P` between two moments, ordered by stream and key. A
/// reader who `audits` also learns who recorded the events behind them, and from where.
pub async fn changes_between<P: Projection>(
    log: &Log,
    rows: RowFilter<'_>,
    first: BitemporalMoment,
    second: BitemporalMoment,
    clearance: Clearance,
    audits: bool,
) -> Result<Vec<Difference>, ReadError> {
    let (first_known, second_known) = (log.known_whole(first.known_at).await?, log.known_whole(second.known_at).await?);
    let before =
        stored_rows::<P>(log, rows.clone(), BitemporalMoment { known_at: Some(first_known), ..first }, clearance)
            .await?;
    let after =
        stored_rows::<P>(log, rows.clone(), BitemporalMoment { known_at: Some(second_known), ..second }, clearance)
            .await?;
    let differs = |place: &&(StreamId, String)| before.get(*place) != after.get(*place);
    let streams: BTreeSet<&StreamId> =
        before.keys().chain(after.keys()).filter(differs).map(|(stream, _)| stream).collect();
    let mut changes = Vec::new();
    for id in streams {
        let stream = StreamHistory::read(log, id).await?;
        let (first_history, second_history) =
            (stream.known_at(first_known, clearance), stream.known_at(second_known, clearance));
        let before = StreamAsOf { history: &first_history, as_of: first.as_of };
        let after = StreamAsOf { history: &second_history, as_of: second.as_of };
        changes.extend(differences::<P>(before, after, clearance, audits).map_err(|error| stream.fold_error(error))?);
    }
    let hidden = HiddenReferences::of::<P>(log, &rows, clearance).await?;
    Ok(changes.into_iter().filter_map(|difference| hidden.redact_difference(difference)).collect())
}

/// Returns the rows that a reader knows in their stored form, to find the streams that differ.
async fn stored_rows<P: Projection>(
    log: &Log,
    rows: RowFilter<'_>,
    at: BitemporalMoment,
    clearance: Clearance,
) -> Result<BTreeMap<(StreamId, String), serde_json::Value>, ReadError> {
    let view = log.rows::<P>(rows, at, clearance).await?;
    let mut stored = BTreeMap::new();
    for keyed in view.rows {
        let row = serde_json::to_value(&keyed.row).map_err(|error| StoreError::UnreadableRow {
            model: P::NAME,
            stream: keyed.stream.to_string(),
            source: std::sync::Arc::new(error),
        })?;
        stored.insert((keyed.stream, keyed.key), row);
    }
    Ok(stored)
}
