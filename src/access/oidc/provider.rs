//! One provider, and whom its tokens let in.

use super::claims::{self, Claims};
use super::config::{OidcConfig, OidcConfigError};
use super::key_cache::Keys;
use super::keys::Key;
use crate::access::jwt_fault::JwtFault;
use crate::access::{AuthenticationError, Principal};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Validation, decode, decode_header};
use minutebook_ledger::Clock;
use std::collections::HashSet;
use std::sync::Arc;

/// Bytes of a JWT.
const LONGEST: usize = 16 * 1024;

/// A provider whose access tokens are accepted. Cheap to clone; the clones share the keys.
#[derive(Clone)]
pub struct OidcProvider {
    config: Arc<OidcConfig>,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
}

/// Why a provider cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum OidcProviderError {
    /// It is configured in a way that is not accepted.
    #[error(transparent)]
    Config(#[from] OidcConfigError),
    /// The client that is to ask it for its keys does not come up.
    #[error("no requests can be made to an OpenID provider: {0}")]
    Client(#[from] reqwest::Error),
}

impl OidcProvider {
    /// The provider that `config` names. It is first asked for its keys when a token of it is presented.
    pub fn new(config: OidcConfig, clock: Arc<dyn Clock>) -> Result<Self, OidcProviderError> {
        config.check()?;
        let keys = Arc::new(Keys::new(&config.issuer)?);
        Ok(Self { config: Arc::new(config), keys, clock })
    }

    /// The provider's name for itself.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Whom the JWT that is presented lets in.
    pub async fn authenticate(&self, presented: &str) -> Result<Principal, AuthenticationError> {
        if presented.len() > LONGEST {
            return Err(JwtFault::TooLong(LONGEST).into());
        }
        let now = self.clock.now();
        let id = self.key_named(presented)?;
        let keys =
            self.keys.with(&id, now).await.map_err(|error| AuthenticationError::Unavailable(error.to_string()))?;
        let key = keys.iter().find(|key| key.id == id).ok_or(JwtFault::UnknownKey)?;
        let claims = signed_by(key, presented)?;
        Ok(claims::admit(&self.config, &claims, now)?)
    }

    /// The key that the header names, if the header is one that is accepted. Nothing of it is believed yet.
    fn key_named(&self, presented: &str) -> Result<String, JwtFault> {
        if presented.split('.').count() != 3 {
            return Err(JwtFault::Malformed);
        }
        let header = decode_header(presented).map_err(|_| JwtFault::Malformed)?;
        if header.crit.is_some() {
            return Err(JwtFault::Critical);
        }
        // RFC 7515, section 4.1.9: `application/` may be left out.
        let given = header.typ.unwrap_or_default().to_ascii_lowercase();
        let given = given.strip_prefix("application/").unwrap_or(&given);
        if !self.config.token_types.iter().any(|accepted| accepted.eq_ignore_ascii_case(given)) {
            return Err(JwtFault::WrongType);
        }
        header.kid.ok_or(JwtFault::NoKey)
    }
}

/// Whom the JWT claims to be of. Nothing of it is believed yet.
pub(in super::super) fn claimed_issuer(presented: &str) -> Option<String> {
    let claims: Claims = insecure_decode_claims(presented.get(..LONGEST).unwrap_or(presented)).ok()?;
    Some(claims.get("iss")?.as_str()?.to_owned())
}

/// The claims, if `key` signed them by an algorithm that it is for.
fn signed_by(key: &Key, presented: &str) -> Result<Claims, JwtFault> {
    let header = decode_header(presented).map_err(|_| JwtFault::Malformed)?;
    if !key.algorithms.contains(&header.alg) {
        return Err(JwtFault::WrongAlgorithm);
    }
    // The library is asked about the signature alone. Its checks of claims go by the machine's clock, and let a token
    // through that lacks what it is told to check.
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
