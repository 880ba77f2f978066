//! Reading the log in order, in memory that does not grow with it.

use super::store::{LogStore, Selection, StoreError};
use super::wire;
use minutebook_domain::{Position, RecordedEvent};
use std::sync::Arc;

/// Events in a first page, and in the largest and the smallest one.
const FIRST_PAGE: u32 = 256;
const LARGEST_PAGE: u32 = 2048;
/// What a page should take in memory, roughly. Pages of larger events have fewer of them.
const PAGE_BYTES: usize = 1 << 20;

/// A place in a selection of the log, from which its events are read page by page.
pub struct Cursor {
    store: Arc<dyn LogStore>,
    selection: Selection,
    after: Position,
    limit: u32,
}

impl Cursor {
    pub(crate) fn new(store: Arc<dyn LogStore>, selection: Selection, after: Position) -> Self {
        Self { store, selection, after, limit: FIRST_PAGE }
    }

    /// The position of the last event that was read.
    pub fn position(&self) -> Position {
        self.after
    }

    /// The next events, in order; none when the end of the log is reached. More may come later.
    pub async fn next_page(&mut self) -> Result<Vec<RecordedEvent>, StoreError> {
        let lines = self.next_lines().await?;
        let mut events = Vec::with_capacity(lines.len());
        for (position, line) in lines.iter() {
            let event = wire::decode(line)
                .map_err(|error| StoreError::Damaged { position: position.number(), what: error.to_string() })?;
            // Whatever a row claims, its own bytes say where it stands; a reader that believed neither would read
            // the same page for ever.
            let out_of_order = event.position <= self.after;
            let gap = self.selection == Selection::All && event.position != position;
            if out_of_order || gap {
                let what = format!("the event that says it stands at {} was found there", event.position);
                return Err(StoreError::Damaged { position: position.number(), what });
            }
            self.after = event.position;
            events.push(event);
        }
        Ok(events)
    }

    async fn next_lines(&mut self) -> Result<Lines, StoreError> {
        let bytes = self.store.page(&self.selection, self.after.number(), self.limit).await?;
        let size = bytes.len();
        let lines = Lines { first: self.after.next(), bytes };
        if size > PAGE_BYTES {
            self.limit = (self.limit / 2).max(1);
        } else if size < PAGE_BYTES / 2 {
            self.limit = (self.limit * 2).min(LARGEST_PAGE);
        }
        Ok(lines)
    }
}

/// The stored bytes of some events, one a line.
struct Lines {
    first: Position,
    bytes: Vec<u8>,
}

impl Lines {
    fn len(&self) -> usize {
        self.bytes.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// Each line with the position it has if the log is dense from the first.
    fn iter(&self) -> impl Iterator<Item = (Position, &[u8])> {
        let lines = self.bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.zip(self.first.number()..).map(|(line, number)| (Position::new(number), line))
    }
}
