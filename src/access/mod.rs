//! Who may do what: authentication by tokens and JWTs, roles, and clearances.
//!
//! Every request acts as a [`Principal`]. Without a token it is the anonymous one, which reads what is WHITE. This module
//! knows nothing of HTTP: it takes the presented token as text and returns a principal or an [`AuthenticationError`].

mod authentication_error;
mod authenticator;
mod issuing;
mod jwt_fault;
pub mod oidc;
mod permission;
mod principal;
mod sessions;
mod token_register;
mod token_secret;
mod tokens;

pub use authentication_error::{AuthenticationError, CheckFailure};
pub use authenticator::Authenticator;
pub use issuing::{Grant, IssueError, IssuedToken, issue, revoke};
pub use jwt_fault::JwtFault;
pub use minutebook_domain::token::Role;
pub use permission::{Permission, ROLE_PERMISSIONS};
pub(crate) use principal::CallerIdentity;
pub use principal::{CommitteeSet, Principal, Right};
pub use sessions::{SessionSecret, Sessions, SignInError};
pub use token_register::{TokenEntry, TokenRegister, TokenStatus};
pub use token_secret::TokenSecret;
pub use tokens::Tokens;
