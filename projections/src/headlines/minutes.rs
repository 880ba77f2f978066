//! The approval of earlier minutes, recorded without prose.

use super::Block;
use super::already_printed::plain;
use super::fold::Fold;
use super::sentences::{day, joined, with_mark};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{MinutesApproved, MinutesEdition, MinutesOutcome, Verb};

impl Fold<'_> {
    /// Prints the approvals that no passage and no decision speaks of. Sets of one day that were approved alike share a
    /// sentence.
    pub(super) fn approvals(&mut self, approvals: &[&MinutesApproved]) {
        let mut rest: Vec<&MinutesApproved> =
            approvals.iter().copied().filter(|of| !self.approval_is_said(of)).collect();
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
                amendments.push(text.as_str().trim().trim_end_matches('.').to_owned());
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
            (MinutesOutcome::SubjectToAmendments, stated) => format!("subject to {}", stated.join("; ")),
        };
        let (verb, of_day) = (Verb::Approved, day(of.minutes_of));
        let sentence = format!("{beginning} {verb} {} of {of_day} {outcome}.", joined(&sets));
        self.print(place, Block::Paragraph(with_mark(&sentence, highest)));
    }

    /// Whether the record's own prose, or a decision that is printed, says that these minutes were approved. How prose
    /// writes the day is its own affair; a decision that stands in prose and speaks of minutes is taken for theirs.
    fn approval_is_said(&self, of: &MinutesApproved) -> bool {
        if self.minutes_in_prose {
            return true;
        }
        let confidential = of.edition == MinutesEdition::ConfidentialDraft;
        let day = plain(&day(of.minutes_of));
        let approves = |said: &str| [" approved ", " agreed ", " ratified "].iter().any(|verb| said.contains(verb));
        self.said().any(|said| {
            let of_this_set = !confidential || said.contains(" confidential ");
            said.contains(" minutes ") && said.contains(day.trim_end()) && approves(said) && of_this_set
        })
    }
}

fn title(edition: MinutesEdition) -> &'static str {
    match edition {
        MinutesEdition::Draft => "Draft Minutes",
        MinutesEdition::ConfidentialDraft => "Confidential Draft Minutes",
    }
}
