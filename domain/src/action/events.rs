//! The events of an action's stream.

use super::ReportedProgress;
use crate::classification::{Classification, Classified, stored, stored_option};
use crate::payload::{Alternative, Payload, References};
use crate::reference::{ActionRef, DecisionId, ItemLabel, MeetingRef, Name, Prose, Reference};
use crate::requirement::Requirement;
use crate::roles;
use crate::stored_event::events;
use crate::stream::StreamId;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// An action was raised.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionRaised {
    /// The action's reference.
    pub reference: ActionRef,
    /// What is to be done.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedProse))]
    pub text: Classified<Prose>,
    /// The persons, bodies or roles that are to do it. Empty if the record names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Name>,
    /// The due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub due_on: Option<NaiveDate>,
    /// The meeting that raised it, if that meeting is in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_in: Option<MeetingRef>,
    /// The day on which it was raised.
    #[serde(with = "crate::calendar_day")]
    pub raised_on: NaiveDate,
    /// The number of the agenda item under which it was raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// The decision it carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// The classification printed beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<Classification>,
    /// The documents, modifications and codes that it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

roles!(ActionRaised {
    reference: Open,
    text: Main,
    owners: Names,
    due_on: Open,
    raised_in: Names,
    raised_on: Open,
    item: Open,
    decision: Names,
    marked: Open,
    references: Mentions
});

impl Payload for ActionRaised {
    fn begins(&self) -> Option<StreamId> {
        Some(StreamId::Action(self.reference.clone()))
    }

    fn references(&self, into: &mut References) {
        into.extend(&self.raised_in);
        into.extend(&self.decision);
        into.extend(&self.references);
    }

    fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        self.raised_in.iter_mut().for_each(&mut *visit);
        self.decision.iter_mut().map(DecisionId::meeting_mut).for_each(visit);
    }

    fn requires(&self) -> Vec<Requirement> {
        let committee = Requirement::Committee(self.reference.committee().clone());
        let meeting = self.raised_in.iter().cloned().map(Requirement::Meeting);
        let decision = self.decision.iter().cloned().map(Requirement::Decision);
        std::iter::once(committee).chain(meeting).chain(decision).collect()
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.raised_on, None))
    }

    fn printed_mark(&self) -> Option<Classification> {
        self.marked
    }
}

/// Implements `Payload` for the later events of an action: each has a day, and the meeting that dealt with it. Those that say
/// how the action stands are alternatives of each other.
macro_rules! at_meeting {
    ($payload:ident, $on:ident $(, $also:ident)? $(=> $alternative:expr)?) => {
        impl Payload for $payload {
            fn references(&self, into: &mut References) {
                into.extend(&self.at_meeting);
                $(into.add(&self.$also);)?
            }

            fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
                self.at_meeting.iter_mut().for_each(visit);
            }

            fn requires(&self) -> Vec<Requirement> {
                let meeting = self.at_meeting.iter().cloned().map(Requirement::Meeting);
                $(let meeting = meeting.chain(std::iter::once(Requirement::Action(self.$also.clone())));)?
                meeting.collect()
            }

            fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
                Some((self.$on, None))
            }

            $(
                fn alternative(&self) -> Option<Alternative> {
                    Some($alternative)
                }
            )?
        }
    };
}

/// An action was assigned to other owners.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionAssigned {
    /// All of its owners from then on.
    pub owners: Vec<Name>,
    /// The day of the assignment.
    #[serde(with = "crate::calendar_day")]
    pub assigned_on: NaiveDate,
    /// The meeting at which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(ActionAssigned { owners: Names, assigned_on: Open, at_meeting: Names });
at_meeting!(ActionAssigned, assigned_on);

/// An update was given on an outstanding action.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionProgressed {
    /// The update as minuted.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// The progress as reported to the committee. Lists derive “overdue” from the due date alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<ReportedProgress>,
    /// The day of the update.
    #[serde(with = "crate::calendar_day")]
    pub progressed_on: NaiveDate,
    /// The meeting at which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(ActionProgressed { note: Optional, reported: Open, progressed_on: Open, at_meeting: Names });
at_meeting!(ActionProgressed, progressed_on => Alternative::Update);

/// The due date of an action was moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DueDateMoved {
    /// The new due date.
    #[serde(with = "crate::calendar_day")]
    pub to: NaiveDate,
    /// The reason as minuted.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// The day on which it was moved.
    #[serde(with = "crate::calendar_day")]
    pub moved_on: NaiveDate,
    /// The meeting at which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(DueDateMoved { to: Open, note: Optional, moved_on: Open, at_meeting: Names });
at_meeting!(DueDateMoved, moved_on);

/// An action was carried forward to a later meeting.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionCarriedForward {
    /// The day of that meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub to: Option<NaiveDate>,
    /// The update as minuted.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// The day on which it was carried forward.
    #[serde(with = "crate::calendar_day")]
    pub carried_on: NaiveDate,
    /// The meeting at which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(ActionCarriedForward { to: Open, note: Optional, carried_on: Open, at_meeting: Names });
at_meeting!(ActionCarriedForward, carried_on => Alternative::Update);

/// An action was completed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionCompleted {
    /// The update as minuted.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// The day of completion.
    #[serde(with = "crate::calendar_day")]
    pub completed_on: NaiveDate,
    /// The meeting to which it was reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(ActionCompleted { note: Optional, completed_on: Open, at_meeting: Names });
at_meeting!(ActionCompleted, completed_on => Alternative::Update);

/// A closed action was reopened.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionReopened {
    /// The reason as minuted.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// The day of reopening.
    #[serde(with = "crate::calendar_day")]
    pub reopened_on: NaiveDate,
    /// The meeting at which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(ActionReopened { note: Optional, reopened_on: Open, at_meeting: Names });
at_meeting!(ActionReopened, reopened_on => Alternative::Update);

/// An action was withdrawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionWithdrawn {
    /// The reason as minuted.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// The day of withdrawal.
    #[serde(with = "crate::calendar_day")]
    pub withdrawn_on: NaiveDate,
    /// The meeting at which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(ActionWithdrawn { note: Optional, withdrawn_on: Open, at_meeting: Names });
at_meeting!(ActionWithdrawn, withdrawn_on => Alternative::Update);

/// An action was superseded by another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionSuperseded {
    /// The action that supersedes it.
    pub by: ActionRef,
    /// The day on which it was superseded.
    #[serde(with = "crate::calendar_day")]
    pub superseded_on: NaiveDate,
    /// The meeting at which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}

roles!(ActionSuperseded { by: Names, superseded_on: Open, at_meeting: Names });
at_meeting!(ActionSuperseded, superseded_on, by => Alternative::Update);

events! {
    /// An event of an action's stream.
    ActionEvent of "action" {
        ActionRaised = 1,
        ActionAssigned = 1,
        ActionProgressed = 1,
        DueDateMoved = 1,
        ActionCarriedForward = 1,
        ActionCompleted = 1,
        ActionReopened = 1,
        ActionWithdrawn = 1,
        ActionSuperseded = 1,
    }
}
