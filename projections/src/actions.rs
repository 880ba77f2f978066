//! Actions: what is to be done, by whom and when, how often that was put off, and what became of it.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::words::Texts;
use chrono::NaiveDate;
use minutebook_domain::Event;
use minutebook_domain::action::{ActionEvent, ActionRaised, ActionStatus, ReportedProgress};
use minutebook_domain::classification::{Classification, Classified, stored, stored_option};
use minutebook_domain::reference::{ActionRef, DecisionId, MeetingRef, Name, Prose, Reference};
use serde::{Deserialize, Serialize};

/// One row for each action.
#[derive(Debug)]
pub struct Actions;

/// An action as it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActionRow {
    /// Its reference.
    pub reference: ActionRef,
    /// What is to be done.
    #[serde(with = "stored")]
    pub text: Classified<Prose>,
    /// Who is to do it.
    pub owners: Vec<Name>,
    /// By when. Whether that is past is for whoever asks to say.
    pub due_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: ActionStatus,
    /// The meeting that raised it.
    pub raised_in: Option<MeetingRef>,
    /// The day it was raised.
    pub raised_on: NaiveDate,
    /// The agenda item it was raised under.
    pub item: Option<u32>,
    /// The decision it carries out.
    pub decision: Option<DecisionId>,
    /// The mark printed beside it.
    pub marked: Option<Classification>,
    /// What it mentions.
    pub references: Vec<Reference>,
    /// What the committee was last told of its progress.
    pub reported: Option<ReportedProgress>,
    /// What was last said of it.
    #[serde(with = "stored_option")]
    pub note: Option<Classified<Prose>>,
    /// The day it was last dealt with.
    pub updated_on: NaiveDate,
    /// The day it was completed, withdrawn or superseded.
    pub closed_on: Option<NaiveDate>,
    /// The action that took its place.
    pub superseded_by: Option<ActionRef>,
    /// How often its due date was moved.
    pub due_date_moves: u32,
    /// How often it was carried forward.
    pub carried_forward: u32,
    /// How often its owners changed.
    pub reassigned: u32,
}

impl Projection for Actions {
    const NAME: &'static str = "actions";
    const VERSION: u32 = 2;
    const FACETS: &'static [&'static str] = &["outstanding", "closed"];
    type Row = ActionRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        match &*fact.event {
            Event::Action(_) => vec![String::new()],
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<ActionRow>, fact: &Fact<'_>) -> Result<Option<ActionRow>, FoldError> {
        let Event::Action(event) = &*fact.event else { return Ok(row) };
        if let ActionEvent::ActionRaised(raised) = event {
            return Ok(Some(ActionRow::raised(raised)));
        }
        // What is dated before the raising was not so yet: it counts from when the action is there.
        let Some(mut row) = row else { return Ok(None) };
        row.update(event);
        Ok(Some(row))
    }

    fn listing(row: &ActionRow) -> Listing {
        let facet = if row.status == ActionStatus::Outstanding { "outstanding" } else { "closed" };
        let note = row.note.as_ref().map_or(0, |note| note.classification().rank());
        Listing {
            scope: row.reference.committee().to_string(),
            facet,
            rank: row.text.classification().rank().max(note),
        }
    }

    fn texts(row: &ActionRow) -> Texts {
        let own = Texts::default().and(&row.text).beside(&row.text, &row.reference);
        let owned = row.owners.iter().fold(own, |texts, owner| texts.beside(&row.text, owner));
        row.note.iter().fold(owned, Texts::and)
    }
}

impl ActionRow {
    fn raised(raised: &ActionRaised) -> Self {
        Self {
            reference: raised.reference.clone(),
            text: raised.text.clone(),
            owners: raised.owners.clone(),
            due_on: raised.due_on,
            status: ActionStatus::Outstanding,
            raised_in: raised.raised_in.clone(),
            raised_on: raised.raised_on,
            item: raised.item,
            decision: raised.decision.clone(),
            marked: raised.marked,
            references: raised.references.clone(),
            reported: None,
            note: None,
            updated_on: raised.raised_on,
            closed_on: None,
            superseded_by: None,
            due_date_moves: 0,
            carried_forward: 0,
            reassigned: 0,
        }
    }

    fn update(&mut self, event: &ActionEvent) {
        match event {
            ActionEvent::ActionAssigned(assigned) => {
                self.owners.clone_from(&assigned.owners);
                self.reassigned += 1;
                self.updated_on = assigned.assigned_on;
            }
            ActionEvent::ActionProgressed(progressed) => {
                self.say(progressed.note.as_ref(), progressed.progressed_on);
                self.reported = progressed.reported.or(self.reported);
            }
            ActionEvent::DueDateMoved(moved) => {
                self.say(moved.note.as_ref(), moved.moved_on);
                self.due_on = Some(moved.to);
                self.due_date_moves += 1;
            }
            ActionEvent::ActionCarriedForward(carried) => {
                self.say(carried.note.as_ref(), carried.carried_on);
                self.carried_forward += 1;
            }
            ActionEvent::ActionCompleted(completed) => {
                self.say(completed.note.as_ref(), completed.completed_on);
                self.close(ActionStatus::Complete, completed.completed_on);
            }
            ActionEvent::ActionWithdrawn(withdrawn) => {
                self.say(withdrawn.note.as_ref(), withdrawn.withdrawn_on);
                self.close(ActionStatus::Withdrawn, withdrawn.withdrawn_on);
            }
            ActionEvent::ActionSuperseded(superseded) => {
                self.say(None, superseded.superseded_on);
                self.close(ActionStatus::Superseded, superseded.superseded_on);
                self.superseded_by = Some(superseded.by.clone());
            }
            ActionEvent::ActionReopened(reopened) => {
                self.say(reopened.note.as_ref(), reopened.reopened_on);
                self.status = ActionStatus::Outstanding;
                self.closed_on = None;
                self.superseded_by = None;
            }
            ActionEvent::ActionRaised(_) | ActionEvent::EventCorrected(_) => {}
        }
    }

    fn say(&mut self, note: Option<&Classified<Prose>>, on: NaiveDate) {
        if let Some(note) = note {
            self.note = Some(note.clone());
        }
        self.updated_on = on;
    }

    fn close(&mut self, status: ActionStatus, on: NaiveDate) {
        self.status = status;
        self.closed_on = Some(on);
    }
}
