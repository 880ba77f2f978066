//! The fields of an address, as a form sends them: a field that was left empty is not given.

use crate::api::Problem;
use axum::http::Uri;
use chrono::{NaiveDate, NaiveTime};
use maud::{Markup, html};
use std::fmt::Display;
use std::str::FromStr;

/// The fields of an address, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn of(uri: &Uri) -> Self {
        Self::of_form(uri.query().unwrap_or_default().as_bytes())
    }

    /// The fields of a form that was sent as the body of a request.
    pub(super) fn of_form(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body).into_owned();
        Self(pairs.filter(|(_, value)| !value.trim().is_empty()).collect())
    }

    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.trim())
    }

    /// The values of a field that may be given several times.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.trim())
    }

    /// Parses the value of a field.
    pub(super) fn parse<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Problem> {
        let parsed = self.get(name).map(str::parse).transpose();
        parsed.map_err(|error: T::Err| Problem::malformed(name, error.to_string()))
    }

    /// Parses each value of a field that may be given several times.
    pub(super) fn parse_all<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Vec<T>, Problem> {
        let parsed = self.all(name).map(str::parse).collect::<Result<_, _>>();
        parsed.map_err(|error: T::Err| Problem::malformed(name, error.to_string()))
    }

    /// A time of day, as browsers send it: `10:00`.
    pub(super) fn time(&self, name: &str) -> Result<Option<NaiveTime>, Problem> {
        let parsed = self.get(name).map(|text| NaiveTime::parse_from_str(text, "%H:%M")).transpose();
        parsed.map_err(|_| Problem::malformed(name, "expected a time such as 10:00"))
    }

    /// A day, as browsers send it: `2019-02-27`.
    pub(super) fn day(&self, name: &str) -> Result<Option<NaiveDate>, Problem> {
        let parsed = self.get(name).map(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d")).transpose();
        parsed.map_err(|_| Problem::malformed(name, "expected a day such as 2019-02-27"))
    }

    /// The fields but for some.
    pub(super) fn except<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let others = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        others.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The fields but for some, as hidden fields of a form.
    pub(super) fn hidden(&self, but: &[&str]) -> Markup {
        html! {
            @for (name, value) in self.except(but) { input type="hidden" name=(name) value=(value); }
        }
    }
}
