//! Someone who reads: what they may see, and the ledger as it stands open to them.

use super::Service;
use crate::access::{AuthenticationError, CommitteeSet, Permission, Principal};
use crate::api::feed::{self, Following};
use crate::api::problem::Problem;
use crate::query::clearances::ClearanceByCommittee;
use crate::query::events::{Audience, EventFilter, Events};
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use minutebook_domain::Position;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::Log;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// A reader whose token was checked; without a token, the public.
#[derive(Clone)]
pub struct Reader {
    principal: Principal,
    reach: ClearanceByCommittee,
    service: Service,
}

impl Reader {
    pub(super) fn new(principal: Principal, service: &Service) -> Self {
        let reach = ClearanceByCommittee::new(principal.clearance_everywhere(), committees(&principal));
        Self { principal, reach, service: service.clone() }
    }

    /// Who they are.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What they may see.
    pub fn reach(&self) -> &ClearanceByCommittee {
        &self.reach
    }

    /// The ledger. Whatever is shown of it goes through `views/`, which takes the reader's reach.
    pub fn log(&self) -> &Log {
        self.service.inner.recorder.log()
    }

    /// The events of the ledger, for who is told of them.
    pub(in crate::api) fn events(&self) -> &Events {
        self.service.inner.feed.events()
    }

    /// What they may know. Readers who may know the same get the same answers.
    pub(in crate::api) fn audience(&self) -> Audience {
        Audience { reach: self.reach.clone(), audits: self.principal.may_everywhere(Permission::Audit) }
    }

    /// What they are sent of the live feed, as long as they are let in by these headers.
    pub(in crate::api) fn follow(
        &self,
        headers: &HeaderMap,
        filter: EventFilter,
        after: Position,
    ) -> mpsc::Receiver<Bytes> {
        // Copies: the values that came are parts of the buffer that the whole request was read into.
        let presented = headers.get_all(header::AUTHORIZATION).iter();
        let presented = presented.filter_map(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
        let headers = presented.map(|value| (header::AUTHORIZATION, value)).collect();
        let (service, principal, audience) = (self.service.clone(), self.principal.clone(), self.audience());
        let following = Following { service, headers, principal, audience, filter, after };
        feed::follow(self.service.inner.feed.clone(), following)
    }
}

/// The committees that someone may see further into than into the others.
fn committees(principal: &Principal) -> BTreeMap<CommitteeCode, Clearance> {
    let named = principal.rights().iter().filter_map(|right| match &right.committees {
        CommitteeSet::All => None,
        CommitteeSet::These(committees) => Some(committees),
    });
    named.flatten().map(|committee| (committee.clone(), principal.clearance_in(committee))).collect()
}

impl FromRequestParts<Service> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        // Whoever was let in by what stands before the handlers is not asked again.
        if let Some(reader) = parts.extensions.get::<Self>() {
            return Ok(reader.clone());
        }
        service.reader(&parts.headers).await
    }
}

impl Service {
    /// Whoever asks, as a reader.
    pub(in crate::api) async fn reader(&self, headers: &HeaderMap) -> Result<Reader, Problem> {
        Ok(Reader::new(self.admit(headers).await?, self))
    }

    /// Who asks: whom the bearer token lets in (RFC 6750), or the public if none is presented.
    pub(in crate::api) async fn admit(&self, headers: &HeaderMap) -> Result<Principal, Problem> {
        let mut presented = headers.get_all(header::AUTHORIZATION).iter();
        let token = match presented.next() {
            None => None,
            Some(value) => {
                let bearer = value.to_str().ok().and_then(|value| value.split_once(' '));
                let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
                let token = bearer.map(|(_, token)| token.trim()).filter(|_| presented.next().is_none());
                Some(token.ok_or_else(unauthorized)?)
            }
        };
        self.inner.gate.authenticate(token).await.map_err(|refusal| refused(&refusal))
    }
}

/// Why stands in the server's log; whoever presented it is told the same, whatever it is.
fn refused(refusal: &AuthenticationError) -> Problem {
    tracing::info!(reason = %refusal, "a token was not accepted");
    if refusal.is_temporary() {
        let detail = "whether the token is to be accepted cannot be found out at present";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again in a moment", detail);
        return problem.with_header(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    unauthorized()
}

fn unauthorized() -> Problem {
    let detail = "the header `Authorization` presents no token that this ledger accepts";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "The token is not accepted", detail)
        .accepted("`Bearer` and a token, or no such header to read what is public")
        .with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"minutebook\", error=\"invalid_token\""),
        )
}
