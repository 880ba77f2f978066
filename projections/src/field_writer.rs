//! Writes the fields of a row as a reader sees them.

use minutebook_domain::classification::{Classified, Clearance};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A row's fields as a reader sees them. A classified text becomes two fields, `text` and `text_classification`. Where the
/// row has no such text, or the reader may not see it, the first is null and the second absent.
pub type RowFields = Map<String, Value>;

/// Writes the fields of a row for a reader.
#[derive(Debug)]
pub struct FieldWriter {
    clearance: Clearance,
    /// Whether the fields are those of an entry of a list, in which a text keeps its stored form.
    in_entry: bool,
    fields: RowFields,
}

impl FieldWriter {
    /// Creates a writer for a reader with this clearance.
    pub(crate) fn new(clearance: Clearance) -> Self {
        Self { clearance, in_entry: false, fields: RowFields::new() }
    }

    /// The reader's clearance.
    pub(crate) fn clearance(&self) -> Clearance {
        self.clearance
    }

    /// Returns what was written.
    pub(crate) fn into_fields(self) -> RowFields {
        self.fields
    }

    /// Writes a field that every reader of the row may see.
    pub fn value<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), serde_json::Error> {
        self.fields.insert(name.to_owned(), serde_json::to_value(value)?);
        Ok(())
    }

    /// Writes a classified text. A hidden one looks like an absent one.
    pub(crate) fn text<T: Serialize>(
        &mut self,
        name: &'static str,
        text: Option<&Classified<T>>,
    ) -> Result<(), serde_json::Error> {
        let visible = text.and_then(|text| Some((text.classification(), text.disclose(self.clearance)?)));
        let value = match visible {
            None => Value::Null,
            Some((mark, text)) if self.in_entry => stored_form(mark.label(), text)?,
            Some((mark, text)) => {
                self.fields.insert(format!("{name}_classification"), mark.label().into());
                serde_json::to_value(text)?
            }
        };
        self.fields.insert(name.to_owned(), value);
        Ok(())
    }

    /// Writes a list of classified texts without the hidden ones.
    pub(crate) fn texts<T: Serialize>(
        &mut self,
        name: &'static str,
        texts: &[Classified<T>],
    ) -> Result<(), serde_json::Error> {
        let visible = |text: &Classified<T>| {
            let words = text.disclose(self.clearance)?;
            Some(stored_form(text.classification().label(), words))
        };
        let visible = texts.iter().filter_map(visible).collect::<Result<Vec<Value>, _>>()?;
        self.fields.insert(name.to_owned(), Value::Array(visible));
        Ok(())
    }

    /// Returns a writer for an entry of a list.
    pub(crate) fn for_entry(&self) -> Self {
        Self { clearance: self.clearance, in_entry: true, fields: RowFields::new() }
    }

    /// Writes a list of entries that the reader may see.
    pub(crate) fn entries(&mut self, name: &'static str, entries: Vec<Self>) {
        let entries = entries.into_iter().map(|entry| Value::Object(entry.fields)).collect();
        self.fields.insert(name.to_owned(), Value::Array(entries));
    }
}

/// The stored form of a text that the reader may see.
fn stored_form<T: Serialize>(mark: &str, text: &T) -> Result<Value, serde_json::Error> {
    Ok(json!({"classification": mark, "text": serde_json::to_value(text)?}))
}
