//! RowSelection provider is trusted, and what its claims amount to.

use super::super::{CommitteeSet, Right, Role};
use crate::http_client::is_private;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A provider, as the configuration has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// The provider's issuer, exactly as it stands in `iss`: `https://login.example.org/realms/code`.
    pub issuer: String,
    /// What `aud` has to name for a token to be meant for this ledger.
    pub audience: String,
    /// The types that a token may have: the `typ` of its header, in any case.
    #[serde(default = "access_token")]
    pub token_types: Vec<String>,
    /// Whether a token has to say from when it is valid. Some providers never do.
    #[serde(default = "yes")]
    pub nbf_required: bool,
    /// The claim that says by which name someone records.
    #[serde(default = "subject")]
    pub name_claim: String,
    /// The claim whose values give rights: a word or a list of words. Dots lead into objects: `realm_access.roles`.
    pub rights_claim: String,
    /// What each of its values amounts to. A value that is not here gives no right.
    pub rights: BTreeMap<String, RightConfig>,
}

/// What a value of a claim amounts to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightConfig {
    /// What it permits.
    pub roles: Vec<Role>,
    /// The highest classification that may be read.
    #[serde(default = "Classification::public")]
    pub clearance: Classification,
    /// The committees; all of them if it is left out.
    #[serde(default)]
    pub committees: Option<Vec<CommitteeCode>>,
}

fn access_token() -> Vec<String> {
    vec!["at+jwt".into()]
}

fn yes() -> bool {
    true
}

fn subject() -> String {
    "sub".into()
}

/// A provider that cannot be trusted as it is configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the provider's `{key}` is not accepted: {expected} was expected")]
pub struct OidcConfigError {
    key: &'static str,
    expected: &'static str,
}

impl OidcConfig {
    /// Refuses what would let in whom nobody meant to let in.
    pub fn check(&self) -> Result<(), OidcConfigError> {
        let ensure = |holds: bool, key, expected| if holds { Ok(()) } else { Err(OidcConfigError { key, expected }) };
        ensure(is_private(&self.issuer), "issuer", "an address with https://, or with http:// on this machine")?;
        ensure(!self.audience.is_empty(), "audience", "the name by which the provider knows this ledger")?;
        ensure(!self.token_types.is_empty(), "token_types", "one type or more, such as at+jwt")?;
        ensure(!self.rights_claim.is_empty(), "rights_claim", "the name of a claim, such as groups")?;
        let narrow = |right: &RightConfig| right.committees.as_ref().is_none_or(|these| !these.is_empty());
        ensure(self.rights.values().all(narrow), "committees", "codes of committees, or no such line for all of them")
    }
}

impl RightConfig {
    pub(super) fn right(&self) -> Right {
        let committees = match &self.committees {
            None => CommitteeSet::All,
            Some(these) => CommitteeSet::These(these.iter().cloned().collect()),
        };
        Right { roles: self.roles.iter().copied().collect(), clearance: Clearance::up_to(self.clearance), committees }
    }
}
