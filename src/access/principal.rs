//! Whoever asks: by what name, in which roles, up to which clearance, for which committees.

use super::{Permission, Role};
use minutebook_domain::StreamId;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{CommitteeCode, TokenId};
use std::collections::BTreeSet;

/// Which committees' records someone was let in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committees {
    /// All of them, those to come too.
    All,
    /// These.
    These(BTreeSet<CommitteeCode>),
}

impl Committees {
    /// Whether `committee` is one of them.
    pub fn include(&self, committee: &CommitteeCode) -> bool {
        match self {
            Self::All => true,
            Self::These(committees) => committees.contains(committee),
        }
    }
}

/// How someone was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Not at all.
    Anonymous,
    /// By a token of the ledger.
    Token(TokenId),
    /// By an OpenID provider: its issuer, and the subject it vouches for.
    Provider {
        /// The provider.
        issuer: String,
        /// The subject, as the provider names it.
        subject: String,
    },
}

/// Someone who asks something of the ledger. It is made by those who check what was presented, and by nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    name: String,
    identity: Identity,
    roles: BTreeSet<Role>,
    clearance: Clearance,
    committees: Committees,
}

impl Principal {
    /// Someone without a token: a reader of what is WHITE, in every committee.
    pub fn anonymous() -> Self {
        Self {
            name: "anonymous".into(),
            identity: Identity::Anonymous,
            roles: BTreeSet::from([Role::Reader]),
            clearance: Clearance::up_to(Classification::public()),
            committees: Committees::All,
        }
    }

    pub(super) fn new(
        name: String,
        identity: Identity,
        roles: BTreeSet<Role>,
        clearance: Clearance,
        committees: Committees,
    ) -> Self {
        Self { name, identity, roles, clearance, committees }
    }

    /// By which name this principal records: the actor of an event's envelope.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How this principal was recognised.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether nobody vouches for this principal.
    pub fn is_anonymous(&self) -> bool {
        self.identity == Identity::Anonymous
    }

    /// The roles.
    pub fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// The highest classification that this principal may read in their own committees.
    pub fn clearance(&self) -> Clearance {
        self.clearance
    }

    /// The committees.
    pub fn committees(&self) -> &Committees {
        &self.committees
    }

    /// Whether one of the roles has this permission, in the committees it is for.
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| permission.is_of(*role))
    }

    /// Whether this principal may do it in `committee`. What is public may be read in every committee.
    pub fn may_in(&self, permission: Permission, committee: &CommitteeCode) -> bool {
        self.may(permission) && (permission == Permission::Read || self.committees.include(committee))
    }

    /// Whether this principal may do it to the ledger as a whole, and so in every committee.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.may(permission) && self.committees == Committees::All
    }

    /// What this principal may read of `committee`: in another committee than their own, what anyone may.
    pub fn clearance_in(&self, committee: &CommitteeCode) -> Clearance {
        if self.committees.include(committee) { self.clearance } else { Self::anonymous().clearance }
    }

    /// What this principal may read where the texts of several committees stand together.
    pub fn clearance_everywhere(&self) -> Clearance {
        match self.committees {
            Committees::All => self.clearance,
            Committees::These(_) => Self::anonymous().clearance,
        }
    }

    /// Whether the stream exists for this principal. Those of tokens do for who may audit the whole ledger and may read
    /// RED.
    pub fn sees(&self, stream: &StreamId) -> bool {
        match stream.committee() {
            Some(committee) => {
                self.may_in(Permission::Read, committee)
                    && self.clearance_in(committee).permits(stream.classification())
            }
            None => self.may_everywhere(Permission::Audit) && self.clearance.permits(stream.classification()),
        }
    }
}
