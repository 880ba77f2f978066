//! Export: the log as lines of text, from which the same ledger can be restored on either store.
//!
//! Each event is one line: its stored bytes, a JSON object, with one member added at the end:
//!
//! ```text
//! {"actor":"jane",…,"version":1,"export":{"fingerprint":"…","leaf":"…","salt":"…"}}
//! ```
//!
//! `fingerprint` is that of the event's command. The last line shows that the export is complete: `{"end":{"events":96,"format":1,"root":"…"}}`.

mod line;

use line::{ExportEnd, FORMAT};
pub(crate) use line::{ExportLine, ExportedEvent, read};

use super::event_codec;
use super::log::Log;
use super::merkle::{Hash, Tree};
use super::store::{CommandRow, EventRow, Store, StoreError, read as number};
use std::collections::HashMap;

/// The number of events read at a time.
const PAGE: u32 = 1000;

/// An export in progress, up to the head that the log had when it began.
pub struct Export {
    log: Log,
    head: u64,
    tree: Tree,
    ended: bool,
}

impl Export {
    /// Begins to export `log` up to its present head.
    pub async fn begin(log: &Log) -> Result<Self, StoreError> {
        Ok(Self { log: log.clone(), head: log.head().await?.number(), tree: Tree::default(), ended: false })
    }

    /// The next lines, each with its newline; `None` after the last. Memory does not grow with the log.
    pub async fn next_lines(&mut self) -> Result<Option<String>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let mut lines = String::new();
        if self.tree.size() < self.head {
            self.page(&mut lines).await?;
        } else {
            self.ended = true;
            let end = ExportEnd { format: FORMAT, events: self.head, root: self.tree.root().to_string() };
            line::write_end(end, &mut lines).map_err(|error| damaged(self.head, &error))?;
        }
        Ok(Some(lines))
    }

    async fn page(&mut self, lines: &mut String) -> Result<(), StoreError> {
        let after = self.tree.size();
        let limit = u32::try_from(self.head - after).unwrap_or(PAGE).min(PAGE);
        let rows = self.log.store().rows(after, limit).await?;
        let (named, commands) = commands_of(self.log.store(), &rows).await?;
        let fingerprints: HashMap<String, Vec<u8>> =
            commands.into_iter().map(|command| (command.command_id, command.fingerprint)).collect();
        for (row, command) in rows.iter().zip(&named) {
            let position = self.tree.size() + 1;
            let fingerprint = fingerprints.get(command);
            let hash = <[u8; 32]>::try_from(row.leaf.as_slice());
            let (Some(fingerprint), Ok(hash), true) = (fingerprint, hash, number(row.position) == position) else {
                return Err(damaged(position, &"the event, its leaf or its command is not there"));
            };
            self.tree.push(Hash::new(hash));
            line::write(row, fingerprint, lines);
        }
        if rows.is_empty() { Err(damaged(after + 1, &"the event is not there")) } else { Ok(()) }
    }
}

/// The command id of each of `rows`, and the stored rows of these commands.
pub(crate) async fn commands_of(
    store: &dyn Store,
    rows: &[EventRow],
) -> Result<(Vec<String>, Vec<CommandRow>), StoreError> {
    let mut named = Vec::with_capacity(rows.len());
    for row in rows {
        let event = event_codec::decode(&row.event_bytes).map_err(|error| damaged(number(row.position), &error))?;
        named.push(event.metadata.command_id);
    }
    // The events of a command stand together.
    let mut ids = named.clone();
    ids.dedup();
    let commands = store.commands_by_id(&ids).await?;
    Ok((named, commands))
}

fn damaged(position: u64, what: &dyn std::fmt::Display) -> StoreError {
    StoreError::Damaged { position, what: what.to_string() }
}
