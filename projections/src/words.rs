//! The words of texts, as they are searched for. What a word is is settled here and not by the stores, so that both of
//! them, and whoever looks at a text itself, give the same answers: a run of letters and digits, in lower case.

use minutebook_domain::classification::{Classified, Clearance};
use minutebook_domain::reference::Prose;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// Letters of a word that count. What is longer is the same word as another that begins alike.
const LONGEST: usize = 64;
/// Bytes of different words that are kept of what is said at one classification; a store's index has a limit of its own.
const MOST: usize = 256 * 1024;

/// The words of a text, in its order.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let runs = text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty());
    runs.map(|run| run.chars().take(LONGEST).flat_map(char::to_lowercase).collect())
}

/// What of a row is searched: words, by the rank of the classification that they are under.
#[derive(Debug, Clone, Default)]
pub struct Texts(BTreeMap<u8, BTreeSet<String>>);

impl Texts {
    /// Adds a text.
    #[must_use]
    pub fn and(mut self, text: &Classified<Prose>) -> Self {
        let mark = text.classification();
        let said = text.disclose(Clearance::up_to(mark)).map(Prose::as_str).unwrap_or_default();
        self.0.entry(mark.rank()).or_default().extend(words(said));
        self
    }

    /// Adds what stands beside a text, and is open to whoever may read that.
    #[must_use]
    pub fn beside(mut self, text: &Classified<Prose>, open: impl Display) -> Self {
        self.0.entry(text.classification().rank()).or_default().extend(words(&open.to_string()));
        self
    }

    /// For each rank at which anything is said, all the words that a reader of that clearance may read in the row. So a
    /// search for several words is answered by one passage, and what is above the reader is in none of theirs.
    pub fn passages(&self) -> Vec<Passage> {
        let mut readable: BTreeSet<&str> = BTreeSet::new();
        let of_rank = self.0.iter().map(|(rank, words)| {
            readable.extend(words.iter().map(String::as_str));
            let mut left = MOST;
            let kept = readable.iter().take_while(|word| {
                left = left.saturating_sub(word.len() + 1);
                left > 0
            });
            Passage { rank: *rank, words: kept.copied().collect::<Vec<_>>().join(" ") }
        });
        of_rank.filter(|passage| !passage.words.is_empty()).collect()
    }
}

/// The words that a reader may read in a row: different ones, in order, a space between each two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// The lowest rank of clearance that may read all of them.
    pub rank: u8,
    /// The words.
    pub words: String,
}

/// What is searched for: all of these words, the last of which may be the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(Vec<String>);

impl Search {
    /// The words that somebody typed.
    pub fn of(text: &str) -> Self {
        Self(words(text).collect())
    }

    /// The words that are searched for whole, and the beginning of the last; nothing if anything will do.
    pub fn parts(&self) -> Option<(&[String], &str)> {
        self.0.split_last().map(|(last, whole)| (whole, last.as_str()))
    }

    /// Whether these texts, taken together, hold what is searched for.
    pub fn is_found_in(&self, texts: &[&str]) -> bool {
        let Some((whole, last)) = self.parts() else { return true };
        let said: BTreeSet<String> = texts.iter().flat_map(|text| words(text)).collect();
        let begins = || said.range(last.to_owned()..).next().is_some_and(|word| word.starts_with(last));
        whole.iter().all(|word| said.contains(word)) && begins()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_run_of_letters_and_digits_in_lower_case() {
        let found = |text: &str| words(text).collect::<Vec<_>>();
        assert_eq!(found("The SSC’s paper (SECMP0037/v2)"), ["the", "ssc", "s", "paper", "secmp0037", "v2"]);
        assert_eq!(found("Prüfung\tÉTÉ—Ωμέγα"), ["prüfung", "été", "ωμέγα"]);
        assert_eq!(found(" \n—’… "), [""; 0]);
        assert_eq!(found(&"x".repeat(100))[0].len(), LONGEST);
    }

    #[test]
    fn a_search_finds_all_of_its_words_and_the_beginning_of_the_last() {
        let is_found = |search: &str| Search::of(search).is_found_in(&["Circulate the paper", "NCSC"]);
        for search in ["ncsc PAPER", "paper ncs", "the, paper!", "circ", "", "…"] {
            assert!(is_found(search), "{search}");
        }
        for search in ["paper missing", "pap ncsc", "aper", "ncsc2"] {
            assert!(!is_found(search), "{search}");
        }
    }

    #[test]
    fn a_passage_holds_what_its_reader_may_read_and_no_more() {
        let said = |mark: &str, text: &str| Classified::new(mark.parse().unwrap(), text.parse::<Prose>().unwrap());
        let white = said("WHITE", "Ask the insurer");
        let texts = Texts::default().and(&white).beside(&white, "SSC72/01").and(&said("RED", "the breach"));
        let passages: Vec<(u8, String)> = texts.passages().into_iter().map(|found| (found.rank, found.words)).collect();
        let red = "01 ask breach insurer ssc72 the".to_owned();
        assert_eq!(passages, [(0, "01 ask insurer ssc72 the".to_owned()), (30, red)]);
        // However much is said, the index can take it.
        let long: Vec<String> = (0..100_000).map(|number| format!("word{number}")).collect();
        let [all] = &Texts::default().and(&said("WHITE", &long.join(" "))).passages()[..] else { panic!() };
        assert!(all.words.len() < MOST);
    }
}
