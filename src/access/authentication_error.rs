//! Why a presented token is not accepted.

use super::jwt_fault::JwtFault;
use minutebook_domain::reference::TokenId;
use std::error::Error;
use std::sync::Arc;

/// Why a presented token is not accepted. The reason goes to the server's log only: the client receives the same answer
/// whatever the reason is. No message repeats the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// The text is neither a token of the ledger nor a JWT.
    #[error("not a token: expected 39 characters such as `mb_…`")]
    NotAToken,
    /// The text looks like a token of the ledger, but its checksum is wrong.
    #[error("wrong checksum: the token is mistyped or invented")]
    WrongChecksum,
    /// The ledger never issued the token.
    #[error("the ledger did not issue this token")]
    Unknown,
    /// The token was revoked.
    #[error("token {0} is revoked")]
    Revoked(TokenId),
    /// The token's `valid_from` is in the future.
    #[error("token {0} is not valid yet")]
    NotYetValid(TokenId),
    /// The token's `expires_at` has passed.
    #[error("token {0} has expired")]
    Expired(TokenId),
    /// The JWT is invalid.
    #[error("invalid JWT: {0}")]
    Jwt(#[from] JwtFault),
    /// The token cannot be checked now. The only reason that is answered 503 and not 401.
    #[error("the token cannot be checked now: {0}")]
    Unavailable(#[source] CheckFailure),
}

impl AuthenticationError {
    /// Wraps the failure of the store or of a provider.
    pub(super) fn unavailable(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Unavailable(CheckFailure(Arc::new(cause)))
    }

    /// Returns whether the same token may be accepted a moment later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// The failure that prevents a check. Two are equal only if they are clones of one failure.
#[derive(Debug, Clone, thiserror::Error)]
#[error(transparent)]
pub struct CheckFailure(Arc<dyn Error + Send + Sync>);

impl PartialEq for CheckFailure {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for CheckFailure {}
