//! Moments as people write them: a day in the committee's time zone, an exact time, or a position of the log.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use std::str::FromStr;

/// A moment of valid time or record time. Parsed from `2019-02-27` or `2019-02-27T10:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointInTime {
    /// The end of a day in the committee's time zone.
    EndOfDay(NaiveDate),
    /// An exact time.
    Exact(DateTime<Utc>),
}

/// How much of the log was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// The log up to a position.
    Position(Position),
    /// The log as recorded by a moment.
    Time(PointInTime),
}

impl PointInTime {
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
    let midnight = next.and_time(NaiveTime::MIN);
    // If the clocks go forward at midnight, the next day begins later, by a whole number of quarter hours.
    let mut starts = (0..=96).map(|quarters| midnight + TimeDelta::minutes(15 * quarters));
    let start = starts.find_map(|local| zone.from_local_datetime(&local).earliest());
    start.map_or_else(|| midnight.and_utc(), |start| start.to_utc()) - TimeDelta::microseconds(1)
}

/// The text is neither a day nor a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct InvalidMoment(&'static str);

impl FromStr for PointInTime {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        // ISO 8601 years have four digits; the stores cannot hold later ones.
        let day = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
        let time = || DateTime::parse_from_rfc3339(text).ok().map(|time| Self::Exact(time.to_utc()));
        day.map(Self::EndOfDay)
            .or_else(time)
            .ok_or(InvalidMoment("a day such as 2019-02-27, or a time such as 2019-02-27T10:00:00Z"))
    }
}

impl FromStr for KnownAt {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        if let Ok(position) = text.parse::<u64>() {
            return Ok(Self::Position(Position::new(position)));
        }
        let expected = "a position such as 96, a day such as 2019-02-27, or a time such as 2019-02-27T10:00:00Z";
        text.parse().map(Self::Time).map_err(|_| InvalidMoment(expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(day: &str, zone: Tz) -> String {
        day.parse::<PointInTime>().unwrap().in_zone(zone).to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
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
        for wrong in ["", "-1", "yesterday", "2019-02-30", "+12019-02-27", "27/02/2019", "2019-02-27T10:00"] {
            assert!(wrong.parse::<KnownAt>().is_err() && wrong.parse::<PointInTime>().is_err(), "{wrong}");
        }
    }
}
