//! The committee's rules: its references and words, the events, and which histories are legal.
//!
//! Nothing here reads a clock, a file or a store: every rule is a pure function over events. [`rules::Rules::admit`]
//! judges an event against a state, [`rules::Rules::evolve`] applies it, and [`correction`] applies corrections to a
//! history. The `cqrs-es` aggregates are thin shims over these.

pub mod action;
mod aggregates;
pub mod calendar_day;
pub mod classification;
pub mod committee;
pub mod comparison;
pub mod correction;
pub mod event;
mod event_id;
pub mod field_form;
pub mod fragment;
pub mod json;
pub mod local_time;
pub mod meeting;
pub mod merge;
pub mod metadata;
pub mod party;
pub mod recorded;
pub mod reference;
pub mod rejection;
pub mod requirement;
pub mod rules;
pub mod stored_event;
pub mod stream;
pub mod token;

mod clock_time;
mod command_id;
#[cfg(feature = "openapi")]
mod openapi;
#[cfg(feature = "openapi")]
mod openapi_words;
mod ordinal;
mod payload;
mod position;
mod text;
mod words;

pub use command_id::CommandId;
pub use event::{AggregateEvent, Event};
pub use event_id::EventId;
pub use metadata::{Metadata, ProviderSubject, Reason, RequestMetadata, SenderIdentity, Source};
pub use payload::Payload;
pub use position::Position;
pub use recorded::RecordedEvent;
pub use rejection::{Rejection, RejectionKind};
pub use requirement::Requirement;
pub use stream::{StreamId, StreamVersion};
