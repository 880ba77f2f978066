//! The one door: whatever is presented, by whoever comes.

use super::jwt_fault::JwtFault;
use super::oidc::OidcProvider;
use super::token_secret::PREFIX;
use super::{AuthenticationError, Principal, Tokens};
use std::sync::Arc;

/// Lets in whoever presents a token of the ledger or of a provider that is trusted. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    tokens: Tokens,
    providers: Arc<[OidcProvider]>,
}

impl Authenticator {
    /// A gate for the ledger's own tokens and those of these providers.
    pub fn new(tokens: Tokens, providers: Vec<OidcProvider>) -> Self {
        Self { tokens, providers: providers.into() }
    }

    /// The ledger's own tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Whom it lets in: the anonymous reader if nothing is presented, else the bearer of what is. Something that is not
    /// accepted makes nobody anonymous: it is refused.
    pub async fn authenticate(&self, presented: Option<&str>) -> Result<Principal, AuthenticationError> {
        let Some(presented) = presented else { return Ok(Principal::anonymous()) };
        if presented.starts_with(PREFIX) {
            return self.tokens.authenticate(presented).await;
        }
        if self.providers.is_empty() || presented.matches('.').count() != 2 {
            return Err(AuthenticationError::NotAToken);
        }
        self.provider_of(presented)?.authenticate(presented).await
    }

    /// The provider that the JWT claims to be of. It checks the claim.
    fn provider_of(&self, presented: &str) -> Result<&OidcProvider, JwtFault> {
        if let [only] = &*self.providers {
            return Ok(only);
        }
        let issuer = super::oidc::claimed_issuer(presented).ok_or(JwtFault::Malformed)?;
        self.providers.iter().find(|provider| provider.issuer() == issuer).ok_or(JwtFault::WrongIssuer)
    }
}
