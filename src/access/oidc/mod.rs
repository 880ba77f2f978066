//! Authentication by access tokens of an OpenID provider: JWTs after RFC 9068, verified after RFC 8725.
//!
//! A provider is configured by its issuer (`config.rs`) and publishes its keys (`key_cache.rs`). The key, never the token,
//! decides the algorithm of a signature (`keys.rs`). `claims.rs` turns the claims into rights.

mod claims;
mod config;
mod key_cache;
mod keys;
mod provider;

pub use config::{OidcConfig, OidcConfigError, RightConfig};
pub(super) use provider::claimed_issuer;
pub use provider::{OidcProvider, OidcProviderError};
