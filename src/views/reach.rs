//! How far a reader's clearance reaches: everywhere, or in some committees alone.

use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use std::collections::BTreeSet;

/// What a reader may see, committee by committee. Outside the committees it is given for, a clearance is that of the
/// public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    clearance: Clearance,
    committees: Option<BTreeSet<CommitteeCode>>,
}

impl Reach {
    /// The clearance in these committees, or everywhere.
    pub fn new(clearance: Clearance, committees: Option<BTreeSet<CommitteeCode>>) -> Self {
        Self { clearance, committees }
    }

    /// What the public sees.
    pub fn public() -> Self {
        Clearance::up_to(Classification::public()).into()
    }

    /// What the reader may see of one committee's record.
    pub fn of(&self, committee: &CommitteeCode) -> Clearance {
        match &self.committees {
            Some(committees) if !committees.contains(committee) => Clearance::up_to(Classification::public()),
            _ => self.clearance,
        }
    }

    /// What the reader may see of every committee's record.
    pub fn everywhere(&self) -> Clearance {
        match &self.committees {
            Some(_) => Clearance::up_to(Classification::public()),
            None => self.clearance,
        }
    }
}

impl From<Clearance> for Reach {
    fn from(clearance: Clearance) -> Self {
        Self { clearance, committees: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_its_committees_a_clearance_is_that_of_the_public() {
        let amber = Clearance::up_to("AMBER".parse().unwrap());
        let (ours, theirs): (CommitteeCode, CommitteeCode) = ("SSC".parse().unwrap(), "TSC".parse().unwrap());
        let reach = Reach::new(amber, Some([ours.clone()].into()));
        assert_eq!((reach.of(&ours), reach.of(&theirs)), (amber, Reach::public().everywhere()));
        assert_eq!(reach.everywhere(), Reach::public().everywhere());
        assert_eq!(Reach::from(amber).of(&theirs), amber);
    }
}
