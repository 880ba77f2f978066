//! Tokens are issued and revoked: each time an event of the book.

use super::{Role, TokenSecret};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::reference::{CommitteeCode, Name, TokenId};
use minutebook_domain::token::{TokenIssued, TokenRevoked};
use minutebook_domain::{Event, StreamId};
use minutebook_ledger::{Command, Envelope, NoEntropy, Receipt, RecordError, Recorder, Request};

/// What a new token is to permit.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Whose it is, and by which name what is done with it is recorded.
    pub name: Name,
    /// What its bearer may do.
    pub roles: Vec<Role>,
    /// The highest classification that its bearer may read.
    pub clearance: Classification,
    /// The committees whose record it opens; all of them if none.
    pub committees: Option<Vec<CommitteeCode>>,
    /// From when it is accepted; at once if none.
    pub valid_from: Option<DateTime<Utc>>,
    /// From when it is no longer accepted; never if none.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token that was issued. The secret is in memory here, and nowhere else.
#[derive(Debug)]
pub struct IssuedToken {
    /// What it is known by.
    pub id: TokenId,
    /// The token itself.
    pub secret: TokenSecret,
    /// Where the event stands.
    pub receipt: Receipt,
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// There was no randomness to make one of.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// It was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Makes a token and records that it was issued.
pub async fn issue(recorder: &Recorder, grant: Grant, envelope: Envelope) -> Result<IssuedToken, IssueError> {
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
    let receipt = record(recorder, stream, Event::Token(event.into()), envelope).await?;
    Ok(IssuedToken { id, secret, receipt })
}

/// Records that a token is no longer accepted; `compromised` if someone else may have had it.
pub async fn revoke(
    recorder: &Recorder,
    id: TokenId,
    compromised: bool,
    envelope: Envelope,
) -> Result<Receipt, RecordError> {
    let event = Event::Token(TokenRevoked { compromised }.into());
    record(recorder, StreamId::Token(id), event, envelope).await
}

async fn record(
    recorder: &Recorder,
    stream: StreamId,
    event: Event,
    envelope: Envelope,
) -> Result<Receipt, RecordError> {
    let commands = vec![Command::Record { stream, event, source: None }];
    recorder.record(&Request { commands, envelope, expected: None }).await
}
