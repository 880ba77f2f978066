//! The routes that record events of a committee.

use super::recording::{NewStream, PathTarget, TargetStream, from_path, write_routes};
use crate::api::problem::Problem;
use axum::http::request::Parts;
use minutebook_domain::StreamId;
use minutebook_domain::committee::{CommitteeEstablished, MemberAppointed, MemberRetired};
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use utoipa::IntoParams;

impl TargetStream<CommitteeEstablished> for NewStream {
    fn stream(&self, established: &CommitteeEstablished) -> StreamId {
        StreamId::Committee(established.code.clone())
    }
}

/// An existing committee.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct CommitteeTarget {
    /// The committee's code.
    #[param(inline, value_type = CommitteeCode)]
    code: CommitteeCode,
}

impl<T> TargetStream<T> for CommitteeTarget {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Committee(self.code.clone())
    }
}

impl PathTarget for CommitteeTarget {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        from_path(parts).await
    }

    fn path_fields(&self) -> Vec<(&'static str, String)> {
        vec![("committee", self.code.to_string())]
    }
}

write_routes! {
    /// Establish a committee
    establish_committee: "/api/v1/committees", CommitteeEstablished, NewStream;
    /// Appoint a member
    appoint_member: "/api/v1/committees/{code}/members", MemberAppointed, CommitteeTarget;
    /// Retire a member
    retire_member: "/api/v1/committees/{code}/members/retired", MemberRetired, CommitteeTarget;
}
