//! What all lists share: named fields for sorting and CSV, pages, and the JSON shape.

use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::comparison::comparison_form;
use minutebook_projections::timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

/// A field of a list item, for CSV columns and for sorting.
pub struct ListField<V> {
    /// The name, which is also the field's name in JSON.
    pub name: &'static str,
    /// Returns the value as text, empty if there is none. Days are in ISO 8601.
    pub value: fn(&V) -> String,
}

/// An item of a list.
pub trait ListItem: Serialize + Sized + 'static {
    /// The name of the list in JSON, such as `actions`.
    const PLURAL: &'static str;
    /// The fields, in the order of the CSV columns.
    const FIELDS: &'static [ListField<Self>];
}

/// The field and the direction to sort by. Parsed from `due_on` or `-due_on`.
#[derive(Debug)]
pub struct Sort<V> {
    field: usize,
    descending: bool,
    item: PhantomData<fn(&V)>,
}

impl<V> Clone for Sort<V> {
    fn clone(&self) -> Self {
        Self { field: self.field, descending: self.descending, item: PhantomData }
    }
}

/// The list has no such field to sort by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of these fields, with `-` before it for descending order: {0}")]
pub struct UnknownField(String);

impl<V: ListItem> FromStr for Sort<V> {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let field = V::FIELDS.iter().position(|field| field.name == name);
        let names = || UnknownField(V::FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join(", "));
        Ok(Self { field: field.ok_or_else(names)?, descending, item: PhantomData })
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage<V> {
    /// The items on the page.
    pub rows: Vec<V>,
    /// The number of items on all pages.
    pub total: usize,
    /// The moment of which the list is; `None` for all times.
    pub as_of: Option<DateTime<Utc>>,
    /// The requested position; `None` for everything known now.
    pub known_at: Option<Position>,
    /// The last position that the list takes into account.
    pub position: Position,
}

impl<V: ListItem> ListPage<V> {
    /// Sorts the complete list and keeps the rows of one page.
    pub fn arrange(&mut self, sort: Option<&Sort<V>>, offset: usize, limit: Option<usize>) {
        self.total = self.rows.len();
        if let Some(sort) = sort
            && let Some(field) = V::FIELDS.get(sort.field)
        {
            self.rows.sort_by(|a, b| {
                let (a, b) = ((field.value)(a), (field.value)(b));
                // Empty values come last in either direction.
                let empty = a.is_empty().cmp(&b.is_empty());
                let order = natural(&a, &b);
                empty.then(if sort.descending { order.reverse() } else { order })
            });
        }
        self.rows.drain(..offset.min(self.rows.len()));
        self.rows.truncate(limit.unwrap_or(usize::MAX));
    }
}

impl<V: ListItem> Serialize for ListPage<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_as(V::PLURAL, &self.rows, serializer)
    }
}

impl<V> ListPage<V> {
    /// Serializes the page with `rows`, under their name, in place of its own.
    pub(super) fn serialize_as<S: Serializer>(
        &self,
        name: &'static str,
        rows: &impl Serialize,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry(name, rows)?;
        map.serialize_entry("total", &self.total)?;
        map.serialize_entry("as_of", &self.as_of.map(timestamp::exact))?;
        map.serialize_entry("known_at", &self.known_at)?;
        map.serialize_entry("position", &self.position)?;
        map.end()
    }
}

/// Compares numbers inside a text by value and letters without case: `SSC9/01` comes before `SSC72/01`.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (one, other) = (take_number(&mut left), take_number(&mut right));
            one.len().cmp(&other.len()).then_with(|| one.cmp(other))
        } else {
            (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
            x.to_lowercase().cmp(y.to_lowercase())
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Takes the leading digits off a text and returns them without leading zeros, so that any length can be compared.
fn take_number<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    number.trim_start_matches('0')
}

/// Returns a value as text, empty for `None`.
pub(crate) fn text(value: Option<&impl Display>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// Joins values with semicolons.
pub(crate) fn joined(values: &[impl Display]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Returns whether every word of `phrase` occurs in one of the texts, as they are compared.
pub(super) fn mentions(texts: &[&str], phrase: &str) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| comparison_form(text)).collect();
    comparison_form(phrase).split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_inside_a_text_sort_by_their_value() {
        let mut sorted = ["SSC72/01", "ssc9/10", "SSC9/2", "", "SSC100/01", "SSC72/1b", "2019-02-27", "2019-02-03"];
        sorted.sort_by(|a, b| natural(a, b));
        assert_eq!(sorted, ["", "2019-02-03", "2019-02-27", "SSC9/2", "ssc9/10", "SSC72/01", "SSC72/1b", "SSC100/01"]);
        assert_eq!(natural("a99999999999999999999999", "a100000000000000000000000"), Ordering::Less);
    }

    #[test]
    fn a_name_is_found_by_any_part_of_it() {
        assert!(mentions(&["Ada Marsh"], "mar"));
        assert!(mentions(&["Ada Marsh"], "marsh ADA"));
        assert!(!mentions(&["Ada Marsh"], "ada okoro"));
        assert!(mentions(&["Sean O’Brien"], "sean o'brien"));
        assert!(mentions(&["José Mun\u{303}oz"], "muñ"));
    }
}
