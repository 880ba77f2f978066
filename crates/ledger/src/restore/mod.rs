//! An export into a book: everything is checked before anything is recorded, and all of it is recorded or nothing.
//!
//! The lines are read into a log of their own, which is then verified as any log is. What was found sound there is
//! copied: the same positions, bytes, salts, leaves and commands. Neither step holds more than a page in memory.

mod staging;

use super::environment::Environment;
use super::export::commands_of;
use super::log::{Log, Opening};
use super::merkle::Hash;
use super::store::{AppendQuery, AppendTransaction, AppendedRows, Head, HeadLock, Store, StoreError, read, stored};
use super::url::LedgerUrl;
use super::verify::verify;
use staging::{Staged, Staging};
use std::io::BufRead;

/// Events that are compared and copied at a time.
const PAGE: u32 = 1000;

/// What became of an import of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// How many events the export holds.
    pub events: u64,
    /// The root of the tree of their leaves.
    pub root: Hash,
    /// How many of them the book did not hold yet.
    pub appended: u64,
}

/// An export that was not taken in. Nothing of it is in the book.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// A line is not what it should be.
    #[error("line {line}: {what}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The end is missing.
    #[error("the export is cut off: after {events} events the line that ends it was expected")]
    CutOff {
        /// How many events there are.
        events: u64,
    },
    /// The book holds something else.
    #[error(
        "the book holds other events than the export from position {position} on: {in_book} in the book, {in_export} in the export"
    )]
    Parted {
        /// The first position at which the two differ.
        position: u64,
        /// What stands there in the book.
        in_book: String,
        /// What stands there in the export.
        in_export: String,
    },
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Brings the export in `lines` into `log`: an empty one, or one that holds the beginning of it. With `rehearse` it says
/// what would be, and appends nothing.
pub async fn restore(log: &Log, lines: impl BufRead, rehearse: bool) -> Result<Restored, RestoreError> {
    let folder = tempfile::tempdir()?;
    let url = LedgerUrl::Sqlite(folder.path().join("export.db"));
    let copy = Log::open(&url, Opening::OrNew, Environment::system()).await?;
    let staged = Staging::new(copy.store().begin_append(HeadLock::Pessimistic).await?).take_in(lines).await?;
    check(&copy).await?;
    let appended = append(&copy, log, &staged, rehearse).await?;
    copy.close().await;
    Ok(Restored { events: staged.events, root: staged.root, appended })
}

/// Whether the copy keeps every promise of a log. An event stands at the position that its line has in the file.
async fn check(copy: &Log) -> Result<(), RestoreError> {
    let report = verify(copy, |_| {}).await?;
    // The copy's read models were never made: they are made of the log once it stands where it should.
    let promises = report.checks.iter().filter(|check| check.name != "read models");
    let problems = promises.flat_map(|check| check.problems.iter().map(move |problem| (check, problem)));
    match problems.min_by_key(|(_, problem)| problem.position) {
        None => Ok(()),
        Some((check, problem)) => Err(RestoreError::Line {
            line: problem.position.number(),
            what: format!("{}: {}", check.name, problem.what),
        }),
    }
}

/// Appends what `log` does not hold yet, in one transaction.
async fn append(copy: &Log, log: &Log, staged: &Staged, rehearse: bool) -> Result<u64, RestoreError> {
    // The lock first: what is compared stays as it is until the rest stands after it.
    let mut appending = log.store().begin_append(HeadLock::Pessimistic).await?;
    let known = appending.look_up(&AppendQuery::default()).await?;
    let head = known.head.ok_or_else(|| StoreError::Damaged { position: 0, what: "the head's row is gone".into() })?;
    compare(copy, log, head.position.min(staged.events)).await?;
    if staged.events < head.position || rehearse {
        return Ok(staged.events.saturating_sub(head.position));
    }
    copy_rest(copy.store(), &mut *appending, head.position).await?;
    appending.commit().await?;
    // The read models are made of the log, and are no part of an export.
    log.rebuild(&[], |_| {}).await?;
    Ok(staged.events - head.position)
}

/// Whether both logs begin with the same `events` events. A leaf stands for an event's salt and bytes.
async fn compare(copy: &Log, log: &Log, events: u64) -> Result<(), RestoreError> {
    let mut after = 0;
    while after < events {
        let limit = u32::try_from(events - after).unwrap_or(PAGE).min(PAGE);
        let (theirs, ours) = (copy.store().leaves(after, limit).await?, log.store().leaves(after, limit).await?);
        let parted = theirs.chunks(32).zip(ours.chunks(32)).position(|(theirs, ours)| theirs != ours);
        if let Some(place) = parted {
            let position = after + place as u64 + 1;
            let (in_book, in_export) = (described(log, position).await?, described(copy, position).await?);
            return Err(RestoreError::Parted { position, in_book, in_export });
        }
        if ours.is_empty() {
            let what = "the event is not there".to_owned();
            return Err(StoreError::Damaged { position: after + 1, what }.into());
        }
        after += ours.len() as u64 / 32;
    }
    Ok(())
}

/// What stands at `position`, for someone who compares two books.
async fn described(log: &Log, position: u64) -> Result<String, StoreError> {
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
        // A command that began on an earlier page was copied with it.
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
