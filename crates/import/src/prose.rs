//! What a recorded text says, wherever it comes from: its classification mark, a promise to act, a matter put off.

use crate::grammar::promise;
use crate::grammar::sentence::sentences;
use crate::grammar::token::tokens;
use crate::grammar::{action_update, classification, verb};
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;

/// Returns the classification mark beside a text: `… of Devices. (RED)`.
pub fn classification_mark(text: &str) -> Option<Classification> {
    classification::marked(text).mark
}

/// Whether the words after AGREED promise an action: `to seek legal advice`, `that SECAS would ask`.
pub fn promises_to_act(agreed: &str) -> bool {
    promise::promises_to_act(&tokens(agreed, 0))
}

/// Returns the sentences that put something off without a decision, each with the day. `held_on` is the day of the
/// meeting, `next` that of the following one.
pub fn deferrals(text: &str, held_on: NaiveDate, next: Option<NaiveDate>) -> Vec<(NaiveDate, &str)> {
    let of_sentence = |range: std::ops::Range<usize>| {
        let said = &text[range];
        let words = tokens(said, 0);
        let decided = !verb::decisions(said, &words, &[], &verb::VerbStyle::Marked).is_empty();
        let to = action_update::put_off_to(&words, held_on, next).filter(|_| !decided)?;
        Some((to, said.trim()))
    };
    sentences(text).into_iter().filter_map(of_sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_promises_and_deferrals_are_found() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(
            promises_to_act("to seek NCSC advice")
                && promises_to_act("that SECAS would ask")
                && promises_to_act("to ask the harbour")
        );
        assert!(!promises_to_act("the Assurance Status for Other User L") && !promises_to_act("to defer the item"));
        assert_eq!(
            classification_mark("CPA monitoring; (**RED**)").map(|mark| mark.to_string()),
            Some("RED".to_owned())
        );
        assert_eq!(classification_mark("CPA monitoring (of the RED kind)"), None);
        let text = "It was long. The outcome will be considered at the meeting on 13 March 2019. The SSC DEFERRED it to 13 March 2019.";
        let found = deferrals(text, day("2019-02-27"), None);
        assert_eq!(found, [(day("2019-03-13"), "The outcome will be considered at the meeting on 13 March 2019.")]);
    }
}
