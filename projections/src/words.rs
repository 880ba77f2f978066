//! The words of texts for search: runs of letters and digits in lower case.
//!
//! Words are defined here and not by the stores, so that both stores and direct comparisons give the same answers.

use minutebook_domain::classification::{Classified, Clearance};
use minutebook_domain::reference::Prose;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};

/// The number of leading letters of a word that count.
const MAX_LETTERS: usize = 64;
/// The largest size in bytes of the words under one classification. The stores' indexes have limits of their own.
const MAX_BYTES: usize = 256 * 1024;

/// Returns the words of a text in their order.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    runs(text).map(|run| {
        let mut word = String::with_capacity(run.len());
        push_word(run, &mut word);
        word
    })
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty())
}

fn push_word(run: &str, word: &mut String) {
    if run.is_ascii() {
        let start = word.len();
        word.push_str(&run[..run.len().min(MAX_LETTERS)]);
        word[start..].make_ascii_lowercase();
    } else {
        word.extend(run.chars().take(MAX_LETTERS).flat_map(char::to_lowercase));
    }
}

/// The searchable words of a row, by the rank of their classification.
///
/// Words are appended unsorted, each with a space after it, and sorted once in [`SearchTexts::passages`].
#[derive(Debug, Clone, Default)]
pub struct SearchTexts(BTreeMap<u8, String>);

impl SearchTexts {
    /// Adds a classified text.
    #[must_use]
    pub fn with(mut self, text: &Classified<Prose>) -> Self {
        let mark = text.classification();
        let words = text.disclose(Clearance::up_to(mark)).map(Prose::as_str).unwrap_or_default();
        self.add(mark.rank(), words);
        self
    }

    /// Adds a label, such as a reference, that is readable wherever `text` is.
    #[must_use]
    pub fn with_label(mut self, text: &Classified<Prose>, label: impl Display) -> Self {
        let mut words = String::new();
        // Writing to a String cannot fail.
        let _ = write!(words, "{label}");
        self.add(text.classification().rank(), &words);
        self
    }

    fn add(&mut self, rank: u8, text: &str) {
        let gathered = self.0.entry(rank).or_default();
        gathered.reserve(text.len() + 1);
        for run in runs(text) {
            push_word(run, gathered);
            gathered.push(' ');
        }
    }

    /// Returns the words of each rank without those of lower ranks.
    pub fn passages(&self) -> Vec<SearchPassage> {
        let mut passages: Vec<SearchPassage> = Vec::with_capacity(self.0.len());
        for (rank, gathered) in &self.0 {
            let mut words: Vec<&str> = gathered.split_terminator(' ').collect();
            words.sort_unstable();
            words.dedup();
            let mut left = MAX_BYTES;
            let kept = words.into_iter().take_while(|word| {
                left = left.saturating_sub(word.len() + 1);
                left > 0
            });
            let passage = SearchPassage { rank: *rank, words: kept.collect::<Vec<_>>().join(" ") };
            passages.extend(passage.without(&passages));
        }
        passages
    }
}

/// The words of a row under one rank, distinct and sorted, separated by spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchPassage {
    /// The lowest rank of clearance that permits all of them.
    pub rank: u8,
    /// The words.
    pub words: String,
}

impl SearchPassage {
    /// Returns the passage without the words of `others` of the same or a lower rank, or `None` if no word is left.
    #[must_use]
    pub fn without(self, others: &[Self]) -> Option<Self> {
        let readable = || others.iter().filter(|other| other.rank <= self.rank);
        if self.words.is_empty() || readable().any(|other| other.words == self.words) {
            return None;
        }
        if readable().next().is_none() {
            return Some(self);
        }
        let mut known: Vec<&str> = readable().flat_map(|other| other.words.split(' ')).collect();
        known.sort_unstable();
        let new: Vec<&str> = self.words.split(' ').filter(|word| known.binary_search(word).is_err()).collect();
        (!new.is_empty()).then(|| Self { rank: self.rank, words: new.join(" ") })
    }
}

/// A search for texts that hold all of its words; the last may be the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(Vec<String>);

impl Search {
    /// Parses the words that a reader typed.
    pub fn of(text: &str) -> Self {
        Self(words(text).collect())
    }

    /// Returns the whole words and the beginning of the last word, or `None` for a search that every text matches.
    pub fn parts(&self) -> Option<(&[String], &str)> {
        self.0.split_last().map(|(last, whole)| (whole, last.as_str()))
    }

    /// Returns whether the texts, taken together, match the search.
    pub fn is_found_in(&self, texts: &[&str]) -> bool {
        let Some((whole, last)) = self.parts() else { return true };
        let found: BTreeSet<String> = texts.iter().flat_map(|text| words(text)).collect();
        let begins = || found.range(last.to_owned()..).next().is_some_and(|word| word.starts_with(last));
        whole.iter().all(|word| found.contains(word)) && begins()
    }
}
