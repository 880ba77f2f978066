//! What can be recorded of an action.

use super::text::{Note, Text};
use crate::cli::arguments::date;
use crate::cli::failure::Failure;
use chrono::NaiveDate;
use minutebook_domain::action::{
    ActionAssigned, ActionCarriedForward, ActionCompleted, ActionEvent, ActionProgressed, ActionRaised, ActionReopened,
    ActionSuperseded, ActionWithdrawn, DueDateMoved, ReportedProgress,
};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, DecisionId, MeetingRef, Name};
use minutebook_domain::{Event, StreamId};

/// When something became of an action, and at which meeting.
#[derive(clap::Args)]
pub(super) struct When {
    /// The day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: NaiveDate,
    /// The meeting that took it up.
    #[arg(long, value_name = "MEETING")]
    at_meeting: Option<MeetingRef>,
}

#[derive(clap::Subcommand)]
pub(super) enum ActionWords {
    /// An action was raised.
    Action {
        /// Its reference: SSC72/01.
        action: ActionRef,
        #[command(flatten)]
        text: Text,
        /// Who is to do it: a person, a body, a role. Can be given more than once.
        #[arg(long = "owner", value_name = "WHO")]
        owners: Vec<Name>,
        /// By when.
        #[arg(long, value_name = "DATE", value_parser = date)]
        due_on: Option<NaiveDate>,
        /// The day it was raised.
        #[arg(long, value_name = "DATE", value_parser = date)]
        raised_on: NaiveDate,
        /// The meeting that raised it.
        #[arg(long, value_name = "MEETING")]
        raised_in: Option<MeetingRef>,
        /// The agenda item it was raised under.
        #[arg(long)]
        item: Option<u32>,
        /// The decision that it carries out.
        #[arg(long)]
        decision: Option<DecisionId>,
        /// The mark printed beside it.
        #[arg(long, value_name = "LEVEL")]
        mark: Option<Classification>,
    },
    /// An action was given to others.
    Assign {
        /// The action.
        action: ActionRef,
        /// Who is to do it from now on. Can be given more than once.
        #[arg(long = "owner", value_name = "WHO", required = true)]
        owners: Vec<Name>,
        #[command(flatten)]
        when: When,
    },
    /// An update was given on an action.
    Progress {
        /// The action.
        action: ActionRef,
        /// What the committee was told: 'on target', or 'overdue'.
        #[arg(long, value_name = "PROGRESS")]
        reported: Option<ReportedProgress>,
        #[command(flatten)]
        note: Note,
        #[command(flatten)]
        when: When,
    },
    /// An action's due date was moved.
    DueDate {
        /// The action.
        action: ActionRef,
        /// The new day.
        #[arg(long, value_name = "DATE", value_parser = date)]
        to: NaiveDate,
        #[command(flatten)]
        note: Note,
        #[command(flatten)]
        when: When,
    },
    /// An action was carried forward.
    CarryForward {
        /// The action.
        action: ActionRef,
        /// The day of the meeting it was carried to.
        #[arg(long, value_name = "DATE", value_parser = date)]
        to: Option<NaiveDate>,
        #[command(flatten)]
        note: Note,
        #[command(flatten)]
        when: When,
    },
    /// An action is done.
    Complete {
        /// The action.
        action: ActionRef,
        #[command(flatten)]
        note: Note,
        #[command(flatten)]
        when: When,
    },
    /// An action is outstanding again.
    Reopen {
        /// The action.
        action: ActionRef,
        #[command(flatten)]
        note: Note,
        #[command(flatten)]
        when: When,
    },
    /// An action is no longer asked for.
    Withdraw {
        /// The action.
        action: ActionRef,
        #[command(flatten)]
        note: Note,
        #[command(flatten)]
        when: When,
    },
    /// Another action took an action's place.
    Supersede {
        /// The action.
        action: ActionRef,
        /// The action that took its place.
        #[arg(long, value_name = "ACTION")]
        by: ActionRef,
        #[command(flatten)]
        when: When,
    },
}

impl ActionWords {
    #[expect(clippy::unnecessary_wraps, reason = "the words of every aggregate are turned into events alike")]
    pub(super) fn into_event(self) -> Result<(StreamId, Event), Failure> {
        let (action, event): (ActionRef, ActionEvent) = match self {
            Self::Action { action, text, owners, due_on, raised_on, raised_in, item, decision, mark } => {
                let (text, references) = text.into_parts();
                let raised = ActionRaised {
                    reference: action.clone(),
                    text,
                    owners,
                    due_on,
                    raised_in,
                    raised_on,
                    item,
                    decision,
                    marked: mark,
                    references,
                };
                (action, raised.into())
            }
            Self::Assign { action, owners, when } => {
                (action, ActionAssigned { owners, assigned_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Progress { action, reported, note, when } => {
                let note = note.into_classified();
                let at_meeting = when.at_meeting;
                (action, ActionProgressed { note, reported, progressed_on: when.on, at_meeting }.into())
            }
            Self::DueDate { action, to, note, when } => {
                let note = note.into_classified();
                (action, DueDateMoved { to, note, moved_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::CarryForward { action, to, note, when } => {
                let note = note.into_classified();
                (action, ActionCarriedForward { to, note, carried_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Complete { action, note, when } => {
                let note = note.into_classified();
                (action, ActionCompleted { note, completed_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Reopen { action, note, when } => {
                let note = note.into_classified();
                (action, ActionReopened { note, reopened_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Withdraw { action, note, when } => {
                let note = note.into_classified();
                (action, ActionWithdrawn { note, withdrawn_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Supersede { action, by, when } => {
                (action, ActionSuperseded { by, superseded_on: when.on, at_meeting: when.at_meeting }.into())
            }
        };
        Ok((StreamId::Action(action), Event::Action(event)))
    }
}
