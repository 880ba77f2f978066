//! The principal that a request acts as: name, identity and rights.

use super::permission::Permission;
use minutebook_domain::StreamId;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{CommitteeCode, TokenId};
use minutebook_domain::token::Role;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The committees that a right covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitteeSet {
    /// All committees, future ones included.
    All,
    /// The listed committees.
    These(BTreeSet<CommitteeCode>),
}

impl CommitteeSet {
    /// Returns whether the set contains `committee`.
    pub fn include(&self, committee: &CommitteeCode) -> bool {
        match self {
            Self::All => true,
            Self::These(committees) => committees.contains(committee),
        }
    }
}

/// What authenticated a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// No token was presented.
    Anonymous,
    /// A token of the ledger.
    Token(TokenId),
    /// A JWT of an OpenID provider.
    Provider {
        /// The provider's `iss`.
        issuer: String,
        /// The provider's `sub` for the person.
        subject: String,
    },
}

/// SHA-256 of what authenticated a principal: the same for every spelling of a token, and for all tokens of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CallerIdentity([u8; 32]);

/// Roles and a clearance, valid together in a set of committees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The roles, which permit acts.
    pub roles: BTreeSet<Role>,
    /// The highest classification that this right lets its holder read.
    pub clearance: Clearance,
    /// The committees that it covers.
    pub committees: CommitteeSet,
}

impl Right {
    /// The right that everyone has: to read WHITE in every committee.
    fn public() -> Self {
        Self {
            roles: BTreeSet::from([Role::Reader]),
            clearance: Clearance::up_to(Classification::public()),
            committees: CommitteeSet::All,
        }
    }

    fn permits(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| permission.granted_to(*role))
    }
}

/// An authenticated or anonymous person or program. Only this module's authentication creates it.
///
/// A principal may have several rights, such as to record for one committee and to read another. Each right applies to
/// its own committees only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    name: String,
    identity: Identity,
    rights: Vec<Right>,
}

impl Principal {
    /// The principal of a request without a token: it reads WHITE in every committee.
    pub fn anonymous() -> Self {
        Self::new("anonymous".into(), Identity::Anonymous, Vec::new())
    }

    /// A principal with these rights and the public one.
    pub(super) fn new(name: String, identity: Identity, mut rights: Vec<Right>) -> Self {
        rights.push(Right::public());
        Self { name, identity, rights }
    }

    /// The name that becomes the actor of recorded events.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What authenticated this principal.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the identity that requests are counted by; none if no token was presented.
    pub(crate) fn caller_identity(&self) -> Option<CallerIdentity> {
        let parts = match &self.identity {
            Identity::Anonymous => return None,
            Identity::Token(id) => ["token", id.as_str(), ""],
            Identity::Provider { issuer, subject } => ["provider", issuer.as_str(), subject.as_str()],
        };
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Some(CallerIdentity(hash.finalize().into()))
    }

    /// Returns whether no token was presented.
    pub fn is_anonymous(&self) -> bool {
        self.identity == Identity::Anonymous
    }

    /// The rights; the public one is last.
    pub fn rights(&self) -> &[Right] {
        &self.rights
    }

    /// Returns whether any right has the permission, in whichever committee. See [`Principal::may_in`].
    pub fn may(&self, permission: Permission) -> bool {
        self.rights.iter().any(|right| right.permits(permission))
    }

    /// Returns whether the principal has the permission in `committee`.
    pub fn may_in(&self, permission: Permission, committee: &CommitteeCode) -> bool {
        self.rights_in(committee).any(|right| right.permits(permission))
    }

    /// Returns whether the principal has the permission for the whole ledger, and so in every committee.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.rights_everywhere().any(|right| right.permits(permission))
    }

    /// Returns the clearance in `committee`; WHITE in a committee that no right covers.
    pub fn clearance_in(&self, committee: &CommitteeCode) -> Clearance {
        highest(self.rights_in(committee))
    }

    /// Returns the clearance for texts that belong to several committees.
    pub fn clearance_everywhere(&self) -> Clearance {
        highest(self.rights_everywhere())
    }

    /// Returns whether the stream exists for this principal. Token streams exist for auditors of the whole ledger with a
    /// RED clearance.
    pub fn sees(&self, stream: &StreamId) -> bool {
        match stream.committee() {
            Some(committee) => self.clearance_in(committee).permits(stream.classification()),
            None => self
                .rights_everywhere()
                .any(|right| right.permits(Permission::Audit) && right.clearance.permits(stream.classification())),
        }
    }

    fn rights_in(&self, committee: &CommitteeCode) -> impl Iterator<Item = &Right> {
        self.rights.iter().filter(|right| right.committees.include(committee) && right.permits(Permission::Read))
    }

    fn rights_everywhere(&self) -> impl Iterator<Item = &Right> {
        self.rights.iter().filter(|right| right.committees == CommitteeSet::All && right.permits(Permission::Read))
    }
}

fn highest<'a>(rights: impl Iterator<Item = &'a Right>) -> Clearance {
    rights.map(|right| right.clearance).max().unwrap_or_else(|| Clearance::up_to(Classification::public()))
}
