//! A reader's clearance and right to audit, which may be higher in some committees.

use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use std::collections::{BTreeMap, BTreeSet};

/// A reader's clearance in each committee, and the committees that the reader may audit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClearanceByCommittee {
    everywhere: Clearance,
    committees: BTreeMap<CommitteeCode, Clearance>,
    audits_everywhere: bool,
    audited: BTreeSet<CommitteeCode>,
}

impl ClearanceByCommittee {
    /// Creates clearances from one for every committee and others for single committees. The reader audits none of them.
    pub fn new(everywhere: Clearance, committees: BTreeMap<CommitteeCode, Clearance>) -> Self {
        Self { everywhere, committees, audits_everywhere: false, audited: BTreeSet::new() }
    }

    /// Lets the reader audit these committees, or all.
    #[must_use]
    pub fn with_audit(self, everywhere: bool, committees: BTreeSet<CommitteeCode>) -> Self {
        Self { audits_everywhere: everywhere, audited: committees, ..self }
    }

    /// Returns whether the reader may know who recorded the committee's events, and from where.
    pub fn audits(&self, committee: &CommitteeCode) -> bool {
        self.audits_everywhere || self.audited.contains(committee)
    }

    /// Returns the clearance of the public.
    pub fn public() -> Self {
        Clearance::up_to(Classification::public()).into()
    }

    /// Returns the clearance in one committee.
    pub fn of(&self, committee: &CommitteeCode) -> Clearance {
        self.committees.get(committee).copied().unwrap_or(self.everywhere)
    }

    /// Returns each clearance that the reader has somewhere, once.
    pub(crate) fn distinct(&self) -> BTreeSet<Clearance> {
        self.committees.values().copied().chain([self.everywhere]).collect()
    }

    /// The number of committees with a clearance of their own.
    pub(crate) fn exceptions(&self) -> usize {
        self.committees.len()
    }

    /// Returns the clearance in every committee.
    pub fn everywhere(&self) -> Clearance {
        self.everywhere
    }
}

impl From<Clearance> for ClearanceByCommittee {
    fn from(clearance: Clearance) -> Self {
        Self::new(clearance, BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_committee_may_have_its_own_clearance() {
        let amber = Clearance::up_to("AMBER".parse().unwrap());
        let (ours, theirs): (CommitteeCode, CommitteeCode) = ("SSC".parse().unwrap(), "TSC".parse().unwrap());
        let public = ClearanceByCommittee::public().everywhere();
        let clearances = ClearanceByCommittee::new(public, [(ours.clone(), amber)].into());
        assert_eq!((clearances.of(&ours), clearances.of(&theirs), clearances.everywhere()), (amber, public, public));
        assert_eq!(ClearanceByCommittee::from(amber).of(&theirs), amber);
        assert!(!clearances.audits(&ours));
        let auditor = clearances.with_audit(false, [ours.clone()].into());
        assert_eq!((auditor.audits(&ours), auditor.audits(&theirs)), (true, false));
        assert!(auditor.with_audit(true, BTreeSet::new()).audits(&theirs));
    }
}
