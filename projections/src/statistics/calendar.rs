//! The days of a time zone, as moments.

use super::Month;
use chrono::{DateTime, NaiveDate};
use std::collections::HashMap;

/// Tells the moments at which days end in one time zone.
///
/// It remembers what it told: to find the end of a day in a time zone takes longer than to count everything else.
pub struct Calendar {
    /// Returns the last microsecond of a day.
    end_of_day: Box<dyn Fn(NaiveDate) -> i64 + Send>,
    /// Returns the day of a moment.
    day_of: Box<dyn Fn(i64) -> NaiveDate + Send>,
    ends: HashMap<NaiveDate, i64>,
}

/// The end of a month, or of the part of it that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MonthEnd {
    pub(super) month: Month,
    /// The last microsecond.
    pub(super) moment: i64,
}

impl Calendar {
    /// Creates a calendar from how a time zone ends days, and to which day it assigns a moment, both in microseconds since
    /// the epoch.
    pub fn new(
        end_of_day: impl Fn(NaiveDate) -> i64 + Send + 'static,
        day_of: impl Fn(i64) -> NaiveDate + Send + 'static,
    ) -> Self {
        Self { end_of_day: Box::new(end_of_day), day_of: Box::new(day_of), ends: HashMap::new() }
    }

    /// Returns the day of a moment.
    pub fn day_of(&self, moment: i64) -> NaiveDate {
        (self.day_of)(moment)
    }

    /// Returns the first moment after a day.
    pub(super) fn after(&mut self, day: NaiveDate) -> i64 {
        self.end_of(day).saturating_add(1)
    }

    /// Returns the last moment of a day.
    pub(super) fn end_of(&mut self, day: NaiveDate) -> i64 {
        *self.ends.entry(day).or_insert_with(|| (self.end_of_day)(day))
    }

    /// Returns the ends of the months from `first` to the month of `today`, at most the last `limit` of them.
    pub(super) fn month_ends(&mut self, first: Month, today: NaiveDate, limit: usize) -> Vec<MonthEnd> {
        let (mut month, mut ends) = (Some(Month::of(today)), Vec::new());
        while let Some(listed) = month.filter(|month| *month >= first && ends.len() < limit) {
            ends.push(MonthEnd { month: listed, moment: self.end_of(listed.last_day().min(today)) });
            month = listed.previous();
        }
        ends.reverse();
        ends
    }
}

impl Default for Calendar {
    /// The calendar of UTC.
    fn default() -> Self {
        let day_of = |moment| DateTime::from_timestamp_micros(moment).unwrap_or_default().date_naive();
        let end_of_day = |day: NaiveDate| {
            let end = day.and_hms_micro_opt(23, 59, 59, 999_999);
            end.map_or(i64::MAX, |end| end.and_utc().timestamp_micros())
        };
        Self::new(end_of_day, day_of)
    }
}
