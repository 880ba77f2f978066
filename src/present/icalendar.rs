//! iCalendar (RFC 5545): meetings as events, actions as to-dos or as events on the days they are due.
//!
//! Hand-written: the crate `icalendar` (0.17.17) writes control characters of a text as they are, a bare carriage return
//! among them, sorts the properties by name, and folds a line in quadratic time. It would replace only the thirty lines
//! that escape and fold, and brings `iso8601` and `nom`.

use crate::query::actions::ActionView;
use crate::query::meetings::MeetingView;
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::local_time;
use minutebook_domain::reference::Name;
use std::collections::BTreeMap;

/// The largest number of octets on a line, without its end (RFC 5545, section 3.1).
const MAX_OCTETS: usize = 75;
/// 1 January 2010: `SEQUENCE` counts the seconds since then, so it stays below its limit of 2³¹ − 1 until 2078.
const SEQUENCE_EPOCH: i64 = 1_262_304_000;

/// A way to show rows as a calendar.
#[derive(Debug)]
pub struct CalendarForm<V> {
    /// The position from which the row is known as it is.
    known_from: fn(&V) -> Position,
    write: fn(&V, &mut CalendarText, &CalendarTimes),
}

/// Meetings as events; the announced day of the next one too.
pub static MEETINGS: CalendarForm<MeetingView> =
    CalendarForm { known_from: |meeting| meeting.known_from, write: write_meeting };
/// Actions as to-dos.
pub static TO_DOS: CalendarForm<ActionView> =
    CalendarForm { known_from: |action| action.known_from, write: write_to_do };
/// Actions as events on the days they are due, for calendars that show no to-dos.
pub static DUE_DATES: CalendarForm<ActionView> =
    CalendarForm { known_from: |action| action.known_from, write: write_due_date };

/// The times that a calendar states.
#[derive(Debug)]
pub struct CalendarTimes {
    /// The time of the export.
    pub stamp: DateTime<Utc>,
    /// When the events at the positions of [`CalendarForm::positions`] were recorded.
    pub recorded: BTreeMap<Position, DateTime<Utc>>,
}

impl<V> CalendarForm<V> {
    /// Returns the positions whose times the calendar states.
    pub fn positions(&self, rows: &[V]) -> Vec<Position> {
        rows.iter().map(self.known_from).collect()
    }

    /// Returns the rows as a calendar.
    pub fn render(&self, rows: &[V], times: &CalendarTimes) -> String {
        let mut calendar = CalendarText::begin();
        for row in rows {
            (self.write)(row, &mut calendar, times);
        }
        calendar.end()
    }
}

fn write_meeting(meeting: &MeetingView, calendar: &mut CalendarText, times: &CalendarTimes) {
    let first = meeting.first_reference();
    calendar.line("BEGIN", "VEVENT");
    calendar.identify(&first.to_string(), meeting.known_from, times);
    let zone: Tz = meeting.time_zone.parse().unwrap_or(Tz::UTC);
    if let Some(starts) = meeting.starts_at {
        let start = local_time::instant(meeting.held_on.and_time(starts), zone);
        calendar.line("DTSTART", &utc(start));
        let end = meeting.ends_at.map(|ends| local_time::end_of_meeting(meeting.held_on, starts, ends));
        // Where the clocks are set back during the meeting, a local end may be before the start.
        if let Some(end) = end.map(|end| local_time::instant(end, zone)).filter(|end| *end > start) {
            calendar.line("DTEND", &utc(end));
        }
    } else {
        calendar.whole_day(meeting.held_on);
    }
    calendar.text("SUMMARY", &meeting.title());
    calendar.line("STATUS", if meeting.cancelled { "CANCELLED" } else { "CONFIRMED" });
    let agenda: Vec<String> = meeting.items.iter().map(|item| format!("{}. {}", item.number, item.title)).collect();
    if !agenda.is_empty() {
        calendar.text("DESCRIPTION", &agenda.join("\n"));
    }
    if let Some(venue) = &meeting.venue {
        calendar.text("LOCATION", venue.as_str());
    }
    calendar.line("END", "VEVENT");
    if let Some(announced) = meeting.next_meeting_on.filter(|_| meeting.announces_next) {
        calendar.line("BEGIN", "VEVENT");
        calendar.identify(&format!("{first}/next"), meeting.known_from, times);
        calendar.whole_day(announced);
        calendar.text("SUMMARY", &format!("{} meeting, announced", meeting.committee));
        calendar.line("STATUS", "TENTATIVE");
        calendar.text("DESCRIPTION", &format!("Announced at {}, not convened yet", meeting.reference));
        calendar.line("END", "VEVENT");
    }
}

fn write_to_do(action: &ActionView, calendar: &mut CalendarText, times: &CalendarTimes) {
    calendar.line("BEGIN", "VTODO");
    calendar.identify(&action.reference.to_string(), action.known_from, times);
    calendar.text("SUMMARY", &format!("{}: {}", action.reference, action.text));
    calendar.owners(action);
    // The action starts on the day it was raised; DUE must be later than DTSTART (RFC 5545, section 3.8.2.3).
    if action.due_on.is_none_or(|due| due > action.raised_on) {
        calendar.line("DTSTART;VALUE=DATE", &day(action.raised_on));
    }
    if let Some(due) = action.due_on {
        calendar.line("DUE;VALUE=DATE", &day(due));
    }
    let status = match action.status {
        ActionStatus::Outstanding => "NEEDS-ACTION",
        ActionStatus::Complete => "COMPLETED",
        ActionStatus::Withdrawn | ActionStatus::Superseded => "CANCELLED",
    };
    calendar.line("STATUS", status);
    if let (ActionStatus::Complete, Some(closed)) = (action.status, action.closed_on) {
        calendar.line("COMPLETED", &utc(closed.and_time(chrono::NaiveTime::MIN).and_utc()));
    }
    calendar.line("END", "VTODO");
}

/// An action without a due date is no event.
fn write_due_date(action: &ActionView, calendar: &mut CalendarText, times: &CalendarTimes) {
    let Some(due) = action.due_on else { return };
    calendar.line("BEGIN", "VEVENT");
    calendar.identify(&format!("{}/due", action.reference), action.known_from, times);
    calendar.whole_day(due);
    let (begins, status) = match action.status {
        ActionStatus::Outstanding => ("Due", "CONFIRMED"),
        ActionStatus::Complete => ("Complete", "CONFIRMED"),
        ActionStatus::Withdrawn => ("Withdrawn", "CANCELLED"),
        ActionStatus::Superseded => ("Superseded", "CANCELLED"),
    };
    calendar.text("SUMMARY", &format!("{begins}: {} {}", action.reference, action.text));
    calendar.line("STATUS", status);
    // A due date takes up no time of the day.
    calendar.line("TRANSP", "TRANSPARENT");
    calendar.owners(action);
    calendar.line("END", "VEVENT");
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

fn utc(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

/// The text of a calendar under construction.
struct CalendarText(String);

impl CalendarText {
    fn begin() -> Self {
        let mut calendar = Self(String::new());
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//Minutebook//Minutebook//EN");
        calendar.line("METHOD", "PUBLISH");
        calendar
    }

    fn end(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.0
    }

    /// Writes UID, DTSTAMP, LAST-MODIFIED and SEQUENCE. The UID is stable, so that a later export updates the same entry;
    /// SEQUENCE grows with the time of the last change, as clients demand of an update (section 3.8.7.4).
    fn identify(&mut self, name: &str, known_from: Position, times: &CalendarTimes) {
        self.text("UID", &format!("{name}@minutebook"));
        self.line("DTSTAMP", &utc(times.stamp));
        if let Some(changed) = times.recorded.get(&known_from) {
            self.line("LAST-MODIFIED", &utc(*changed));
            self.line("SEQUENCE", &changed.timestamp().saturating_sub(SEQUENCE_EPOCH).max(0).to_string());
        }
    }

    fn whole_day(&mut self, of: NaiveDate) {
        self.line("DTSTART;VALUE=DATE", &day(of));
        self.line("DTEND;VALUE=DATE", &day(of.checked_add_days(Days::new(1)).unwrap_or(of)));
    }

    fn owners(&mut self, action: &ActionView) {
        let owners: Vec<&str> = action.owners.iter().map(Name::as_str).collect();
        if !owners.is_empty() {
            self.text("DESCRIPTION", &format!("Owner: {}", owners.join(", ")));
        }
    }

    /// Writes a text property, escaped (section 3.3.11) and without control characters.
    fn text(&mut self, name: &str, text: &str) {
        let mut value = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\\' | ';' | ',' => value.extend(['\\', c]),
                '\n' => value.push_str("\\n"),
                c if c.is_control() => {}
                c => value.push(c),
            }
        }
        self.line(name, &value);
    }

    /// Writes a content line, folded if it is too long (section 3.1): never inside a character, nor between a backslash and
    /// what it escapes, where many readers lose the one or the other.
    fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        let mut characters = name.chars().chain([':']).chain(value.chars());
        while let Some(c) = characters.next() {
            let escaped = if c == '\\' { characters.next() } else { None };
            let length = c.len_utf8() + escaped.map_or(0, char::len_utf8);
            if octets + length > MAX_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            self.0.extend(escaped);
            octets += length;
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_escaped_and_its_line_folded_between_characters() {
        let mut calendar = CalendarText(String::new());
        let text = format!("a, b; c\\d\r\nEND:VTODO{}", "‘é’".repeat(40));
        calendar.text("SUMMARY", &text);
        assert!(calendar.0.split("\r\n").all(|line| line.len() <= MAX_OCTETS), "{}", calendar.0);
        assert!(!calendar.0.trim_end().replace("\r\n", "").contains(['\r', '\n']));
        let unfolded = calendar.0.replace("\r\n ", "");
        assert_eq!(unfolded, format!("SUMMARY:a\\, b\\; c\\\\d\\nEND:VTODO{}\r\n", "‘é’".repeat(40)));
        assert_eq!(calendar.0.matches("\r\n").count(), calendar.0.matches("\r\n ").count() + 1);
    }

    #[test]
    fn a_line_is_not_folded_inside_an_escape() {
        for length in 60..80 {
            let mut calendar = CalendarText(String::new());
            calendar.text("SUMMARY", &format!("{}\n,\\;é,\n\n\n", "a".repeat(length)));
            for line in calendar.0.split("\r\n ") {
                assert_eq!(line.chars().rev().take_while(|c| *c == '\\').count() % 2, 0, "{length}: {line:?}");
            }
        }
    }
}
