//! Selects events.

use super::EventView;
use minutebook_domain::StreamId;
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::Selection;

/// Selects events. An empty filter selects all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventFilter {
    /// The event type, such as `DecisionRecorded`.
    pub event_type: Option<&'static str>,
    /// The stream.
    pub stream: Option<StreamId>,
    /// A reference that the event names.
    pub reference: Option<String>,
    /// The committee.
    pub committee: Option<CommitteeCode>,
}

impl EventFilter {
    /// Returns whether a redacted event matches. References that redaction removed do not count.
    pub fn admits(&self, event: &EventView) -> bool {
        self.event_type.is_none_or(|event_type| event_type == event.event_type)
            && self.stream.as_ref().is_none_or(|stream| *stream == event.stream)
            && self.reference.as_ref().is_none_or(|reference| event.references.contains(reference))
            && self.committee.as_ref().is_none_or(|committee| event.stream.committee() == Some(committee))
    }

    /// Returns the narrowest selection of the log that holds every match.
    pub fn selection(&self) -> Selection {
        match (&self.stream, &self.reference, self.event_type) {
            (Some(stream), ..) => Selection::Stream(stream.clone()),
            (_, Some(reference), _) => Selection::Reference(reference.clone()),
            (.., Some(event_type)) => Selection::Type(event_type.to_owned()),
            _ => Selection::All,
        }
    }
}
