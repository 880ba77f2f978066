//! The latest events of the log, read once, and redacted and encoded once per audience.

use super::{EncodedEvent, Recipients, frame};
use crate::query::ReadError;
use crate::query::events::EventReader;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Position, RecordedEvent, StreamId};
use minutebook_ledger::{Log, Selection, StoreError};
use std::collections::{HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

/// The number of events in the ring.
const CAPACITY: usize = 512;
/// The number of events that are redacted at a time.
const PAGE: usize = 64;
/// The number of audiences that an event is kept encoded for. Those who get the same frame share it.
const AUDIENCES: usize = 64;
/// Bytes of all frames in the ring together, from which the oldest events leave it.
const MAX_FRAME_BYTES: usize = 32 << 20;

/// The latest events of the log, without a gap.
pub(super) struct Ring {
    events: VecDeque<RingEntry>,
    /// The position of the last event in the ring.
    end: Position,
    /// The number of events so far that may change the redaction of others.
    reclassifications: u64,
    token_events: u64,
    /// The size of all frames.
    frame_bytes: usize,
}

struct RingEntry {
    event: RecordedEvent,
    encodings: Vec<Encoding>,
}

/// An event as some readers get it.
struct Encoding {
    recipients: Recipients,
    /// The encoding is valid as long as the ring's own number is the same.
    reclassifications: u64,
    /// None if the audience does not get the event.
    encoded: Option<Arc<EncodedEvent>>,
}

impl Ring {
    /// An empty ring that begins after a position.
    pub(super) fn new(end: Position) -> Self {
        Self { events: VecDeque::new(), end, reclassifications: 0, token_events: 0, frame_bytes: 0 }
    }

    /// The number of events of tokens so far.
    pub(super) fn token_events(&self) -> u64 {
        self.token_events
    }

    /// The position of the last event in the ring.
    pub(super) fn end(&self) -> Position {
        self.end
    }

    /// Reads the events after the end of the ring.
    pub(super) async fn catch_up(&mut self, log: &Log) -> Result<(), StoreError> {
        let mut cursor = log.read(Selection::All, self.end);
        while self.end < log.known_head() {
            for event in cursor.next_page().await? {
                self.end = event.position;
                self.reclassifications += u64::from(may_reclassify(&event.event));
                self.token_events += u64::from(matches!(event.stream, StreamId::Token(_)));
                if self.events.len() == CAPACITY {
                    self.drop_oldest();
                }
                self.events.push_back(RingEntry { event, encodings: Vec::new() });
            }
        }
        Ok(())
    }

    fn drop_oldest(&mut self) {
        if let Some(entry) = self.events.pop_front() {
            self.frame_bytes = self.frame_bytes.saturating_sub(entry.frame_bytes());
        }
    }

    /// The index of the event after a position, which may be one past the last. None if the ring no longer has that event.
    pub(super) fn index_after(&self, position: Position) -> Option<usize> {
        let first = self.end.number() + 1 - self.events.len() as u64;
        let index = usize::try_from(position.next().number().checked_sub(first)?).ok()?;
        (index <= self.events.len()).then_some(index)
    }

    /// The events from an index on, at most a page, encoded for an audience.
    pub(super) async fn encoded(
        &mut self,
        from: usize,
        events: &EventReader,
        recipients: &Recipients,
    ) -> Result<Vec<(Position, Option<Arc<EncodedEvent>>)>, ReadError> {
        let page = from..self.events.len().min(from + PAGE);
        self.encode(page.clone(), events, recipients).await?;
        let reclassifications = self.reclassifications;
        let entries = self.events.range(page).map(|entry| {
            let encoding = entry.encoding(recipients, reclassifications);
            (entry.event.position, encoding.and_then(|encoding| encoding.encoded.clone()))
        });
        let entries = entries.collect();
        while self.frame_bytes > MAX_FRAME_BYTES {
            self.drop_oldest();
        }
        Ok(entries)
    }

    /// Redacts and encodes the events of a page that are not encoded for the audience yet.
    async fn encode(
        &mut self,
        page: Range<usize>,
        events: &EventReader,
        recipients: &Recipients,
    ) -> Result<(), ReadError> {
        let reclassifications = self.reclassifications;
        let missing: Vec<usize> =
            page.filter(|index| self.events[*index].encoding(recipients, reclassifications).is_none()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let recorded: Vec<RecordedEvent> = missing.iter().map(|index| self.events[*index].event.clone()).collect();
        for (index, event) in missing.into_iter().zip(events.redact(&recorded, &recipients.audience).await?) {
            let encoded = match event {
                None => None,
                Some(event) => {
                    let event = recipients.form_of(event, events).await?;
                    Some(Arc::new(EncodedEvent { frame: frame(&event), event }))
                }
            };
            let entry = &mut self.events[index];
            let before = entry.frame_bytes();
            entry.keep(Encoding { recipients: recipients.clone(), reclassifications, encoded });
            self.frame_bytes = (self.frame_bytes + entry.frame_bytes()).saturating_sub(before);
        }
        Ok(())
    }
}

impl RingEntry {
    fn encoding(&self, recipients: &Recipients, reclassifications: u64) -> Option<&Encoding> {
        let mut encodings = self.encodings.iter();
        encodings.find(|encoding| encoding.reclassifications == reclassifications && encoding.recipients == *recipients)
    }

    /// The size of the distinct frames.
    fn frame_bytes(&self) -> usize {
        let frames = self.encodings.iter().filter_map(|encoding| encoding.encoded.as_ref());
        let distinct: HashSet<*const u8> = HashSet::new();
        frames
            .fold((0, distinct), |(bytes, mut distinct), encoded| {
                let is_new = distinct.insert(encoded.frame.as_ptr());
                (bytes + if is_new { encoded.frame.len() } else { 0 }, distinct)
            })
            .0
    }

    /// Adds an encoding, which shares the frame of an equal one; drops the outdated ones, and the oldest above the limit.
    fn keep(&mut self, mut new: Encoding) {
        self.encodings.retain(|encoding| encoding.reclassifications == new.reclassifications);
        if let Some(encoded) = &mut new.encoded {
            let mut known = self.encodings.iter().filter_map(|encoding| encoding.encoded.as_ref());
            if let Some(equal) = known.find(|known| known.frame == encoded.frame) {
                *encoded = equal.clone();
            }
        }
        if self.encodings.len() == AUDIENCES {
            self.encodings.remove(0);
        }
        self.encodings.push(new);
    }
}

/// Whether the event may change the redaction of other events: a correction may raise a mark, and a subject that others name
/// may be above WHITE.
fn may_reclassify(event: &Event) -> bool {
    let mark = match event {
        Event::Action(ActionEvent::ActionRaised(raised)) => raised.text.classification(),
        Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => decision.text.classification(),
        Event::Meeting(MeetingEvent::MeetingConvened(convened)) => convened.classification,
        event => return event.is_correction(),
    };
    mark.rank() > Classification::public().rank()
}
