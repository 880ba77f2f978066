//! Moments as people write them: a day in the committee's time zone, an exact time, or a position of the log.

use chrono::{DateTime, Days, NaiveDate, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_domain::local_time;
use minutebook_domain::reference::MeetingRef;
use std::fmt;
use std::str::FromStr;

/// A moment of valid time or record time. Parsed from `2019-02-27`, `2019-02-27T10:00:00Z` or `SSC_72_2702`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointInTime {
    /// The end of a day in the committee's time zone.
    EndOfDay(NaiveDate),
    /// An exact time.
    Exact(DateTime<Utc>),
    /// The end of the day on which a meeting is held.
    Meeting(Box<MeetingRef>),
}

/// How much of the log was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownAt {
    /// The log up to a position.
    Position(Position),
    /// The log as recorded by a moment.
    Time(PointInTime),
}

/// A moment whose meeting, if it was given as one, has been looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownMoment {
    /// The end of a day in the committee's time zone.
    EndOfDay(NaiveDate),
    /// An exact time.
    Exact(DateTime<Utc>),
}

impl KnownMoment {
    /// Returns the exact time for a committee in `zone`.
    pub fn in_zone(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Exact(time) => time,
            Self::EndOfDay(day) => end_of_day(day, zone),
        }
    }
}

/// Returns the last microsecond of a day in `zone`.
pub(crate) fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let Some(next) = day.checked_add_days(Days::new(1)) else { return DateTime::<Utc>::MAX_UTC };
    local_time::start_of_day(next, zone) - TimeDelta::microseconds(1)
}

/// The text is neither a day, nor a time, nor a meeting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a moment: {expected} was expected")]
pub struct InvalidMoment {
    given: String,
    expected: &'static str,
}

impl InvalidMoment {
    fn new(given: &str, expected: &'static str) -> Self {
        Self { given: given.chars().take(80).collect(), expected }
    }
}

/// The forms of a moment of either clock.
const MOMENT: &str = "a day such as 2019-02-27, a time such as 2019-02-27T10:00:00Z, or a meeting such as SSC_72_2702,";
/// The forms of a moment of the log.
const LOG_MOMENT: &str = "a position such as 96, a day such as 2019-02-27, a time such as 2019-02-27T10:00:00Z, or a meeting such as SSC_72_2702,";

impl FromStr for PointInTime {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        // ISO 8601 years have four digits; the stores cannot hold later ones.
        let day = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
        // In an address a plus sign stands for a space: `…T10:00:00+01:00` arrives so from a client that does not encode it.
        let offset = text.len().checked_sub("+01:00".len()).and_then(|at| text.split_at_checked(at));
        let spaced = offset
            .filter(|(_, offset)| offset.starts_with(' '))
            .map(|(time, offset)| format!("{time}+{}", &offset[1..]));
        let text = spaced.as_deref().unwrap_or(text);
        let time = || DateTime::parse_from_rfc3339(text).ok().map(|time| Self::Exact(time.to_utc()));
        let meeting = || text.parse().ok().map(|meeting| Self::Meeting(Box::new(meeting)));
        day.map(Self::EndOfDay).or_else(time).or_else(meeting).ok_or_else(|| InvalidMoment::new(text, MOMENT))
    }
}

impl fmt::Display for PointInTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfDay(day) => day.fmt(f),
            Self::Exact(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Meeting(meeting) => meeting.fmt(f),
        }
    }
}

impl fmt::Display for KnownAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(position) => position.fmt(f),
            Self::Time(moment) => moment.fmt(f),
        }
    }
}

impl FromStr for KnownAt {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        if let Ok(position) = text.parse::<u64>() {
            return Ok(Self::Position(Position::new(position)));
        }
        text.parse().map(Self::Time).map_err(|_| InvalidMoment::new(text, LOG_MOMENT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(day: &str, zone: Tz) -> String {
        let PointInTime::EndOfDay(day) = day.parse().unwrap() else { panic!("{day} is a day") };
        KnownMoment::EndOfDay(day).in_zone(zone).to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    #[test]
    fn a_day_ends_at_midnight_in_the_committees_time_zone() {
        assert_eq!(end("2019-02-27", chrono_tz::Europe::London), "2019-02-27T23:59:59.999999Z");
        assert_eq!(end("2019-06-27", chrono_tz::Europe::London), "2019-06-27T22:59:59.999999Z");
        assert_eq!(end("2019-02-27", chrono_tz::America::New_York), "2019-02-28T04:59:59.999999Z");
        // The clocks went forward at midnight: 00:00 of the 4th did not exist.
        assert_eq!(end("2018-11-03", chrono_tz::America::Sao_Paulo), "2018-11-04T02:59:59.999999Z");
        // The clocks went back at midnight: the last hour of the 17th occurred twice.
        assert_eq!(end("2018-02-17", chrono_tz::America::Sao_Paulo), "2018-02-18T02:59:59.999999Z");
    }

    #[test]
    fn known_at_is_parsed_from_a_position_a_day_or_a_time() {
        assert_eq!("17".parse(), Ok(KnownAt::Position(Position::new(17))));
        assert!(matches!("2019-02-27".parse(), Ok(KnownAt::Time(PointInTime::EndOfDay(_)))));
        assert!(matches!("2019-02-27T10:00:00+01:00".parse(), Ok(KnownAt::Time(PointInTime::Exact(_)))));
        assert_eq!("2019-02-27T10:00:00 01:00".parse(), "2019-02-27T09:00:00Z".parse::<PointInTime>());
        for wrong in
            ["", "-1", "yesterday", "2019-02-30", "+12019-02-27", "27/02/2019", "2019-02-27T10:00", "SSC-72-2702"]
        {
            assert!(wrong.parse::<KnownAt>().is_err() && wrong.parse::<PointInTime>().is_err(), "{wrong}");
        }
    }
}
