//! The words of texts, as they are indexed and searched.

use crate::history::up_to;
use minutebook_domain::classification::Classified;
use minutebook_domain::reference::Prose;
use minutebook_projections::words::{Search, SearchPassage, SearchTexts, words};

#[test]
fn a_word_is_a_run_of_letters_and_digits_in_lower_case() {
    let found = |text: &str| words(text).collect::<Vec<_>>();
    assert_eq!(found("The SSC’s paper (SECMP0037/v2)"), ["the", "ssc", "s", "paper", "secmp0037", "v2"]);
    assert_eq!(found("Prüfung\tÉTÉ—Ωμέγα"), ["prüfung", "été", "ωμέγα"]);
    assert_eq!(found(" \n—’… "), [""; 0]);
    assert_eq!(found(&"x".repeat(100))[0].len(), 64);
}

#[test]
fn a_search_finds_all_of_its_words_and_the_beginning_of_the_last() {
    let is_found = |search: &str| Search::parse(search).unwrap().is_found_in(&["Circulate the paper", "NCSC"]);
    for search in ["ncsc PAPER", "paper ncs", "the, paper!", "circ", "\"circulate the\"", "\"ncsc\" “the paper”"] {
        assert!(is_found(search), "{search}");
    }
    for search in ["paper missing", "pap ncsc", "aper", "ncsc2", "\"the circulate\"", "\"paper ncsc\"", "\"circ\""] {
        assert!(!is_found(search), "{search}");
    }
}

#[test]
fn a_search_without_a_word_is_refused() {
    for search in ["", "…", "\"\"", "👩", "\u{ad} - ’"] {
        assert_eq!(Search::parse(search).unwrap_err().to_string(), format!("the search `{search}` holds no word"));
    }
    assert!(Search::parse("№").unwrap().is_found_in(&["the oﬃce, no 5"]));
}

fn marked(mark: &str, text: &str) -> Classified<Prose> {
    Classified::new(up_to(mark).highest(), text.parse().unwrap())
}

fn passages(texts: &SearchTexts) -> Vec<(u8, String)> {
    texts.passages().into_iter().map(|passage| (passage.rank, passage.words)).collect()
}

#[test]
fn a_passage_holds_the_words_of_its_rank_that_no_lower_rank_has() {
    let white = marked("WHITE", "Ask the insurer");
    let texts = SearchTexts::default()
        .with(&white)
        .with_label(&white, "SSC72/01")
        .with(&marked("RED", "the breach, and the insurer"));
    assert_eq!(passages(&texts), [(0, "01 ask insurer ssc72 the".to_owned()), (30, "and breach".to_owned())]);
}

#[test]
fn a_passage_loses_the_words_that_readable_passages_have() {
    let passage = |rank, words: &str| SearchPassage { rank, words: words.to_owned() };
    let (low, high) = (passage(0, "01 ask insurer"), passage(30, "and breach"));
    let asked = passage(10, "ask breach");
    let others = [low.clone(), high.clone()];
    assert_eq!(asked.clone().without(&others), Some(passage(10, "breach")));
    assert_eq!(passage(10, "breach").without(&[high]), Some(passage(10, "breach")));
    assert_eq!(low.clone().without(&[asked, low]), None);
}

#[test]
fn a_passage_stays_within_the_limit_of_the_index() {
    let long: Vec<String> = (0..100_000).map(|number| format!("word{number}")).collect();
    let all = passages(&SearchTexts::default().with(&marked("WHITE", &long.join(" "))));
    assert_eq!(all.len(), 1);
    assert!(all[0].1.len() < 256 * 1024);
}
