//! Classifications of texts, the schemes they come from, and the type that guards a classified value.
//!
//! A scheme is data in `domain/schemes/`: the Panel Information Policy of the Smart Energy Code, and TLP 2.0. All
//! levels have a rank on one scale, so that a clearance under one scheme applies to a text marked under another.

mod classified;
mod roles;
mod scheme;

pub use classified::{Classified, stored, stored_list, stored_option};
pub use roles::{ClassifiedText, FieldRole, Redact, VisitText, field_fragments};
pub use scheme::{Level, Scheme};

/// The roles that a field of a payload can have.
pub mod role {
    pub use super::roles::{Beside, Main, Mentions, Names, Open, Optional};
}

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The mark on a text: one level of a [`Scheme`], ordered by its rank (WHITE < GREEN < AMBER < RED).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Classification(&'static Level);

impl Classification {
    /// The label as it is printed, for example `RED`.
    pub fn label(self) -> &'static str {
        &self.0.label
    }

    /// The level's confidentiality, from 0 (public). Levels of all schemes share this scale.
    pub fn rank(self) -> u8 {
        self.0.rank
    }

    /// What a reader may do with text so marked.
    pub fn handling(self) -> &'static str {
        &self.0.handling
    }

    /// The labels of every scheme, each once: the schemes share some.
    fn labels() -> Vec<&'static str> {
        let mut labels: Vec<&'static str> = Vec::new();
        for level in Scheme::all().iter().flat_map(Scheme::levels) {
            if !labels.contains(&level.label.as_str()) {
                labels.push(&level.label);
            }
        }
        labels
    }

    /// WHITE, the public level of the Panel Information Policy.
    pub fn public() -> Self {
        Self(&Scheme::panel_information_policy().levels()[0])
    }

    /// RED, the highest level of the Panel Information Policy.
    pub fn highest() -> Self {
        Scheme::panel_information_policy().levels().last().map_or_else(Self::public, Self)
    }
}

impl Ord for Classification {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // The label breaks the tie between schemes, so that the order agrees with equality.
        (self.0.rank, &self.0.label).cmp(&(other.0.rank, &other.0.label))
    }
}

impl PartialOrd for Classification {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Classification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// Text that is no level of any known scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a classification: one of {accepted} was expected")]
pub struct UnknownClassification {
    given: String,
    accepted: String,
}

impl UnknownClassification {
    /// The text as it was given.
    pub fn given(&self) -> &str {
        &self.given
    }
}

impl FromStr for Classification {
    type Err = UnknownClassification;

    /// Reads a label in any case: `red`, `Red` and `RED` are one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = text.trim();
        let levels = || Scheme::all().iter().flat_map(Scheme::levels);
        levels()
            .find(|level| level.label.eq_ignore_ascii_case(wanted))
            .map(Self)
            .ok_or_else(|| UnknownClassification { given: text.to_owned(), accepted: Self::labels().join(", ") })
    }
}

crate::field_form::field_forms! {
    Classification: Word, format!("one of: {}", Self::labels().join(", "));
}

impl Serialize for Classification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.label())
    }
}

impl<'de> Deserialize<'de> for Classification {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a reader may see: every text up to one classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clearance(Classification);

impl Clearance {
    /// A clearance up to and including `highest`.
    pub fn up_to(highest: Classification) -> Self {
        Self(highest)
    }

    /// The clearance for every level of every scheme.
    pub fn full() -> Self {
        Self::at_rank(u8::MAX)
    }

    /// The clearance up to the highest level whose rank is at most `rank`.
    pub fn at_rank(rank: u8) -> Self {
        let levels = Scheme::all().iter().flat_map(Scheme::levels).filter(|level| level.rank <= rank);
        Self(levels.max_by_key(|level| level.rank).map_or_else(Classification::public, Classification))
    }

    /// The highest classification that a reader with this clearance may see.
    pub fn highest(self) -> Classification {
        self.0
    }

    /// The rank of the highest classification that the reader may see.
    pub fn rank(self) -> u8 {
        self.0.rank()
    }

    /// Returns whether a reader with this clearance may see text marked `classification`.
    pub fn permits(self, classification: Classification) -> bool {
        classification.rank() <= self.0.rank()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(label: &str) -> Classification {
        label.parse().unwrap()
    }

    #[test]
    fn the_panel_information_policy_is_ordered() {
        let order = ["WHITE", "GREEN", "AMBER", "RED"].map(class);
        assert!(order.is_sorted());
        assert!(Clearance::up_to(order[2]).permits(order[2]));
        assert!(!Clearance::up_to(order[2]).permits(order[3]));
    }

    #[test]
    fn schemes_compare_by_rank() {
        assert!(Clearance::up_to(class("amber")).permits(class("CLEAR")));
        assert!(!Clearance::up_to(class("AMBER")).permits(class("AMBER+STRICT")));
    }

    #[test]
    fn an_unknown_label_names_what_is_accepted() {
        let error = "PINK".parse::<Classification>().unwrap_err().to_string();
        assert!(
            error.contains("`PINK`") && error.contains("WHITE, GREEN, AMBER, RED, CLEAR, AMBER+STRICT was"),
            "{error}"
        );
    }
}
