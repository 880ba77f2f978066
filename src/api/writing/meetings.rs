//! What is recorded of a meeting.

use super::recording::{Located, New, Place, path, recordings};
use crate::api::problem::Problem;
use axum::http::request::Parts;
use minutebook_domain::StreamId;
use minutebook_domain::meeting::{
    AgendaItemTabled, ApologiesRecorded, AttendanceRecorded, DecisionRecorded, HeadlinesPublished, InterestDeclared,
    ListRecorded, MatterArisingNoted, MeetingClosed, MeetingConvened, MinutesApproved, MinutesDrafted, NextMeetingSet,
    ParagraphRecorded, TableRecorded,
};
use minutebook_domain::reference::MeetingRef;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

impl Place<MeetingConvened> for New {
    fn stream(&self, convened: &MeetingConvened) -> StreamId {
        StreamId::Meeting(convened.reference.clone())
    }
}

/// A meeting that is there.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct OfMeeting {
    /// The meeting's reference.
    #[param(inline, value_type = MeetingRef)]
    reference: MeetingRef,
}

impl<T> Place<T> for OfMeeting {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Meeting(self.reference.clone())
    }
}

impl Located for OfMeeting {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        path(parts).await
    }

    fn said(&self) -> Vec<(&'static str, String)> {
        vec![("meeting", self.reference.to_string())]
    }
}

/// A meeting that approves minutes: the committee whose minutes they are is its own.
pub(in crate::api) struct Approving(OfMeeting);

impl Place<MinutesApproved> for Approving {
    fn stream(&self, approved: &MinutesApproved) -> StreamId {
        self.0.stream(approved)
    }
}

impl Located for Approving {
    const ALSO_IN_EVENT: &'static [&'static str] = &["committee"];

    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        path(parts).await.map(Self)
    }

    fn said(&self) -> Vec<(&'static str, String)> {
        let mut said = self.0.said();
        said.push(("committee", self.0.reference.committee().to_string()));
        said
    }
}

impl IntoParams for Approving {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        OfMeeting::into_params(parameter_in)
    }
}

recordings! {
    /// Convene a meeting
    convene_meeting: "/api/v1/meetings", MeetingConvened, New;
    /// Table an item of the agenda
    ///
    /// An item without a number gets the next one.
    table_item: "/api/v1/meetings/{reference}/items", AgendaItemTabled, OfMeeting;
    /// Record that someone was there
    record_attendance: "/api/v1/meetings/{reference}/attendance", AttendanceRecorded, OfMeeting;
    /// Record that someone sent apologies
    record_apologies: "/api/v1/meetings/{reference}/apologies", ApologiesRecorded, OfMeeting;
    /// Record that someone declared an interest
    declare_interest: "/api/v1/meetings/{reference}/interests", InterestDeclared, OfMeeting;
    /// Record a paragraph
    record_paragraph: "/api/v1/meetings/{reference}/paragraphs", ParagraphRecorded, OfMeeting;
    /// Record a list
    record_list: "/api/v1/meetings/{reference}/lists", ListRecorded, OfMeeting;
    /// Record a table
    record_table: "/api/v1/meetings/{reference}/tables", TableRecorded, OfMeeting;
    /// Note a matter arising
    note_matter: "/api/v1/meetings/{reference}/matters", MatterArisingNoted, OfMeeting;
    /// Record a decision
    ///
    /// A decision without a number gets the next one; `Location` names it.
    record_decision: "/api/v1/meetings/{reference}/decisions", DecisionRecorded, OfMeeting;
    /// Record that minutes of the meeting were drafted
    draft_minutes: "/api/v1/meetings/{reference}/minutes/drafted", MinutesDrafted, OfMeeting;
    /// Record that the meeting approved the minutes of an earlier one
    approve_minutes: "/api/v1/meetings/{reference}/minutes/approved", MinutesApproved, Approving;
    /// Set the day of the next meeting
    set_next_meeting: "/api/v1/meetings/{reference}/next-meeting", NextMeetingSet, OfMeeting;
    /// Close the meeting
    ///
    /// From then on its record changes only by correction.
    close_meeting: "/api/v1/meetings/{reference}/close", MeetingClosed, OfMeeting;
    /// Record that the headlines went out
    publish_headlines: "/api/v1/meetings/{reference}/publish", HeadlinesPublished, OfMeeting;
}
