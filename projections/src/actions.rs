//! Actions: text, owners, due date, status, and counts of the changes to them.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use crate::words::SearchTexts;
use chrono::NaiveDate;
use minutebook_domain::Event;
use minutebook_domain::action::{ActionEvent, ActionRaised, ActionStatus, ReportedProgress};
use minutebook_domain::classification::{Classification, Classified, stored, stored_option};
use minutebook_domain::reference::{ActionRef, DecisionId, ItemLabel, MeetingRef, Name, Prose, Reference};
use serde::{Deserialize, Serialize};

/// One row for each action.
#[derive(Debug)]
pub struct Actions;

/// An action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActionRow {
    /// The action's reference.
    pub reference: ActionRef,
    /// What is to be done.
    #[serde(with = "stored")]
    pub text: Classified<Prose>,
    /// The people or bodies responsible.
    pub owners: Vec<Name>,
    /// The due date. Whether it has passed depends on the day of the query.
    pub due_on: Option<NaiveDate>,
    /// Outstanding, complete, withdrawn or superseded.
    pub status: ActionStatus,
    /// The meeting that raised it.
    pub raised_in: Option<MeetingRef>,
    /// The day it was raised.
    pub raised_on: NaiveDate,
    /// The number of the agenda item under which it was raised.
    pub item: Option<ItemLabel>,
    /// The decision that the action carries out.
    pub decision: Option<DecisionId>,
    /// The classification printed beside it in a document.
    pub marked: Option<Classification>,
    /// The subjects that the text mentions.
    pub references: Vec<Reference>,
    /// The progress last reported to the committee.
    pub reported: Option<ReportedProgress>,
    /// The latest note.
    #[serde(with = "stored_option")]
    pub note: Option<Classified<Prose>>,
    /// The day of the latest update.
    pub updated_on: NaiveDate,
    /// The day it was completed, withdrawn or superseded.
    pub closed_on: Option<NaiveDate>,
    /// The action that supersedes this one.
    pub superseded_by: Option<ActionRef>,
    /// How many times the due date was moved.
    pub due_date_moves: u32,
    /// How many times it was carried forward.
    pub carried_forward: u32,
    /// How many times it was reassigned.
    pub reassigned: u32,
}

row_roles!(ActionRow {
    reference: Own,
    text: Main,
    owners: Names,
    due_on: Open,
    status: Open,
    raised_in: Names,
    raised_on: Open,
    item: Open,
    decision: Names,
    marked: Open,
    references: Names,
    reported: Open,
    note: Optional,
    updated_on: Open,
    closed_on: Open,
    superseded_by: Names,
    due_date_moves: Open,
    carried_forward: Open,
    reassigned: Open,
});

impl Projection for Actions {
    const NAME: &'static str = "actions";
    const VERSION: u32 = 3;
    const FACETS: &'static [&'static str] = &["outstanding", "closed"];
    const MEETING_FIELDS: &'static [&'static str] = &["raised_in", "decision"];
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
            // A document for more readers may raise it again. Readers who know the action keep what they know.
            return Ok(row.or_else(|| Some(ActionRow::raised(raised))));
        }
        // An event that happened before the action was raised has no row to change.
        let Some(mut row) = row else { return Ok(None) };
        row.update(event);
        Ok(Some(row))
    }

    fn listing(row: &ActionRow) -> Listing {
        let facet = if row.status == ActionStatus::Outstanding { "outstanding" } else { "closed" };
        Listing { scope: row.reference.committee().to_string(), facet }
    }

    fn texts(row: &ActionRow) -> SearchTexts {
        let own = SearchTexts::default().with(&row.text).with_label(&row.text, &row.reference);
        let owned = row.owners.iter().fold(own, |texts, owner| texts.with_label(&row.text, owner));
        row.note.iter().fold(owned, SearchTexts::with)
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
                self.update_note(progressed.note.as_ref(), progressed.progressed_on);
                self.reported = progressed.reported.or(self.reported);
            }
            ActionEvent::DueDateMoved(moved) => {
                self.update_note(moved.note.as_ref(), moved.moved_on);
                self.due_on = Some(moved.to);
                self.due_date_moves += 1;
            }
            ActionEvent::ActionCarriedForward(carried) => {
                self.update_note(carried.note.as_ref(), carried.carried_on);
                self.carried_forward += 1;
            }
            ActionEvent::ActionCompleted(completed) => {
                self.update_note(completed.note.as_ref(), completed.completed_on);
                self.close(ActionStatus::Complete, completed.completed_on);
            }
            ActionEvent::ActionWithdrawn(withdrawn) => {
                self.update_note(withdrawn.note.as_ref(), withdrawn.withdrawn_on);
                self.close(ActionStatus::Withdrawn, withdrawn.withdrawn_on);
            }
            ActionEvent::ActionSuperseded(superseded) => {
                self.update_note(None, superseded.superseded_on);
                self.close(ActionStatus::Superseded, superseded.superseded_on);
                self.superseded_by = Some(superseded.by.clone());
            }
            ActionEvent::ActionReopened(reopened) => {
                self.update_note(reopened.note.as_ref(), reopened.reopened_on);
                self.status = ActionStatus::Outstanding;
                self.closed_on = None;
                self.superseded_by = None;
            }
            ActionEvent::ActionRaised(_) | ActionEvent::EventCorrected(_) => {}
        }
    }

    fn update_note(&mut self, note: Option<&Classified<Prose>>, on: NaiveDate) {
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
