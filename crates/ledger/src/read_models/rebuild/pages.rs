//! Reads the log stream by stream, in pages of whole streams.

use super::decoded;
use crate::event_codec;
use crate::store::{Store, StoreError};
use minutebook_domain::RecordedEvent;

/// Events that are read at a time. The rows of a page are written in one transaction, and a writer waits no longer than that
/// takes.
const EVENTS: u32 = 8192;

/// Some whole streams: the bytes of their events, with a newline between each two.
pub(super) struct StreamPage(Vec<u8>);

impl StreamPage {
    /// Returns the streams by name, with their events.
    pub(super) fn streams(&self) -> Result<Vec<(String, Vec<RecordedEvent>)>, StoreError> {
        let mut streams: Vec<(String, Vec<RecordedEvent>)> = Vec::new();
        for event in decoded(&self.0)? {
            match streams.last_mut() {
                Some((_, history)) if history.first().is_some_and(|first| first.stream == event.stream) => {
                    history.push(event);
                }
                _ => streams.push((event.stream.to_string(), vec![event])),
            }
        }
        Ok(streams)
    }
}

/// The pages of the log up to a position.
pub(super) struct StreamPages<'a> {
    store: &'a dyn Store,
    up_to: i64,
    /// The stream and version of the last event read; none at the end.
    after: Option<(String, i64)>,
    /// Events of the last stream, which the next read may continue.
    begun: Vec<u8>,
}

impl<'a> StreamPages<'a> {
    pub(super) fn new(store: &'a dyn Store, up_to: i64) -> Self {
        Self { store, up_to, after: Some((String::new(), 0)), begun: Vec::new() }
    }

    pub(super) async fn next(&mut self) -> Result<Option<StreamPage>, StoreError> {
        while let Some((stream, version)) = self.after.take() {
            let read = self.store.page_by_stream(&stream, version, self.up_to, EVENTS).await?;
            let Some(last) = lines_from_the_end(&read).next() else { break };
            let last = event(last.1)?;
            self.after = Some((last.stream.to_string(), last.version.number().try_into().unwrap_or(i64::MAX)));
            if !self.begun.is_empty() {
                self.begun.push(b'\n');
            }
            self.begun.extend(read);
            // The streams before that of the last event are whole.
            let mut whole = None;
            for (start, line) in lines_from_the_end(&self.begun) {
                if event(line)?.stream != last.stream {
                    whole = Some(start + line.len());
                    break;
                }
            }
            if let Some(whole) = whole {
                let rest = self.begun.split_off(whole);
                let begun = rest.get(1..).unwrap_or_default().to_vec();
                return Ok(Some(StreamPage(std::mem::replace(&mut self.begun, begun))));
            }
        }
        Ok((!self.begun.is_empty()).then(|| StreamPage(std::mem::take(&mut self.begun))))
    }
}

/// Returns the lines from the last to the first, each with the offset where it begins.
fn lines_from_the_end(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut end = Some(bytes.len()).filter(|length| *length > 0);
    std::iter::from_fn(move || {
        let to = end?;
        let start = bytes[..to].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        end = start.checked_sub(1);
        Some((start, &bytes[start..to]))
    })
}

fn event(line: &[u8]) -> Result<RecordedEvent, StoreError> {
    event_codec::decode(line).map_err(|error| StoreError::unreadable_event(0, error))
}
