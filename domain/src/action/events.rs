//! The events of an action's stream.

use super::ReportedProgress;
use crate::classification::{Classification, Classified, stored, stored_option};
use crate::event::events;
use crate::payload::{Payload, References};
use crate::reference::{ActionRef, DecisionId, MeetingRef, Name, Prose, Reference};
use crate::requirement::Requirement;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// Someone was asked to do something.
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
    /// Who is to do it: persons, bodies or roles. Empty when the record names nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Name>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The meeting that raised it, if it is in the book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_in: Option<MeetingRef>,
    /// The day it was raised.
    pub raised_on: NaiveDate,
    /// The agenda item it was raised under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// The decision it carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// The mark printed beside it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<Classification>,
    /// What it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

impl Payload for ActionRaised {
    fn references(&self, into: &mut References) {
        into.extend(&self.raised_in);
        into.extend(&self.decision);
        into.extend(&self.references);
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
}

/// What the later events of an action's life share: the day, and the meeting that took it up if one did.
macro_rules! at_meeting {
    ($payload:ident, $on:ident $(, $also:ident)?) => {
        impl Payload for $payload {
            fn references(&self, into: &mut References) {
                into.extend(&self.at_meeting);
                $(into.add(&self.$also);)?
            }

            fn requires(&self) -> Vec<Requirement> {
                let meeting = self.at_meeting.iter().cloned().map(Requirement::Meeting);
                $(let meeting = meeting.chain(std::iter::once(Requirement::Action(self.$also.clone())));)?
                meeting.collect()
            }

            fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
                Some((self.$on, None))
            }
        }
    };
}

/// Others are to do it from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionAssigned {
    /// Who is to do it from now on.
    pub owners: Vec<Name>,
    /// Since when.
    pub assigned_on: NaiveDate,
    /// At which meeting, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(ActionAssigned, assigned_on);

/// An update was given, and the action is still outstanding.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionProgressed {
    /// What was said.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// What the committee was told of its progress. Whether it is overdue at a given moment follows from the due
    /// date alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<ReportedProgress>,
    /// When.
    pub progressed_on: NaiveDate,
    /// At which meeting, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(ActionProgressed, progressed_on);

/// It is to be done by another day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DueDateMoved {
    /// The new day.
    pub to: NaiveDate,
    /// Why.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// When it was moved.
    pub moved_on: NaiveDate,
    /// At which meeting, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(DueDateMoved, moved_on);

/// It was left to a later meeting.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionCarriedForward {
    /// The day of the meeting it was carried to, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// What was said.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// When.
    pub carried_on: NaiveDate,
    /// At which meeting, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(ActionCarriedForward, carried_on);

/// It is done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionCompleted {
    /// What was said.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// When it was done.
    pub completed_on: NaiveDate,
    /// At which meeting it was reported, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(ActionCompleted, completed_on);

/// It is outstanding again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionReopened {
    /// Why.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// When.
    pub reopened_on: NaiveDate,
    /// At which meeting, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(ActionReopened, reopened_on);

/// It is no longer asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionWithdrawn {
    /// Why.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
    /// When.
    pub withdrawn_on: NaiveDate,
    /// At which meeting, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(ActionWithdrawn, withdrawn_on);

/// Another action took its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionSuperseded {
    /// The action that took its place.
    pub by: ActionRef,
    /// When.
    pub superseded_on: NaiveDate,
    /// At which meeting, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_meeting: Option<MeetingRef>,
}
at_meeting!(ActionSuperseded, superseded_on, by);

events! {
    /// What can happen to an action.
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
