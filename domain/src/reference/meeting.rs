use super::{CommitteeCode, IllFormed, as_string, number_of};
use chrono::{Datelike, NaiveDate};
use std::fmt;
use std::str::FromStr;

/// A meeting's reference, `SSC_72_2702`: the committee, the meeting's number, and the day and month it was held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeetingRef {
    committee: CommitteeCode,
    number: u32,
    day: u8,
    month: u8,
}

const EXPECTED: &str = "committee, number and ddmm, such as `SSC_72_2702`,";

impl MeetingRef {
    /// The reference of the committee's meeting `number`, held on `date`.
    pub fn new(committee: CommitteeCode, number: u32, date: NaiveDate) -> Self {
        // A day is at most 31 and a month at most 12.
        let (day, month) = (u8::try_from(date.day()).unwrap_or(31), u8::try_from(date.month()).unwrap_or(12));
        Self { committee, number, day, month }
    }

    /// The committee that meets.
    pub fn committee(&self) -> &CommitteeCode {
        &self.committee
    }

    /// The meeting's number among the committee's meetings.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The reference that the meeting has if it is held on `date`.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> Self {
        Self::new(self.committee.clone(), self.number, date)
    }

    /// Returns whether `date` has the reference's day and month.
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        (u32::from(self.day), u32::from(self.month)) == (date.day(), date.month())
    }
}

crate::field_form::field_forms! { MeetingRef: Word, "a meeting such as `SSC_72_2702`"; }

impl FromStr for MeetingRef {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed = || IllFormed::new(text, "a meeting reference", EXPECTED);
        let mut parts = text.split('_');
        let (Some(committee), Some(number), Some(ddmm), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ill_formed());
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(number) || number.starts_with('0') || ddmm.len() != 4 || !digits(ddmm) {
            return Err(ill_formed());
        }
        let committee = committee.parse().map_err(|_| ill_formed())?;
        let number = number_of(number).ok_or_else(ill_formed)?;
        let (day, month) = ddmm.split_at(2);
        let (day, month) = (day.parse().map_err(|_| ill_formed())?, month.parse().map_err(|_| ill_formed())?);
        // 2000 is a leap year, so 29 February is accepted.
        NaiveDate::from_ymd_opt(2000, u32::from(month), u32::from(day)).ok_or_else(ill_formed)?;
        Ok(Self { committee, number, day, month })
    }
}

impl fmt::Display for MeetingRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{:02}{:02}", self.committee, self.number, self.day, self.month)
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
        assert_eq!((reference.committee().as_str(), reference.number()), ("SSC", 72));
        assert!(reference.falls_on(NaiveDate::from_ymd_opt(2019, 2, 27).unwrap()));
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "SSC", "SSC_72", "SSC_72_3102_1", "ssc_72_2702", "SSC_072_2702", "SSC_72_3002", "SSC_72_27ab"]
        {
            assert!(text.parse::<MeetingRef>().is_err(), "{text}");
        }
    }
}
