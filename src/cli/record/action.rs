//! The `minutebook record` subcommands for actions.

use super::fact_command::FactCommand;
use super::text_args::{NoteArgs, TextArgs};
use crate::cli::failure::Failure;
use crate::cli::parsers::date;
use chrono::NaiveDate;
use minutebook_domain::action::{
    ActionAssigned, ActionCarriedForward, ActionCompleted, ActionEvent, ActionProgressed, ActionRaised, ActionReopened,
    ActionSuperseded, ActionWithdrawn, DueDateMoved, ReportedProgress,
};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, DecisionId, ItemLabel, MeetingRef, Name};
use minutebook_domain::{Event, StreamId};

/// When an action was updated, and at which meeting.
#[derive(Clone, clap::Args)]
pub(super) struct UpdateDateArgs {
    /// The day it happened.
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: NaiveDate,
    /// The meeting that recorded it.
    #[arg(long, value_name = "MEETING")]
    at_meeting: Option<MeetingRef>,
}

#[derive(Clone, clap::Subcommand)]
pub(super) enum ActionCommand {
    /// Raise an action.
    Action {
        /// Its reference: SSC72/01.
        action: ActionRef,
        #[command(flatten)]
        text: TextArgs,
        /// Who is to do it: a person, a body or a role. Several are separated by semicolons, or the option is repeated.
        #[arg(long = "owner", value_name = "WHO", value_delimiter = ';')]
        owners: Vec<Name>,
        /// The day it is due.
        #[arg(long, value_name = "DATE", value_parser = date)]
        due_on: Option<NaiveDate>,
        /// The day it was raised.
        #[arg(long, value_name = "DATE", value_parser = date)]
        raised_on: NaiveDate,
        /// The meeting that raised it.
        #[arg(long, value_name = "MEETING")]
        raised_in: Option<MeetingRef>,
        /// The number of the agenda item it was raised under.
        #[arg(long)]
        item: Option<ItemLabel>,
        /// The decision that it carries out: SSC_72_2702/D3.
        #[arg(long)]
        decision: Option<DecisionId>,
        /// The classification printed beside it.
        #[arg(long, value_name = "LEVEL")]
        mark: Option<Classification>,
    },
    /// Assign an action to other owners.
    Assign {
        /// The action.
        action: ActionRef,
        /// A new owner. Several are separated by semicolons, or the option is repeated.
        #[arg(long = "owner", value_name = "WHO", value_delimiter = ';', required = true)]
        owners: Vec<Name>,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
    /// Report progress on an action.
    Progress {
        /// The action.
        action: ActionRef,
        /// What was reported: 'on target' or 'overdue'.
        #[arg(long, value_name = "PROGRESS")]
        reported: Option<ReportedProgress>,
        #[command(flatten)]
        note: NoteArgs,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
    /// Move an action's due date.
    DueDate {
        /// The action.
        action: ActionRef,
        /// The new due date.
        #[arg(long, value_name = "DATE", value_parser = date)]
        to: NaiveDate,
        #[command(flatten)]
        note: NoteArgs,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
    /// Carry an action forward.
    CarryForward {
        /// The action.
        action: ActionRef,
        /// The day of the meeting it is carried forward to.
        #[arg(long, value_name = "DATE", value_parser = date)]
        to: Option<NaiveDate>,
        #[command(flatten)]
        note: NoteArgs,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
    /// Complete an action.
    Complete {
        /// The action.
        action: ActionRef,
        #[command(flatten)]
        note: NoteArgs,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
    /// Reopen an action.
    Reopen {
        /// The action.
        action: ActionRef,
        #[command(flatten)]
        note: NoteArgs,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
    /// Withdraw an action.
    Withdraw {
        /// The action.
        action: ActionRef,
        #[command(flatten)]
        note: NoteArgs,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
    /// Supersede an action by another one.
    Supersede {
        /// The action.
        action: ActionRef,
        /// The action that supersedes it.
        #[arg(long, value_name = "ACTION")]
        by: ActionRef,
        #[command(flatten)]
        when: UpdateDateArgs,
    },
}

impl FactCommand for ActionCommand {
    fn marks_its_text(&self) -> bool {
        matches!(self, Self::Action { .. })
    }

    fn into_event(self, classification: Classification) -> Result<(StreamId, Event), Failure> {
        let (action, event): (ActionRef, ActionEvent) = match self {
            Self::Action { action, text, owners, due_on, raised_on, raised_in, item, decision, mark } => {
                let (text, references) = text.into_parts(classification);
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
                let note = note.into_classified(classification);
                let at_meeting = when.at_meeting;
                (action, ActionProgressed { note, reported, progressed_on: when.on, at_meeting }.into())
            }
            Self::DueDate { action, to, note, when } => {
                let note = note.into_classified(classification);
                (action, DueDateMoved { to, note, moved_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::CarryForward { action, to, note, when } => {
                let note = note.into_classified(classification);
                (action, ActionCarriedForward { to, note, carried_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Complete { action, note, when } => {
                let note = note.into_classified(classification);
                (action, ActionCompleted { note, completed_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Reopen { action, note, when } => {
                let note = note.into_classified(classification);
                (action, ActionReopened { note, reopened_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Withdraw { action, note, when } => {
                let note = note.into_classified(classification);
                (action, ActionWithdrawn { note, withdrawn_on: when.on, at_meeting: when.at_meeting }.into())
            }
            Self::Supersede { action, by, when } => {
                (action, ActionSuperseded { by, superseded_on: when.on, at_meeting: when.at_meeting }.into())
            }
        };
        Ok((StreamId::Action(action), Event::Action(event)))
    }
}
