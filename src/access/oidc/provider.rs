//! A trusted provider: verifies its JWTs.

use super::claims::{self, Claims};
use super::config::{OidcConfig, OidcConfigError};
use super::key_cache::KeyCache;
use super::keys::VerificationKey;
use crate::access::authentication_error::AuthenticationError;
use crate::access::jwt_fault::JwtFault;
use crate::access::principal::Principal;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Validation, decode, decode_header};
use minutebook_ledger::Clock;
use std::collections::HashSet;
use std::sync::Arc;

/// The longest accepted JWT, in bytes.
const MAX_JWT_BYTES: usize = 16 * 1024;

/// A provider whose access tokens are accepted. Cheap to clone; the clones share the cached keys.
#[derive(Clone)]
pub struct OidcProvider {
    config: Arc<OidcConfig>,
    keys: Arc<KeyCache>,
    clock: Arc<dyn Clock>,
}

/// A provider that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OidcProviderError {
    /// Its configuration is unsafe.
    #[error(transparent)]
    Config(#[from] OidcConfigError),
    /// The HTTP client for its keys cannot be built.
    #[error("cannot build the HTTP client for OpenID providers: {0}")]
    Client(#[from] reqwest::Error),
}

impl OidcProvider {
    /// Checks the configuration. Keys are fetched with the first token.
    pub fn new(config: OidcConfig, clock: Arc<dyn Clock>) -> Result<Self, OidcProviderError> {
        config.check()?;
        let keys = Arc::new(KeyCache::new(&config.issuer)?);
        Ok(Self { config: Arc::new(config), keys, clock })
    }

    /// The provider's own name, as in `iss`.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Verifies a JWT and returns its bearer.
    pub async fn authenticate(&self, presented: &str) -> Result<Principal, AuthenticationError> {
        if presented.len() > MAX_JWT_BYTES {
            return Err(JwtFault::TooLong(MAX_JWT_BYTES).into());
        }
        let now = self.clock.now();
        let id = self.key_id(presented)?;
        let keys = self.keys.keys_for(&id, self.clock.monotonic()).await.map_err(AuthenticationError::unavailable)?;
        let key = keys.iter().find(|key| key.id == id).ok_or(JwtFault::UnknownKey)?;
        let claims = verify_signature(key, presented)?;
        Ok(claims::admit(&self.config, &claims, now)?)
    }

    /// Checks the header and returns its key id. The header is not verified yet.
    fn key_id(&self, presented: &str) -> Result<String, JwtFault> {
        if presented.split('.').count() != 3 {
            return Err(JwtFault::Malformed);
        }
        let header = decode_header(presented).map_err(|_| JwtFault::Malformed)?;
        if header.crit.is_some() {
            return Err(JwtFault::Critical);
        }
        // RFC 7515, section 4.1.9: the prefix `application/` is optional.
        let given = header.typ.unwrap_or_default().to_ascii_lowercase();
        let given = given.strip_prefix("application/").unwrap_or(&given);
        if !self.config.token_types.iter().any(|accepted| accepted.eq_ignore_ascii_case(given)) {
            return Err(JwtFault::WrongType);
        }
        header.kid.ok_or(JwtFault::NoKey)
    }
}

/// Returns the unverified `iss` of a JWT.
pub(in super::super) fn claimed_issuer(presented: &str) -> Option<String> {
    let claims: Claims = insecure_decode_claims(presented.get(..MAX_JWT_BYTES).unwrap_or(presented)).ok()?;
    Some(claims.get("iss")?.as_str()?.to_owned())
}

/// Returns the claims if `key` signed them with one of its own algorithms.
fn verify_signature(key: &VerificationKey, presented: &str) -> Result<Claims, JwtFault> {
    let header = decode_header(presented).map_err(|_| JwtFault::Malformed)?;
    if !key.algorithms.contains(&header.alg) {
        return Err(JwtFault::WrongAlgorithm);
    }
    // The library verifies the signature only. Its checks of claims use the machine's clock and pass a token that lacks
    // the claim; `claims.rs` checks them.
    let mut validation = Validation::new(header.alg);
    validation.algorithms.clone_from(&key.algorithms);
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let decoded = decode::<Claims>(presented, &key.decoding, &validation);
    decoded.map(|decoded| decoded.claims).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::Json(_) => JwtFault::Malformed,
        _ => JwtFault::WrongSignature,
    })
}
