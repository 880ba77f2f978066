//! What is recorded of a party.

use super::recording::{Located, New, Place, path, recordings};
use crate::api::problem::Problem;
use crate::api::query::Query;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use minutebook_domain::StreamId;
use minutebook_domain::party::{PartyIdentified, PartyRegistered, StatusAgreed, StatusDeferred};
use minutebook_domain::reference::{CommitteeCode, PartyName};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

impl Place<PartyRegistered> for New {
    fn stream(&self, registered: &PartyRegistered) -> StreamId {
        StreamId::Party(registered.committee.clone(), registered.name.clone())
    }
}

/// The party's name.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Named {
    /// The party's pseudonym.
    #[param(inline, value_type = PartyName)]
    name: PartyName,
}

/// Whose party it is: the same pseudonym, used by two committees, is two parties.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// The committee that uses the pseudonym.
    #[param(inline, value_type = CommitteeCode)]
    committee: CommitteeCode,
}

/// A party that is there.
pub(in crate::api) struct OfParty {
    committee: CommitteeCode,
    name: PartyName,
}

impl<T> Place<T> for OfParty {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Party(self.committee.clone(), self.name.clone())
    }
}

impl Located for OfParty {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        let Named { name } = path(parts).await?;
        let Query(Whose { committee }) = <Query<Whose> as FromRequestParts<()>>::from_request_parts(parts, &()).await?;
        Ok(Self { committee, name })
    }

    fn said(&self) -> Vec<(&'static str, String)> {
        vec![("name", self.name.to_string()), ("committee", self.committee.to_string())]
    }
}

impl IntoParams for OfParty {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = Named::into_params(&parameter_in);
        parameters.extend(Whose::into_params(&parameter_in));
        parameters
    }
}

recordings! {
    /// Register a party
    register_party: "/api/v1/parties", PartyRegistered, New;
    /// Record who is behind the pseudonym
    ///
    /// The real name is always RED.
    identify_party: "/api/v1/parties/{name}/identify", PartyIdentified, OfParty;
    /// Record the status that was agreed
    agree_status: "/api/v1/parties/{name}/statuses", StatusAgreed, OfParty;
    /// Record that a status was put off
    defer_status: "/api/v1/parties/{name}/deferrals", StatusDeferred, OfParty;
}
