//! Classification schemes, read from the data files in `domain/schemes/`.

use super::Classification;
use serde::Deserialize;
use std::sync::LazyLock;

/// One level of a scheme.
#[derive(Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The label as it is printed: `WHITE`, `AMBER+STRICT`.
    pub label: String,
    /// The confidentiality, from 0 (public), on the scale that all schemes share.
    pub rank: u8,
    /// What a reader may do with text so marked.
    pub handling: String,
}

/// A classification scheme: named, ordered levels, and where they are defined.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    name: String,
    source: String,
    levels: Vec<Level>,
}

/// Both files are compiled in, so a damaged one fails the first test that runs.
#[expect(clippy::expect_used, reason = "the files are compiled in, and the test below reads them")]
static SCHEMES: LazyLock<Vec<Scheme>> = LazyLock::new(|| {
    [include_str!("../../schemes/panel_information_policy.json"), include_str!("../../schemes/tlp_2_0.json")]
        .map(|file| serde_json::from_str(file).expect("a scheme file that is compiled in is valid"))
        .into()
});

impl Scheme {
    /// All known schemes, the Panel Information Policy first.
    pub fn all() -> &'static [Scheme] {
        &SCHEMES
    }

    /// The scheme of the Smart Energy Code's Panel and its sub-committees.
    pub fn panel_information_policy() -> &'static Scheme {
        &SCHEMES[0]
    }

    /// The scheme with this name, in any case.
    pub fn named(name: &str) -> Option<&'static Scheme> {
        SCHEMES.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name))
    }

    /// The scheme's name, for example `Panel Information Policy`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the scheme is defined.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The most confidential level.
    pub fn highest(&'static self) -> Classification {
        self.levels.last().map_or_else(Classification::highest, Classification)
    }

    /// The marks of the scheme, from public to most confidential.
    pub fn marks(&'static self) -> impl Iterator<Item = Classification> {
        self.levels.iter().map(Classification)
    }

    /// Returns whether the mark is a level of this scheme. The schemes share some labels.
    pub fn has(&self, mark: Classification) -> bool {
        self.levels.iter().any(|level| level.label == mark.label())
    }

    /// Says that a mark is no level of this scheme.
    pub fn lacks(&self, mark: Classification) -> String {
        format!("{mark} is not a level of the {}", self.name)
    }

    /// The labels of the levels, as a refusal names what would be accepted.
    pub fn labels(&self) -> String {
        let labels: Vec<&str> = self.levels.iter().map(|level| level.label.as_str()).collect();
        format!("one of: {}", labels.join(", "))
    }

    /// The levels, from public to most confidential.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn levels_rise_from_public_and_a_label_means_one_rank_everywhere() {
        let mut ranks = HashMap::new();
        for scheme in Scheme::all() {
            assert_eq!(scheme.levels()[0].rank, 0, "{}", scheme.name());
            assert!(scheme.levels().is_sorted_by(|a, b| a.rank < b.rank), "{}", scheme.name());
            for level in scheme.levels() {
                assert_eq!(*ranks.entry(&level.label).or_insert(level.rank), level.rank, "{}", level.label);
            }
        }
        assert!(Scheme::named("tlp 2.0").is_some());
    }
}
