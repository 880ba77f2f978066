//! The moment of a page, on both clocks, and the control that sets it.

use super::address;
use super::fields::Fields;
use crate::api::Problem;
use crate::query::clearances::ClearanceByCommittee;
use crate::query::moment::{KnownAt, PointInTime};
use crate::query::read_query::ReadQuery;
use chrono::NaiveDate;
use maud::{Markup, html};
use minutebook_domain::reference::CommitteeCode;

/// The moment of which a page is; now, if it has neither part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PageMoment {
    /// The moment in the committee's world.
    pub(super) as_of: Option<PointInTime>,
    /// What was known.
    pub(super) known_at: Option<KnownAt>,
}

/// A day of the slider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) day: NaiveDate,
    /// What happened on the day: `meeting 72`.
    pub(super) what: Option<String>,
    /// Whether it is the eve of a meeting: the record as the committee finds it when it meets.
    pub(super) is_eve: bool,
}

impl Stop {
    /// The day and what happened: `27 February 2019, meeting 72`.
    pub(super) fn name(&self) -> String {
        let day = long_day(self.day);
        self.what.as_ref().map_or_else(|| day.clone(), |what| format!("{day}, {what}"))
    }
}

/// `27 February 2019`
pub(super) fn long_day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

impl PageMoment {
    pub(super) fn read(fields: &Fields) -> Result<Self, Problem> {
        Ok(Self { as_of: fields.parse("as_of")?, known_at: fields.parse("known_at")? })
    }

    /// The moment as fields of an address, each empty if it is not set.
    pub(super) fn texts(&self) -> (String, String) {
        let text = |value: Option<String>| value.unwrap_or_default();
        (text(self.as_of.as_ref().map(ToString::to_string)), text(self.known_at.as_ref().map(ToString::to_string)))
    }

    /// Whether the page is of the past, or of what was known in the past.
    pub(super) fn is_past(&self) -> bool {
        *self != Self::default()
    }

    /// The query at the moment.
    pub(super) fn query(&self, clearances: &ClearanceByCommittee, committee: Option<CommitteeCode>) -> ReadQuery {
        ReadQuery {
            as_of: self.as_of.clone(),
            known_at: self.known_at.clone(),
            clearances: clearances.clone(),
            committee,
        }
    }
}

/// The control that sets the moment of a page: a date, a slider over days on which something happened, and, folded away, what
/// was known. Each part is a form that works without a script.
pub(super) fn control(path: &str, fields: &Fields, moment: &PageMoment, day: NaiveDate, stops: &[Stop]) -> Markup {
    let (as_of, known_at) = moment.texts();
    let at = |day: Option<NaiveDate>| {
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        let kept = fields.except(&["as_of", "stop"]);
        address::with_fields(path, kept.chain([("as_of", day.as_str())]))
    };
    // The last day up to the moment; the slider stands there.
    let current = stops.partition_point(|stop| stop.day <= day).checked_sub(1);
    let before = stops.iter().rev().find(|stop| stop.day < day);
    let after = stops.iter().find(|stop| stop.day > day).filter(|_| moment.as_of.is_some());
    html! {
        div.time id="time" role="region" aria-label="Moment" {
            form method="get" action=(path) {
                (fields.hidden(&["as_of", "stop"]))
                label for="as-of" { "As of" }
                input id="as-of" type="date" name="as_of" value=[moment.as_of.as_ref().map(|_| day)];
                button { "Show" }
            }
            @if let Some(current) = current {
                form.slider method="get" action=(path) {
                    (fields.hidden(&["as_of", "stop"]))
                    label.unseen for="stop" { "Days on which the committee met, and their eves" }
                    input id="stop" type="range" name="stop" min="0" max=(stops.len() - 1) value=(current) list="stops"
                        aria-valuetext=(stops[current].name());
                    datalist id="stops" {
                        @for (number, stop) in stops.iter().enumerate() {
                            option value=(number) label=(stop.name()) {}
                        }
                    }
                    output id="stop-name" for="stop" { (stops[current].name()) }
                    button { "Go" }
                }
            }
            @if let Some(before) = before {
                a.whole href=(at(Some(before.day))) rel="prev" { "← " (long_day(before.day)) }
            }
            @if let Some(after) = after {
                a.whole href=(at(Some(after.day))) rel="next" { (long_day(after.day)) " →" }
            }
            @if moment.is_past() {
                a href=(address::with_fields(path, fields.except(&["as_of", "known_at", "stop"]))) { "Now" }
            }
            details open[moment.known_at.is_some()] {
                summary { "As known at" }
                form method="get" action=(path) {
                    (fields.hidden(&["known_at", "stop"]))
                    @if !as_of.is_empty() { input type="hidden" name="as_of" value=(as_of); }
                    label for="known-at" { "A day, a time, a meeting, or a position of the log" }
                    input id="known-at" name="known_at" value=(known_at);
                    button { "Show" }
                }
            }
        }
    }
}
