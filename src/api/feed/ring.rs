//! The latest events of the log, read once, and redacted and encoded once per audience.

use super::{EncodedEvent, Recipients, frame};
use crate::query::ReadError;
use crate::query::events::EventReader;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Position, RecordedEvent, StreamId};
use minutebook_ledger::{Log, Selection, StoreError};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// The number of events in the ring.
const CAPACITY: usize = 512;
/// The number of events that are redacted at a time.
const PAGE: usize = 64;
/// The number of audiences that an event is kept encoded for.
const AUDIENCES: usize = 8;

/// The latest events of the log, without a gap.
pub(super) struct Ring {
    events: VecDeque<RingEntry>,
    /// The position of the last event in the ring.
    end: Position,
    /// The number of events so far that may change the redaction of others.
    reclassifications: u64,
    token_events: u64,
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
        Self { events: VecDeque::new(), end, reclassifications: 0, token_events: 0 }
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
                    self.events.pop_front();
                }
                self.events.push_back(RingEntry { event, encodings: Vec::new() });
            }
        }
        Ok(())
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
        Ok(entries.collect())
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
            self.events[index].keep(Encoding { recipients: recipients.clone(), reclassifications, encoded });
        }
        Ok(())
    }
}

impl RingEntry {
    fn encoding(&self, recipients: &Recipients, reclassifications: u64) -> Option<&Encoding> {
        let mut encodings = self.encodings.iter();
        encodings.find(|encoding| encoding.reclassifications == reclassifications && encoding.recipients == *recipients)
    }

    /// Adds an encoding; drops the outdated ones, and the oldest above the limit.
    fn keep(&mut self, new: Encoding) {
        self.encodings.retain(|encoding| encoding.reclassifications == new.reclassifications);
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
