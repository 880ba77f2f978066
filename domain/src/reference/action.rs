use super::{CommitteeCode, IllFormed, as_string, number_of};
use std::fmt;
use std::str::FromStr;

/// An action's reference, `SSC72/01`: the committee, the number of the meeting that raised it, and its place there.
///
/// The place keeps its leading zeros: one committee's log writes `SSC72/01`, another's `SSC72/1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionRef {
    committee: CommitteeCode,
    meeting_number: u32,
    place: String,
}

impl ActionRef {
    /// Its kind, as [`IllFormed::kind`] names it.
    pub const KIND: &'static str = "an action reference";

    /// The committee that raised the action.
    pub fn committee(&self) -> &CommitteeCode {
        &self.committee
    }

    /// The number of the meeting that raised it.
    pub fn meeting_number(&self) -> u32 {
        self.meeting_number
    }
}

crate::field_form::field_forms! { ActionRef: Word, "an action such as `SSC72/01`", of ActionRef::committee; }

impl FromStr for ActionRef {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed =
            || IllFormed::new(text, Self::KIND, "committee, meeting number, `/` and a number, such as `SSC72/01`,");
        let (head, place) = text.split_once('/').ok_or_else(ill_formed)?;
        let code_length = head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (code, number) = head.split_at(code_length);
        if number.is_empty() || number.starts_with('0') || !(1..=4).contains(&place.len()) {
            return Err(ill_formed());
        }
        if !place.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ill_formed());
        }
        Ok(Self {
            committee: code.parse().map_err(|_| ill_formed())?,
            meeting_number: number_of(number).ok_or_else(ill_formed)?,
            place: place.to_owned(),
        })
    }
}

impl fmt::Display for ActionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}/{}", self.committee, self.meeting_number, self.place)
    }
}

as_string!(ActionRef);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_written_as_it_was_read() {
        for text in ["SSC72/01", "SSC72/1", "OPSG5/112"] {
            assert_eq!(text.parse::<ActionRef>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "SSC72", "SSC/01", "72/01", "SSC72/", "SSC72/x", "SSC72/00001", "SSC072/1", "SSC99999999999/1"]
        {
            assert!(text.parse::<ActionRef>().is_err(), "{text}");
        }
    }
}
