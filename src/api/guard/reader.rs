//! A reader: who asks, what they may see, and the ledger for queries.
//!
//! The bearer token is parsed by hand: exactly one header with exactly the scheme `Bearer` is accepted, where the typed
//! header of the crate `headers` takes the first of several.

use super::Service;
use crate::access::{AuthenticationError, CommitteeSet, Permission, Principal, SessionSecret};
use crate::api::feed::{self, Recipients, Subscription};
use crate::api::problem::{Problem, ProblemKind};
use crate::query::clearances::ClearanceByCommittee;
use crate::query::events::{Audience, EventFilter, EventReader};
use crate::query::statistics::StatisticsCache;
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use minutebook_domain::Position;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::Log;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// An authenticated reader. Without a token, the reader is the public.
#[derive(Clone)]
pub struct Reader {
    principal: Principal,
    clearances: ClearanceByCommittee,
    service: Service,
}

impl Reader {
    pub(super) fn new(principal: Principal, service: &Service) -> Self {
        let committees = committees(&principal);
        let audited = committees.keys().filter(|code| principal.may_in(Permission::Audit, code)).cloned().collect();
        let clearances = ClearanceByCommittee::new(principal.clearance_everywhere(), committees)
            .with_audit(principal.may_everywhere(Permission::Audit), audited);
        Self { principal, clearances, service: service.clone() }
    }

    /// The principal of the token.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What the reader may see, committee by committee.
    pub fn clearances(&self) -> &ClearanceByCommittee {
        &self.clearances
    }

    /// The log, unredacted. A handler passes it to a query together with [`Reader::clearances`].
    pub fn log(&self) -> &Log {
        self.service.inner.recorder.log()
    }

    /// What is kept for statistics. It is of all clearances.
    pub(crate) fn statistics_cache(&self) -> &StatisticsCache {
        &self.service.inner.statistics_cache
    }

    /// The events, redacted for an audience.
    pub(crate) fn events(&self) -> &EventReader {
        self.service.inner.feed.events()
    }

    /// Returns the last position up to `position` that the reader may know.
    pub(crate) async fn last_known(&self, position: Position) -> Result<Position, Problem> {
        Ok(self.events().last_known(position, &self.audience()).await?)
    }

    /// What decides the answers: readers with equal audiences get equal answers.
    pub(crate) fn audience(&self) -> Audience {
        Audience { clearances: self.clearances.clone(), reads_tokens: self.principal.may_everywhere(Permission::Audit) }
    }

    /// Subscribes to the live feed after a position. The feed checks the token in `headers` again from time to time.
    pub(in crate::api) fn follow(
        &self,
        headers: &HeaderMap,
        filter: EventFilter,
        after: Position,
        disclosures: bool,
    ) -> mpsc::Receiver<Bytes> {
        // Copies: the request's own header values keep the whole read buffer alive.
        let presented = [header::AUTHORIZATION, header::COOKIE].into_iter().flat_map(|name| {
            let values =
                headers.get_all(&name).iter().filter_map(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
            values.map(|value| (name.clone(), value)).collect::<Vec<_>>()
        });
        let headers: HeaderMap = presented.collect();
        let (service, principal) = (self.service.clone(), self.principal.clone());
        let is_still_admitted = move || {
            let (service, principal, headers) = (service.clone(), principal.clone(), headers.clone());
            async move { service.authenticate(&headers).await.is_ok_and(|admitted| admitted == principal) }
        };
        let has_token = !self.principal.is_anonymous();
        let recipients = Recipients { audience: self.audience(), disclosures };
        let subscription = Subscription { has_token, is_still_admitted, recipients, filter, after };
        feed::follow(self.service.inner.feed.clone(), subscription)
    }
}

/// The committees that the rights name, with the principal's clearance in each.
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
        // A layer before the handler may have authenticated already.
        if let Some(reader) = parts.extensions.get::<Self>() {
            return Ok(reader.clone());
        }
        service.reader(&parts.headers).await
    }
}

impl Service {
    /// Authenticates a request as a reader.
    pub(in crate::api) async fn reader(&self, headers: &HeaderMap) -> Result<Reader, Problem> {
        Ok(Reader::new(self.authenticate(headers).await?, self))
    }

    /// The principal of the bearer token (RFC 6750), or of the browser's session, or the public if the request has neither. A
    /// session that has ended is none.
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Principal, Problem> {
        let token = bearer_token(headers).map_err(|NotBearer| unauthorized())?;
        if token.is_none()
            && let Some(session) = session_of(headers)
        {
            let found = self.inner.sessions.principal(&session).await.map_err(|refusal| refused(&refusal))?;
            return Ok(found.unwrap_or_else(Principal::anonymous));
        }
        self.inner.authenticator.authenticate(token).await.map_err(|refusal| refused(&refusal))
    }
}

/// `Authorization` does not hold exactly one bearer token.
#[derive(Debug)]
pub(crate) struct NotBearer;

/// Returns the bearer token of a request; none without `Authorization`. The scheme may have any case, and spaces may stand
/// round the token.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, NotBearer> {
    let mut presented = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = presented.next() else { return Ok(None) };
    let bearer = value.to_str().ok().and_then(|value| value.trim().split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = bearer.map(|(_, token)| token.trim()).filter(|_| presented.next().is_none());
    token.map(Some).ok_or(NotBearer)
}

/// The names of the cookie of a session: over TLS, and for a server on the same machine.
pub(crate) const SESSION_COOKIES: [&str; 2] = ["__Host-minutebook", "minutebook-local"];

/// Returns the secret of the browser's session, if the request has one.
pub(crate) fn session_of(headers: &HeaderMap) -> Option<SessionSecret> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| SESSION_COOKIES.contains(name)).and_then(|(_, value)| SessionSecret::parse(value))
}

/// The same answer for every bad token; the reason goes to the log.
fn refused(refusal: &AuthenticationError) -> Problem {
    tracing::info!(reason = %refusal, "a token was not accepted");
    if refusal.is_temporary() {
        let detail = "the server cannot check the token at present";
        return Problem::new(ProblemKind::Unavailable, detail).with_retry_after(1);
    }
    unauthorized()
}

fn unauthorized() -> Problem {
    Problem::new(ProblemKind::Unauthorized, "the token in `Authorization` is not valid")
        .with_accepted("`Bearer` and a valid token, or no `Authorization` for public access")
        .with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"minutebook\", error=\"invalid_token\""),
        )
}
