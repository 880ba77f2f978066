//! The stored form of an event: its type's name, its schema version and its data, and what brings old data up to date.

use crate::json::WrongField;
use serde_json::Value;
use serde_json::value::RawValue;

/// An event that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The type is not in the catalogue of the stream's kind.
    #[error("`{event_type}` is no event of a {aggregate}: one of {accepted} was expected")]
    UnknownType {
        /// The type given.
        event_type: String,
        /// The kind of stream.
        aggregate: &'static str,
        /// Every type that such a stream can hold.
        accepted: String,
    },
    /// The schema is newer than this program knows.
    #[error("{event_type} has schema version {given}, and this program reads versions up to {known}: use a newer one")]
    NewerSchema {
        /// The event's type.
        event_type: String,
        /// The version given.
        given: u32,
        /// The newest that is known.
        known: u32,
    },
    /// The data does not have the type's shape.
    #[error("the data of {event_type} is not as expected: {source}")]
    Malformed {
        /// The event's type.
        event_type: String,
        /// What is wrong, and where.
        source: WrongField,
    },
}

impl DecodeError {
    /// The field that is wrong, as a path in the event's stored form: `type`, `data.text.classification`.
    pub fn field(&self) -> String {
        match self {
            Self::UnknownType { .. } => "type".to_owned(),
            Self::NewerSchema { .. } => "schema_version".to_owned(),
            Self::Malformed { source, .. } if source.field.is_empty() => "data".to_owned(),
            Self::Malformed { source, .. } => format!("data.{}", source.field),
        }
    }
}

/// The wire form of an event inside another one (a correction's replacement), and of a command.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tagged {
    #[serde(rename = "type")]
    pub(crate) event_type: String,
    #[serde(default = "first_schema")]
    pub(crate) schema_version: u32,
    pub(crate) data: Box<RawValue>,
}

impl Tagged {
    /// Refuses a correction of a correction of a correction … that would be read deeper than the stack is. Raw values
    /// are skipped unread, so the parser's own depth limit does not apply to them.
    pub(crate) fn bounded(&self) -> Result<(), serde_json::Error> {
        // A value is read to the parser's limit, and what lies inside a correction is no deeper than itself: an event
        // that was accepted once is read back for ever.
        if self.event_type == "EventCorrected" {
            serde_json::from_str::<Value>(self.data.get()).map(drop)
        } else {
            Ok(())
        }
    }
}

fn first_schema() -> u32 {
    1
}

/// The payload of one event type, and the events of the aggregate it belongs to.
pub trait EventPayload {
    /// The aggregate's events.
    type AggregateEvent: From<Self>
    where
        Self: Sized;
}

/// Defines the events of one aggregate: the enum, its names and schema versions, and its stored form.
///
/// Each variant wraps the payload struct of the same name, followed by the version of its shape. `EventCorrected`
/// is added to every aggregate.
macro_rules! events {
    ($(#[$doc:meta])* $enum:ident of $aggregate:literal { $($variant:ident = $schema:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        #[expect(missing_docs, reason = "each variant is documented at the payload of the same name")]
        pub enum $enum {
            $($variant($variant),)+
            EventCorrected($crate::correction::Correction<$enum>),
        }

        impl $enum {
            /// Every type that such a stream can hold.
            pub const TYPES: &'static [&'static str] = &[$(stringify!($variant),)+ "EventCorrected"];

            /// The type's name.
            pub fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($variant),)+
                    Self::EventCorrected(_) => "EventCorrected",
                }
            }

            /// The version of the payload's shape, from 1.
            pub fn schema_version(&self) -> u32 {
                match self {
                    $(Self::$variant(_) => $schema,)+
                    Self::EventCorrected(_) => 1,
                }
            }

            /// The fields of the payloads of a type. A correction has none of its own.
            pub fn fields_of(event_type: &str) -> Vec<$crate::field_form::PayloadField> {
                match event_type {
                    $(stringify!($variant) => <$variant as $crate::field_form::PayloadFields>::fields(),)+
                    _ => Vec::new(),
                }
            }

            /// The fields of a type's payload that are fragments, sorted by name; none for an unknown type.
            pub fn slots_of(event_type: &str) -> &'static [$crate::fragment::FragmentSlot] {
                use $crate::fragment::FragmentSlots;
                match event_type {
                    $(stringify!($variant) => $variant::slots(),)+
                    "EventCorrected" => $crate::correction::Correction::<Self>::slots(),
                    _ => &[],
                }
            }

            /// The payload as it is stored.
            pub fn data(&self) -> Result<serde_json::Value, serde_json::Error> {
                match self {
                    $(Self::$variant(payload) => serde_json::to_value(payload),)+
                    Self::EventCorrected(payload) => serde_json::to_value(payload),
                }
            }

            /// What the payload says about itself.
            pub fn payload(&self) -> &dyn $crate::payload::Payload {
                match self {
                    $(Self::$variant(payload) => payload,)+
                    Self::EventCorrected(payload) => payload,
                }
            }

            /// The payload, to change what it names.
            pub(crate) fn payload_mut(&mut self) -> &mut dyn $crate::payload::Payload {
                match self {
                    $(Self::$variant(payload) => payload,)+
                    Self::EventCorrected(payload) => payload,
                }
            }

            /// Visits the committee of each subject that the event names; of a correction, that the event which it brings
            /// in names.
            pub fn committees(&self, visit: &mut $crate::field_form::VisitCommittee<'_>) {
                use $crate::field_form::PayloadFields as _;
                match self {
                    $(Self::$variant(payload) => payload.committees(visit),)+
                    Self::EventCorrected(correction) => {
                        if let Some(event) = correction.change.event() {
                            event.committees(visit);
                        }
                    }
                }
            }

            /// The mark of the payload as a whole, if it holds one.
            pub fn whole(&self) -> Option<$crate::classification::Classification> {
                use $crate::classification::Redact as _;
                match self {
                    $(Self::$variant(payload) => payload.whole(),)+
                    Self::EventCorrected(payload) => payload.whole(),
                }
            }

            /// Visits the mark of each classified text.
            pub fn marks(&self, visit: &mut dyn FnMut($crate::classification::Classification)) {
                use $crate::classification::Redact as _;
                match self {
                    $(Self::$variant(payload) => payload.marks(visit),)+
                    Self::EventCorrected(payload) => payload.marks(visit),
                }
            }

            /// The payload with the roles of its fields; for a correction, of the event that it brings in.
            pub fn redactable(&mut self) -> &mut dyn $crate::classification::Redact {
                match self {
                    $(Self::$variant(payload) => payload,)+
                    Self::EventCorrected(payload) => payload,
                }
            }

            pub(crate) fn keep_corrected_references(&mut self, names: &[String]) {
                if let Self::EventCorrected(correction) = self {
                    correction.corrected_references.retain(|reference| names.iter().any(|name| name == reference.as_str()));
                    if let Some(event) = correction.change.event_mut() {
                        event.keep_corrected_references(names);
                    }
                }
            }

            pub(crate) fn set_authority_mark(&mut self, mark: $crate::classification::Classification) {
                use $crate::classification::ClassifiedText;
                if let Self::EventCorrected($crate::correction::Correction { authority: Some(authority), .. }) = self {
                    authority.set_mark(mark);
                }
            }

            /// The event itself or, if it is a correction, the event that it brings in.
            pub fn or_correcting(&self) -> Option<&Self> {
                match self {
                    Self::EventCorrected(correction) => correction.change.event(),
                    event => Some(event),
                }
            }

            /// Reads an event from its type, its schema version and its stored data.
            pub fn decode(
                event_type: &str,
                schema_version: u32,
                data: &serde_json::value::RawValue,
            ) -> Result<Self, $crate::stored_event::DecodeError> {
                let malformed = |source| $crate::stored_event::DecodeError::Malformed { event_type: event_type.to_owned(), source };
                let known = match event_type {
                    $(stringify!($variant) => $schema,)+
                    "EventCorrected" => 1,
                    _ => return Err($crate::stored_event::DecodeError::UnknownType {
                        event_type: event_type.to_owned(),
                        aggregate: $aggregate,
                        accepted: Self::TYPES.join(", "),
                    }),
                };
                if schema_version > known {
                    return Err($crate::stored_event::DecodeError::NewerSchema {
                        event_type: event_type.to_owned(), given: schema_version, known,
                    });
                }
                let upcast = $crate::stored_event::upcast(event_type, schema_version, known, data)
                    .map_err(|error| malformed($crate::json::WrongField::whole(error)))?;
                let data = upcast.as_deref().unwrap_or(data).get();
                match event_type {
                    $(stringify!($variant) => $crate::json::from_str(data).map(Self::$variant),)+
                    // The event inside a correction is raw JSON, which only serde_json's own deserializer passes on.
                    _ => serde_json::from_str(data).map(Self::EventCorrected).map_err($crate::json::WrongField::whole),
                }
                .map_err(malformed)
            }
        }

        $(impl From<$variant> for $enum {
            fn from(payload: $variant) -> Self {
                Self::$variant(payload)
            }
        }

        impl $crate::stored_event::EventPayload for $variant {
            type AggregateEvent = $enum;
        })+

        /// Equal when their stored forms are: the classified texts inside cannot be compared.
        impl PartialEq for $enum {
            fn eq(&self, other: &Self) -> bool {
                self.event_type() == other.event_type() && self.data().ok() == other.data().ok()
            }
        }

        impl serde::Serialize for $enum {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;
                let data = self.data().map_err(serde::ser::Error::custom)?;
                let mut tagged = serializer.serialize_struct(stringify!($enum), 3)?;
                tagged.serialize_field("type", self.event_type())?;
                tagged.serialize_field("schema_version", &self.schema_version())?;
                tagged.serialize_field("data", &data)?;
                tagged.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $enum {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let tagged = $crate::stored_event::Tagged::deserialize(deserializer)?;
                tagged.bounded().map_err(serde::de::Error::custom)?;
                Self::decode(&tagged.event_type, tagged.schema_version, &tagged.data).map_err(serde::de::Error::custom)
            }
        }

        impl cqrs_es::DomainEvent for $enum {
            fn event_type(&self) -> String {
                $enum::event_type(self).to_owned()
            }

            fn event_version(&self) -> String {
                self.schema_version().to_string()
            }
        }
    };
}
pub(crate) use events;

/// Brings the data of one event type from one schema version to the next.
pub struct Upcaster {
    /// The type it is for.
    pub event_type: &'static str,
    /// The schema version it reads; it gives the next one.
    pub from: u32,
    /// The change itself.
    pub upcast: fn(Value) -> Value,
}

/// Every upcaster there is. A type whose shape changes raises its number in the `events!` table and adds one line
/// here; the bytes it had before stay as a fixture.
const UPCASTERS: &[Upcaster] = &[
    // The second version can say how its entries are nested; in the first they all stood side by side.
    Upcaster { event_type: "ListRecorded", from: 1, upcast: |data| data },
];

/// The data brought from `given` up to `known`; `None` when it is there already.
pub(crate) fn upcast(
    event_type: &str,
    given: u32,
    known: u32,
    data: &RawValue,
) -> Result<Option<Box<RawValue>>, serde_json::Error> {
    upcast_with(UPCASTERS, event_type, given, known, data)
}

fn upcast_with(
    upcasters: &[Upcaster],
    event_type: &str,
    given: u32,
    known: u32,
    data: &RawValue,
) -> Result<Option<Box<RawValue>>, serde_json::Error> {
    if given == known {
        return Ok(None);
    }
    let mut value: Value = serde_json::from_str(data.get())?;
    for version in given..known {
        let step = upcasters.iter().find(|upcaster| upcaster.event_type == event_type && upcaster.from == version);
        let step = step.ok_or_else(|| {
            <serde_json::Error as serde::de::Error>::custom(format!("schema version {version} is not known"))
        })?;
        value = (step.upcast)(value);
    }
    serde_json::value::to_raw_value(&value).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    const RENAMED: Upcaster = Upcaster {
        event_type: "ActionRaised",
        from: 1,
        upcast: |mut data| {
            let owner = data["owner"].take();
            serde_json::json!({ "owners": [owner] })
        },
    };
    const WITH_DUE: Upcaster = Upcaster {
        event_type: "ActionRaised",
        from: 2,
        upcast: |mut data| {
            data["due_on"] = Value::Null;
            data
        },
    };

    #[test]
    fn an_old_schema_is_brought_up_step_by_step() {
        let old = RawValue::from_string(r#"{"owner":"SECAS"}"#.to_owned()).unwrap();
        let new = upcast_with(&[WITH_DUE, RENAMED], "ActionRaised", 1, 3, &old).unwrap().unwrap();
        assert_eq!(new.get(), r#"{"due_on":null,"owners":["SECAS"]}"#);
        assert!(upcast_with(&[WITH_DUE], "ActionRaised", 1, 3, &old).is_err(), "a missing step is an error");
        assert!(upcast_with(&[RENAMED], "ActionRaised", 3, 3, &old).unwrap().is_none(), "today's is left alone");
    }

    #[test]
    fn every_older_schema_has_its_upcaster() {
        // INVARIANT: a type at schema version n has upcasters from 1 to n-1; while all are at 1 there are none.
        assert!(UPCASTERS.iter().all(|step| Event::catalogue().any(|(_, name)| name == step.event_type)));
    }

    #[test]
    fn a_newer_schema_or_an_unknown_type_is_refused() {
        let stream = "action:SSC72/01".parse().unwrap();
        let data = RawValue::from_string("{}".to_owned()).unwrap();
        let newer = Event::decode(&stream, "ActionCompleted", 99, &data).unwrap_err();
        assert!(matches!(newer, DecodeError::NewerSchema { given: 99, .. }), "{newer}");
        let foreign = Event::decode(&stream, "MeetingConvened", 1, &data).unwrap_err();
        assert!(matches!(foreign, DecodeError::UnknownType { .. }), "{foreign}");
    }
}
