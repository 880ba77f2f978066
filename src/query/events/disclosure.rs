//! Discloses the parts of an event that a reader may know, so that they can be checked against its leaf.
//!
//! What is disclosed is read off the redacted event: a fragment whose value redaction left in it, and no other.

use super::{EventReader, EventView};
use crate::query::stream::ReadError;
use minutebook_domain::fragment::{CHANGE, CHANGES_WITH_EVENT, FragmentKind};
use minutebook_ledger::StoreError;
use minutebook_ledger::commitment::Fragment;
use minutebook_projections::projection::FoldError;
use serde_json::Value;

impl EventReader {
    /// Adds to a redacted event the disclosure of what its reader may know of it.
    pub async fn disclose(&self, mut event: EventView) -> Result<EventView, ReadError> {
        let gone = || StoreError::Damaged { position: event.position.number(), what: "the event is not there".into() };
        let sealed = self.log().sealed(event.position).await?.ok_or_else(gone)?;
        let known = serde_json::to_value(&event).map_err(|error| ReadError::Fold {
            stream: event.stream.clone(),
            error: FoldError(format!("the event cannot be written: {error}")),
        })?;
        event.disclosure = Some(sealed.disclose(|fragment| is_known(&event, &known, fragment))?);
        Ok(event)
    }
}

/// Returns whether the redacted event, `known` as JSON, holds a fragment of the event.
fn is_known(event: &EventView, known: &Value, fragment: &Fragment<'_>) -> bool {
    let members = match fragment.depth.checked_sub(1) {
        None => Some(known),
        Some(corrections) => (0..corrections).try_fold(&known["data"], |data, _| inner_data(data)),
    };
    let value = members.and_then(|members| members.get(fragment.slot.name)).filter(|value| !value.is_null());
    let Some(value) = value else { return false };
    match fragment.slot.kind {
        FragmentKind::Text | FragmentKind::Name => true,
        FragmentKind::Texts | FragmentKind::Entries => {
            !event.hidden.holds(fragment.depth - 1, fragment.slot.name, fragment.entry)
        }
        FragmentKind::Names | FragmentKind::Mentions => {
            let name: Option<Value> = serde_json::from_slice(fragment.span).ok();
            value.as_array().zip(name).is_some_and(|(names, name)| names.contains(&name))
        }
    }
}

/// The data of the event that a correction brings in.
fn inner_data(data: &Value) -> Option<&Value> {
    CHANGES_WITH_EVENT.into_iter().find_map(|word| data.get(CHANGE)?.get(word)?.get("data"))
}
