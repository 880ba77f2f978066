//! The catalogue of events: one enum per aggregate, and [`Event`] for any of them.

use crate::classification::{Classification, Clearance, Redact};
use crate::correction::{Change, Correctable, Correction, Marking, Standing, standing};
use crate::field_form::PayloadField;
use crate::fragment::FragmentSlot;
use crate::meeting::{DecisionRecorded, DecisionSuperseded, MeetingEvent};
use crate::payload::{Payload, References};
use crate::reference::{CommitteeCode, DecisionId, MeetingRef, Name};
use crate::rules::Rules;
use crate::stored_event::{DecodeError, EventPayload};
use crate::stream::{StreamId, StreamVersion};
use crate::token::ALL_TOKENS;
use crate::{for_each_aggregate, match_event, match_stream};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// The type that every kind of stream has.
const CORRECTED: &str = "EventCorrected";

/// The events of one aggregate, as a part of [`Event`].
pub trait AggregateEvent: Correctable + Into<Event> {
    /// The event, if it belongs to this aggregate.
    fn from_event(event: Event) -> Option<Self>;

    /// A reference to the event, if it belongs to this aggregate.
    fn in_event(event: &Event) -> Option<&Self>;
}

/// Reads an event from its type, its schema version and its stored data.
type Decoder = fn(&str, u32, &RawValue) -> Result<Event, DecodeError>;

/// Returns the fields of a type's payload.
type ListFields = fn(&str) -> Vec<PayloadField>;

/// Returns the fields of a type's payload that are fragments.
type ListSlots = fn(&str) -> &'static [FragmentSlot];

macro_rules! define_event {
    ([$($name:ident: $state:ty, $event:ty;)+]) => {
        /// Any event that the log can hold.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {
            $(
                #[doc = concat!("An event of the aggregate `", stringify!($name), "`.")]
                $name($event),
            )+
        }

        /// The kind of each aggregate's streams, the types of its events, their decoder, their fields and their fragments.
        const CATALOGUE: &[(&str, &[&str], Decoder, ListFields, ListSlots)] = &[$((
            <$state as cqrs_es::Aggregate>::TYPE,
            <$event>::TYPES,
            |event_type, schema_version, data| <$event>::decode(event_type, schema_version, data).map(Event::$name),
            <$event>::fields_of,
            <$event>::slots_of,
        ),)+];

        $(
            impl From<$event> for Event {
                fn from(event: $event) -> Self {
                    Self::$name(event)
                }
            }

            impl AggregateEvent for $event {
                fn from_event(event: Event) -> Option<Self> {
                    if let Event::$name(event) = event { Some(event) } else { None }
                }

                fn in_event(event: &Event) -> Option<&Self> {
                    if let Event::$name(event) = event { Some(event) } else { None }
                }
            }
        )+
    };
}
for_each_aggregate!(define_event);

impl<P: EventPayload> From<P> for Event
where
    P::AggregateEvent: Into<Self>,
{
    fn from(payload: P) -> Self {
        P::AggregateEvent::from(payload).into()
    }
}

impl Event {
    /// The type's name, for example `ActionRaised`.
    pub fn event_type(&self) -> &'static str {
        match_event!(self, event => event.event_type())
    }

    /// The version of the payload's shape, from 1.
    pub fn schema_version(&self) -> u32 {
        match_event!(self, event => event.schema_version())
    }

    /// The fields of the payloads of a type; none for an unknown type and for a correction.
    pub fn fields_of(event_type: &str) -> Vec<PayloadField> {
        let aggregate = CATALOGUE.iter().find(|(_, types, ..)| types.contains(&event_type));
        aggregate.map(|(_, _, _, fields, _)| fields(event_type)).unwrap_or_default()
    }

    /// The fields of a type's payload that are fragments in a version of its schema, sorted by name; none for an unknown
    /// type.
    pub fn slots_of(event_type: &str, schema_version: u32) -> impl Iterator<Item = FragmentSlot> {
        let aggregate = CATALOGUE.iter().find(|(_, types, ..)| types.contains(&event_type));
        let slots = aggregate.map(|(_, _, _, _, slots)| slots(event_type)).unwrap_or_default();
        slots.iter().copied().filter(move |slot| slot.since <= schema_version)
    }

    /// The payload as it is stored. It holds classified text: it is for the log alone.
    pub fn data(&self) -> Result<Value, serde_json::Error> {
        match_event!(self, event => event.data())
    }

    /// What the payload says about itself.
    pub fn payload(&self) -> &dyn Payload {
        match_event!(self, event => event.payload())
    }

    /// The committees that the event in `stream` belongs to or names a subject of: none of them may be without a say in it.
    /// `None` is the ledger itself, to which tokens belong.
    pub fn committees(&self, stream: &StreamId) -> BTreeSet<Option<CommitteeCode>> {
        let mut committees = BTreeSet::from([stream.committee().cloned()]);
        // A code that were none would ask for a right over the whole ledger.
        match_event!(self, event => event.committees(&mut |code| _ = committees.insert(code.parse().ok())));
        committees
    }

    /// Visits each meeting that the event names, its own included; see [`Payload::meetings`].
    pub fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        match_event!(self, event => event.payload_mut().meetings(visit));
    }

    /// The references of the event in `stream`, its own subject included, in order.
    pub fn references(&self, stream: &StreamId) -> Vec<String> {
        let mut references = References::default();
        references.add(stream.subject());
        self.payload().references(&mut references);
        if let (Self::Meeting(event), StreamId::Meeting(meeting)) = (self, stream)
            && let Some(MeetingEvent::DecisionRecorded(decision)) = event.or_correcting()
        {
            references.add(DecisionId::new(meeting.clone(), decision.number));
        }
        if matches!(stream, StreamId::Token(_)) {
            references.add(ALL_TOKENS);
        }
        references.into_vec()
    }

    /// Reads an event of `stream` from its type, its schema version and its stored data. Older schemas are brought
    /// up to today's.
    pub fn decode(
        stream: &StreamId,
        event_type: &str,
        schema_version: u32,
        data: &RawValue,
    ) -> Result<Self, DecodeError> {
        match_stream!(stream, A => {
            <<A as Rules>::Event>::decode(event_type, schema_version, data).map(Self::from)
        })
    }

    /// Reads an event from its type alone, where the stream is not known. `EventCorrected` is refused: every kind of
    /// stream has it.
    pub fn decode_by_type(event_type: &str, schema_version: u32, data: &RawValue) -> Result<Self, DecodeError> {
        let aggregate = CATALOGUE.iter().find(|(_, types, ..)| types.contains(&event_type));
        match aggregate.filter(|_| event_type != CORRECTED) {
            Some((_, _, decode, ..)) => decode(event_type, schema_version, data),
            None => Err(DecodeError::UnknownType {
                event_type: event_type.to_owned(),
                aggregate: "committee, meeting, action, party or token",
                accepted: Self::catalogue()
                    .map(|(_, name)| name)
                    .filter(|name| *name != CORRECTED)
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }

    /// Whether the event belongs in `stream`: it is of the stream's kind and, if it can begin a stream, it begins this one.
    pub fn belongs_to(&self, stream: &StreamId) -> bool {
        let is_of_its_kind = match_stream!(stream, A => <<A as Rules>::Event>::in_event(self).is_some());
        is_of_its_kind && self.payload().begins().is_none_or(|begun| begun == *stream)
    }

    /// The events of other streams that follow from this one, standing in `stream`, and are recorded with it.
    pub fn entails(&self, stream: &StreamId) -> Vec<(StreamId, Event)> {
        match (self, stream) {
            (Self::Meeting(event), StreamId::Meeting(meeting)) => match event.or_correcting() {
                Some(MeetingEvent::DecisionRecorded(decision)) => supersessions(meeting, decision),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Returns the effective events of one stream, each with its place.
    pub fn standing(events: &[(StreamVersion, Self)]) -> Vec<Standing<Self>> {
        fn standing_of<E: AggregateEvent>(_first: &E, events: &[(StreamVersion, Event)]) -> Vec<Standing<Event>> {
            let own = events.iter().filter_map(|(version, event)| Some((*version, E::in_event(event)?)));
            let any = |Standing { event, place, supplement, brought_in_by }: Standing<&E>| Standing {
                event: event.clone().into(),
                place,
                supplement,
                brought_in_by,
            };
            standing(own).into_iter().map(any).collect()
        }
        let Some((_, first)) = events.first() else { return Vec::new() };
        match_event!(first, first => standing_of(first, events))
    }

    /// Wraps the event in a correction that supplements the event with version `place`.
    #[must_use]
    pub fn as_supplement(self, place: StreamVersion) -> Self {
        fn supplement<E: AggregateEvent>(event: E, place: StreamVersion) -> Event {
            let correction = Correction {
                version: place,
                change: Change::Supplemented(Box::new(event)),
                authority: None,
                corrected_references: Vec::new(),
            };
            E::from(correction).into()
        }
        match_event!(self, event => supplement(event, place))
    }

    /// Wraps a change of an event, which is of the same kind of stream and has the version `version`, in a correction.
    /// None if the change brings in an event of another kind of stream.
    pub fn correction(&self, version: StreamVersion, change: Change<Self>) -> Option<Self> {
        fn wrap<E: AggregateEvent>(_of_the_stream: &E, version: StreamVersion, change: Change<Event>) -> Option<Event> {
            let change = match change {
                Change::Struck => Change::Struck,
                Change::Marked(marking) => Change::Marked(marking),
                Change::Replaced(by) => Change::Replaced(Box::new(E::from_event(*by)?)),
                Change::Supplemented(by) => Change::Supplemented(Box::new(E::from_event(*by)?)),
            };
            Some(E::from(Correction { version, change, authority: None, corrected_references: Vec::new() }).into())
        }
        match_event!(self, event => wrap(event, version, change))
    }

    /// What a correction changes, and the version of the event that it corrects; none for other events.
    pub fn as_change(&self) -> Option<(StreamVersion, Change<Self>)> {
        fn change_of<E: AggregateEvent>(event: &E) -> Option<(StreamVersion, Change<Event>)> {
            let correction = event.as_correction()?;
            let change = match &correction.change {
                Change::Struck => Change::Struck,
                Change::Marked(marking) => Change::Marked(marking.clone()),
                Change::Replaced(by) => Change::Replaced(Box::new((**by).clone().into())),
                Change::Supplemented(by) => Change::Supplemented(Box::new((**by).clone().into())),
            };
            Some((correction.version, change))
        }
        match_event!(self, event => change_of(event))
    }

    /// The event with other data, if the data fit its type.
    pub fn with_data(&self, data: &Value) -> Option<Self> {
        let raw = RawValue::from_string(data.to_string()).ok()?;
        Self::decode_by_type(self.event_type(), self.schema_version(), &raw).ok()
    }

    /// The change of a mark, if the event is one.
    pub fn marking(&self) -> Option<&Marking> {
        match_event!(self, event => match event.as_correction().map(|correction| &correction.change) {
            Some(Change::Marked(marking)) => Some(marking),
            _ => None,
        })
    }

    /// Whether the event is a correction that replaces another.
    pub fn replaces(&self) -> bool {
        match_event!(self, event => event.as_correction().is_some_and(|c| matches!(c.change, Change::Replaced(_))))
    }

    /// Keeps those references of the corrected event, if the event is a correction, that are among `names`.
    pub fn keep_corrected_references(&mut self, names: &[String]) {
        match_event!(self, event => event.keep_corrected_references(names));
    }

    /// On whose authority the event corrects another, if it is a correction and the clearance permits it.
    pub fn authority(&self, clearance: Clearance) -> Option<&Name> {
        match_event!(self, event => event.as_correction()?.authority.as_ref()?.disclose(clearance))
    }

    /// Gives the authority of a correction another mark.
    pub fn set_authority_mark(&mut self, mark: Classification) {
        match_event!(self, event => event.set_authority_mark(mark));
    }

    /// The mark of the payload as a whole, if it holds one.
    pub fn whole(&self) -> Option<Classification> {
        match_event!(self, event => event.whole())
    }

    /// Visits the mark of each classified text.
    pub fn marks(&self, visit: &mut dyn FnMut(Classification)) {
        match_event!(self, event => event.marks(visit));
    }

    /// The payload with the roles of its fields; for a correction, of the event that it brings in at the innermost.
    pub fn redactable(&mut self) -> &mut dyn Redact {
        match_event!(self, event => event.redactable())
    }

    /// Whether the event is a correction that supplements another.
    pub fn supplements(&self) -> bool {
        match_event!(self, event => event.as_correction().is_some_and(|c| matches!(c.change, Change::Supplemented(_))))
    }

    /// Whether every stream of its kind begins with such an event.
    pub fn begins_its_stream(&self) -> bool {
        !self.is_correction() && self.payload().begins().is_some()
    }

    /// Whether the event corrects another of its stream.
    pub fn is_correction(&self) -> bool {
        match_event!(self, event => event.as_correction().is_some())
    }

    /// Whether the event is a correction that replaces or supplements another.
    pub fn brings_in_something(&self) -> bool {
        match_event!(self, event => event.as_correction().is_some_and(|c| c.change.event().is_some()))
    }

    /// Whether the event is a correction that strikes another.
    pub fn strikes(&self) -> bool {
        match_event!(self, event => event.as_correction().is_some_and(|c| matches!(c.change, Change::Struck)))
    }

    /// Every type in the catalogue, with the kind of stream it belongs to, in the order of the documentation.
    pub fn catalogue() -> impl Iterator<Item = (&'static str, &'static str)> {
        CATALOGUE.iter().flat_map(|(aggregate, types, ..)| types.iter().map(|name| (*aggregate, *name)))
    }
}

/// The `DecisionSuperseded` events that `decision` entails, each in the stream of the meeting that it goes to.
pub fn supersessions(meeting: &MeetingRef, decision: &DecisionRecorded) -> Vec<(StreamId, Event)> {
    let by = DecisionId::new(meeting.clone(), decision.number);
    let superseded = |earlier: &DecisionId| {
        let event = DecisionSuperseded { decision: earlier.clone(), by: by.clone(), rescinded: false };
        (StreamId::Meeting(earlier.meeting().clone()), Event::Meeting(event.into()))
    };
    decision.supersedes.iter().map(superseded).collect()
}
