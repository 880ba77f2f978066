//! The routes that record events of a meeting.

use super::recording::{NewStream, PathTarget, TargetStream, from_path, write_routes};
use crate::api::problem::Problem;
use axum::http::request::Parts;
use minutebook_domain::StreamId;
use minutebook_domain::meeting::{
    AgendaItemTabled, ApologiesRecorded, AttendanceRecorded, DecisionRecorded, HeadlinesPublished, InterestDeclared,
    ListRecorded, MatterArisingNoted, MeetingCancelled, MeetingClosed, MeetingConvened, MeetingPostponed,
    MeetingRenumbered, MinutesApproved, MinutesDrafted, NextMeetingSet, ParagraphRecorded, TableRecorded,
};
use minutebook_domain::reference::MeetingRef;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

impl TargetStream<MeetingConvened> for NewStream {
    fn stream(&self, convened: &MeetingConvened) -> StreamId {
        StreamId::Meeting(convened.reference.clone())
    }
}

/// An existing meeting.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct MeetingTarget {
    /// The meeting's reference.
    #[param(inline, value_type = MeetingRef)]
    reference: MeetingRef,
}

impl<T> TargetStream<T> for MeetingTarget {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Meeting(self.reference.clone())
    }
}

impl PathTarget for MeetingTarget {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        from_path(parts).await
    }

    fn path_fields(&self) -> Vec<(&'static str, String)> {
        vec![("meeting", self.reference.to_string())]
    }
}

/// A meeting that approves minutes. The event repeats the meeting's committee.
pub(in crate::api) struct ApprovalTarget(MeetingTarget);

impl TargetStream<MinutesApproved> for ApprovalTarget {
    fn stream(&self, approved: &MinutesApproved) -> StreamId {
        self.0.stream(approved)
    }
}

impl PathTarget for ApprovalTarget {
    const ALSO_IN_EVENT: &'static [&'static str] = &["committee"];

    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        from_path(parts).await.map(Self)
    }

    fn path_fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = self.0.path_fields();
        fields.push(("committee", self.0.reference.committee().to_string()));
        fields
    }
}

impl IntoParams for ApprovalTarget {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        MeetingTarget::into_params(parameter_in)
    }
}

write_routes! {
    /// Convene a meeting
    convene_meeting: "/api/v1/meetings", MeetingConvened, NewStream;
    /// Cancel a meeting that is still to be held
    ///
    /// After that, only corrections change its record.
    cancel_meeting: "/api/v1/meetings/{reference}/cancel", MeetingCancelled, MeetingTarget;
    /// Postpone a meeting to a later day or hour
    ///
    /// The meeting keeps its reference until it is renumbered.
    postpone_meeting: "/api/v1/meetings/{reference}/postpone", MeetingPostponed, MeetingTarget;
    /// Give a meeting another reference
    ///
    /// The path may have any reference of the meeting, and so may every later request. The body has the new one.
    renumber_meeting: "/api/v1/meetings/{reference}/renumber", MeetingRenumbered, MeetingTarget;
    /// Table an agenda item
    ///
    /// An item without a number gets the next free one.
    table_item: "/api/v1/meetings/{reference}/items", AgendaItemTabled, MeetingTarget;
    /// Record attendance
    record_attendance: "/api/v1/meetings/{reference}/attendance", AttendanceRecorded, MeetingTarget;
    /// Record apologies
    record_apologies: "/api/v1/meetings/{reference}/apologies", ApologiesRecorded, MeetingTarget;
    /// Record a declaration of interest
    declare_interest: "/api/v1/meetings/{reference}/interests", InterestDeclared, MeetingTarget;
    /// Record a paragraph of the minutes
    record_paragraph: "/api/v1/meetings/{reference}/paragraphs", ParagraphRecorded, MeetingTarget;
    /// Record a list of the minutes
    record_list: "/api/v1/meetings/{reference}/lists", ListRecorded, MeetingTarget;
    /// Record a table of the minutes
    record_table: "/api/v1/meetings/{reference}/tables", TableRecorded, MeetingTarget;
    /// Note a matter arising
    note_matter: "/api/v1/meetings/{reference}/matters", MatterArisingNoted, MeetingTarget;
    /// Record a decision
    ///
    /// A decision without a number gets the next free one. `Location` contains it.
    record_decision: "/api/v1/meetings/{reference}/decisions", DecisionRecorded, MeetingTarget;
    /// Record that the minutes were drafted
    draft_minutes: "/api/v1/meetings/{reference}/minutes/drafted", MinutesDrafted, MeetingTarget;
    /// Record that the meeting approved earlier minutes
    approve_minutes: "/api/v1/meetings/{reference}/minutes/approved", MinutesApproved, ApprovalTarget;
    /// Set the date of the next meeting
    set_next_meeting: "/api/v1/meetings/{reference}/next-meeting", NextMeetingSet, MeetingTarget;
    /// Close a meeting
    ///
    /// After that, only corrections change its record.
    close_meeting: "/api/v1/meetings/{reference}/close", MeetingClosed, MeetingTarget;
    /// Record that the headlines were published
    publish_headlines: "/api/v1/meetings/{reference}/publish", HeadlinesPublished, MeetingTarget;
}
