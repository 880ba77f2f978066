use super::{CommitteeCode, IllFormed, as_string, number_of};
use crate::calendar_day;
use chrono::{Datelike, NaiveDate};
use std::fmt;
use std::str::FromStr;

/// A meeting's reference: the committee, and the meeting's number with the day and month it was held, `SSC_72_2702`; or,
/// where the committee does not number its meetings, the day it was held, `SSC_2019-02-27`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeetingRef {
    committee: CommitteeCode,
    meeting: NumberOrDay,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum NumberOrDay {
    Number { number: u32, day: u8, month: u8 },
    Day(NaiveDate),
}

const EXPECTED: &str =
    "committee, number and ddmm, such as `SSC_72_2702`, or committee and day, such as `SSC_2019-02-27`,";

impl MeetingRef {
    /// Its kind, as [`IllFormed::kind`] names it.
    pub const KIND: &'static str = "a meeting reference";

    /// The reference of the committee's meeting `number`, held on `date`.
    pub fn new(committee: CommitteeCode, number: u32, date: NaiveDate) -> Self {
        // A day is at most 31 and a month at most 12.
        let (day, month) = (u8::try_from(date.day()).unwrap_or(31), u8::try_from(date.month()).unwrap_or(12));
        Self { committee, meeting: NumberOrDay::Number { number, day, month } }
    }

    /// The reference of the committee's meeting on `date`, without a number.
    pub fn by_day(committee: CommitteeCode, date: NaiveDate) -> Self {
        Self { committee, meeting: NumberOrDay::Day(date) }
    }

    /// The committee that meets.
    pub fn committee(&self) -> &CommitteeCode {
        &self.committee
    }

    /// The meeting's number among the committee's meetings; none if the reference has the day alone.
    pub fn number(&self) -> Option<u32> {
        match self.meeting {
            NumberOrDay::Number { number, .. } => Some(number),
            NumberOrDay::Day(_) => None,
        }
    }

    /// The reference that the meeting has if it is held on `date`.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> Self {
        match self.number() {
            Some(number) => Self::new(self.committee.clone(), number, date),
            None => Self::by_day(self.committee.clone(), date),
        }
    }

    /// The day of the month and the month that it carries.
    pub fn day_and_month(&self) -> (u32, u32) {
        match self.meeting {
            NumberOrDay::Number { day, month, .. } => (u32::from(day), u32::from(month)),
            NumberOrDay::Day(date) => (date.day(), date.month()),
        }
    }

    /// Returns whether `date` has the reference's day and month, and its year if it has one.
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        match self.meeting {
            NumberOrDay::Number { .. } => self.day_and_month() == (date.day(), date.month()),
            NumberOrDay::Day(day) => day == date,
        }
    }
}

crate::field_form::field_forms! { MeetingRef: Word, "a meeting such as `SSC_72_2702`", of MeetingRef::committee; }

impl FromStr for MeetingRef {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed = || IllFormed::new(text, Self::KIND, EXPECTED);
        let (committee, meeting) = text.split_once('_').ok_or_else(ill_formed)?;
        let committee = committee.parse().map_err(|_| ill_formed())?;
        let meeting = number_and_day(meeting).or_else(|| day_alone(meeting)).ok_or_else(ill_formed)?;
        Ok(Self { committee, meeting })
    }
}

/// Reads a number and ddmm: `72_2702`.
fn number_and_day(text: &str) -> Option<NumberOrDay> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (number, ddmm) = text.split_once('_')?;
    if !digits(number) || number.starts_with('0') || ddmm.len() != 4 || !digits(ddmm) {
        return None;
    }
    let (day, month) = ddmm.split_at(2);
    let (day, month): (u8, u8) = (day.parse().ok()?, month.parse().ok()?);
    // 2000 is a leap year, so 29 February is accepted.
    NaiveDate::from_ymd_opt(2000, u32::from(month), u32::from(day))?;
    Some(NumberOrDay::Number { number: number_of(number)?, day, month })
}

/// Reads a day as it is written back: `2019-02-27`.
fn day_alone(text: &str) -> Option<NumberOrDay> {
    let day: NaiveDate = text.parse().ok()?;
    (day.to_string() == text && calendar_day::is_recordable(day)).then_some(NumberOrDay::Day(day))
}

impl fmt::Display for MeetingRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.meeting {
            NumberOrDay::Number { number, day, month } => write!(f, "{}_{number}_{day:02}{month:02}", self.committee),
            NumberOrDay::Day(day) => write!(f, "{}_{day}", self.committee),
        }
    }
}

as_string!(MeetingRef);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_written_as_it_was_read() {
        let reference: MeetingRef = "SSC_72_2702".parse().unwrap();
        assert_eq!(reference.to_string(), "SSC_72_2702");
        assert_eq!((reference.committee().as_str(), reference.number()), ("SSC", Some(72)));
        assert!(reference.falls_on(NaiveDate::from_ymd_opt(2019, 2, 27).unwrap()));
    }

    #[test]
    fn a_meeting_without_a_number_is_named_by_its_day() {
        let reference: MeetingRef = "SSC_2019-02-27".parse().unwrap();
        let day = NaiveDate::from_ymd_opt(2019, 2, 27).unwrap();
        assert_eq!((reference.to_string().as_str(), reference.number()), ("SSC_2019-02-27", None));
        assert!(reference.falls_on(day) && !reference.falls_on(day.with_year(2020).unwrap()));
        assert_eq!(reference, MeetingRef::by_day("SSC".parse().unwrap(), day));
        for text in ["SSC_2019-2-27", "SSC_2019-02-30", "SSC_+2019-02-27", "SSC_0000-02-27", "SSC_2019-02-27_1"] {
            assert!(text.parse::<MeetingRef>().is_err(), "{text}");
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "SSC", "SSC_72", "SSC_72_3102_1", "ssc_72_2702", "SSC_072_2702", "SSC_72_3002", "SSC_72_27ab"]
        {
            assert!(text.parse::<MeetingRef>().is_err(), "{text}");
        }
    }
}
