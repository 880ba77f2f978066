//! iCalendar (RFC 5545): meetings as events, actions as to-dos.
//!
//! Hand-written: the crate `icalendar` (0.17.17) writes control characters of a text as they are, a bare carriage return
//! among them, sorts the properties by name, and folds a line in quadratic time. It would replace only the thirty lines
//! that escape and fold, and brings `iso8601` and `nom`.

use crate::query::actions::ActionView;
use crate::query::meetings::MeetingView;
use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::reference::Name;

/// The largest number of octets on a line, without its end (RFC 5545, section 3.1).
const MAX_OCTETS: usize = 75;

/// The text of a calendar under construction.
struct CalendarText(String);

/// Returns meetings as a calendar, stamped with the time of the export.
pub fn of_meetings(meetings: &[MeetingView], stamp: DateTime<Utc>) -> String {
    let mut calendar = CalendarText::begin();
    for meeting in meetings {
        calendar.line("BEGIN", "VEVENT");
        calendar.identify(&meeting.first_reference().to_string(), stamp);
        let zone: Tz = meeting.time_zone.parse().unwrap_or(Tz::UTC);
        let time = |of_day| zone.from_local_datetime(&meeting.held_on.and_time(of_day)).earliest();
        if let Some(start) = meeting.starts_at.and_then(time) {
            calendar.line("DTSTART", &utc(start.to_utc()));
            if let Some(end) = meeting.ends_at.and_then(time).filter(|end| *end > start) {
                calendar.line("DTEND", &utc(end.to_utc()));
            }
        } else {
            let next = meeting.held_on.checked_add_days(Days::new(1));
            calendar.line("DTSTART;VALUE=DATE", &day(meeting.held_on));
            calendar.line("DTEND;VALUE=DATE", &day(next.unwrap_or(meeting.held_on)));
        }
        calendar.text("SUMMARY", &meeting.title());
        if meeting.cancelled {
            calendar.line("STATUS", "CANCELLED");
        }
        let agenda: Vec<String> = meeting.items.iter().map(|item| format!("{}. {}", item.number, item.title)).collect();
        if !agenda.is_empty() {
            calendar.text("DESCRIPTION", &agenda.join("\n"));
        }
        if let Some(venue) = &meeting.venue {
            calendar.text("LOCATION", venue.as_str());
        }
        calendar.line("END", "VEVENT");
    }
    calendar.end()
}

/// Returns actions as to-dos, stamped with the time of the export.
pub fn of_actions(actions: &[ActionView], stamp: DateTime<Utc>) -> String {
    let mut calendar = CalendarText::begin();
    for action in actions {
        calendar.line("BEGIN", "VTODO");
        calendar.identify(&action.reference.to_string(), stamp);
        calendar.text("SUMMARY", &format!("{}: {}", action.reference, action.text));
        let owners: Vec<&str> = action.owners.iter().map(Name::as_str).collect();
        if !owners.is_empty() {
            calendar.text("DESCRIPTION", &format!("Owner: {}", owners.join(", ")));
        }
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
    calendar.end()
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

fn utc(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

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

    /// Writes UID and DTSTAMP. The UID is stable, so that a later export updates the same entry.
    fn identify(&mut self, reference: &str, stamp: DateTime<Utc>) {
        self.text("UID", &format!("{reference}@minutebook"));
        self.line("DTSTAMP", &utc(stamp));
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

    /// Writes a content line, folded between characters if it is too long (section 3.1).
    fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if octets + c.len_utf8() > MAX_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
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
}
