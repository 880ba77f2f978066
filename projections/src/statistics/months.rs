//! Months of the calendar.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Serialize, Serializer};
use std::fmt;

/// A month of the calendar, `2019-02`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// Returns the month of a day.
    pub fn of(day: NaiveDate) -> Self {
        // Every month has a first day.
        Self { first: day.with_day(1).unwrap_or(day) }
    }

    /// Returns the following month, or `None` at the end of the calendar.
    pub fn next(self) -> Option<Self> {
        self.first.checked_add_months(Months::new(1)).map(|first| Self { first })
    }

    /// Returns the last day of the month.
    pub fn last_day(self) -> NaiveDate {
        self.next().and_then(|next| next.first.checked_sub_days(Days::new(1))).unwrap_or(NaiveDate::MAX)
    }

    /// Returns the preceding month, or `None` at the beginning of the calendar.
    pub fn previous(self) -> Option<Self> {
        self.first.checked_sub_months(Months::new(1)).map(|first| Self { first })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A format string would be parsed anew for each of the thousands of months of an answer.
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
