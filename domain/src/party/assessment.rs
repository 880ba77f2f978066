//! The assessments that a status follows from.

use crate::reference::{IllFormed, Name, as_string};
use std::fmt;
use std::str::FromStr;

/// A kind of assessment: one of the code (Smart Energy Code, section G8), or one that the committee has added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assessment {
    /// By the User CIO, in full.
    Full,
    /// By the User CIO, of changes since the last one.
    Verification,
    /// By the party itself.
    SelfAssessment,
    /// A director's letter that the remediation is complete.
    DirectorsLetter,
    /// The party gave notice of another user system.
    SecondUserSystem,
    /// A kind of the committee's own.
    Own(Name),
}

static NAMES: [(Assessment, &str); 5] = [
    (Assessment::Full, "Full User Security Assessment"),
    (Assessment::Verification, "Verification User Security Assessment"),
    (Assessment::SelfAssessment, "Security Self-Assessment"),
    (Assessment::DirectorsLetter, "Director's Letter"),
    (Assessment::SecondUserSystem, "Notification of a Second or Subsequent User System"),
];

impl Assessment {
    /// The name of each kind of the code.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name)| *name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Own(name) => name.as_str(),
            // INVARIANT: NAMES holds every variant but `Own`.
            _ => NAMES.iter().find(|(assessment, _)| assessment == self).map_or("", |(_, name)| *name),
        }
    }

    /// Returns whether the kind is one of the code, which every committee has.
    pub fn is_of_the_code(&self) -> bool {
        !matches!(self, Self::Own(_))
    }
}

crate::field_form::field_forms! {
    Assessment: Word, format!("one of: {}; or one that the committee has added", Self::names().collect::<Vec<_>>().join(", "));
}

impl FromStr for Assessment {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let text = text.trim();
        let of_the_code = NAMES.iter().find(|(_, name)| name.eq_ignore_ascii_case(text));
        match of_the_code {
            Some((assessment, _)) => Ok(assessment.clone()),
            None => text.parse().map(Self::Own),
        }
    }
}

impl fmt::Display for Assessment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

as_string!(Assessment);

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Assessment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let names = Self::names().collect::<Vec<_>>().join(", ");
        let description = format!("an assessment: {names}, or one that the committee has added");
        crate::openapi::line(&description, "Full User Security Assessment")
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Assessment {}
