//! Statuses that a meeting agreed or deferred, recorded without prose.

use super::HeadlinesBlock;
use super::already_printed::plain;
use super::fold::{DocumentFold, Section};
use super::sentences::{self, day, with_mark};
use chrono::NaiveDate;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::{DecisionRecorded, Verb};
use minutebook_domain::party::{PartyEvent, StatusKind};
use minutebook_domain::reference::{DecisionId, ItemLabel, MeetingRef, PartyName, Prose};

/// A status as the audience may see it.
pub(super) struct MeetingStatus {
    party: PartyName,
    kind: StatusKind,
    outcome: Outcome,
    item: Option<ItemLabel>,
    decision: Option<DecisionId>,
}

enum Outcome {
    /// With the value and its classification, if visible.
    Agreed(Option<(String, Classification)>),
    Deferred(Option<NaiveDate>),
}

/// Returns the statuses that `meeting` agreed or deferred.
pub(super) fn of_meeting(
    meeting: &MeetingRef,
    parties: &[(PartyName, Vec<PartyEvent>)],
    clearance: Clearance,
) -> Vec<MeetingStatus> {
    let mut statuses = Vec::new();
    for (party, stream) in parties {
        for event in in_force(stream) {
            let party = party.clone();
            match event {
                PartyEvent::StatusAgreed(of) if of.meeting == *meeting => {
                    let value = of.value.as_ref().and_then(|value| {
                        let text = value.disclose(clearance).map(Prose::as_str)?;
                        Some((text.trim().trim_end_matches('.').to_owned(), value.classification()))
                    });
                    let (outcome, decision) = (Outcome::Agreed(value), of.decision.clone());
                    statuses.push(MeetingStatus { party, kind: of.kind, outcome, item: of.item, decision });
                }
                PartyEvent::StatusDeferred(of) if of.meeting == *meeting => {
                    let outcome = Outcome::Deferred(of.deferred_to);
                    statuses.push(MeetingStatus { party, kind: of.kind, outcome, item: of.item, decision: None });
                }
                _ => {}
            }
        }
    }
    statuses
}

impl DocumentFold<'_> {
    /// Returns the value that a decision without prose adds to its sentence, as in `as Approved`, with its classification.
    /// Returns none if several parties have different values.
    pub(super) fn value_agreed_by(&mut self, id: &DecisionId, text: &str) -> Option<(String, Classification)> {
        let words = plain(text);
        if ![" status ", " statuses "].iter().any(|word| words.contains(word)) {
            return None;
        }
        let mut values = self.statuses.iter().filter(|status| status.decision.as_ref() == Some(id)).map(|status| {
            match &status.outcome {
                Outcome::Agreed(Some(value)) => Some(value.clone()),
                _ => None,
            }
        });
        let first = values.next()?;
        let alike = values.all(|value| value == first);
        if alike {
            self.statuses.retain(|status| status.decision.as_ref() != Some(id));
        }
        let value = first.filter(|_| alike)?;
        let stated = words.contains(plain(&value.0).trim_end());
        (!stated).then_some(value)
    }

    /// Drops the statuses that a decision in prose already states.
    pub(super) fn drop_stated_statuses(&mut self, decision: &DecisionRecorded, id: &DecisionId) {
        if decision.passage.is_some() {
            self.statuses.retain(|status| status.decision.as_ref() != Some(id));
        }
    }

    /// Prints the statuses that no printed text mentions.
    pub(super) fn remaining_statuses(&mut self) {
        for status in std::mem::take(&mut self.statuses) {
            let place = self.place(status.item);
            if matches!(place, Section::Hidden) || self.is_stated(&status) {
                continue;
            }
            let what = format!("the {} for {}", title(status.kind), sentences::party(&status.party));
            let committee = self.committee();
            let (sentence, mark) = match status.outcome {
                Outcome::Agreed(value) => {
                    let mark = value.as_ref().and_then(|(_, classification)| self.above(*classification));
                    if let Some((_, classification)) = &value {
                        self.document.holds = self.document.holds.max(*classification);
                    }
                    let value = value.map_or_else(String::new, |(value, _)| format!(" as {value}"));
                    (format!("The {committee} {} {what}{value}.", Verb::Agreed), mark)
                }
                Outcome::Deferred(to) => {
                    let to = to.map_or_else(String::new, |to| format!(" to {}", day(to)));
                    (format!("The {committee} {} {what}{to}.", Verb::Deferred), None)
                }
            };
            self.print(place, HeadlinesBlock::Paragraph(with_mark(&sentence, mark)));
        }
    }

    /// Returns whether a printed text mentions the party's status. Prose may name several parties at once by their letters.
    fn is_stated(&self, status: &MeetingStatus) -> bool {
        let kind = plain(&status.kind.to_string());
        let name = plain(status.party.as_str());
        let letters = format!(" {} ", name.trim_end().rsplit(' ').next().unwrap_or_default());
        self.printed().any(|words| {
            let is_status = words.contains(&format!("{kind}status ")) || words.contains(&format!("{kind}statuses "));
            is_status && words.contains(&letters)
        })
    }
}

fn title(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Assurance => "Assurance Status",
        StatusKind::Compliance => "Compliance Status",
    }
}
