use super::{IllFormed, MeetingRef, as_string};
use crate::classification::Classification;
use crate::words::DocumentKind;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// One edition of a meeting's document, `SSC_72_2702 headlines WHITE`: the meeting, the kind of document, and its mark.
///
/// A corrected document with the same three is a later version of the same edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentEdition {
    /// The meeting whose document it is.
    pub meeting: MeetingRef,
    /// Headlines or minutes, by the document's title.
    pub kind: DocumentKind,
    /// The mark of the document as a whole.
    pub classification: Classification,
}

impl DocumentEdition {
    /// The edition without its meeting: `headlines WHITE`.
    pub fn name(&self) -> String {
        format!("{} {}", self.kind, self.classification)
    }
}

/// Editions of one meeting rise with their mark; of two with the same mark, the minutes are the higher.
impl Ord for DocumentEdition {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |edition: &Self| (edition.classification, edition.kind);
        self.meeting.cmp(&other.meeting).then_with(|| key(self).cmp(&key(other)))
    }
}

impl PartialOrd for DocumentEdition {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for DocumentEdition {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed = || {
            let expected = "a meeting, `headlines` or `minutes`, and a mark, such as `SSC_72_2702 headlines WHITE`,";
            IllFormed::new(text, "an edition", expected)
        };
        let mut words = text.split(' ');
        let mut word = || words.next().ok_or_else(ill_formed);
        let (meeting, kind, mark) = (word()?, word()?, word()?);
        if words.next().is_some() {
            return Err(ill_formed());
        }
        Ok(Self {
            meeting: meeting.parse().map_err(|_| ill_formed())?,
            kind: kind.parse().map_err(|_| ill_formed())?,
            classification: mark.parse().map_err(|_| ill_formed())?,
        })
    }
}

impl fmt::Display for DocumentEdition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.meeting, self.name())
    }
}

as_string!(DocumentEdition);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_read_as_it_is_written_and_rises_with_its_mark() {
        let edition = |text: &str| text.parse::<DocumentEdition>().unwrap();
        let white = edition("SSC_72_2702 headlines WHITE");
        assert_eq!(white.to_string(), "SSC_72_2702 headlines WHITE");
        assert!(white < edition("SSC_72_2702 minutes WHITE"));
        assert!(edition("SSC_72_2702 minutes WHITE") < edition("SSC_72_2702 headlines GREEN"));
        for text in
            ["SSC_72_2702", "SSC_72_2702 notes WHITE", "SSC_72_2702 minutes PINK", "SSC_72_2702 minutes RED RED"]
        {
            assert!(text.parse::<DocumentEdition>().is_err(), "{text}");
        }
    }
}
