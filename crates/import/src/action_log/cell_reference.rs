//! An action's reference in a cell: `SSC72/01`, `Action SSC 72/01`, `SSC-72-01`, `72.01`, or a place alone.

use crate::grammar::token::tokens;
use minutebook_domain::reference::{ActionRef, CommitteeCode};

/// A reference as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellReference {
    pub(crate) committee: Option<CommitteeCode>,
    /// The meeting's number; `None` for a place alone, whose meeting stands in another column.
    pub(crate) meeting: Option<u32>,
    pub(crate) place: String,
}

impl CellReference {
    /// Completes the reference with the committee and the meeting that it leaves out.
    pub(crate) fn in_full(&self, committee: &CommitteeCode, meeting: Option<u32>) -> Option<ActionRef> {
        let committee = self.committee.as_ref().unwrap_or(committee);
        // A place alone gets the two digits of a full reference.
        let place = if self.meeting.is_some() { self.place.clone() } else { format!("{:0>2}", self.place) };
        format!("{committee}{}/{place}", self.meeting.or(meeting)?).parse().ok()
    }
}

/// Reads a cell; `None` if it holds no reference, or several.
pub(crate) fn read(text: &str) -> Option<CellReference> {
    let text = text.to_uppercase();
    let words: Vec<&str> = tokens(&text, 0)
        .iter()
        .filter(|t| t.text.chars().all(char::is_alphanumeric))
        .map(|t| t.text)
        .skip_while(|word| matches!(*word, "ACTION" | "REF" | "NO" | "REFERENCE"))
        .collect();
    let (first, rest) = words.split_first()?;
    let code = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let mut numbers: Vec<&str> = Vec::new();
    let committee = if code.is_empty() { None } else { Some(code.parse().ok()?) };
    numbers.extend(Some(&first[code.len()..]).filter(|digits| !digits.is_empty()));
    numbers.extend(rest);
    let fits = |digits: &str, most: usize| digits.len() <= most && digits.bytes().all(|b| b.is_ascii_digit());
    match (&committee, numbers.as_slice()) {
        (_, [meeting, place]) if fits(meeting, 5) && fits(place, 4) => {
            Some(CellReference { committee, meeting: Some(meeting.parse().ok()?), place: (*place).to_owned() })
        }
        (_, [place]) if fits(place, 4) => Some(CellReference { committee, meeting: None, place: (*place).to_owned() }),
        _ => None,
    }
}
