//! The routes that record events of a party.

use super::recording::{NewStream, PathTarget, TargetStream, from_path, write_routes};
use crate::api::parameters::Query;
use crate::api::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use minutebook_domain::StreamId;
use minutebook_domain::party::{PartyIdentified, PartyRegistered, StatusAgreed, StatusDeferred};
use minutebook_domain::reference::{CommitteeCode, PartyName};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

impl TargetStream<PartyRegistered> for NewStream {
    fn stream(&self, registered: &PartyRegistered) -> StreamId {
        StreamId::Party(registered.committee.clone(), registered.name.clone())
    }
}

/// A party's pseudonym, as a segment of a path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PartyPath {
    /// The party's pseudonym.
    #[param(inline, value_type = PartyName)]
    name: PartyName,
}

/// The party's committee: two committees may use the same pseudonym for two parties.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PartyCommitteeParam {
    /// The committee that uses the pseudonym.
    #[param(inline, value_type = CommitteeCode)]
    committee: CommitteeCode,
}

/// An existing party.
pub(in crate::api) struct PartyTarget {
    committee: CommitteeCode,
    name: PartyName,
}

impl<T> TargetStream<T> for PartyTarget {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Party(self.committee.clone(), self.name.clone())
    }
}

impl PathTarget for PartyTarget {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        let PartyPath { name } = from_path(parts).await?;
        let Query(PartyCommitteeParam { committee }) = Query::from_request_parts(parts, &()).await?;
        Ok(Self { committee, name })
    }

    fn path_fields(&self) -> Vec<(&'static str, String)> {
        vec![("name", self.name.to_string()), ("committee", self.committee.to_string())]
    }
}

impl IntoParams for PartyTarget {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = PartyPath::into_params(&parameter_in);
        parameters.extend(PartyCommitteeParam::into_params(&parameter_in));
        parameters
    }
}

write_routes! {
    /// Register a party
    register_party: "/api/v1/parties", PartyRegistered, NewStream;
    /// Identify a party
    ///
    /// Records the real name behind the pseudonym. It is always RED.
    identify_party: "/api/v1/parties/{name}/identify", PartyIdentified, PartyTarget;
    /// Record an agreed status
    agree_status: "/api/v1/parties/{name}/statuses", StatusAgreed, PartyTarget;
    /// Record that a status was deferred
    defer_status: "/api/v1/parties/{name}/deferrals", StatusDeferred, PartyTarget;
}
