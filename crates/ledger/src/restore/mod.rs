//! Restore: an export is verified as a whole and then appended as a whole, or not at all.
//!
//! The lines are read into a temporary log, which is verified like any other. Its rows are then copied with the same
//! positions, bytes, salts, leaves and commands. Both steps hold one page in memory.

mod staging;

use super::clock_check::ClockFault;
use super::environment::Environment;
use super::export::commands_of;
use super::log::{Log, Opening};
use super::merkle::Hash;
use super::store::{AppendQuery, AppendTransaction, AppendedRows, Head, HeadLock, Store, StoreError, read, stored};
use super::url::LedgerUrl;
use super::verify::{CheckKind, verify};
use staging::{StagedExport, Staging};
use std::io::BufRead;

/// The number of events compared or copied at a time.
const PAGE: u32 = 1000;

/// The result of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReceipt {
    /// The number of events in the export.
    pub events: u64,
    /// The Merkle root over their leaves.
    pub root: Hash,
    /// The number of events that the ledger did not hold yet.
    pub appended: u64,
}

/// An export that was refused. The ledger is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Reading the file failed.
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// A line is malformed, or does not follow from those before it.
    #[error("line {line}: {what}")]
    Line {
        /// The line's number, from 1.
        line: u64,
        /// The problem.
        what: String,
    },
    /// The last line is missing.
    #[error("the export is cut off: after {events} events the line that ends it was expected")]
    CutOff {
        /// The number of events before the cut.
        events: u64,
    },
    /// The ledger and the export differ at a position that both have.
    #[error(
        "the ledger and the export differ from position {position} on: {in_ledger} in the ledger, {in_export} in the export"
    )]
    Diverged {
        /// The first position at which the two differ.
        position: u64,
        /// The type and stream of the ledger's event.
        in_ledger: String,
        /// The type and stream of the export's event.
        in_export: String,
    },
    /// The clock is in doubt: the ledger would end after it, and refuse what is recorded next.
    #[error("nothing was recorded: {0}")]
    Clock(#[from] ClockFault),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Restores the export in `lines` into `log`, which is empty or holds the beginning of the export. With `rehearse`,
/// checks everything and appends nothing.
pub async fn restore(log: &Log, lines: impl BufRead, rehearse: bool) -> Result<RestoreReceipt, RestoreError> {
    let folder = tempfile::tempdir()?;
    let url = LedgerUrl::Sqlite(folder.path().join("export.db"));
    let copy = Log::open(&url, Opening::OrNew, Environment::system()).await?;
    let staged = Staging::new(copy.store().begin_append(HeadLock::Pessimistic).await?).read_all(lines).await?;
    check(&copy).await?;
    let appended = append(&copy, log, &staged, rehearse).await?;
    copy.close().await;
    Ok(RestoreReceipt { events: staged.events, root: staged.root, appended })
}

/// Verifies the copy. An event's position in it is the number of its line.
async fn check(copy: &Log) -> Result<(), RestoreError> {
    let report = verify(copy, |_| {}).await?;
    // The copy has no read models; they are rebuilt in the ledger.
    let checks = report.checks.iter().filter(|check| check.kind != CheckKind::ReadModels);
    let problems = checks.flat_map(|check| check.problems.iter().map(move |problem| (check, problem)));
    match problems.min_by_key(|(_, problem)| problem.position) {
        None => Ok(()),
        Some((check, problem)) => Err(RestoreError::Line {
            line: problem.position.number(),
            what: format!("{}: {}", check.kind.name(), problem.what),
        }),
    }
}

/// Appends the events that `log` does not hold yet, in one transaction.
async fn append(copy: &Log, log: &Log, staged: &StagedExport, rehearse: bool) -> Result<u64, RestoreError> {
    // Lock the head first, so that the compared events stay the last ones until the rest is appended.
    let mut appending = log.store().begin_append(HeadLock::Pessimistic).await?;
    let known = appending.look_up(&AppendQuery::default()).await?;
    let head =
        known.head.ok_or_else(|| StoreError::Damaged { position: 0, what: "the row of the head is missing".into() })?;
    compare(copy, log, head.position.min(staged.events)).await?;
    let restored = copy.store().head().await?;
    if restored.position > head.position
        && let Some(fault) = log.clock_check().fault_behind(log.environment(), &restored)
    {
        return Err(fault.into());
    }
    if staged.events < head.position || rehearse {
        return Ok(staged.events.saturating_sub(head.position));
    }
    copy_rest(copy.store(), &mut *appending, head.position).await?;
    appending.commit().await?;
    // Read models are no part of an export.
    log.rebuild(&[], |_| {}).await?;
    Ok(staged.events - head.position)
}

/// Refuses logs that differ in their first `events` leaves. A leaf covers an event's salt and bytes.
async fn compare(copy: &Log, log: &Log, events: u64) -> Result<(), RestoreError> {
    let mut after = 0;
    while after < events {
        let limit = u32::try_from(events - after).unwrap_or(PAGE).min(PAGE);
        let (in_export, in_ledger) =
            (copy.store().leaves(after, limit).await?, log.store().leaves(after, limit).await?);
        let mut pairs = in_export.chunks(32).zip(in_ledger.chunks(32));
        let diverged = pairs.position(|(in_export, in_ledger)| in_export != in_ledger);
        if let Some(place) = diverged {
            let position = after + place as u64 + 1;
            let (in_ledger, in_export) = (describe(log, position).await?, describe(copy, position).await?);
            return Err(RestoreError::Diverged { position, in_ledger, in_export });
        }
        if in_ledger.is_empty() {
            let what = "the event is missing".to_owned();
            return Err(StoreError::Damaged { position: after + 1, what }.into());
        }
        after += in_ledger.len() as u64 / 32;
    }
    Ok(())
}

/// The type and stream of the event at `position`, for an error message.
async fn describe(log: &Log, position: u64) -> Result<String, StoreError> {
    let rows = log.store().rows(position - 1, 1).await?;
    Ok(rows.first().map_or_else(|| "nothing".to_owned(), |row| format!("{} of {}", row.event_type, row.stream)))
}

async fn copy_rest(from: &dyn Store, into: &mut dyn AppendTransaction, after: u64) -> Result<(), StoreError> {
    let mut head = after;
    loop {
        let rows = from.rows(head, PAGE).await?;
        let Some((last, recorded_at)) = rows.last().map(|row| (read(row.position), row.recorded_at)) else {
            return Ok(());
        };
        let references = from.references(head + 1, last).await?;
        // A command that began on an earlier page is copied already.
        let (_, mut commands) = commands_of(from, &rows).await?;
        commands.retain(|command| command.first_position > head);
        let addition = AppendedRows {
            commands,
            references: references.into_iter().map(|row| (row.reference, stored(row.position))).collect(),
            events: rows,
            ..AppendedRows::default()
        };
        into.append(addition, head, Head { position: last, recorded_at }).await?;
        head = last;
    }
}
