//! The events of a party's stream.

use super::{ASSURANCE_STATUSES, Assessment, StatusKind};
use crate::classification::{Classification, Classified, Clearance, stored, stored_option};
use crate::payload::{Alternative, Payload, References};
use crate::reference::{CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyCategory, PartyName, Prose};
use crate::rejection::{Rejection, ensure};
use crate::requirement::Requirement;
use crate::roles;
use crate::stored_event::events;
use crate::stream::StreamId;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// A party was registered under a pseudonym.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartyRegistered {
    /// The committee that uses the pseudonym.
    pub committee: CommitteeCode,
    /// The pseudonym.
    pub name: PartyName,
    /// The party's category.
    pub category: PartyCategory,
    /// The day of registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub registered_on: Option<NaiveDate>,
}

roles!(PartyRegistered { committee: Open, name: Open, category: Open, registered_on: Open });

impl Payload for PartyRegistered {
    fn begins(&self) -> Option<StreamId> {
        Some(StreamId::Party(self.committee.clone(), self.name.clone()))
    }

    fn requires(&self) -> Vec<Requirement> {
        let own = (!self.category.is_of_the_code())
            .then(|| Requirement::PartyCategory { committee: self.committee.clone(), category: self.category.clone() });
        std::iter::once(Requirement::Committee(self.committee.clone())).chain(own).collect()
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.registered_on.map(|date| (date, None))
    }
}

/// The real name behind a pseudonym was recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartyIdentified {
    /// The real name, always RED.
    #[serde(with = "stored")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::MarkedName))]
    pub real_name: Classified<Name>,
}

roles!(PartyIdentified { real_name: Main }
    // Nobody below RED knows of it, whatever its mark.
    fn whole(&self) -> Option<Classification> {
        Some(Classification::highest())
    }
);

impl Payload for PartyIdentified {}

/// A status was agreed. Published headlines often leave out the status itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusAgreed {
    /// The meeting that agreed it.
    pub meeting: MeetingRef,
    /// The day of the agreement.
    #[serde(with = "crate::calendar_day")]
    pub agreed_on: NaiveDate,
    /// The number of the agenda item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// The status; left out while it is undisclosed.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub value: Option<Classified<Prose>>,
    /// The assessment that it follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// The decision that agreed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// The body on whose authority the committee acts, under delegation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Name>,
}

roles!(StatusAgreed {
    meeting: Names,
    agreed_on: Open,
    item: Open,
    kind: Open,
    value: Optional,
    assessment: Open,
    decision: Names,
    authority: Names
});

impl StatusAgreed {
    /// Admits the four assurance statuses of the code, and any compliance status: no list of those is published.
    pub(super) fn admit_value(&self) -> Result<(), Rejection> {
        let Some(value) = &self.value else { return Ok(()) };
        // The rule reads the classified value; the rejection does not repeat it.
        let text = value.disclose(Clearance::up_to(value.classification())).map_or("", Prose::as_str);
        let subject_to = text.strip_prefix("Approved subject to ").is_some_and(|steps| !steps.trim().is_empty());
        let known = subject_to || ["Approved", "Deferred", "Rejected"].contains(&text);
        ensure(self.kind != StatusKind::Assurance || known, || {
            Rejection::new(
                "assurance-status-known",
                "the value is not an assurance status",
                format!("one of: {}", ASSURANCE_STATUSES.join("; ")),
            )
        })
    }
}

impl Payload for StatusAgreed {
    fn alternative(&self) -> Option<Alternative> {
        Some(Alternative::Status)
    }

    fn references(&self, into: &mut References) {
        into.add(&self.meeting);
        into.extend(&self.decision);
    }

    fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        visit(&mut self.meeting);
        self.decision.iter_mut().map(DecisionId::meeting_mut).for_each(visit);
    }

    fn requires(&self) -> Vec<Requirement> {
        let decision = self.decision.iter().cloned().map(Requirement::Decision);
        let assessment = own_assessment(&self.meeting, self.assessment.as_ref());
        std::iter::once(Requirement::OpenMeeting(self.meeting.clone())).chain(decision).chain(assessment).collect()
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.agreed_on, None))
    }
}

/// A status was deferred to a later meeting.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusDeferred {
    /// The meeting that put it off.
    pub meeting: MeetingRef,
    /// The day it was put off.
    #[serde(with = "crate::calendar_day")]
    pub deferred_on: NaiveDate,
    /// The number of the agenda item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemLabel>,
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// The assessment that it would follow from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// The day of the meeting to which it is deferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub deferred_to: Option<NaiveDate>,
}

roles!(StatusDeferred {
    meeting: Names,
    deferred_on: Open,
    item: Open,
    kind: Open,
    assessment: Open,
    deferred_to: Open
});

impl Payload for StatusDeferred {
    fn alternative(&self) -> Option<Alternative> {
        Some(Alternative::Status)
    }

    fn references(&self, into: &mut References) {
        into.add(&self.meeting);
    }

    fn meetings(&mut self, visit: &mut dyn FnMut(&mut MeetingRef)) {
        visit(&mut self.meeting);
    }

    fn requires(&self) -> Vec<Requirement> {
        let assessment = own_assessment(&self.meeting, self.assessment.as_ref());
        std::iter::once(Requirement::OpenMeeting(self.meeting.clone())).chain(assessment).collect()
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.deferred_on, None))
    }
}

/// The requirement of an assessment that is not one of the code.
fn own_assessment(meeting: &MeetingRef, assessment: Option<&Assessment>) -> Option<Requirement> {
    let Some(Assessment::Own(own)) = assessment else { return None };
    Some(Requirement::Assessment { committee: meeting.committee().clone(), assessment: own.clone() })
}

events! {
    /// An event of a party's stream.
    PartyEvent of "party" { PartyRegistered = 1, PartyIdentified = 1, StatusAgreed = 1, StatusDeferred = 1 }
}
