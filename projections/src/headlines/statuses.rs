//! The statuses of parties that a meeting agreed or put off, recorded without prose.

use super::Block;
use super::already_printed::plain;
use super::fold::{Fold, Place};
use super::sentences::{self, day, with_mark};
use chrono::NaiveDate;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::{DecisionRecorded, Verb};
use minutebook_domain::party::{PartyEvent, StatusKind};
use minutebook_domain::reference::{DecisionId, MeetingRef, PartyName, Prose};

/// A status as one audience may know it.
pub(super) struct Status {
    party: PartyName,
    kind: StatusKind,
    outcome: Outcome,
    item: Option<u32>,
    decision: Option<DecisionId>,
}

enum Outcome {
    /// With its value, where that was stated to this audience, and the mark that the value then carries.
    Agreed(Option<(String, Classification)>),
    Deferred(Option<NaiveDate>),
}

/// The statuses that `meeting` agreed or put off.
pub(super) fn of_meeting(
    meeting: &MeetingRef,
    parties: &[(PartyName, Vec<PartyEvent>)],
    clearance: Clearance,
) -> Vec<Status> {
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
                    statuses.push(Status { party, kind: of.kind, outcome, item: of.item, decision });
                }
                PartyEvent::StatusDeferred(of) if of.meeting == *meeting => {
                    let outcome = Outcome::Deferred(of.deferred_to);
                    statuses.push(Status { party, kind: of.kind, outcome, item: of.item, decision: None });
                }
                _ => {}
            }
        }
    }
    statuses
}

impl Fold<'_> {
    /// What the status that a decision without prose agreed adds to its sentence: ` as Approved`, with the value's own
    /// classification. Several parties share it only if they share the value.
    pub(super) fn value_agreed_by(&mut self, id: &DecisionId, text: &str) -> Option<(String, Classification)> {
        let said = plain(text);
        if ![" status ", " statuses "].iter().any(|word| said.contains(word)) {
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
        let stated = said.contains(plain(&value.0).trim_end());
        (!stated).then_some(value)
    }

    /// A decision that was printed, or stands in prose, says what status was agreed.
    pub(super) fn said_by_decision(&mut self, decision: &DecisionRecorded, id: &DecisionId) {
        if decision.passage.is_some() {
            self.statuses.retain(|status| status.decision.as_ref() != Some(id));
        }
    }

    /// Prints the statuses that nothing has spoken of so far.
    pub(super) fn remaining_statuses(&mut self) {
        for status in std::mem::take(&mut self.statuses) {
            let place = self.place(status.item);
            if matches!(place, Place::Hidden) || self.status_is_said(&status) {
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
            self.print(place, Block::Paragraph(with_mark(&sentence, mark)));
        }
    }

    /// Whether a text of the item speaks of the party's status: prose names several parties at once, and each by its
    /// letters alone.
    fn status_is_said(&self, status: &Status) -> bool {
        let kind = plain(&status.kind.to_string());
        let name = plain(status.party.as_str());
        let letters = format!(" {} ", name.trim_end().rsplit(' ').next().unwrap_or_default());
        self.said().any(|said| {
            let speaks = said.contains(&format!("{kind}status ")) || said.contains(&format!("{kind}statuses "));
            speaks && said.contains(&letters)
        })
    }
}

fn title(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Assurance => "Assurance Status",
        StatusKind::Compliance => "Compliance Status",
    }
}
