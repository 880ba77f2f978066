//! The entry point of authentication: from a presented token to a principal.

use super::authentication_error::AuthenticationError;
use super::jwt_fault::JwtFault;
use super::oidc::{OidcProvider, claimed_issuer};
use super::principal::Principal;
use super::token_secret::PREFIX;
use super::tokens::Tokens;
use std::sync::Arc;

/// Authenticates tokens of the ledger and JWTs of trusted providers. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    tokens: Tokens,
    providers: Arc<[OidcProvider]>,
}

impl Authenticator {
    /// Trusts the ledger's own tokens and these providers.
    pub fn new(tokens: Tokens, providers: Vec<OidcProvider>) -> Self {
        Self { tokens, providers: providers.into() }
    }

    /// The ledger's own tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Returns the token's bearer, or the anonymous principal if no token is presented. A token that is not accepted is an
    /// error, never anonymous access.
    pub async fn authenticate(&self, presented: Option<&str>) -> Result<Principal, AuthenticationError> {
        let Some(presented) = presented else { return Ok(Principal::anonymous()) };
        if presented.starts_with(PREFIX) {
            return self.tokens.authenticate(presented).await;
        }
        if self.providers.is_empty() || presented.matches('.').count() != 2 {
            return Err(AuthenticationError::NotAToken);
        }
        self.claimed_provider(presented)?.authenticate(presented).await
    }

    /// Returns the provider that the JWT claims as its issuer. The provider itself verifies the claim.
    fn claimed_provider(&self, presented: &str) -> Result<&OidcProvider, JwtFault> {
        if let [only] = &*self.providers {
            return Ok(only);
        }
        let issuer = claimed_issuer(presented).ok_or(JwtFault::Malformed)?;
        self.providers.iter().find(|provider| provider.issuer() == issuer).ok_or(JwtFault::WrongIssuer)
    }
}
