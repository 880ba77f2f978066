//! What a list says when it has no row: the filters in force, and the likely word for one of them.

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::read_args::ReadArgs;
use super::suggestions::nearest;
use crate::query::list::{ListItem, ListPage};
use std::fmt::Display;

/// The filters of a list as they are given on the command line.
pub(super) struct ListFilters {
    given: Vec<String>,
    near: Option<String>,
}

impl ListFilters {
    /// The filters that every list has.
    pub(super) fn of(reading: &ReadArgs) -> Self {
        let filters = Self { given: Vec::new(), near: None };
        let query = reading.query();
        let clearance = reading.given_clearance();
        let filters = filters.option("--committee", query.committee.as_ref()).option("--as-of", query.as_of.as_ref());
        filters.option("--known-at", query.known_at.as_ref()).option("--clearance", clearance.as_ref())
    }

    /// Adds an option with its value.
    pub(super) fn option(mut self, name: &str, value: Option<&impl Display>) -> Self {
        self.given.extend(value.map(|value| {
            let value = value.to_string();
            let is_plain = value.chars().all(|c| c.is_alphanumeric() || "_-/.:+,".contains(c));
            if is_plain { format!("{name} {value}") } else { format!("{name} '{value}'") }
        }));
        self
    }

    /// Adds an option without a value.
    pub(super) fn flag(mut self, name: &str, is_given: bool) -> Self {
        self.given.extend(is_given.then(|| name.to_owned()));
        self
    }

    /// Notes the known value that is nearest to the one given to an option.
    pub(super) fn note_near<'a>(&mut self, name: &str, given: Option<&str>, known: impl IntoIterator<Item = &'a str>) {
        let near = given.and_then(|given| nearest(given, known));
        if let Some(near) = near {
            self.near = Some(format!("did you mean {name} '{near}'?"));
        }
    }

    /// Prints that nothing of `noun` matches, if the table of a list has no row; returns whether it has none.
    pub(super) fn print_if_empty<V: ListItem>(
        &self,
        page: &ListPage<V>,
        format: ListFormat,
        noun: &str,
    ) -> Result<bool, Failure> {
        if page.total > 0 || format != ListFormat::Table {
            return Ok(false);
        }
        let text = if self.given.is_empty() {
            format!("no {noun}")
        } else {
            format!("no {noun} match {}", self.given.join(" and "))
        };
        let help = self.near.as_ref().map(|near| format!("\n  help: {near}")).unwrap_or_default();
        print(&format!("{text}{help}"))?;
        Ok(true)
    }
}
