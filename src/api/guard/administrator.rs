//! Someone who sees to the ledger itself.

use super::writer::{anonymous, forbidden, own_key};
use super::{Reader, Service};
use crate::access::{Permission, Principal};
use crate::api::problem::Problem;
use crate::webhooks::{self, Webhook, WebhookDefinition};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Event, StreamId};
use minutebook_ledger::Log;

/// An administrator of the whole ledger, whose token was checked.
#[derive(Clone)]
pub struct Administrator {
    principal: Principal,
    service: Service,
}

impl FromRequestParts<Service> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let reader = Reader::from_request_parts(parts, service).await?;
        let principal = reader.principal().clone();
        if principal.is_anonymous() {
            return Err(anonymous("whoever sees to the ledger presents a token"));
        }
        if !principal.may_everywhere(Permission::Administer) {
            return Err(forbidden("this token does not let its bearer administer the ledger"));
        }
        Ok(Self { principal, service: service.clone() })
    }
}

/// What a webhook is to be.
pub(in crate::api) struct Wanted {
    pub(in crate::api) url: String,
    pub(in crate::api) clearance: Classification,
    pub(in crate::api) committees: Option<Vec<CommitteeCode>>,
    pub(in crate::api) types: Option<Vec<String>>,
}

impl Administrator {
    /// Makes a webhook; under the same key of theirs, it is the same one. It is sent nothing that they may not read.
    pub(in crate::api) async fn make_webhook(&self, key: &str, wanted: Wanted) -> Result<Webhook, Problem> {
        self.check(&wanted).await?;
        let Wanted { url, clearance, committees, types } = wanted;
        let created_by = self.principal.name().to_owned();
        let definition = WebhookDefinition { url, clearance, committees, types, created_by };
        let id = format!("wh_{}", &own_key(&self.principal, key)[..24]);
        Ok(webhooks::create(self.log(), &id, definition, &self.service.inner.webhooks).await?)
    }

    /// All webhooks.
    pub(in crate::api) async fn webhooks(&self) -> Result<Vec<Webhook>, Problem> {
        Ok(webhooks::list(self.log()).await?)
    }

    /// The webhook with this id.
    pub(in crate::api) async fn webhook(&self, id: &str) -> Result<Webhook, Problem> {
        webhooks::find(self.log(), id).await?.ok_or_else(|| no_webhook(id))
    }

    /// Removes it: nothing more is sent.
    pub(in crate::api) async fn remove_webhook(&self, id: &str) -> Result<(), Problem> {
        if self.log().remove_webhook(id).await? { Ok(()) } else { Err(no_webhook(id)) }
    }

    /// Has it tried again at once, from where it came to.
    pub(in crate::api) async fn enable_webhook(&self, id: &str) -> Result<Webhook, Problem> {
        if self.log().enable_webhook(id).await? { self.webhook(id).await } else { Err(no_webhook(id)) }
    }

    async fn check(&self, wanted: &Wanted) -> Result<(), Problem> {
        let names: Vec<&str> = Event::catalogue().filter(|(kind, _)| *kind != "token").map(|(_, name)| name).collect();
        if let Some(unknown) = wanted.types.iter().flatten().find(|name| !names.contains(&name.as_str())) {
            let problem = Problem::unprocessable(format!("`{unknown}` is no type of event"));
            return Err(problem.of_field("types").accepted(names.join(", ")));
        }
        for code in wanted.committees.iter().flatten() {
            if self.log().version(&StreamId::Committee(code.clone())).await?.number() == 0 {
                let problem = Problem::unprocessable(format!("there is no committee `{code}` in the ledger"));
                return Err(problem.of_field("committees"));
            }
        }
        let may = match &wanted.committees {
            None => self.principal.clearance_everywhere().permits(wanted.clearance),
            Some(codes) => codes.iter().all(|code| self.principal.clearance_in(code).permits(wanted.clearance)),
        };
        let detail = || format!("this token does not let its bearer read what is {}", wanted.clearance);
        if may { Ok(()) } else { Err(forbidden(&detail())) }
    }

    fn log(&self) -> &Log {
        self.service.inner.recorder.log()
    }
}

fn no_webhook(id: &str) -> Problem {
    Problem::not_found(format!("there is no webhook `{id}`"))
}
