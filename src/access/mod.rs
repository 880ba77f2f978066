//! Who may do what: tokens of the ledger, JWTs of a provider, roles, clearances.
//!
//! Whoever asks is a [`Principal`]. Without a token it is the anonymous one, which reads what is WHITE. Nothing here
//! knows of HTTP: what is presented comes in as text, and a [`AuthenticationError`] goes out.

mod authentication_error;
mod authenticator;
mod issuing;
mod jwt_fault;
pub mod oidc;
mod permission;
mod principal;
mod token_register;
mod token_secret;
mod tokens;

pub use authentication_error::AuthenticationError;
pub use authenticator::Authenticator;
pub use issuing::{Grant, IssueError, IssuedToken, issue, revoke};
pub use jwt_fault::JwtFault;
pub use minutebook_domain::token::Role;
pub use permission::{Permission, ROLE_PERMISSIONS};
pub use principal::{CommitteeSet, Identity, Principal, Right};
pub use token_register::{TokenEntry, TokenRegister, TokenStatus};
pub use token_secret::TokenSecret;
pub use tokens::Tokens;
