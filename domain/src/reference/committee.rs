use super::{IllFormed, as_string};
use std::fmt;
use std::str::FromStr;

/// A committee's code, as it stands at the head of every reference: `SSC`.
///
/// Two to twelve capital letters or digits, the first a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitteeCode(String);

impl CommitteeCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CommitteeCode {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let well_formed = (2..=12).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(IllFormed::new(text, "a committee code", "2 to 12 capital letters or digits, such as `SSC`,"))
        }
    }
}

impl fmt::Display for CommitteeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

as_string!(CommitteeCode);
