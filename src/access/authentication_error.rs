//! Why someone was not let in.

use super::jwt_fault::JwtFault;
use minutebook_domain::reference::TokenId;

/// Why what was presented is not accepted. It is for the ledger's own log: whoever presented it is told only that it
/// was not accepted, the same whatever the reason. It never repeats what was presented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// It has neither the form of a token nor that of a JWT.
    #[error("what was presented is no token: one such as `mb_…`, of 39 characters, was expected")]
    NotAToken,
    /// It has a token's form, and its checksum does not fit: it was mistyped, or made up.
    #[error("the token's checksum is wrong: it was mistyped, or made up")]
    WrongChecksum,
    /// The ledger did not issue it.
    #[error("the token was not issued by this ledger")]
    Unknown,
    /// It was revoked.
    #[error("token {0} is revoked")]
    Revoked(TokenId),
    /// It will be accepted later.
    #[error("token {0} is not accepted yet")]
    NotYetValid(TokenId),
    /// It was accepted until now.
    #[error("token {0} has expired")]
    Expired(TokenId),
    /// It is a JWT that is not accepted.
    #[error("the JWT is not accepted: {0}")]
    Jwt(#[from] JwtFault),
    /// Whether it is to be accepted cannot be found out at present. This alone is no answer of 401.
    #[error("what was presented cannot be checked at present: {0}")]
    Unavailable(String),
}

impl AuthenticationError {
    /// Whether the same thing may be accepted a moment later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
