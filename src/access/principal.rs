//! The principal that a request acts as: name, identity and rights.

use super::permission::Permission;
use minutebook_domain::classification::{Classification, Clearance, Scheme};
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::token::Role;
use minutebook_domain::{Event, ProviderSubject, SenderIdentity, StreamId};
use minutebook_ledger::{Authority, Forbidden};
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
    identity: Option<SenderIdentity>,
    rights: Vec<Right>,
}

impl Principal {
    /// The principal of a request without a token: it reads WHITE in every committee.
    pub fn anonymous() -> Self {
        Self::new("anonymous".into(), None, Vec::new())
    }

    /// A principal with these rights and the public one.
    pub(super) fn new(name: String, identity: Option<SenderIdentity>, mut rights: Vec<Right>) -> Self {
        rights.push(Right::public());
        Self { name, identity, rights }
    }

    /// The name that becomes the actor of recorded events.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What authenticated this principal; none without a token.
    pub fn identity(&self) -> Option<&SenderIdentity> {
        self.identity.as_ref()
    }

    /// Returns the identity that requests are counted by; none if no token was presented.
    pub(crate) fn caller_identity(&self) -> Option<CallerIdentity> {
        let parts = match self.identity()? {
            SenderIdentity::Token(id) => ["token", id.as_str(), ""],
            SenderIdentity::Provider(ProviderSubject { issuer, subject }) => {
                ["provider", issuer.as_str(), subject.as_str()]
            }
        };
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Some(CallerIdentity(hash.finalize().into()))
    }

    /// Hashes an idempotency key together with the identity: keys of two identities never collide, whatever their names.
    pub(crate) fn own_key(&self, key: &str) -> String {
        let identity = self.caller_identity().map_or([0; 32], |identity| identity.0);
        hex::encode(Sha256::new().chain_update(identity).chain_update(key).finalize())
    }

    /// Returns whether no token was presented.
    pub fn is_anonymous(&self) -> bool {
        self.identity.is_none()
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

    /// Returns whether any right to record counts, in whichever committee: one with a clearance for the top of a scheme.
    pub fn may_record(&self) -> bool {
        let tops = Scheme::all().iter().map(Scheme::highest);
        let Some(lowest) = tops.min_by_key(|top| top.rank()) else { return false };
        self.rights.iter().filter(|right| Permission::RECORDING.iter().any(|one| right.permits(*one))).any(|right| {
            match &right.committees {
                CommitteeSet::All => self.clearance_everywhere().permits(lowest),
                CommitteeSet::These(codes) => codes.iter().any(|code| self.clearance_in(code).permits(lowest)),
            }
        })
    }

    /// Refuses an act in `committee`, or in the whole ledger where there is none, that the principal may not do. A right to
    /// record counts only with a clearance for `top`, the highest mark of the committee's scheme: the rules judge the whole
    /// record, so their answers tell of all of it.
    pub fn permit(
        &self,
        permission: Permission,
        committee: Option<&CommitteeCode>,
        top: Classification,
    ) -> Result<(), Forbidden> {
        let (may, clearance, place) = match committee {
            Some(code) => (self.may_in(permission, code), self.clearance_in(code), format!("in {code}")),
            None => (self.may_everywhere(permission), self.clearance_everywhere(), "the ledger".to_owned()),
        };
        if !may {
            return Err(Forbidden(format!("this token does not permit its bearer to {permission} {place}")));
        }
        if clearance.permits(top) {
            return Ok(());
        }
        Err(Forbidden(format!(
            "to {permission} {place} takes a clearance for {top}, since the rules judge the whole record, and this token's is {}",
            clearance.highest()
        )))
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

impl Authority for Principal {
    fn permit(&self, event: &Event, committee: Option<&CommitteeCode>, top: Classification) -> Result<(), Forbidden> {
        Self::permit(self, Permission::required_to_record(event), committee, top)
    }

    fn knows(&self, committee: Option<&CommitteeCode>, top: Classification) -> bool {
        match committee {
            Some(_) => Permission::RECORDING.iter().any(|one| Self::permit(self, *one, committee, top).is_ok()),
            None => Self::permit(self, Permission::Administer, None, top).is_ok(),
        }
    }
}

fn highest<'a>(rights: impl Iterator<Item = &'a Right>) -> Clearance {
    rights.map(|right| right.clearance).max().unwrap_or_else(|| Clearance::up_to(Classification::public()))
}
