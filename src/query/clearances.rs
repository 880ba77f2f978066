//! How far a reader's clearance reaches: in every committee, and further in some of them.

use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use std::collections::BTreeMap;

/// What a reader may see, committee by committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearanceByCommittee {
    everywhere: Clearance,
    committees: BTreeMap<CommitteeCode, Clearance>,
}

impl ClearanceByCommittee {
    /// What may be seen of every committee, and what of some of them.
    pub fn new(everywhere: Clearance, committees: BTreeMap<CommitteeCode, Clearance>) -> Self {
        Self { everywhere, committees }
    }

    /// What the public sees.
    pub fn public() -> Self {
        Clearance::up_to(Classification::public()).into()
    }

    /// What the reader may see of one committee's record.
    pub fn of(&self, committee: &CommitteeCode) -> Clearance {
        self.committees.get(committee).copied().unwrap_or(self.everywhere)
    }

    /// The number of committees with a clearance of their own.
    pub(crate) fn exceptions(&self) -> usize {
        self.committees.len()
    }

    /// What the reader may see of every committee's record.
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
    fn a_committee_may_be_open_further_than_the_others() {
        let amber = Clearance::up_to("AMBER".parse().unwrap());
        let (ours, theirs): (CommitteeCode, CommitteeCode) = ("SSC".parse().unwrap(), "TSC".parse().unwrap());
        let public = ClearanceByCommittee::public().everywhere();
        let reach = ClearanceByCommittee::new(public, [(ours.clone(), amber)].into());
        assert_eq!((reach.of(&ours), reach.of(&theirs), reach.everywhere()), (amber, public, public));
        assert_eq!(ClearanceByCommittee::from(amber).of(&theirs), amber);
    }
}
