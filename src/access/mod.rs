//! Who may do what: tokens of the ledger, JWTs of a provider, roles, clearances.
//!
//! Whoever asks is a [`Principal`]. Without a token it is the anonymous one, which reads what is WHITE. Nothing here
//! knows of HTTP: what is presented comes in as text, and a [`Refusal`] goes out.

mod gate;
mod issuing;
pub mod oidc;
mod permission;
mod principal;
mod refusal;
mod register;
mod secret;
mod tokens;

pub use gate::Gate;
pub use issuing::{Grant, IssueError, Issued, issue, revoke};
pub use minutebook_domain::token::Role;
pub use permission::{PERMITTED, Permission};
pub use principal::{Committees, Identity, Principal, Right};
pub use refusal::Refusal;
pub use register::{Register, Standing, TokenEntry};
pub use secret::Secret;
pub use tokens::Tokens;
