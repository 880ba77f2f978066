//! Actions: the state of one, and the rules for its events.

mod events;

pub use events::{
    ActionAssigned, ActionCarriedForward, ActionCompleted, ActionEvent, ActionProgressed, ActionRaised, ActionReopened,
    ActionSuperseded, ActionWithdrawn, DueDateMoved,
};

use crate::classification::Classification;
use crate::correction::Correctable;
use crate::meeting::{UnknownWord, words};
use crate::reference::{ActionRef, Name};
use crate::rejection::{Rejection, ensure};
use crate::rules::{LiveRecording, Rules, aggregate};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

words! {
    /// The progress of an outstanding action as reported to the committee.
    ReportedProgress {
        /// Expected to be done by its due date.
        OnTarget = "on target",
        /// Past its due date.
        Overdue = "overdue",
    }
}

words! {
    /// The status of an action.
    ActionStatus {
        /// Still to be done.
        Outstanding = "outstanding",
        /// Done.
        Complete = "complete",
        /// No longer required.
        Withdrawn = "withdrawn",
        /// Replaced by another action.
        Superseded = "superseded",
    }
}

/// The state of an action, as far as its rules need it; it holds no classified text.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    raised: Option<Raised>,
    /// Whether a mark was changed since.
    #[serde(default)]
    is_marked_anew: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Raised {
    reference: ActionRef,
    raised_on: NaiveDate,
    status: ActionStatus,
    owners: BTreeSet<Name>,
    due_on: Option<NaiveDate>,
    /// The day on which it was completed, withdrawn or superseded.
    #[serde(default)]
    closed_on: Option<NaiveDate>,
    classification: Classification,
}

impl Action {
    /// The mark of the action's text, if it was raised.
    pub fn classification(&self) -> Option<Classification> {
        self.raised.as_ref().map(|raised| raised.classification)
    }

    /// Returns whether the mark of an event was changed, so that the marks of the log count.
    pub fn is_marked_anew(&self) -> bool {
        self.is_marked_anew
    }

    /// Returns whether the action was raised.
    pub fn is_raised(&self) -> bool {
        self.raised.is_some()
    }

    /// The status; `None` before the action is raised.
    pub fn status(&self) -> Option<ActionStatus> {
        self.raised.as_ref().map(|raised| raised.status)
    }

    /// The persons, bodies or roles that are to do it.
    pub fn owners(&self) -> impl Iterator<Item = &Name> {
        self.raised.iter().flat_map(|raised| &raised.owners)
    }

    /// The due date, if it has one.
    pub fn due_on(&self) -> Option<NaiveDate> {
        self.raised.as_ref().and_then(|raised| raised.due_on)
    }
}

impl Rules for Action {
    type Event = ActionEvent;

    fn admit(&self, event: &ActionEvent) -> Result<(), Rejection> {
        if let ActionEvent::ActionRaised(raised) = event {
            return Self::admit_raising(raised);
        }
        let Some(action) = &self.raised else {
            return Err(Rejection::not_begun("action-raised-first", "the action was never raised", "raise it first"));
        };
        match event {
            ActionEvent::ActionAssigned(assigned) => {
                action.not_before_raised(assigned.assigned_on)?;
                ensure(!assigned.owners.is_empty(), || {
                    Rejection::new("owner-named", "the action is assigned to nobody", "at least one owner")
                })
            }
            ActionEvent::ActionProgressed(progressed) => {
                action.not_before_raised(progressed.progressed_on)?;
                ensure(progressed.note.is_some() || progressed.reported.is_some(), || {
                    Rejection::new("update-says-something", "the update says nothing", "a note, or how it was reported")
                })
            }
            ActionEvent::DueDateMoved(moved) => {
                action.not_before_raised(moved.moved_on)?;
                action.not_before_raised(moved.to)
            }
            ActionEvent::ActionCarriedForward(carried) => action.not_before_raised(carried.carried_on),
            ActionEvent::ActionCompleted(completed) => {
                action.outstanding_or(ActionStatus::Complete, "completed")?;
                action.not_before_raised(completed.completed_on)
            }
            ActionEvent::ActionReopened(reopened) => {
                ensure(action.status != ActionStatus::Outstanding, || {
                    Rejection::new(
                        "reopened-when-closed",
                        format!("{} is outstanding", action.reference),
                        "an action that is complete, withdrawn or superseded",
                    )
                })?;
                action.not_before_raised(reopened.reopened_on)
            }
            ActionEvent::ActionWithdrawn(withdrawn) => {
                action.outstanding_or(ActionStatus::Withdrawn, "withdrawn")?;
                action.not_before_raised(withdrawn.withdrawn_on)
            }
            ActionEvent::ActionSuperseded(superseded) => {
                action.outstanding_or(ActionStatus::Superseded, "superseded")?;
                action.not_before_raised(superseded.superseded_on)?;
                ensure(superseded.by != action.reference, || {
                    Rejection::new("superseded-by-another", "an action cannot supersede itself", "another action")
                })
            }
            ActionEvent::ActionRaised(_) | ActionEvent::EventCorrected(_) => Ok(()),
        }
    }

    fn reserve(&mut self, event: &ActionEvent) {
        self.is_marked_anew |= event.as_correction().is_some_and(|correction| correction.change.only_marks());
    }

    // A document for more readers than an earlier one states again what these do not know yet.
    fn admit_live(&self, event: &ActionEvent, live: LiveRecording) -> Result<(), Rejection> {
        live.admit_day(event.as_payload().occurred())?;
        self.ensure_news(event)
    }

    fn evolve(&mut self, event: &ActionEvent) {
        if let (ActionEvent::ActionRaised(raised), Some(known)) = (event, &mut self.raised) {
            // The action is raised again for more readers.
            let mark = raised.text.classification();
            if mark.rank() < known.classification.rank() {
                known.classification = mark;
            }
            return;
        }
        if let ActionEvent::ActionRaised(raised) = event {
            self.raised = Some(Raised {
                reference: raised.reference.clone(),
                raised_on: raised.raised_on,
                status: ActionStatus::Outstanding,
                owners: raised.owners.iter().cloned().collect(),
                due_on: raised.due_on,
                closed_on: None,
                classification: raised.text.classification(),
            });
        }
        let Some(action) = &mut self.raised else { return };
        match event {
            ActionEvent::ActionAssigned(assigned) => action.owners = assigned.owners.iter().cloned().collect(),
            ActionEvent::DueDateMoved(moved) => action.due_on = Some(moved.to),
            ActionEvent::ActionCompleted(completed) => action.close(ActionStatus::Complete, completed.completed_on),
            ActionEvent::ActionReopened(_) => {
                action.status = ActionStatus::Outstanding;
                action.closed_on = None;
            }
            ActionEvent::ActionWithdrawn(withdrawn) => action.close(ActionStatus::Withdrawn, withdrawn.withdrawn_on),
            ActionEvent::ActionSuperseded(superseded) => {
                action.close(ActionStatus::Superseded, superseded.superseded_on);
            }
            ActionEvent::ActionRaised(_)
            | ActionEvent::ActionProgressed(_)
            | ActionEvent::ActionCarriedForward(_)
            | ActionEvent::EventCorrected(_) => {}
        }
    }
}

impl Action {
    /// Refuses an event that repeats what this state holds, or says how an action goes on that has ended.
    pub fn ensure_news(&self, event: &ActionEvent) -> Result<(), Rejection> {
        let Some(action) = &self.raised else { return Ok(()) };
        match event {
            ActionEvent::ActionRaised(raised) => Err(Rejection::already_recorded(
                "action-raised-once",
                format!("action {} is already raised", raised.reference),
                "another reference, or an update of this action",
            )),
            ActionEvent::ActionAssigned(assigned) => {
                action.outstanding("reassigned")?;
                ensure(action.owners != assigned.owners.iter().cloned().collect(), || {
                    Rejection::new(
                        "owners-change",
                        format!("{} already has these owners", action.reference),
                        "other owners",
                    )
                })
            }
            ActionEvent::DueDateMoved(moved) => {
                action.outstanding("given another due date")?;
                ensure(action.due_on != Some(moved.to), || {
                    Rejection::new(
                        "due-date-changes",
                        format!("{} is already due on {}", action.reference, moved.to),
                        "another date",
                    )
                })
            }
            ActionEvent::ActionCarriedForward(_) => action.outstanding("carried forward"),
            ActionEvent::ActionProgressed(_) => action.outstanding("given an update"),
            ActionEvent::ActionCompleted(_) => action.outstanding("completed"),
            ActionEvent::ActionWithdrawn(_) => action.outstanding("withdrawn"),
            ActionEvent::ActionSuperseded(_) => action.outstanding("superseded"),
            _ => Ok(()),
        }
    }

    fn admit_raising(raised: &ActionRaised) -> Result<(), Rejection> {
        ensure(raised.due_on.is_none_or(|due| due >= raised.raised_on), || {
            Rejection::new(
                "due-after-raised",
                "an action cannot be due before it is raised",
                format!("a date from {}", raised.raised_on),
            )
        })?;
        let own = raised.raised_in.as_ref().is_none_or(|meeting| meeting.committee() == raised.reference.committee());
        ensure(own, || {
            Rejection::new(
                "raised-by-own-committee",
                format!("{} is not of the committee whose meeting raised it", raised.reference),
                "a reference that begins with that committee's code",
            )
        })
    }
}

impl Raised {
    fn close(&mut self, status: ActionStatus, on: NaiveDate) {
        self.status = status;
        self.closed_on = Some(on);
    }

    fn outstanding(&self, what: &str) -> Result<(), Rejection> {
        ensure(self.status == ActionStatus::Outstanding, || {
            let since = self.closed_on.map(|day| format!(" since {day}")).unwrap_or_default();
            let again = if what.starts_with(self.status.word()) { " again" } else { "" };
            Rejection::new(
                "action-outstanding",
                format!("{} is {}{since}: it cannot be {what}{again}", self.reference, self.status),
                "reopen it first",
            )
        })
    }

    /// As [`Self::outstanding`], for an end that a document may state again.
    fn outstanding_or(&self, end: ActionStatus, what: &str) -> Result<(), Rejection> {
        if self.status == end { Ok(()) } else { self.outstanding(what) }
    }

    fn not_before_raised(&self, date: NaiveDate) -> Result<(), Rejection> {
        ensure(date >= self.raised_on, || {
            Rejection::new(
                "not-before-raised",
                format!("{} was raised on {}, after {date}", self.reference, self.raised_on),
                format!("a date from {}", self.raised_on),
            )
        })
    }
}

aggregate!(Action, ActionEvent, "action");
