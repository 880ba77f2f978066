//! The temporary log that an export is read into before the ledger is touched.

use super::RestoreError;
use crate::export::{ExportLine, ExportedEvent, read};
use crate::merkle::{Hash, Tree};
use crate::store::{AppendTransaction, AppendedRows, CommandRow, Head};
use minutebook_domain::EventId;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::BufRead;

/// The longest line: the largest event that the log accepts, and its hashes.
const LONGEST_LINE: u64 = (1 << 20) + 4096;
/// The number of events added at a time.
const PAGE: usize = 1000;

/// The last line of a complete export.
pub(super) struct StagedExport {
    pub(super) events: u64,
    pub(super) root: Hash,
}

/// Reads the lines of an export into an empty log.
pub(super) struct Staging {
    appending: Box<dyn AppendTransaction>,
    addition: AppendedRows,
    /// The command whose events are being read.
    command: Option<CommandRow>,
    head: Head,
    added: u64,
    tree: Tree,
    versions: HashMap<String, u64>,
    event_ids: HashSet<EventId>,
    /// The commands read so far, as two hashes each; their ids would take several times the memory.
    commands: HashSet<(u64, u64)>,
    hashers: (RandomState, RandomState),
}

impl Staging {
    pub(super) fn new(appending: Box<dyn AppendTransaction>) -> Self {
        Self {
            appending,
            addition: AppendedRows::default(),
            command: None,
            head: Head { position: 0, recorded_at: 0 },
            added: 0,
            tree: Tree::default(),
            versions: HashMap::new(),
            event_ids: HashSet::new(),
            commands: HashSet::new(),
            hashers: (RandomState::new(), RandomState::new()),
        }
    }

    /// Reads all of `lines`, and refuses a line that is malformed or does not follow from those before it.
    pub(super) async fn read_all(mut self, mut lines: impl BufRead) -> Result<StagedExport, RestoreError> {
        let mut line = Vec::new();
        let mut number = 0;
        let mut end = None;
        loop {
            line.clear();
            number += 1;
            let length = std::io::Read::take(&mut lines, LONGEST_LINE).read_until(b'\n', &mut line)?;
            if length == 0 {
                break;
            }
            let refused = |what: String| RestoreError::Line { line: number, what };
            if line.pop_if(|last| *last == b'\n').is_none() && length as u64 == LONGEST_LINE {
                return Err(refused(format!("the line is longer than {LONGEST_LINE} bytes, the limit of an event")));
            }
            if end.is_some() {
                return Err(refused("a line follows the end of the export".into()));
            }
            match read(&line).map_err(|error| refused(error.to_string()))? {
                ExportLine::End(stated) => end = Some((number, stated)),
                ExportLine::Event(event) => self.event(*event).map_err(refused)?,
            }
            if self.addition.events.len() >= PAGE {
                self.add().await?;
            }
        }
        let Some((number, stated)) = end else { return Err(RestoreError::CutOff { events: self.head.position }) };
        let root = self.tree.root();
        if (stated.events, stated.root.as_str()) != (self.head.position, root.to_string().as_str()) {
            let what = format!(
                "the last line states {} events with the root {}, but the export holds {} with the root {root}",
                stated.events, stated.root, self.head.position
            );
            return Err(RestoreError::Line { line: number, what });
        }
        self.finish_command();
        self.add().await?;
        self.appending.commit().await?;
        Ok(StagedExport { events: stated.events, root })
    }

    /// Adds the next event, or returns why it cannot follow.
    fn event(&mut self, exported: ExportedEvent) -> Result<(), String> {
        let ExportedEvent { row, fingerprint, leaf, event } = exported;
        let position = self.head.position + 1;
        if event.position.number() != position {
            return Err(format!("position {}: {position} was expected", event.position));
        }
        let version = self.versions.entry(row.stream.clone()).or_default();
        *version += 1;
        if event.version.number() != *version {
            return Err(format!("version {} of {}: {version} was expected", event.version, row.stream));
        }
        if !self.event_ids.insert(event.event_id) {
            return Err(format!("event {} occurs twice", event.event_id));
        }
        self.command(&event.metadata.command_id, fingerprint, position)?;
        self.head = Head { position, recorded_at: row.recorded_at.max(self.head.recorded_at) };
        self.tree.push(leaf);
        self.addition.references.extend(event.references.into_iter().map(|reference| (reference, row.position)));
        self.addition.events.push(row);
        Ok(())
    }

    fn command(&mut self, id: &str, fingerprint: Hash, position: u64) -> Result<(), String> {
        if let Some(command) = self.command.as_mut().filter(|command| command.command_id == id) {
            command.last_position = position;
            let same = command.fingerprint == fingerprint.as_bytes();
            return if same {
                Ok(())
            } else {
                Err(format!("the fingerprint of command {id} differs from the line before"))
            };
        }
        self.finish_command();
        if !self.commands.insert((self.hashers.0.hash_one(id), self.hashers.1.hash_one(id))) {
            return Err(format!("the events of command {id} are not adjacent"));
        }
        self.command = Some(CommandRow {
            command_id: id.to_owned(),
            fingerprint: fingerprint.as_bytes().to_vec(),
            first_position: position,
            last_position: position,
        });
        Ok(())
    }

    fn finish_command(&mut self) {
        self.addition.commands.extend(self.command.take());
    }

    async fn add(&mut self) -> Result<(), RestoreError> {
        let addition = std::mem::take(&mut self.addition);
        self.appending.append(addition, self.added, self.head).await?;
        self.added = self.head.position;
        Ok(())
    }
}
