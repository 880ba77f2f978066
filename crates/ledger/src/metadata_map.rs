//! Metadata as the map of strings in which the `cqrs-es` traits carry it.

use chrono::{DateTime, SecondsFormat};
use minutebook_domain::{EventId, RequestMetadata};
use std::collections::HashMap;

/// A map that lacks a key of the metadata, or has one that cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{key}` is {what}")]
pub struct MetadataMapError {
    key: &'static str,
    what: String,
}

/// Writes `metadata` as a map.
pub fn to_map(metadata: &RequestMetadata) -> HashMap<String, String> {
    let source = serde_json::to_string(&metadata.source).ok();
    let id = |id: Option<EventId>| id.map(|id| id.to_string());
    [
        ("classification", metadata.classification.map(|mark| mark.label().to_owned())),
        ("actor", Some(metadata.actor.clone())),
        ("on_behalf_of", metadata.on_behalf_of.clone()),
        ("command_id", Some(metadata.command_id.clone())),
        ("correlation_id", metadata.correlation_id.clone()),
        ("causation_id", id(metadata.causation_id)),
        ("corrects", id(metadata.corrects)),
        ("reason", metadata.reason.clone()),
        ("source", source),
        ("valid_at", metadata.valid_at.map(|time| time.to_rfc3339_opts(SecondsFormat::Micros, true))),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key.to_owned(), value?)))
    .collect()
}

/// Reads the metadata that `map` holds; it needs `actor` and `command_id`.
pub fn from_map<S: std::hash::BuildHasher>(
    map: &HashMap<String, String, S>,
) -> Result<RequestMetadata, MetadataMapError> {
    let text = |key: &'static str| map.get(key).cloned();
    let required = |key: &'static str| {
        text(key).filter(|value| !value.is_empty()).ok_or_else(|| MetadataMapError { key, what: "missing".into() })
    };
    let id = |key: &'static str| {
        let parse = |value: String| value.parse().map_err(|_| MetadataMapError { key, what: "no event's id".into() });
        text(key).map(parse).transpose()
    };
    let malformed = |key: &'static str, error: &dyn std::fmt::Display| MetadataMapError {
        key,
        what: format!("malformed: {error}"),
    };
    let source = text("source").map(|json| serde_json::from_str(&json).map_err(|error| malformed("source", &error)));
    let valid_at = text("valid_at").map(|time| {
        DateTime::parse_from_rfc3339(&time).map(|time| time.to_utc()).map_err(|error| malformed("valid_at", &error))
    });
    let classification = text("classification")
        .map(|label| label.parse().map_err(|error| malformed("classification", &error)))
        .transpose()?;
    Ok(RequestMetadata {
        classification,
        actor: required("actor")?,
        on_behalf_of: text("on_behalf_of"),
        command_id: required("command_id")?,
        correlation_id: text("correlation_id"),
        causation_id: id("causation_id")?,
        corrects: id("corrects")?,
        reason: text("reason"),
        source: source.transpose()?.unwrap_or_default(),
        valid_at: valid_at.transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use minutebook_domain::Source;

    #[test]
    fn metadata_survives_the_map() {
        let metadata = RequestMetadata {
            classification: Some("GREEN".parse().unwrap()),
            actor: "jane.smith".into(),
            on_behalf_of: Some("SECAS".into()),
            command_id: "monday-1".into(),
            corrects: Some("0190a6e0-0000-7000-8000-000000000001".parse().unwrap()),
            reason: Some("a slip of the pen".into()),
            source: Source { file: Some("minutes.md".into()), first_line: Some(3), ..Source::default() },
            valid_at: Some("2019-02-27T10:00:00Z".parse().unwrap()),
            ..RequestMetadata::default()
        };
        assert_eq!(from_map(&to_map(&metadata)).unwrap(), metadata);
    }

    #[test]
    fn a_map_without_an_actor_is_refused() {
        assert_eq!(from_map(&HashMap::<String, String>::new()).unwrap_err().to_string(), "`actor` is missing");
    }
}
