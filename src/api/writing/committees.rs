//! What is recorded of a committee.

use super::recording::{Located, New, Place, path, recordings};
use crate::api::problem::Problem;
use axum::http::request::Parts;
use minutebook_domain::StreamId;
use minutebook_domain::committee::{CommitteeEstablished, MemberAppointed, MemberRetired};
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use utoipa::IntoParams;

impl Place<CommitteeEstablished> for New {
    fn stream(&self, established: &CommitteeEstablished) -> StreamId {
        StreamId::Committee(established.code.clone())
    }
}

/// A committee that is there.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct OfCommittee {
    /// The committee's code.
    #[param(inline, value_type = CommitteeCode)]
    code: CommitteeCode,
}

impl<T> Place<T> for OfCommittee {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Committee(self.code.clone())
    }
}

impl Located for OfCommittee {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        path(parts).await
    }

    fn said(&self) -> Vec<(&'static str, String)> {
        vec![("committee", self.code.to_string())]
    }
}

recordings! {
    /// Establish a committee
    establish_committee: "/api/v1/committees", CommitteeEstablished, New;
    /// Appoint a member
    appoint_member: "/api/v1/committees/{code}/members", MemberAppointed, OfCommittee;
    /// Record that a member's service ended
    retire_member: "/api/v1/committees/{code}/members/retired", MemberRetired, OfCommittee;
}
