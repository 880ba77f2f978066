//! What every list has in common: fields that it is sorted and written by, pages, and its shape as JSON.

use super::read_query::{AskError, ReadQuery};
use crate::present::table::Cell;
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_ledger::Log;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

/// A field of what is listed: its name in JSON, in CSV and for sorting, and its value as text.
pub struct Field<V> {
    /// The name.
    pub name: &'static str,
    /// The value; empty where there is none. Days are written as ISO 8601 writes them.
    pub value: fn(&V) -> String,
}

/// Something that is listed.
pub trait Listed: Serialize + Sized + 'static {
    /// What the list is called in JSON: `actions`.
    const PLURAL: &'static str;
    /// Its fields, in the order of the columns of its CSV.
    const FIELDS: &'static [Field<Self>];
    /// The titles of its table for people.
    const TITLES: &'static [&'static str];
    /// What the table says where the list is empty.
    const NOTHING: &'static str;

    /// The cells of its row in that table.
    fn cells(&self) -> Vec<Cell>;
}

/// A list that the ledger can be asked for.
pub trait Asked: Listed + Send {
    /// RowSelection of them.
    type Filter: Sync;

    /// Those that the filter admits and the reader may see, in the list's own order, all on one page.
    fn ask(
        log: &Log,
        question: &ReadQuery,
        filter: &Self::Filter,
    ) -> impl Future<Output = Result<Page<Self>, AskError>> + Send;
}

/// The field to sort by, and which way.
#[derive(Debug)]
pub struct Sort<V> {
    field: usize,
    descending: bool,
    of: PhantomData<fn(&V)>,
}

impl<V> Clone for Sort<V> {
    fn clone(&self) -> Self {
        Self { field: self.field, descending: self.descending, of: PhantomData }
    }
}

/// There is no such field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one of these was expected, with a - before it for the last first: {0}")]
pub struct NoField(String);

impl<V: Listed> FromStr for Sort<V> {
    type Err = NoField;

    fn from_str(text: &str) -> Result<Self, NoField> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let field = V::FIELDS.iter().position(|field| field.name == name);
        let names = || NoField(V::FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join(", "));
        Ok(Self { field: field.ok_or_else(names)?, descending, of: PhantomData })
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<V> {
    /// What is on it.
    pub rows: Vec<V>,
    /// How many there are on all pages.
    pub total: usize,
    /// The moment it is of; none for all times.
    pub as_of: Option<DateTime<Utc>>,
    /// The position that was asked for; none for all that is known.
    pub known_at: Option<Position>,
    /// The position that it is known at.
    pub position: Position,
}

impl<V: Listed> Page<V> {
    /// Sorts the rows, which are all there are, and keeps those of one page.
    pub fn arrange(&mut self, sort: Option<&Sort<V>>, offset: usize, limit: Option<usize>) {
        self.total = self.rows.len();
        if let Some(sort) = sort
            && let Some(field) = V::FIELDS.get(sort.field)
        {
            self.rows.sort_by(|a, b| {
                let (a, b) = ((field.value)(a), (field.value)(b));
                // What has no value comes last, whichever way.
                let empty = a.is_empty().cmp(&b.is_empty());
                let order = natural(&a, &b);
                empty.then(if sort.descending { order.reverse() } else { order })
            });
        }
        self.rows.drain(..offset.min(self.rows.len()));
        self.rows.truncate(limit.unwrap_or(usize::MAX));
    }
}

impl<V: Listed> Serialize for Page<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry(V::PLURAL, &self.rows)?;
        map.serialize_entry("total", &self.total)?;
        map.serialize_entry("as_of", &self.as_of.map(crate::present::times::exact))?;
        map.serialize_entry("known_at", &self.known_at)?;
        map.serialize_entry("position", &self.position)?;
        map.end()
    }
}

/// Compares as people sort: numbers inside a text by their value, letters in either case alike. `SSC9/01` is before
/// `SSC72/01`.
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

/// The digits that a text begins with, without leading zeros. However many there are, they are compared as text.
fn take_number<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    number.trim_start_matches('0')
}

/// A value as text, or nothing.
pub(super) fn text(value: Option<&impl Display>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// Several values as one text.
pub(super) fn joined(values: &[impl Display]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Whether every word of `wanted` is in one of the texts, in any case.
pub(super) fn mentions(texts: &[&str], wanted: &str) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    wanted.to_lowercase().split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
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
    }
}
