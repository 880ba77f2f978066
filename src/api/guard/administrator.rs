//! An administrator, and the webhooks that only an administrator manages.

use super::writer::{anonymous, forbidden};
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

/// A principal with the permission to administer every committee.
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
            return Err(anonymous("this route needs an administrator's token"));
        }
        if !principal.may_everywhere(Permission::Administer) {
            return Err(forbidden("this token does not permit administration"));
        }
        Ok(Self { principal, service: service.clone() })
    }
}

/// The webhook that a request asks for. `None` stands for all committees, or all types.
pub(in crate::api) struct NewWebhook {
    pub(in crate::api) url: String,
    pub(in crate::api) clearance: Classification,
    pub(in crate::api) committees: Option<Vec<CommitteeCode>>,
    pub(in crate::api) types: Option<Vec<String>>,
}

impl Administrator {
    /// Creates a webhook, or returns the webhook that this administrator created with the same key. Its clearance
    /// is at most the administrator's own.
    pub(in crate::api) async fn create_webhook(&self, key: &str, new: NewWebhook) -> Result<Webhook, Problem> {
        self.check(&new).await?;
        let NewWebhook { url, clearance, committees, types } = new;
        let (created_by, creator) = (self.principal.name().to_owned(), self.principal.identity().cloned());
        let definition = WebhookDefinition { url, clearance, committees, types, created_by, creator };
        let id = format!("wh_{}", &self.principal.own_key(key)[..24]);
        Ok(webhooks::create(self.log(), &id, definition, &self.service.inner.webhooks).await?)
    }

    pub(in crate::api) async fn list_webhooks(&self) -> Result<Vec<Webhook>, Problem> {
        Ok(webhooks::list(self.log()).await?)
    }

    pub(in crate::api) async fn find_webhook(&self, id: &str) -> Result<Webhook, Problem> {
        webhooks::find(self.log(), id).await?.ok_or_else(|| no_webhook(id))
    }

    pub(in crate::api) async fn delete_webhook(&self, id: &str) -> Result<(), Problem> {
        if self.log().remove_webhook(id).await? { Ok(()) } else { Err(no_webhook(id)) }
    }

    /// Clears the failures and retries at once, from the position that the webhook reached.
    pub(in crate::api) async fn enable_webhook(&self, id: &str) -> Result<Webhook, Problem> {
        if self.log().enable_webhook(id).await? { self.find_webhook(id).await } else { Err(no_webhook(id)) }
    }

    async fn check(&self, new: &NewWebhook) -> Result<(), Problem> {
        let names: Vec<&str> = Event::catalogue().filter(|(kind, _)| *kind != "token").map(|(_, name)| name).collect();
        if let Some(unknown) = new.types.iter().flatten().find(|name| !names.contains(&name.as_str())) {
            let problem = Problem::unprocessable(format!("`{unknown}` is not an event type"));
            return Err(problem.with_field("types").with_accepted(names.join(", ")));
        }
        for code in new.committees.iter().flatten() {
            if self.log().version(&StreamId::Committee(code.clone())).await?.number() == 0 {
                let problem = Problem::unprocessable(format!("the ledger has no committee `{code}`"));
                return Err(problem.with_field("committees"));
            }
        }
        let is_permitted = match &new.committees {
            None => self.principal.clearance_everywhere().permits(new.clearance),
            Some(codes) => codes.iter().all(|code| self.principal.clearance_in(code).permits(new.clearance)),
        };
        let detail = || format!("this token does not permit reading {} texts", new.clearance);
        if is_permitted { Ok(()) } else { Err(forbidden(&detail())) }
    }

    fn log(&self) -> &Log {
        self.service.inner.recorder.log()
    }
}

fn no_webhook(id: &str) -> Problem {
    Problem::not_found(format!("there is no webhook `{id}`"))
}
