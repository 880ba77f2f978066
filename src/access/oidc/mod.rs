//! JWTs of an OpenID provider: access tokens in the form of RFC 9068, checked as RFC 8725 has it.
//!
//! The provider is known by its issuer alone; where its keys are it says itself (`discovery.rs`). RowSelection algorithm a key is
//! for follows from the key (`keys.rs`), never from the token. What the claims amount to is configured (`config.rs`).

mod claims;
mod config;
mod key_cache;

mod keys;
mod provider;

pub use config::{OidcConfig, OidcConfigError, RightConfig};

pub(super) use provider::claimed_issuer;
pub use provider::{OidcProvider, OidcProviderError};
