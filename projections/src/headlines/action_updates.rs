//! What became at the meeting of actions, its own and earlier ones, recorded without prose.

use super::Block;
use super::already_printed::plain;
use super::fold::Fold;
use super::sentences::{day, joined, with_mark};
use minutebook_domain::action::{ActionEvent, ReportedProgress};
use minutebook_domain::classification::Classified;
use minutebook_domain::reference::{ActionRef, MeetingRef, Prose};
use std::collections::BTreeSet;

/// One update: the meeting it was given at, what it says, and the note beside it.
struct Update<'e> {
    at_meeting: Option<&'e MeetingRef>,
    said: String,
    note: Option<&'e Classified<Prose>>,
}

impl Fold<'_> {
    /// Prints the updates of an action whose own text the audience may read.
    pub(super) fn action_updates(
        &mut self,
        reference: &ActionRef,
        stream: &[&ActionEvent],
        readable: &BTreeSet<ActionRef>,
    ) {
        for event in stream {
            let Some(update) = update(reference, event, readable) else { continue };
            if update.at_meeting == Some(&self.document.particulars.reference) {
                self.action_update(reference, &update);
            }
        }
    }

    fn action_update(&mut self, reference: &ActionRef, update: &Update<'_>) {
        let place = self.place_of_business("actions");
        let above = update.note.and_then(|note| self.above(note.classification()));
        // A note that the audience may not read leaves the fact it stands beside.
        let note = update.note.and_then(|note| self.disclosed(note, place)).map(|note| note.as_str().trim().to_owned());
        let names = plain(&reference.to_string());
        let raised_as = format!(" action{names}");
        // A published document's own words on the action stand for the update; of what was recorded live, only the
        // sentence itself does.
        let already = self.said().any(|said| {
            let noted = note.as_ref().is_some_and(|note| said.contains(plain(note).trim_end()));
            let spoken_of = self.as_published && said.contains(&names) && !said.starts_with(&raised_as);
            noted || spoken_of || said.contains(plain(&update.said).trim_end())
        });
        if already {
            return;
        }
        let sentence = match note {
            None => update.said.clone(),
            Some(note) if plain(&note).contains(&names) => note,
            Some(note) => format!("{} {}.", update.said, note.trim_end_matches('.')),
        };
        let mark = above.filter(|_| sentence != update.said);
        self.print(place, Block::Paragraph(with_mark(&sentence, mark)));
    }
}

/// What an event of an action's life after its beginning says; `None` for the beginning itself.
fn update<'e>(reference: &ActionRef, event: &'e ActionEvent, readable: &BTreeSet<ActionRef>) -> Option<Update<'e>> {
    let on = |to: Option<chrono::NaiveDate>| to.map_or_else(String::new, |to| format!(" to {}", day(to)));
    let (at_meeting, said, note) = match event {
        ActionEvent::ActionRaised(_) | ActionEvent::EventCorrected(_) => return None,
        ActionEvent::ActionAssigned(of) => {
            let owners: Vec<String> = of.owners.iter().map(ToString::to_string).collect();
            (&of.at_meeting, format!("was reassigned to {}", joined(&owners)), None)
        }
        ActionEvent::ActionProgressed(of) => {
            let said = match of.reported {
                Some(ReportedProgress::OnTarget) => "is on target",
                Some(ReportedProgress::Overdue) => "is overdue",
                None => "remains outstanding",
            };
            (&of.at_meeting, said.to_owned(), of.note.as_ref())
        }
        ActionEvent::DueDateMoved(of) => {
            return Some(Update {
                at_meeting: of.at_meeting.as_ref(),
                said: format!("The due date of Action {reference} was moved to {}.", day(of.to)),
                note: of.note.as_ref(),
            });
        }
        ActionEvent::ActionCarriedForward(of) => {
            (&of.at_meeting, format!("was carried forward{}", on(of.to)), of.note.as_ref())
        }
        ActionEvent::ActionCompleted(of) => (&of.at_meeting, "is complete".to_owned(), of.note.as_ref()),
        ActionEvent::ActionReopened(of) => (&of.at_meeting, "was reopened".to_owned(), of.note.as_ref()),
        ActionEvent::ActionWithdrawn(of) => (&of.at_meeting, "was withdrawn".to_owned(), of.note.as_ref()),
        ActionEvent::ActionSuperseded(of) => {
            // An action that the audience may not read does not exist for it.
            let by = if readable.contains(&of.by) { format!(" by {}", of.by) } else { String::new() };
            (&of.at_meeting, format!("was superseded{by}"), None)
        }
    };
    Some(Update { at_meeting: at_meeting.as_ref(), said: format!("Action {reference} {said}."), note })
}
