//! Where something in a row comes from: the event, who recorded it, and from which lines of which document.

use crate::disclosure::is_open;
use crate::projection::SourcedFact;
use chrono::{DateTime, SecondsFormat, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{EventId, Position, RecordedEvent, Source};
use serde::{Serialize, Serializer};

/// An event that something comes from, as a reader may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    /// Its place in the log.
    pub position: Position,
    /// Its identity.
    pub event_id: EventId,
    /// The type of what it says; of a correction, the type of what it brought in.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// When it was so.
    #[serde(serialize_with = "exact")]
    pub valid_at: DateTime<Utc>,
    /// When the ledger came to know it.
    #[serde(serialize_with = "exact")]
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it.
    pub actor: String,
    /// On whose behalf.
    pub on_behalf_of: Option<String>,
    /// The document and the lines it was read from, or the program that sent it.
    pub source: Source,
    /// What it corrects, if it is a correction.
    pub correction: Option<Corrected>,
}

/// What a correction corrects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Corrected {
    /// The event that it corrects.
    pub event_id: Option<EventId>,
    /// `struck`, `replaced` or `supplemented`.
    pub change: String,
    /// Why. It is not told to a reader who may not read all of the correction: it may speak of what they cannot see.
    pub reason: Option<String>,
    /// On whose authority.
    pub authority: Option<String>,
}

impl Origin {
    /// Where a fact comes from.
    pub fn of(sourced: &SourcedFact<'_>, clearance: Clearance) -> Self {
        Self { event_type: sourced.fact.event.event_type(), ..Self::of_event(sourced.recorded, clearance) }
    }

    /// An event that brought in nothing, as one does that strikes another.
    pub fn of_event(recorded: &RecordedEvent, clearance: Clearance) -> Self {
        Self {
            position: recorded.position,
            event_id: recorded.event_id,
            event_type: recorded.event.event_type(),
            valid_at: recorded.valid_at,
            recorded_at: recorded.recorded_at,
            actor: recorded.actor.clone(),
            on_behalf_of: recorded.on_behalf_of.clone(),
            source: recorded.source.clone(),
            correction: corrected(recorded, clearance),
        }
    }
}

fn corrected(recorded: &RecordedEvent, clearance: Clearance) -> Option<Corrected> {
    let data = recorded.event.data().ok().filter(|_| recorded.event.is_correction())?;
    let change = &data["change"];
    let word = change.as_str().or_else(|| change.as_object()?.keys().next().map(String::as_str));
    Some(Corrected {
        event_id: recorded.corrects,
        change: word.unwrap_or_default().to_owned(),
        reason: recorded.reason.clone().filter(|_| is_open(&recorded.event, clearance)),
        authority: data["authority"].as_str().map(str::to_owned),
    })
}

fn exact<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true))
}
