//! The guard of a classified value, and the stored form by which events alone reach the log.

use super::{Classification, Clearance};
use crate::field_form::{FieldForm, FieldShape, VisitCommittee};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A value and the classification it carries.
///
/// It cannot be serialised, printed or compared: reading the value takes a clearance. `Debug` shows the classification
/// alone.
///
/// ```
/// use minutebook_domain::classification::{Classified, Clearance};
/// let text = Classified::new("RED".parse()?, "the real name");
/// assert_eq!(text.disclose(Clearance::up_to("AMBER".parse()?)), None);
/// assert_eq!(text.disclose(Clearance::up_to("RED".parse()?)), Some(&"the real name"));
/// assert_eq!(format!("{text:?}"), "Classified(RED)");
/// # Ok::<(), minutebook_domain::classification::UnknownClassification>(())
/// ```
///
/// Serialising it does not compile:
/// ```compile_fail,E0277
/// # use minutebook_domain::classification::Classified;
/// # fn leak(text: Classified<String>) -> String {
/// serde_json::to_string(&text).unwrap()
/// # }
/// ```
/// nor does printing it:
/// ```compile_fail,E0277
/// # use minutebook_domain::classification::Classified;
/// # fn leak(text: Classified<String>) -> String {
/// format!("{text}")
/// # }
/// ```
/// nor comparing it:
/// ```compile_fail,E0369
/// # use minutebook_domain::classification::Classified;
/// # fn leak(a: Classified<String>, b: Classified<String>) -> bool {
/// a == b
/// # }
/// ```
#[derive(Clone)]
pub struct Classified<T> {
    pub(super) classification: Classification,
    pub(super) value: T,
}

impl<T> Classified<T> {
    /// Marks `value` with `classification`.
    pub fn new(classification: Classification, value: T) -> Self {
        Self { classification, value }
    }

    /// The mark. It is no secret to a reader of the event around it.
    pub fn classification(&self) -> Classification {
        self.classification
    }

    /// The value itself, for the domain's own rules alone.
    pub(crate) fn into_value(self) -> T {
        self.value
    }

    /// The value, if `clearance` permits it.
    pub fn disclose(&self, clearance: Clearance) -> Option<&T> {
        clearance.permits(self.classification).then_some(&self.value)
    }
}

impl<T> FieldForm for Classified<T> {
    const SHAPE: FieldShape = FieldShape::Text;
    const NAMES_COMMITTEE: bool = false;

    fn expected() -> String {
        "a text with its mark".to_owned()
    }

    fn committees(&self, _visit: &mut VisitCommittee<'_>) {}
}

impl<T> fmt::Debug for Classified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Classified({})", self.classification)
    }
}

#[derive(Serialize)]
struct StoredRef<'a, T> {
    classification: Classification,
    text: &'a T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "{\"classification\": \"RED\", \"text\": …}")]
struct Stored<T> {
    classification: Classification,
    text: T,
}

impl<'a, T> From<&'a Classified<T>> for StoredRef<'a, T> {
    fn from(classified: &'a Classified<T>) -> Self {
        Self { classification: classified.classification, text: &classified.value }
    }
}

impl<T> From<Stored<T>> for Classified<T> {
    fn from(stored: Stored<T>) -> Self {
        Self::new(stored.classification, stored.text)
    }
}

/// The stored form of a classified field of an event: `{"classification": "RED", "text": …}`.
///
/// For `#[serde(with = "stored")]` in event payloads only: the log stores events, and readers get redacted ones.
pub mod stored {
    use super::{Classified, Deserialize, Deserializer, Serialize, Serializer, Stored, StoredRef};

    /// Writes the stored form.
    pub fn serialize<T: Serialize, S: Serializer>(value: &Classified<T>, serializer: S) -> Result<S::Ok, S::Error> {
        StoredRef::from(value).serialize(serializer)
    }

    /// Reads the stored form.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Classified<T>, D::Error> {
        Stored::deserialize(deserializer).map(Into::into)
    }
}

/// [`stored`] for an optional field.
pub mod stored_option {
    use super::{Classified, Deserialize, Deserializer, Serialize, Serializer, Stored, StoredRef};

    /// Writes the stored form, or null.
    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Option<Classified<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(StoredRef::from).serialize(serializer)
    }

    /// Reads the stored form, or null.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Classified<T>>, D::Error> {
        Ok(Option::<Stored<T>>::deserialize(deserializer)?.map(Into::into))
    }
}

/// [`stored`] for a list.
pub mod stored_list {
    use super::{Classified, Deserialize, Deserializer, Serialize, Serializer, Stored, StoredRef};

    /// Writes each entry in its stored form.
    pub fn serialize<T: Serialize, S: Serializer>(values: &[Classified<T>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(StoredRef::from))
    }

    /// Reads each entry from its stored form.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Classified<T>>, D::Error> {
        Ok(Vec::<Stored<T>>::deserialize(deserializer)?.into_iter().map(Into::into).collect())
    }
}
