//! The configuration of a trusted provider: its identity, and the rights that its claims give.

use crate::access::principal::{CommitteeSet, Right};
use crate::http_client::is_private;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::token::Role;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A provider in the configuration file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// The issuer, exactly as in `iss`: `https://login.example.org/realms/code`.
    pub issuer: String,
    /// The name that `aud` must contain.
    pub audience: String,
    /// The accepted values of `typ` in a token's header, in any case.
    #[serde(default = "access_token")]
    pub token_types: Vec<String>,
    /// Whether a token must have `nbf`. Some providers never set it.
    #[serde(default = "yes")]
    pub nbf_required: bool,
    /// The claim with the name under which the person records.
    #[serde(default = "subject")]
    pub name_claim: String,
    /// The claim whose values give rights: a string or a list of strings. Dots lead into objects: `realm_access.roles`.
    pub rights_claim: String,
    /// The right that each value of the claim gives. A value that is not listed gives none.
    pub rights: BTreeMap<String, RightConfig>,
}

/// The right that one value of the claim gives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightConfig {
    /// The roles.
    pub roles: Vec<Role>,
    /// The highest classification that may be read; WHITE by default.
    #[serde(default = "Classification::public")]
    pub clearance: Classification,
    /// The committees; all by default.
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

/// A setting of a provider that is unsafe or empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid `{key}`: expected {expected}")]
pub struct OidcConfigError {
    key: &'static str,
    expected: &'static str,
}

impl OidcConfig {
    /// Refuses a configuration that would admit unintended people.
    pub fn check(&self) -> Result<(), OidcConfigError> {
        let ensure = |holds: bool, key, expected| if holds { Ok(()) } else { Err(OidcConfigError { key, expected }) };
        ensure(is_private(&self.issuer), "issuer", "an https:// address, or http:// on this machine")?;
        ensure(!self.audience.is_empty(), "audience", "the provider's name for this ledger")?;
        ensure(!self.token_types.is_empty(), "token_types", "at least one type, such as at+jwt")?;
        ensure(!self.rights_claim.is_empty(), "rights_claim", "the name of a claim, such as groups")?;
        let names_some = |right: &RightConfig| right.committees.as_ref().is_none_or(|these| !these.is_empty());
        let expected = "codes of committees, or no such line for all committees";
        ensure(self.rights.values().all(names_some), "committees", expected)
    }
}

impl RightConfig {
    /// Converts the configuration to a right.
    pub(super) fn right(&self) -> Right {
        let committees = match &self.committees {
            None => CommitteeSet::All,
            Some(these) => CommitteeSet::These(these.iter().cloned().collect()),
        };
        Right { roles: self.roles.iter().copied().collect(), clearance: Clearance::up_to(self.clearance), committees }
    }
}
