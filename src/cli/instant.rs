//! Moments as they are written on the command line: a day or a time, and what was known when.

use super::failure::Failure;
use crate::ledger::{At, Log, Rows, Selection, StoreError};
use crate::views::end_of_day;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_domain::reference::CommitteeCode;
use minutebook_projections::committees::Committees;
use minutebook_projections::projection::Projection;
use std::str::FromStr;

/// A day, which stands for its end in the committee's time zone, or a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instant {
    Day(NaiveDate),
    Time(DateTime<Utc>),
}

/// What was known when: after a position, or at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    After(Position),
    At(Instant),
}

/// `2019-03-13`, and perhaps what was then known: `2019-03-13@120`, `2019-03-13@2019-03-20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    as_of: Instant,
    known_at: Option<Known>,
}

impl FromStr for Instant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self::Day);
        let time = || DateTime::parse_from_rfc3339(text).map(|time| Self::Time(time.to_utc()));
        day.or_else(|_| time())
            .map_err(|_| "a day such as 2019-02-27, or a time such as 2019-02-27T10:00:00Z, was expected".to_owned())
    }
}

impl FromStr for Known {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::After(Position::new(position)));
        }
        text.parse().map(Self::At).map_err(|_| {
            "a position such as 120, a day such as 2019-02-27, or a time such as 2019-02-27T10:00:00Z, was expected"
                .to_owned()
        })
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (as_of, known_at) = match text.split_once('@') {
            Some((as_of, known_at)) => (as_of, Some(known_at.parse()?)),
            None => (text, None),
        };
        Ok(Self { as_of: as_of.parse()?, known_at })
    }
}

impl Instant {
    fn time(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Day(day) => end_of_day(day, zone),
            Self::Time(time) => time,
        }
    }
}

impl Moment {
    /// The moment in a committee's time zone; `known_at` is for a moment that does not say itself what was known.
    pub(super) async fn at(self, log: &Log, zone: Tz, known_at: Option<Known>) -> Result<At, StoreError> {
        at(log, zone, Some(self.as_of), self.known_at.or(known_at)).await
    }
}

/// The moment that is asked about: now, as known now, where nothing is said.
pub(super) async fn at(log: &Log, zone: Tz, as_of: Option<Instant>, known_at: Option<Known>) -> Result<At, StoreError> {
    let as_of = as_of.map_or_else(|| log.environment().clock.now(), |as_of| as_of.time(zone));
    let known_at = match known_at {
        None => None,
        Some(Known::After(position)) => Some(position),
        Some(Known::At(instant)) => Some(known_by(log, instant.time(zone)).await?),
    };
    Ok(At { as_of, known_at })
}

/// The last position that was recorded by a time. Times of recording never go backwards, so it is found by halving.
async fn known_by(log: &Log, time: DateTime<Utc>) -> Result<Position, StoreError> {
    let (mut known, mut unknown) = (0, log.head().await?.number() + 1);
    while unknown - known > 1 {
        let middle = known + (unknown - known) / 2;
        let page = log.read(Selection::All, Position::new(middle - 1)).next_page().await?;
        if page.first().is_some_and(|event| event.recorded_at <= time) {
            known = middle;
        } else {
            unknown = middle;
        }
    }
    Ok(Position::new(known))
}

/// The committees of the book with their time zones, or the one that is asked for.
pub(super) async fn committees(log: &Log, only: Option<&CommitteeCode>) -> Result<Vec<(CommitteeCode, Tz)>, Failure> {
    // A committee that is established later still has its time zone.
    let at = At::moment(DateTime::<Utc>::MAX_UTC);
    let view = log.rows::<Committees>(Rows::Listed { scope: "", facets: Committees::FACETS }, at).await?;
    let all =
        view.rows.into_iter().map(|found| (found.row.code, found.row.time_zone.parse().unwrap_or(Tz::Europe__London)));
    let all: Vec<(CommitteeCode, Tz)> = all.collect();
    let Some(only) = only else { return Ok(all) };
    if let Some(found) = all.iter().find(|(code, _)| code == only) {
        return Ok(vec![found.clone()]);
    }
    let failure = Failure::new(format!("there is no committee `{only}` in the ledger"));
    let codes: Vec<String> = all.iter().map(|(code, _)| code.to_string()).collect();
    Err(if codes.is_empty() { failure } else { failure.with_help(format!("it has: {}", codes.join(", "))) })
}
