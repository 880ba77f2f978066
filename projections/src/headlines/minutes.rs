//! Approvals of earlier minutes, recorded without prose.

use super::HeadlinesBlock;
use super::already_printed::plain;
use super::fold::DocumentFold;
use super::sentences::{day, joined, with_mark, with_small_article};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{MinutesApproved, MinutesEdition, MinutesOutcome, Verb};

impl DocumentFold<'_> {
    /// Prints the approvals that no printed text states. Sets of the same day with the same outcome share a sentence.
    pub(super) fn approvals(&mut self, approvals: &[&MinutesApproved]) {
        let mut rest: Vec<&MinutesApproved> =
            approvals.iter().copied().filter(|of| !self.is_approval_stated(of)).collect();
        while let Some(first) = rest.first().copied() {
            let alike = |of: &MinutesApproved| {
                let same = (of.minutes_of, of.outcome, of.comments_received)
                    == (first.minutes_of, first.outcome, first.comments_received);
                same && of.amendments.is_empty() && first.amendments.is_empty()
            };
            let (together, others): (Vec<_>, Vec<_>) =
                rest.into_iter().enumerate().partition(|(at, of)| *at == 0 || alike(of));
            rest = others.into_iter().map(|(_, of)| of).collect();
            let editions: Vec<MinutesEdition> = together.iter().map(|(_, of)| of.edition).collect();
            self.approval(first, &editions);
        }
    }

    fn approval(&mut self, of: &MinutesApproved, editions: &[MinutesEdition]) {
        let place = self.place_of_business("minutes");
        let mut highest: Option<Classification> = None;
        let mut amendments = Vec::new();
        for amendment in &of.amendments {
            if let Some(text) = self.disclosed(amendment, place) {
                amendments.push(with_small_article(text.as_str().trim().trim_end_matches('.')));
                highest = highest.max(self.above(amendment.classification()));
            }
        }
        let committee = self.committee();
        let sets: Vec<String> = editions.iter().map(|edition| format!("the {}", title(*edition))).collect();
        let beginning = match of.comments_received {
            None => format!("The {committee}"),
            Some(true) => format!("Comments were received, and the {committee}"),
            Some(false) => format!("No comments were received, and the {committee}"),
        };
        let outcome = match (of.outcome, amendments.as_slice()) {
            (MinutesOutcome::AsWritten, _) => "as written".to_owned(),
            (MinutesOutcome::SubjectToAmendments, []) => "subject to amendments".to_owned(),
            (MinutesOutcome::SubjectToAmendments, stated) => subject_to(stated),
        };
        let (verb, of_day) = (Verb::Approved, day(of.minutes_of));
        let sentence = format!("{beginning} {verb} {} of {of_day} {outcome}.", joined(&sets));
        self.print(place, HeadlinesBlock::Paragraph(with_mark(&sentence, highest)));
    }

    /// Returns whether the prose or a printed decision states that these minutes were approved. Prose may write the day in
    /// any form, so a decision in prose that mentions minutes counts.
    fn is_approval_stated(&self, of: &MinutesApproved) -> bool {
        if self.minutes_in_prose {
            return true;
        }
        let confidential = of.edition == MinutesEdition::ConfidentialDraft;
        let day = plain(&day(of.minutes_of));
        let approves = |words: &str| [" approved ", " agreed ", " ratified "].iter().any(|verb| words.contains(verb));
        self.printed().any(|words| {
            let of_this_set = !confidential || words.contains(" confidential ");
            words.contains(" minutes ") && words.contains(day.trim_end()) && approves(words) && of_this_set
        })
    }
}

/// `subject to the correction of the date; the addition of item 4`, or `subject to these amendments: Replace "a" by "b"`
/// where an amendment is a sentence of its own.
fn subject_to(amendments: &[String]) -> String {
    let continues = |amendment: &String| amendment.starts_with(char::is_lowercase);
    let introduced = match amendments {
        all if all.iter().all(continues) => "",
        [_] => "this amendment: ",
        _ => "these amendments: ",
    };
    format!("subject to {introduced}{}", amendments.join("; "))
}

fn title(edition: MinutesEdition) -> &'static str {
    match edition {
        MinutesEdition::Draft => "Draft Minutes",
        MinutesEdition::ConfidentialDraft => "Confidential Draft Minutes",
    }
}
