//! Whoever asks: by what name, in which roles, up to which clearance, for which committees.

use super::{Permission, Role};
use minutebook_domain::StreamId;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{CommitteeCode, TokenId};
use std::collections::BTreeSet;

/// RowSelection committees' records someone was let in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitteeSet {
    /// All of them, those to come too.
    All,
    /// These.
    These(BTreeSet<CommitteeCode>),
}

impl CommitteeSet {
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

/// What someone may do, how much they may read, and of which committees: the three belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// What it permits.
    pub roles: BTreeSet<Role>,
    /// The highest classification that may be read by it.
    pub clearance: Clearance,
    /// Of which committees.
    pub committees: CommitteeSet,
}

impl Right {
    /// What everyone has: to read what is public, in every committee.
    fn of_everyone() -> Self {
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

/// Someone who asks something of the ledger. It is made by those who check what was presented, and by nobody else.
///
/// One may have several rights: to keep the record of one committee, say, and to read another's. None of them reaches
/// into the committees of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    name: String,
    identity: Identity,
    rights: Vec<Right>,
}

impl Principal {
    /// Someone without a token: a reader of what is WHITE, in every committee.
    pub fn anonymous() -> Self {
        Self::new("anonymous".into(), Identity::Anonymous, Vec::new())
    }

    /// Someone with these rights, besides those that everyone has.
    pub(super) fn new(name: String, identity: Identity, mut rights: Vec<Right>) -> Self {
        rights.push(Right::of_everyone());
        Self { name, identity, rights }
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

    /// The rights, that of everyone last.
    pub fn rights(&self) -> &[Right] {
        &self.rights
    }

    /// Whether this principal may do it somewhere. Where is for [`Principal::may_in`] to say.
    pub fn may(&self, permission: Permission) -> bool {
        self.rights.iter().any(|right| right.permits(permission))
    }

    /// Whether this principal may do it in `committee`.
    pub fn may_in(&self, permission: Permission, committee: &CommitteeCode) -> bool {
        self.rights_in(committee).any(|right| right.permits(permission))
    }

    /// Whether this principal may do it to the ledger as a whole, and so in every committee.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.rights_everywhere().any(|right| right.permits(permission))
    }

    /// What this principal may read of `committee`: in another committee than their own, what anyone may.
    pub fn clearance_in(&self, committee: &CommitteeCode) -> Clearance {
        highest(self.rights_in(committee))
    }

    /// What this principal may read where the texts of several committees stand together.
    pub fn clearance_everywhere(&self) -> Clearance {
        highest(self.rights_everywhere())
    }

    /// Whether the stream exists for this principal. Those of tokens do for who may audit the whole ledger and may read
    /// RED.
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

/// The highest clearance among `rights`.
fn highest<'a>(rights: impl Iterator<Item = &'a Right>) -> Clearance {
    rights.map(|right| right.clearance).max().unwrap_or_else(|| Clearance::up_to(Classification::public()))
}
