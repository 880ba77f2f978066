//! The event behind a value of a row: who recorded it, when, and from which lines of which document.

use crate::projection::SourcedFact;
use crate::timestamp;
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{EventId, Position, RecordedEvent, Source};
use serde::Serialize;

/// The event from which a value comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    /// The event's position in the log.
    pub position: Position,
    /// The event's id.
    pub event_id: EventId,
    /// The event's type; for a correction, the type of the event that it brought in.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// When the event happened.
    #[serde(serialize_with = "timestamp::serialize")]
    pub valid_at: DateTime<Utc>,
    /// When the event was recorded.
    #[serde(serialize_with = "timestamp::serialize")]
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it; null for readers who may not audit the committee.
    pub actor: Option<String>,
    /// The person or body on whose behalf it was recorded; null for readers who may not audit the committee.
    pub on_behalf_of: Option<String>,
    /// The document and lines from which the event was read, or the program that sent it; null for readers who may not
    /// audit the committee.
    pub source: Option<Source>,
    /// The correction that brought the event in; null if the event is no correction.
    pub correction: Option<AppliedCorrection>,
}

/// A correction of an earlier event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppliedCorrection {
    /// The id of the corrected event.
    pub event_id: Option<EventId>,
    /// `struck`, `replaced`, `supplemented` or `marked`.
    pub change: String,
    /// The reason for the correction; null for readers who may not read it.
    pub reason: Option<String>,
    /// The person or body on whose authority it was corrected; null for readers who may not read it.
    pub authority: Option<String>,
}

impl Origin {
    /// Returns the origin of a fact. Who recorded it and from where is given to a reader who `audits` alone.
    pub fn of(sourced: &SourcedFact<'_>, clearance: Clearance, audits: bool) -> Self {
        Self { event_type: sourced.fact.event.event_type(), ..Self::of_event(sourced.recorded, clearance, audits) }
    }

    /// Returns the origin of an event that brings in no fact, such as a strike.
    pub fn of_event(recorded: &RecordedEvent, clearance: Clearance, audits: bool) -> Self {
        Self {
            position: recorded.position,
            event_id: recorded.event_id,
            event_type: recorded.event.event_type(),
            valid_at: recorded.metadata.valid_at,
            recorded_at: recorded.recorded_at,
            actor: audits.then(|| recorded.metadata.actor.clone()),
            on_behalf_of: recorded.metadata.on_behalf_of.clone().filter(|_| audits),
            source: audits.then(|| recorded.metadata.source.clone()),
            correction: corrected(recorded, clearance),
        }
    }
}

fn corrected(recorded: &RecordedEvent, clearance: Clearance) -> Option<AppliedCorrection> {
    let data = recorded.event.data().ok().filter(|_| recorded.event.is_correction())?;
    let change = &data["change"];
    let word = change.as_str().or_else(|| change.as_object()?.keys().next().map(String::as_str));
    Some(AppliedCorrection {
        event_id: recorded.metadata.corrects,
        change: word.unwrap_or_default().to_owned(),
        reason: recorded.metadata.reason.as_ref().and_then(|reason| reason.disclose(clearance)).map(str::to_owned),
        authority: recorded.event.authority(clearance).map(ToString::to_string),
    })
}
