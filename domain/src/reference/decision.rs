use super::{CommitteeCode, IllFormed, MeetingRef, as_string};
use std::fmt;
use std::str::FromStr;

/// A decision's identity, `SSC_72_2702/D3`: the meeting, and the decision's number there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecisionId {
    meeting: MeetingRef,
    number: u32,
}

impl DecisionId {
    /// Its kind, as [`IllFormed::kind`] names it.
    pub const KIND: &'static str = "a decision";

    /// The meeting's decision `number`, counted from 1.
    pub fn new(meeting: MeetingRef, number: u32) -> Self {
        Self { meeting, number }
    }

    /// The meeting that decided.
    pub fn meeting(&self) -> &MeetingRef {
        &self.meeting
    }

    /// The committee that decided.
    pub fn committee(&self) -> &CommitteeCode {
        self.meeting.committee()
    }

    /// The meeting that decided, to give the same decision by another reference of the meeting.
    pub fn meeting_mut(&mut self) -> &mut MeetingRef {
        &mut self.meeting
    }

    /// The decision's place among the meeting's decisions, counted from 1.
    pub fn number(&self) -> u32 {
        self.number
    }
}

crate::field_form::field_forms! { DecisionId: Word, "a decision such as `SSC_72_2702/D3`", of DecisionId::committee; }

impl FromStr for DecisionId {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed = || IllFormed::new(text, Self::KIND, "a meeting, `/D` and a number, such as `SSC_72_2702/D3`,");
        let (meeting, number) = text.split_once("/D").ok_or_else(ill_formed)?;
        if number.starts_with('0') || number.starts_with('+') {
            return Err(ill_formed());
        }
        Ok(Self {
            meeting: meeting.parse().map_err(|_| ill_formed())?,
            number: number.parse().map_err(|_| ill_formed())?,
        })
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/D{}", self.meeting, self.number)
    }
}

as_string!(DecisionId);
