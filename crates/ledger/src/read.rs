//! Reading the log page by page, in constant memory.

use super::continuity::ContinuityWatch;
use super::event_codec;
use super::store::{Selection, Store, StoreError};
use minutebook_domain::{Position, RecordedEvent};
use std::io::BufRead;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The number of events in the first page.
const FIRST_PAGE: u32 = 256;
/// The largest number of events in a page.
const LARGEST_PAGE: u32 = 2048;
/// The approximate size of a page in memory. Pages of larger events have fewer of them.
const PAGE_BYTES: usize = 1 << 20;

/// A cursor over a selection of the log.
///
/// The next page is fetched while one is decoded, so two pages at most are in memory.
pub struct Cursor {
    store: Arc<dyn Store>,
    continuity: ContinuityWatch,
    selection: Selection,
    after: Position,
    limit: u32,
    prefetched: Option<PrefetchedPage>,
}

/// A page that is being fetched in the background.
struct PrefetchedPage {
    after: Position,
    page: JoinHandle<Result<Vec<u8>, StoreError>>,
}

impl Cursor {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        continuity: ContinuityWatch,
        selection: Selection,
        after: Position,
    ) -> Self {
        Self { store, continuity, selection, after, limit: FIRST_PAGE, prefetched: None }
    }

    /// The position of the last event that was read.
    pub fn position(&self) -> Position {
        self.after
    }

    /// The next events, in order; empty at the end of the log, to which more may be appended.
    pub async fn next_page(&mut self) -> Result<Vec<RecordedEvent>, StoreError> {
        self.continuity.check()?;
        let lines = self.next_lines().await?;
        let mut events = Vec::with_capacity(lines.len());
        for (position, line) in lines.iter() {
            let event =
                event_codec::decode(line).map_err(|error| StoreError::unreadable_event(position.number(), error))?;
            // A damaged row that points backwards would make the cursor read the same page for ever.
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

    async fn next_lines(&mut self) -> Result<StoredLines, StoreError> {
        let bytes = match self.prefetched.take() {
            // A page that was prefetched for another position is dropped.
            Some(prefetched) if prefetched.after == self.after => {
                prefetched.page.await.map_err(|_| StoreError::Closed)??
            }
            _ => self.store.page(&self.selection, self.after.number(), self.limit).await?,
        };
        let lines = StoredLines::new(self.after.next(), bytes);
        // A page that is not full is the last one for now.
        let full = u32::try_from(lines.len()).is_ok_and(|length| length >= self.limit);
        if lines.bytes.len() > PAGE_BYTES {
            self.limit = (self.limit / 2).max(1);
        } else if lines.bytes.len() < PAGE_BYTES / 2 {
            self.limit = (self.limit * 2).min(LARGEST_PAGE);
        }
        if full {
            self.fetch_after(&lines);
        }
        Ok(lines)
    }

    /// Begins to fetch the page after `lines`. If the last line is unreadable, decoding the page reports it.
    fn fetch_after(&mut self, lines: &StoredLines) {
        let Some(Ok(last)) = lines.iter().next_back().map(|(_, line)| event_codec::decode(line)) else { return };
        let (store, selection, limit) = (self.store.clone(), self.selection.clone(), self.limit);
        let page = tokio::spawn(async move { store.page(&selection, last.position.number(), limit).await });
        self.prefetched = Some(PrefetchedPage { after: last.position, page });
    }
}

/// The stored bytes of consecutive events, one per line.
struct StoredLines {
    first: Position,
    bytes: Vec<u8>,
    /// The offset at which each line ends.
    ends: Vec<usize>,
}

impl StoredLines {
    fn new(first: Position, bytes: Vec<u8>) -> Self {
        let mut ends = Vec::new();
        let mut rest = bytes.as_slice();
        // `skip_until` searches faster than a loop over the bytes, and cannot fail on a slice.
        while let Ok(skipped @ 1..) = rest.skip_until(b'\n') {
            ends.push(ends.last().map_or(0, |end| end + 1) + skipped - usize::from(!rest.is_empty()));
        }
        Self { first, bytes, ends }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    /// Each line with its position, counted from the first.
    fn iter(&self) -> impl DoubleEndedIterator<Item = (Position, &[u8])> {
        self.ends.iter().enumerate().map(|(index, &end)| {
            let begin = index.checked_sub(1).map_or(0, |previous| self.ends[previous] + 1);
            (Position::new(self.first.number() + index as u64), &self.bytes[begin..end])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_at_newlines() {
        for (bytes, expected) in
            [("", vec![]), ("a", vec![(7, "a")]), ("a\nbc\nd", vec![(7, "a"), (8, "bc"), (9, "d")])]
        {
            let lines = StoredLines::new(Position::new(7), bytes.into());
            let expected: Vec<_> = expected.iter().map(|(at, line)| (Position::new(*at), line.as_bytes())).collect();
            assert_eq!(lines.iter().collect::<Vec<_>>(), expected, "{bytes:?}");
            assert_eq!(lines.len(), expected.len());
        }
    }
}
