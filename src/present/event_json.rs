//! An event as JSON, unredacted.

use minutebook_domain::{Reason, RecordedEvent};
use serde_json::{Value, json};

/// Returns the event with all its metadata; fields without a value are null.
pub fn event_json(recorded: &RecordedEvent) -> Result<Value, serde_json::Error> {
    let metadata = &recorded.metadata;
    Ok(json!({
        "position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
        "event_id": recorded.event_id,
        "type": recorded.event.event_type(),
        "schema_version": recorded.event.schema_version(),
        "valid_at": super::times::exact(metadata.valid_at),
        "recorded_at": super::times::exact(recorded.recorded_at),
        "classification": metadata.classification,
        "actor": metadata.actor,
        "on_behalf_of": metadata.on_behalf_of,
        "command_id": metadata.command_id,
        "correlation_id": metadata.correlation_id,
        "causation_id": metadata.causation_id,
        "corrects": metadata.corrects,
        "reason": metadata.reason.as_ref().map(Reason::stored).transpose()?,
        "source": metadata.source,
        "references": recorded.references,
        "data": recorded.event.data()?,
    }))
}
