//! The catalogue of events: one enum per aggregate, and [`Event`] for any of them.

use crate::action::ActionEvent;
use crate::committee::CommitteeEvent;
use crate::correction::{Change, Correctable, Correction, Standing, standing};
use crate::meeting::{DecisionRecorded, DecisionSuperseded, MeetingEvent};
use crate::party::PartyEvent;
use crate::payload::{Payload, References};
use crate::reference::{DecisionId, MeetingRef};
use crate::stored_event::{DecodeError, EventPayload};
use crate::stream::{StreamId, StreamVersion};
use crate::token::{ALL_TOKENS, TokenEvent};
use serde_json::Value;
use serde_json::value::RawValue;

/// Any event that the log can hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Of a committee's stream.
    Committee(CommitteeEvent),
    /// Of a meeting's stream.
    Meeting(MeetingEvent),
    /// Of an action's stream.
    Action(ActionEvent),
    /// Of a party's stream.
    Party(PartyEvent),
    /// Of a token's stream.
    Token(TokenEvent),
}

impl From<CommitteeEvent> for Event {
    fn from(event: CommitteeEvent) -> Self {
        Self::Committee(event)
    }
}

impl From<MeetingEvent> for Event {
    fn from(event: MeetingEvent) -> Self {
        Self::Meeting(event)
    }
}

impl From<ActionEvent> for Event {
    fn from(event: ActionEvent) -> Self {
        Self::Action(event)
    }
}

impl From<PartyEvent> for Event {
    fn from(event: PartyEvent) -> Self {
        Self::Party(event)
    }
}

impl From<TokenEvent> for Event {
    fn from(event: TokenEvent) -> Self {
        Self::Token(event)
    }
}

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
        each_event!(self, event => event.event_type())
    }

    /// The version of the payload's shape, from 1.
    pub fn schema_version(&self) -> u32 {
        each_event!(self, event => event.schema_version())
    }

    /// The payload as it is stored. It holds classified text: it is for the log alone.
    pub fn data(&self) -> Result<Value, serde_json::Error> {
        each_event!(self, event => event.data())
    }

    /// What the payload says about itself.
    pub fn payload(&self) -> &dyn Payload {
        each_event!(self, event => event.payload())
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
        match stream {
            StreamId::Committee(_) => CommitteeEvent::decode(event_type, schema_version, data).map(Self::Committee),
            StreamId::Meeting(_) => MeetingEvent::decode(event_type, schema_version, data).map(Self::Meeting),
            StreamId::Action(_) => ActionEvent::decode(event_type, schema_version, data).map(Self::Action),
            StreamId::Party(..) => PartyEvent::decode(event_type, schema_version, data).map(Self::Party),
            StreamId::Token(_) => TokenEvent::decode(event_type, schema_version, data).map(Self::Token),
        }
    }

    /// Reads an event from its type alone, where the stream is not known. `EventCorrected` belongs to every kind of
    /// stream, and is not read so.
    pub fn decode_by_type(event_type: &str, schema_version: u32, data: &RawValue) -> Result<Self, DecodeError> {
        let kind = Self::catalogue().find(|(_, name)| *name == event_type && *name != "EventCorrected");
        match kind.map(|(aggregate, _)| aggregate) {
            Some("committee") => CommitteeEvent::decode(event_type, schema_version, data).map(Self::Committee),
            Some("meeting") => MeetingEvent::decode(event_type, schema_version, data).map(Self::Meeting),
            Some("action") => ActionEvent::decode(event_type, schema_version, data).map(Self::Action),
            Some("party") => PartyEvent::decode(event_type, schema_version, data).map(Self::Party),
            Some(_) => TokenEvent::decode(event_type, schema_version, data).map(Self::Token),
            None => Err(DecodeError::UnknownType {
                event_type: event_type.to_owned(),
                aggregate: "committee, meeting, action, party or token",
                accepted: Self::catalogue()
                    .map(|(_, name)| name)
                    .filter(|name| *name != "EventCorrected")
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }

    /// Whether the event belongs in `stream`: is of its kind and, if it says what the stream is about, says so.
    pub fn belongs_to(&self, stream: &StreamId) -> bool {
        match (self, stream) {
            (Self::Committee(event), StreamId::Committee(code)) => match event.or_correcting() {
                Some(CommitteeEvent::CommitteeEstablished(established)) => established.code == *code,
                _ => true,
            },
            (Self::Meeting(event), StreamId::Meeting(meeting)) => match event.or_correcting() {
                Some(MeetingEvent::MeetingConvened(convened)) => convened.reference == *meeting,
                _ => true,
            },
            (Self::Action(event), StreamId::Action(action)) => match event.or_correcting() {
                Some(ActionEvent::ActionRaised(raised)) => raised.reference == *action,
                _ => true,
            },
            (Self::Party(event), StreamId::Party(committee, name)) => match event.or_correcting() {
                Some(PartyEvent::PartyRegistered(registered)) => {
                    registered.committee == *committee && registered.name == *name
                }
                _ => true,
            },
            (Self::Token(event), StreamId::Token(id)) => match event.or_correcting() {
                Some(TokenEvent::TokenIssued(issued)) => issued.id == *id,
                _ => true,
            },
            _ => false,
        }
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
        macro_rules! standing_of {
            ($kind:ident) => {{
                let own = events.iter().filter_map(|(version, event)| match event {
                    Self::$kind(event) => Some((*version, event)),
                    _ => None,
                });
                standing(own).into_iter().map(|Standing { event, place, supplement, brought_in_by }| Standing {
                    event: Self::$kind(event.clone()),
                    place,
                    supplement,
                    brought_in_by,
                })
            }};
        }
        let all = standing_of!(Committee).chain(standing_of!(Meeting));
        all.chain(standing_of!(Action)).chain(standing_of!(Party)).chain(standing_of!(Token)).collect()
    }

    /// This event as a supplement of its stream, after the event with version `place`.
    #[must_use]
    pub fn as_supplement(self, place: StreamVersion) -> Self {
        macro_rules! supplement {
            ($kind:ident, $inner:ident, $event:expr) => {
                Self::$kind($inner::EventCorrected(Correction {
                    version: place,
                    change: Change::Supplemented(Box::new($event)),
                    authority: None,
                    corrected_references: Vec::new(),
                }))
            };
        }
        match self {
            Self::Committee(event) => supplement!(Committee, CommitteeEvent, event),
            Self::Meeting(event) => supplement!(Meeting, MeetingEvent, event),
            Self::Action(event) => supplement!(Action, ActionEvent, event),
            Self::Party(event) => supplement!(Party, PartyEvent, event),
            Self::Token(event) => supplement!(Token, TokenEvent, event),
        }
    }

    /// Whether the event is a correction that supplements another.
    pub fn supplements(&self) -> bool {
        each_event!(self, event => event.as_correction().is_some_and(|c| matches!(c.change, Change::Supplemented(_))))
    }

    /// Whether it is the event that every stream of its kind begins with.
    pub fn begins_its_stream(&self) -> bool {
        matches!(
            self,
            Self::Committee(CommitteeEvent::CommitteeEstablished(_))
                | Self::Meeting(MeetingEvent::MeetingConvened(_))
                | Self::Action(ActionEvent::ActionRaised(_))
                | Self::Party(PartyEvent::PartyRegistered(_))
                | Self::Token(TokenEvent::TokenIssued(_))
        )
    }

    /// Whether the event corrects another of its stream.
    pub fn is_correction(&self) -> bool {
        matches!(
            self,
            Self::Committee(CommitteeEvent::EventCorrected(_))
                | Self::Meeting(MeetingEvent::EventCorrected(_))
                | Self::Action(ActionEvent::EventCorrected(_))
                | Self::Party(PartyEvent::EventCorrected(_))
                | Self::Token(TokenEvent::EventCorrected(_))
        )
    }

    /// Whether the event is a correction that puts something where the corrected event stands.
    pub fn brings_in_something(&self) -> bool {
        self.is_correction() && !self.strikes()
    }

    /// Whether the event is a correction that strikes another.
    pub fn strikes(&self) -> bool {
        self.is_correction() && each_event!(self, event => event.or_correcting().is_none())
    }

    /// Every type in the catalogue, with the kind of stream it belongs to, in the order of the documentation.
    pub fn catalogue() -> impl Iterator<Item = (&'static str, &'static str)> {
        let of = |aggregate, types: &'static [&'static str]| types.iter().map(move |name| (aggregate, *name));
        of("committee", CommitteeEvent::TYPES)
            .chain(of("meeting", MeetingEvent::TYPES))
            .chain(of("action", ActionEvent::TYPES))
            .chain(of("party", PartyEvent::TYPES))
            .chain(of("token", TokenEvent::TYPES))
    }
}

macro_rules! each_event {
    ($event:expr, $inner:ident => $body:expr) => {
        match $event {
            $crate::Event::Committee($inner) => $body,
            $crate::Event::Meeting($inner) => $body,
            $crate::Event::Action($inner) => $body,
            $crate::Event::Party($inner) => $body,
            $crate::Event::Token($inner) => $body,
        }
    };
}
use each_event;

/// The `DecisionSuperseded` events that `decision` entails, each in the stream of the meeting that it goes to.
pub fn supersessions(meeting: &MeetingRef, decision: &DecisionRecorded) -> Vec<(StreamId, Event)> {
    let by = DecisionId::new(meeting.clone(), decision.number);
    let superseded = |earlier: &DecisionId| {
        let event = DecisionSuperseded { decision: earlier.clone(), by: by.clone(), rescinded: false };
        (StreamId::Meeting(earlier.meeting().clone()), Event::Meeting(event.into()))
    };
    decision.supersedes.iter().map(superseded).collect()
}
