//! A webhook: its definition, its secret and its progress.

use super::error::WebhookError;
use super::signature::SigningSecret;
use crate::query::clearances::ClearanceByCommittee;
use crate::query::events::{Audience, EventView};
use chrono::{DateTime, Utc};
use minutebook_domain::SenderIdentity;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{DeliveryProgress, Lease, StoredWebhook};
use serde::{Deserialize, Serialize};

/// Where events are sent, and which.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDefinition {
    /// The receiver's address.
    pub url: String,
    /// The highest classification that is sent.
    pub clearance: Classification,
    /// The committees whose events are sent; `None` for all.
    pub committees: Option<Vec<CommitteeCode>>,
    /// The event types that are sent; `None` for all.
    pub types: Option<Vec<String>>,
    /// The name of the administrator who created it.
    pub created_by: String,
    /// What authenticated that administrator. It tells two people of one name apart.
    pub creator: Option<SenderIdentity>,
}

impl WebhookDefinition {
    /// The audience that events are redacted for. Token events are never sent, and about other committees the receiver
    /// learns what is WHITE only.
    pub(super) fn audience(&self) -> Audience {
        let clearance = Clearance::up_to(self.clearance);
        let public = ClearanceByCommittee::public().everywhere();
        let clearances = match &self.committees {
            None => clearance.into(),
            Some(codes) => {
                ClearanceByCommittee::new(public, codes.iter().map(|code| (code.clone(), clearance)).collect())
            }
        };
        Audience { clearances, reads_tokens: false }
    }

    /// Returns whether the event's committee and type are selected.
    pub(super) fn selects(&self, event: &EventView) -> bool {
        let of = |codes: &Vec<CommitteeCode>| event.stream.committee().is_some_and(|code| codes.contains(code));
        self.types.as_ref().is_none_or(|types| types.iter().any(|selected| selected == event.event_type))
            && self.committees.as_ref().is_none_or(of)
    }
}

/// A webhook and its progress.
#[derive(Clone)]
pub struct Webhook {
    /// The id in the API.
    pub id: String,
    /// The receiver and the selected events.
    pub definition: WebhookDefinition,
    /// The secret that messages are signed with.
    pub secret: SigningSecret,
    /// The time of creation.
    pub created_at: DateTime<Utc>,
    /// The position and the failures so far.
    pub progress: DeliveryProgress,
    pub(super) lease: Option<Lease>,
}

/// The part of a webhook that the database stores as JSON and never changes.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredDefinition {
    #[serde(flatten)]
    pub(super) definition: WebhookDefinition,
    pub(super) secret: SigningSecret,
    pub(super) created_at: DateTime<Utc>,
}

impl Webhook {
    /// Parses a row of the database.
    pub(super) fn from_row(row: StoredWebhook) -> Result<Self, WebhookError> {
        let StoredWebhook { id, definition, progress, lease } = row;
        let Ok(StoredDefinition { definition, secret, created_at }) = serde_json::from_str(&definition) else {
            return Err(WebhookError::Unreadable(id));
        };
        Ok(Self { id, definition, secret, created_at, progress, lease })
    }
}
