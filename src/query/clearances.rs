//! A reader's clearance, which may be higher in some committees.

use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use std::collections::{BTreeMap, BTreeSet};

/// A reader's clearance in each committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearanceByCommittee {
    everywhere: Clearance,
    committees: BTreeMap<CommitteeCode, Clearance>,
}

impl ClearanceByCommittee {
    /// Creates clearances from one for every committee and others for single committees.
    pub fn new(everywhere: Clearance, committees: BTreeMap<CommitteeCode, Clearance>) -> Self {
        Self { everywhere, committees }
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
        Self { everywhere: clearance, committees: BTreeMap::new() }
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
    }
}
