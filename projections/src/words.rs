//! The words of texts, as they are searched for. What a word is is settled here and not by the stores, so that both of
//! them, and whoever looks at a text itself, give the same answers: a run of letters and digits, in lower case.

use minutebook_domain::classification::{Classified, Clearance};
use minutebook_domain::reference::Prose;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};

/// Letters of a word that count. What is longer is the same word as another that begins alike.
const LONGEST: usize = 64;
/// Bytes of different words that are kept of what is said at one classification; a store's index has a limit of its own.
const MOST: usize = 256 * 1024;

/// The words of a text, in its order.
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
        word.push_str(&run[..run.len().min(LONGEST)]);
        word[start..].make_ascii_lowercase();
    } else {
        word.extend(run.chars().take(LONGEST).flat_map(char::to_lowercase));
    }
}

/// What of a row is searched: words, by the rank of the classification that they are under.
///
/// They are gathered as they come, with a space after each, and put in order once, for every event makes a row say them
/// again.
#[derive(Debug, Clone, Default)]
pub struct Texts(BTreeMap<u8, String>);

impl Texts {
    /// Adds a text.
    #[must_use]
    pub fn and(mut self, text: &Classified<Prose>) -> Self {
        let mark = text.classification();
        let said = text.disclose(Clearance::up_to(mark)).map(Prose::as_str).unwrap_or_default();
        self.say(mark.rank(), said);
        self
    }

    /// Adds what stands beside a text, and is open to whoever may read that.
    #[must_use]
    pub fn beside(mut self, text: &Classified<Prose>, open: impl Display) -> Self {
        let mut said = String::new();
        // Writing to a String fails only where what is shown does.
        let _ = write!(said, "{open}");
        self.say(text.classification().rank(), &said);
        self
    }

    fn say(&mut self, rank: u8, said: &str) {
        let gathered = self.0.entry(rank).or_default();
        // The words, and a space after each.
        gathered.reserve(said.len() + 1);
        for run in runs(said) {
            push_word(run, gathered);
            gathered.push(' ');
        }
    }

    /// The words that stand under each rank, but for those that stand under a lower one already.
    pub fn passages(&self) -> Vec<Passage> {
        let mut passages: Vec<Passage> = Vec::with_capacity(self.0.len());
        for (rank, gathered) in &self.0 {
            let mut words: Vec<&str> = gathered.split_terminator(' ').collect();
            words.sort_unstable();
            words.dedup();
            let mut left = MOST;
            let kept = words.into_iter().take_while(|word| {
                left = left.saturating_sub(word.len() + 1);
                left > 0
            });
            let passage = Passage { rank: *rank, words: kept.collect::<Vec<_>>().join(" ") };
            passages.extend(passage.without(&passages));
        }
        passages
    }
}

/// Words that a row says under one rank of classification: different ones, in order, a space between each two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// The rank of clearance that may read all of them.
    pub rank: u8,
    /// The words.
    pub words: String,
}

impl Passage {
    /// What of it is not said already, in others that whoever may read this one may read too; nothing if all of it is.
    #[must_use]
    pub fn without(self, others: &[Self]) -> Option<Self> {
        let readable = || others.iter().filter(|other| other.rank <= self.rank);
        if self.words.is_empty() || readable().any(|other| other.words == self.words) {
            return None;
        }
        if readable().next().is_none() {
            return Some(self);
        }
        let mut said: Vec<&str> = readable().flat_map(|other| other.words.split(' ')).collect();
        said.sort_unstable();
        let new: Vec<&str> = self.words.split(' ').filter(|word| said.binary_search(word).is_err()).collect();
        (!new.is_empty()).then(|| Self { rank: self.rank, words: new.join(" ") })
    }
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
    fn a_passage_holds_what_stands_under_its_rank_and_under_no_lower_one() {
        let said = |mark: &str, text: &str| Classified::new(mark.parse().unwrap(), text.parse::<Prose>().unwrap());
        let white = said("WHITE", "Ask the insurer");
        let red = said("RED", "the breach, and the insurer");
        let texts = Texts::default().and(&white).beside(&white, "SSC72/01").and(&red);
        let passages = texts.passages();
        let found: Vec<(u8, &str)> = passages.iter().map(|found| (found.rank, found.words.as_str())).collect();
        assert_eq!(found, [(0, "01 ask insurer ssc72 the"), (30, "and breach")]);
        // What a reader of the lower rank is found to read already is not said again; the other way round it is.
        let [low, high] = &passages[..] else { panic!() };
        let asked = Passage { rank: 10, words: "ask breach".to_owned() };
        let left = Passage { rank: 10, words: "breach".to_owned() };
        assert_eq!(asked.clone().without(&passages), Some(left.clone()));
        assert_eq!(left.clone().without(std::slice::from_ref(high)), Some(left));
        assert_eq!(low.clone().without(&[asked, low.clone()]), None);
        // However much is said, the index can take it.
        let long: Vec<String> = (0..100_000).map(|number| format!("word{number}")).collect();
        let [all] = &Texts::default().and(&said("WHITE", &long.join(" "))).passages()[..] else { panic!() };
        assert!(all.words.len() < MOST);
    }
}
