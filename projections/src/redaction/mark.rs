//! The classification of a text in its stored form, `{"text": …, "classification": …}`.

use minutebook_domain::classification::{Classification, Clearance};
use serde_json::Value;

/// The mark of a classified value; `None` inside for an unknown label, which no clearance permits.
#[derive(Clone, Copy)]
pub(super) struct TextMark(Option<Classification>);

impl TextMark {
    /// Returns the mark of a stored classified value, or `None` for any other value.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 2 && object.contains_key("text"))?;
        let label = object.get("classification")?;
        Some(Self(label.as_str().and_then(|label| label.parse().ok())))
    }

    pub(super) fn permits(self, clearance: Clearance) -> bool {
        self.0.is_some_and(|mark| clearance.permits(mark))
    }
}

/// Returns whether a label is above the clearance. An unknown label always is.
pub(super) fn is_above(label: &Value, clearance: Clearance) -> bool {
    label.as_str().is_some_and(|label| !TextMark(label.parse().ok()).permits(clearance))
}
