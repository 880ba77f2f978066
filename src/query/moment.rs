//! The moment that is asked about, as a person says it: a day of the committee, or a time.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use std::str::FromStr;

/// A day, which stands for its end where the committee is, or an exact time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The end of a day in the committee's time zone.
    Day(NaiveDate),
    /// A time, wherever it is.
    Time(DateTime<Utc>),
}

/// How much the ledger knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// What it held up to a position.
    Position(Position),
    /// What it held at a time.
    When(When),
}

impl When {
    /// The exact time, for a committee in `zone`.
    pub fn in_zone(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Time(time) => time,
            Self::Day(day) => end_of_day(day, zone),
        }
    }
}

/// The last microsecond of a day: the events of the day are before it, those of the next are not.
pub(crate) fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let Some(next) = day.checked_add_days(Days::new(1)) else { return DateTime::<Utc>::MAX_UTC };
    let midnight = next.and_time(NaiveTime::MIN);
    // Where the clocks go forward at midnight the next day begins later, by a whole number of quarters of an hour.
    let mut starts = (0..=96).map(|quarters| midnight + TimeDelta::minutes(15 * quarters));
    let start = starts.find_map(|local| zone.from_local_datetime(&local).earliest());
    start.map_or_else(|| midnight.and_utc(), |start| start.to_utc()) - TimeDelta::microseconds(1)
}

/// It is neither a day nor a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} was expected")]
pub struct NoMoment(&'static str);

impl FromStr for When {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        // A year of four digits, as ISO 8601 writes it: longer ones are beyond what the stores count.
        let day = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
        let time = || DateTime::parse_from_rfc3339(text).ok().map(|time| Self::Time(time.to_utc()));
        day.map(Self::Day)
            .or_else(time)
            .ok_or(NoMoment("a day such as 2019-02-27, or a time such as 2019-02-27T10:00:00Z,"))
    }
}

impl FromStr for KnownAt {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        if let Ok(position) = text.parse::<u64>() {
            return Ok(Self::Position(Position::new(position)));
        }
        let expected = "a position such as 96, a day such as 2019-02-27, or a time such as 2019-02-27T10:00:00Z,";
        text.parse().map(Self::When).map_err(|_| NoMoment(expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(day: &str, zone: Tz) -> String {
        day.parse::<When>().unwrap().in_zone(zone).to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    }

    #[test]
    fn a_day_ends_where_the_committee_is() {
        assert_eq!(end("2019-02-27", chrono_tz::Europe::London), "2019-02-27T23:59:59.999999Z");
        assert_eq!(end("2019-06-27", chrono_tz::Europe::London), "2019-06-27T22:59:59.999999Z");
        assert_eq!(end("2019-02-27", chrono_tz::America::New_York), "2019-02-28T04:59:59.999999Z");
        // The clocks went forward at midnight, and 00:00 of the 4th was never shown.
        assert_eq!(end("2018-11-03", chrono_tz::America::Sao_Paulo), "2018-11-04T02:59:59.999999Z");
        // They went back at midnight, and the last hour of the 17th was shown twice.
        assert_eq!(end("2018-02-17", chrono_tz::America::Sao_Paulo), "2018-02-18T02:59:59.999999Z");
    }

    #[test]
    fn what_is_known_is_said_by_position_or_by_time() {
        assert_eq!("17".parse(), Ok(KnownAt::Position(Position::new(17))));
        assert!(matches!("2019-02-27".parse(), Ok(KnownAt::When(When::Day(_)))));
        assert!(matches!("2019-02-27T10:00:00+01:00".parse(), Ok(KnownAt::When(When::Time(_)))));
        for wrong in ["", "-1", "yesterday", "2019-02-30", "+12019-02-27", "27/02/2019", "2019-02-27T10:00"] {
            assert!(wrong.parse::<KnownAt>().is_err() && wrong.parse::<When>().is_err(), "{wrong}");
        }
    }
}
