//! Dates in cells: a date cell, a serial number, or a text in any form that the house style knows.

use super::sheet::SheetCell;
use crate::grammar::date;
use crate::grammar::token::tokens;
use chrono::{Days, NaiveDate};

/// What a cell says of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellDate {
    /// A date.
    On(NaiveDate),
    /// No date: empty, `TBC`, `n/a`, `-`.
    None,
    /// Text that is not a date.
    Unread,
}

/// The accepted forms, for findings.
pub(crate) const ACCEPTED: &str = "a date such as `27 March 2019`, `27/03/2019` (the day first) or `2019-03-27`";

/// Serial numbers from 1954 to 2119, counted from 1900. A CSV file cannot say that it counts from 1904, as old Macs
/// do.
const SERIALS: std::ops::Range<f64> = 20_000.0..80_000.0;

/// Reads a cell. A date without its year is the first after `from`. Of several dates the last counts, as the latest
/// note.
pub(crate) fn read(cell: Option<&SheetCell>, from: Option<NaiveDate>) -> CellDate {
    match cell {
        None => CellDate::None,
        Some(SheetCell::Date(day)) => CellDate::On(*day),
        Some(SheetCell::Number(number)) => serial(*number).map_or(CellDate::Unread, CellDate::On),
        Some(SheetCell::Error(_)) => CellDate::Unread,
        Some(SheetCell::Text(text)) => written(text, from),
    }
}

/// Returns the date of a serial number.
pub(crate) fn serial(number: f64) -> Option<NaiveDate> {
    if !SERIALS.contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between the two bounds")]
    let days = number as u64;
    // Day 1 was 1 January 1900, and spreadsheets count a 29 February 1900 that did not exist.
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

fn written(text: &str, from: Option<NaiveDate>) -> CellDate {
    if let Some(day) = text.parse().ok().and_then(serial) {
        return CellDate::On(day);
    }
    let nothing = ["", "tbc", "tbd", "tba", "n/a", "na", "none", "-", "–", "—", "ongoing", "on-going", "open", "asap"];
    if nothing.contains(&text.trim().to_lowercase().as_str()) {
        return CellDate::None;
    }
    last(text, from).map_or(CellDate::Unread, CellDate::On)
}

/// Returns the last date in a text.
pub(crate) fn last(text: &str, from: Option<NaiveDate>) -> Option<NaiveDate> {
    all(text, from).pop()
}

/// Returns the dates in a text, whatever the case of its months, and also before a time of day.
pub(crate) fn all(text: &str, from: Option<NaiveDate>) -> Vec<NaiveDate> {
    let mut capitalised = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        // `2019-03-27T00:00:00` is a date and a time.
        let parts = c == 'T' && before.is_ascii_digit();
        capitalised.push(if parts {
            ' '
        } else if before.is_alphabetic() {
            c
        } else {
            c.to_ascii_uppercase()
        });
        before = c;
    }
    // Tokens compare without regard to case, so `27TH` is still an ordinal.
    let words = tokens(&capitalised, 0);
    let day = |found: date::FoundDate| found.date.in_full().or_else(|| found.date.after(from?));
    date::all(&words).into_iter().filter_map(day).collect()
}
