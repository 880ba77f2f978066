//! Issues and revokes tokens. Both are events of the ledger.

use super::token_secret::TokenSecret;
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::reference::{CommitteeCode, Name, TokenId};
use minutebook_domain::token::{Role, TokenIssued, TokenRevoked};
use minutebook_domain::{Event, RequestMetadata, StreamId};
use minutebook_ledger::{Command, NoEntropy, Receipt, RecordError, Recorder, Request};

/// What a new token permits.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The bearer's name; it becomes the actor of what they record.
    pub name: Name,
    /// The bearer's roles.
    pub roles: Vec<Role>,
    /// The highest classification that the bearer may read.
    pub clearance: Classification,
    /// The committees that the token opens; `None` for all.
    pub committees: Option<Vec<CommitteeCode>>,
    /// The start of validity, inclusive; `None` for at once.
    pub valid_from: Option<DateTime<Utc>>,
    /// The end of validity, exclusive; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A new token. Its secret exists in memory only.
#[derive(Debug)]
pub struct IssuedToken {
    /// The public id, by which the token is listed and revoked.
    pub id: TokenId,
    /// The secret to hand to the bearer.
    pub secret: TokenSecret,
    /// The receipt of the recorded event.
    pub receipt: Receipt,
}

/// A token that was not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The system gave no random bytes for the secret.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The event was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Makes a token and records that it is issued.
pub async fn issue(recorder: &Recorder, grant: Grant, metadata: RequestMetadata) -> Result<IssuedToken, IssueError> {
    let environment = recorder.log().environment();
    let secret = TokenSecret::generate(environment)?;
    let mut random = [0; 6];
    environment.entropy.fill(&mut random)?;
    let id = TokenId::from_random(random);
    let stream = StreamId::Token(id.clone());
    let event = TokenIssued {
        id: id.clone(),
        name: Classified::new(stream.classification(), grant.name),
        sha256: secret.hash(),
        roles: grant.roles,
        clearance: grant.clearance,
        committees: grant.committees,
        valid_from: grant.valid_from,
        expires_at: grant.expires_at,
    };
    let receipt = record(recorder, stream, Event::Token(event.into()), metadata).await?;
    Ok(IssuedToken { id, secret, receipt })
}

/// Records that a token is revoked. `compromised` says that another person may have had it.
pub async fn revoke(
    recorder: &Recorder,
    id: TokenId,
    compromised: bool,
    metadata: RequestMetadata,
) -> Result<Receipt, RecordError> {
    let event = Event::Token(TokenRevoked { compromised }.into());
    record(recorder, StreamId::Token(id), event, metadata).await
}

async fn record(
    recorder: &Recorder,
    stream: StreamId,
    event: Event,
    metadata: RequestMetadata,
) -> Result<Receipt, RecordError> {
    let commands = vec![Command::Record { stream, event, source: None, classification: None }];
    recorder.record(&Request { commands, metadata, expected: None, planned: false }).await
}
