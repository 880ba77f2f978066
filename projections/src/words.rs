//! The words of texts for search: runs of letters and digits of the comparison form.
//!
//! Words are defined here and not by the stores, so that both stores and direct comparisons give the same answers.

use minutebook_domain::classification::{Classified, Clearance};
use minutebook_domain::comparison::{comparison_form, words_of};
use minutebook_domain::reference::Prose;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};

/// The number of leading letters of a word that count.
const MAX_LETTERS: usize = 64;
/// The largest size in bytes of the words under one classification. The stores' indexes have limits of their own.
const MAX_BYTES: usize = 256 * 1024;

/// Returns the words of a text in their order.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let form = comparison_form(text);
    words_of(&form).map(first_letters).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Returns the letters of a word that count.
fn first_letters(word: &str) -> &str {
    let end = word.char_indices().nth(MAX_LETTERS).map_or(word.len(), |(end, _)| end);
    &word[..end]
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

    /// Adds a label that every reader of the row may read.
    #[must_use]
    pub fn with_open_label(mut self, label: impl Display) -> Self {
        self.add(0, &label.to_string());
        self
    }

    fn add(&mut self, rank: u8, text: &str) {
        let form = comparison_form(text);
        let gathered = self.0.entry(rank).or_default();
        gathered.reserve(form.len() + 1);
        for word in words_of(&form) {
            gathered.push_str(first_letters(word));
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

/// A search for texts that hold all of its words. A word in no quotes that ends the search may be the beginning of a word;
/// words in double quotes stand side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
    beginning: Option<String>,
    phrases: Vec<Vec<String>>,
}

/// A search in which there is no word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the search `{0}` holds no word")]
pub struct NoWords(pub String);

impl Search {
    /// Parses what a reader typed.
    pub fn parse(text: &str) -> Result<Self, NoWords> {
        let form = comparison_form(text);
        let mut search = Self { words: Vec::new(), beginning: None, phrases: Vec::new() };
        for (place, part) in form.split('"').enumerate() {
            let mut words: Vec<String> = words(part).collect();
            let is_quoted = place % 2 == 1;
            let is_last = form.split('"').count() == place + 1;
            if is_quoted && words.len() > 1 {
                search.phrases.push(words);
            } else {
                search.beginning = words.pop_if(|_| is_last && !is_quoted);
                search.words.append(&mut words);
            }
        }
        let holds_words = search.whole().next().is_some() || search.beginning.is_some();
        if holds_words { Ok(search) } else { Err(NoWords(text.to_owned())) }
    }

    /// Returns the words of which every letter is given, those of phrases among them.
    pub fn whole(&self) -> impl Iterator<Item = &str> {
        self.words.iter().chain(self.phrases.iter().flatten()).map(String::as_str)
    }

    /// Returns the letters that some word begins with.
    pub fn beginning(&self) -> Option<&str> {
        self.beginning.as_deref()
    }

    /// Returns whether the texts, taken together, match the search. A phrase stands in one of them.
    pub fn is_found_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<Vec<String>> = texts.iter().map(|text| words(text).collect()).collect();
        let found: BTreeSet<&str> = texts.iter().flatten().map(String::as_str).collect();
        let begins = |letters: &str| found.range(letters..).next().is_some_and(|word| word.starts_with(letters));
        let stands =
            |phrase: &Vec<String>| texts.iter().any(|text| text.windows(phrase.len()).any(|part| part == phrase));
        self.words.iter().all(|word| found.contains(word.as_str()))
            && self.beginning().is_none_or(begins)
            && self.phrases.iter().all(stands)
    }
}
