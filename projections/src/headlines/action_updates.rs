//! Updates of actions at the meeting, recorded without prose.

use super::HeadlinesBlock;
use super::already_printed::plain;
use super::fold::DocumentFold;
use super::sentences::{day, joined, with_mark};
use minutebook_domain::action::{ActionEvent, ReportedProgress};
use minutebook_domain::classification::Classified;
use minutebook_domain::reference::{ActionRef, MeetingRef, Prose};
use std::collections::BTreeSet;

/// An update of an action: the meeting, the sentence and the note.
struct Update<'e> {
    at_meeting: Option<&'e MeetingRef>,
    sentence: String,
    note: Option<&'e Classified<Prose>>,
}

impl DocumentFold<'_> {
    /// Prints the updates of an action whose text the audience may see.
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
        // Without a visible note the update itself is still printed.
        let note = update.note.and_then(|note| self.readable(note, place)).map(|note| note.as_str().trim().to_owned());
        let names = plain(&reference.to_string());
        let raised_as = format!(" action{names}");
        // In a published document any words on the action replace the update; in a live record only the same sentence does.
        let already = self.printed().any(|words| {
            let noted = note.as_ref().is_some_and(|note| words.contains(plain(note).trim_end()));
            let mentioned = self.as_published && words.contains(&names) && !words.starts_with(&raised_as);
            noted || mentioned || words.contains(plain(&update.sentence).trim_end())
        });
        if already {
            return;
        }
        // Only what is printed raises the mark of the document.
        update.note.and_then(|note| self.disclosed(note, place));
        let sentence = match note {
            None => update.sentence.clone(),
            Some(note) if plain(&note).contains(&names) => note,
            Some(note) => format!("{} {}.", update.sentence, note.trim_end_matches('.')),
        };
        let mark = above.filter(|_| sentence != update.sentence);
        self.print(place, HeadlinesBlock::Paragraph(with_mark(&sentence, mark)));
    }
}

/// Returns the update that an event states; `None` for the raising and for corrections.
fn update<'e>(reference: &ActionRef, event: &'e ActionEvent, readable: &BTreeSet<ActionRef>) -> Option<Update<'e>> {
    let on = |to: Option<chrono::NaiveDate>| to.map_or_else(String::new, |to| format!(" to {}", day(to)));
    let (at_meeting, outcome, note) = match event {
        ActionEvent::ActionRaised(_) | ActionEvent::EventCorrected(_) => return None,
        ActionEvent::ActionAssigned(of) => {
            let owners: Vec<String> = of.owners.iter().map(ToString::to_string).collect();
            (&of.at_meeting, format!("was reassigned to {}", joined(&owners)), None)
        }
        ActionEvent::ActionProgressed(of) => {
            let outcome = match of.reported {
                Some(ReportedProgress::OnTarget) => "is on target",
                Some(ReportedProgress::Overdue) => "is overdue",
                None => "remains outstanding",
            };
            (&of.at_meeting, outcome.to_owned(), of.note.as_ref())
        }
        ActionEvent::DueDateMoved(of) => {
            return Some(Update {
                at_meeting: of.at_meeting.as_ref(),
                sentence: format!("The due date of Action {reference} was moved to {}.", day(of.to)),
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
            // A hidden action must not be named.
            let by = if readable.contains(&of.by) { format!(" by {}", of.by) } else { String::new() };
            (&of.at_meeting, format!("was superseded{by}"), None)
        }
    };
    Some(Update { at_meeting: at_meeting.as_ref(), sentence: format!("Action {reference} {outcome}."), note })
}
