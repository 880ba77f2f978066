//! Differences between two moments, in the rows of a read model.

use super::hidden_references::{HiddenReferences, NamedStreams};
use super::meeting_names::MeetingNames;
use super::read_query::{DefaultMoment, ReadQuery, committee_scopes};
use super::stream::{ReadError, StreamHistory};
use minutebook_domain::StreamId;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{BitemporalMoment, KeyedRow, Log, RowFilter, StoreError};
use minutebook_projections::differences::{Difference, FieldChange, StreamAsOf, differences};
use minutebook_projections::projection::Projection;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
        let committee = &before.committee.code;
        let found = changes_between::<P>(log, committee, before.at, after.at, after.clearance, after.audits).await?;
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

/// Streams whose rows are compared at a time.
pub(super) const COMPARED_AT_ONCE: usize = 200;

/// Returns the visible differences in a committee's rows of `P` between two moments, ordered by stream and key. A
/// reader who `audits` also learns who recorded the events behind them, and from where.
///
/// Rows of which nothing began, ended or was recorded between the two moments are not read.
pub async fn changes_between<P: Projection>(
    log: &Log,
    committee: &CommitteeCode,
    first: BitemporalMoment,
    second: BitemporalMoment,
    clearance: Clearance,
    audits: bool,
) -> Result<Vec<Difference>, ReadError> {
    let (first_known, second_known) = (log.known_whole(first.known_at).await?, log.known_whole(second.known_at).await?);
    let first = BitemporalMoment { known_at: Some(first_known), ..first };
    let second = BitemporalMoment { known_at: Some(second_known), ..second };
    let candidates = log.changed_streams::<P>(committee, (first, second), clearance).await?;
    let candidates: Vec<StreamId> = candidates.into_iter().collect();
    let mut changes = Vec::new();
    for candidates in candidates.chunks(COMPARED_AT_ONCE) {
        // The log is read for rows that differ to the reader: reading it for others would tell by its time that they exist.
        for id in differing::<P>(log, candidates, (first, second), clearance).await? {
            let stream = StreamHistory::read(log, &id).await?;
            let (first_history, second_history) =
                (stream.known_at(first_known, clearance), stream.known_at(second_known, clearance));
            let before = StreamAsOf { history: &first_history, as_of: first.as_of };
            let after = StreamAsOf { history: &second_history, as_of: second.as_of };
            let differences = differences::<P>(before, after, clearance, audits);
            changes.extend(differences.map_err(|error| stream.fold_error(error))?);
        }
    }
    let hidden = HiddenReferences::among::<P>(log, committee, named_in::<P>(&changes), clearance).await?;
    Ok(changes.into_iter().filter_map(|difference| hidden.redact_difference(difference)).collect())
}

/// Returns the streams of what the differences name.
fn named_in<P: Projection>(changes: &[Difference]) -> NamedStreams {
    let values =
        |change: &FieldChange| [(change.field.clone(), change.from.clone()), (change.field.clone(), change.to.clone())];
    let changed: Vec<_> = changes.iter().flat_map(|difference| difference.fields.iter().flat_map(values)).collect();
    let rows = changes.iter().flat_map(|difference| &difference.row);
    NamedStreams::of::<P>(rows.chain(changed.iter().map(|(name, value)| (name, value))))
}

/// Returns those of the streams whose rows differ to the reader.
async fn differing<P: Projection>(
    log: &Log,
    streams: &[StreamId],
    (first, second): (BitemporalMoment, BitemporalMoment),
    clearance: Clearance,
) -> Result<BTreeSet<StreamId>, ReadError> {
    let before = stored_rows::<P>(log, RowFilter::Streams(streams), first, clearance).await?;
    let after = stored_rows::<P>(log, RowFilter::Streams(streams), second, clearance).await?;
    let differs = |place: &&(StreamId, String)| before.get(*place) != after.get(*place);
    Ok(before.keys().chain(after.keys()).filter(differs).map(|(stream, _)| stream.clone()).collect())
}

/// Returns the rows that a reader knows, in their stored form.
pub(super) async fn stored_rows<P: Projection>(
    log: &Log,
    rows: RowFilter<'_>,
    at: BitemporalMoment,
    clearance: Clearance,
) -> Result<BTreeMap<(StreamId, String), Value>, StoreError> {
    let view = log.rows::<P>(rows, at, clearance).await?;
    let stored = |keyed: KeyedRow<P::Row>| match serde_json::to_value(&keyed.row) {
        Ok(row) => Ok(((keyed.stream, keyed.key), row)),
        Err(error) => {
            let (model, stream) = (P::NAME, keyed.stream.to_string());
            Err(StoreError::UnreadableRow { model, stream, source: Arc::new(error) })
        }
    };
    view.rows.into_iter().map(stored).collect()
}
