//! The latest events, read once, and told once for all readers of one kind.

use super::{RedactedStream, frame};
use crate::query::ViewError;
use crate::query::events::{Audience, Events};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Position, RecordedEvent, StreamId};
use minutebook_ledger::{Log, Selection, StoreError};
use std::collections::VecDeque;
use std::sync::Arc;

/// Events that are kept.
const KEPT: usize = 512;
/// Events that are told at a time.
const AT_ONCE: usize = 64;
/// Kinds of readers that an event is kept for.
const KINDS: usize = 8;

/// The latest events of the log, without a gap.
pub(super) struct Ring {
    events: VecDeque<Entry>,
    /// The position of the last event that was looked at.
    end: Position,
    /// How many events there were that may change what readers are told of others.
    changes: u64,
    tokens: u64,
}

struct Entry {
    event: RecordedEvent,
    told: Vec<(Audience, u64, Option<Arc<RedactedStream>>)>,
}

impl Ring {
    /// An empty one, which begins after a position.
    pub(super) fn new(end: Position) -> Self {
        Self { events: VecDeque::new(), end, changes: 0, tokens: 0 }
    }

    /// How many events of tokens there were.
    pub(super) fn tokens(&self) -> u64 {
        self.tokens
    }

    /// The position of the last event that was looked at.
    pub(super) fn end(&self) -> Position {
        self.end
    }

    /// Takes in what the log has since.
    pub(super) async fn catch_up(&mut self, log: &Log) -> Result<(), StoreError> {
        let mut cursor = log.read(Selection::All, self.end);
        while self.end < log.known_head() {
            for event in cursor.next_page().await? {
                self.end = event.position;
                self.changes += u64::from(changes_others(&event.event));
                self.tokens += u64::from(matches!(event.stream, StreamId::Token(_)));
                if self.events.len() == KEPT {
                    self.events.pop_front();
                }
                self.events.push_back(Entry { event, told: Vec::new() });
            }
        }
        Ok(())
    }

    /// Where the event after a position is; nothing if it is not kept any more. It may be still to come.
    pub(super) fn place_after(&self, position: Position) -> Option<usize> {
        let first = self.end.number() + 1 - self.events.len() as u64;
        let place = usize::try_from(position.next().number().checked_sub(first)?).ok()?;
        (place <= self.events.len()).then_some(place)
    }

    /// The next events from a place on, as these readers are told them.
    pub(super) async fn told(
        &mut self,
        from: usize,
        events: &Events,
        to: &Audience,
    ) -> Result<Vec<(Position, Option<Arc<RedactedStream>>)>, ViewError> {
        let wanted = from..self.events.len().min(from + AT_ONCE);
        let changes = self.changes;
        let missing: Vec<usize> =
            wanted.clone().filter(|place| self.events[*place].kept(to, changes).is_none()).collect();
        if !missing.is_empty() {
            let recorded: Vec<RecordedEvent> = missing.iter().map(|place| self.events[*place].event.clone()).collect();
            for (place, event) in missing.into_iter().zip(events.disclose(&recorded, to).await?) {
                let told = event.map(|event| Arc::new(RedactedStream { frame: frame(&event), event }));
                self.events[place].keep(to, changes, told);
            }
        }
        let told = |place| {
            let entry: &Entry = &self.events[place];
            (entry.event.position, entry.kept(to, changes).cloned().flatten())
        };
        Ok(wanted.map(told).collect())
    }
}

impl Entry {
    fn kept(&self, to: &Audience, changes: u64) -> Option<&Option<Arc<RedactedStream>>> {
        let kept = self.told.iter().find(|(audience, at, _)| *at == changes && audience == to);
        kept.map(|(.., told)| told)
    }

    fn keep(&mut self, to: &Audience, changes: u64, told: Option<Arc<RedactedStream>>) {
        self.told.retain(|(audience, at, _)| *at == changes && audience != to);
        if self.told.len() == KINDS {
            self.told.remove(0);
        }
        self.told.push((to.clone(), changes, told));
    }
}

/// Whether what readers are told of other events may be another thing after this one: a correction may have raised a
/// mark, and what is named may have become something that is not for everyone.
fn changes_others(event: &Event) -> bool {
    let mark = match event {
        Event::Action(ActionEvent::ActionRaised(raised)) => raised.text.classification(),
        Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => decision.text.classification(),
        Event::Meeting(MeetingEvent::MeetingConvened(convened)) => convened.classification,
        event => return event.is_correction(),
    };
    mark.rank() > Classification::public().rank()
}
