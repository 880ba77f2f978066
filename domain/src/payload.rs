//! What every event's payload can say about itself.

use crate::classification::Classification;
use crate::reference::MeetingRef;
use crate::requirement::Requirement;
use crate::stream::StreamId;
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeSet;
use std::fmt::Display;

/// The references that an event can be followed by, gathered without repeats and in order.
#[derive(Debug, Default)]
pub struct References(BTreeSet<String>);

impl References {
    /// Adds one.
    pub fn add(&mut self, reference: impl Display) {
        self.0.insert(reference.to_string());
    }

    /// Adds each of several.
    pub fn extend<T: Display>(&mut self, references: impl IntoIterator<Item = T>) {
        self.0.extend(references.into_iter().map(|reference| reference.to_string()));
    }

    /// All of them, in order.
    pub fn into_vec(self) -> Vec<String> {
        self.0.into_iter().collect()
    }
}

/// A subject of which an event of one type says otherwise than an event of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alternative {
    /// A person attended, or sent apologies.
    Presence,
    /// A status was agreed, or deferred.
    Status,
    /// An action was progressed, carried forward, completed, reopened, withdrawn or superseded.
    Update,
}

/// What an event's payload says about itself. The defaults fit a payload that names nothing and needs nothing.
pub trait Payload {
    /// Adds what the payload names: parties, actions, decisions, documents, modifications. The stream's own subject
    /// is added elsewhere.
    fn references(&self, _into: &mut References) {}

    /// Visits each meeting that the payload names, its own included. A new reference of a meeting is not visited: it names
    /// nothing yet.
    fn meetings(&mut self, _visit: &mut dyn FnMut(&mut MeetingRef)) {}

    /// The stream that the payload begins; `None` if its event is never the first of a stream.
    fn begins(&self) -> Option<StreamId> {
        None
    }

    /// The facts in other streams that it requires.
    fn requires(&self) -> Vec<Requirement> {
        Vec::new()
    }

    /// The time of day, where the payload has one and leaves the day to its meeting.
    fn time_of_day(&self) -> Option<NaiveTime> {
        None
    }

    /// The mark that a document prints: beside an item, an action or a matter, or on the document as a whole.
    fn printed_mark(&self) -> Option<Classification> {
        None
    }

    /// The subject that several event types speak of, each saying otherwise: one may replace another.
    fn alternative(&self) -> Option<Alternative> {
        None
    }

    /// The valid time in the committee's time zone, if the payload has one; a date means its beginning.
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        None
    }
}
