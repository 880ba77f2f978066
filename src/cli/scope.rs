//! What a reading command reads: as of when, known at when, of which committee, with which clearance.

use super::terminal::print_error;
use crate::query::bitemporal_filter::BitemporalFilter;
use crate::query::clearances::ClearanceByCommittee;
use crate::query::clock_gap::{ClockGap, clock_gap};
use crate::query::moment::{KnownAt, PointInTime};
use crate::query::read_query::{QueryError, ReadQuery};
use chrono::SecondsFormat;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::Log;
use std::collections::BTreeSet;

/// A moment on both clocks; now if neither is given.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct MomentArgs {
    /// As of this day (its end, in the committee's time zone), time or meeting (the end of its day): 2019-02-27,
    /// 2019-02-27T10:00:00Z or SSC_72_2702.
    #[arg(long, value_name = "DATE|TIME|MEETING", allow_hyphen_values = true)]
    pub(super) as_of: Option<PointInTime>,
    /// As known at this day, time, meeting or position of the log: what was recorded later is left out.
    #[arg(long, value_name = "TIME|MEETING|POSITION", allow_hyphen_values = true)]
    pub(super) known_at: Option<KnownAt>,
}

impl MomentArgs {
    /// The query of a committee's lists at the moment.
    pub(super) fn query(self, committee: CommitteeCode, clearance: Clearance) -> ReadQuery {
        let clearances = with_audit(clearance);
        ReadQuery { as_of: self.as_of, known_at: self.known_at, clearances, committee: Some(committee) }
    }

    /// The filter of events of the moment, for a user who can read all of the ledger.
    pub(super) async fn filter(&self, log: &Log) -> Result<BitemporalFilter, QueryError> {
        let clearances = with_audit(full_clearance());
        BitemporalFilter::new(log, self.as_of.as_ref(), self.known_at.as_ref(), &clearances).await
    }

    /// Returns whether neither clock was given.
    pub(super) fn is_now(&self) -> bool {
        self.as_of.is_none() && self.known_at.is_none()
    }
}

/// The moment, the committee and the clearance.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ScopeArgs {
    #[command(flatten)]
    moment: MomentArgs,
    /// Only this committee, by its code: SSC.
    #[arg(long, value_name = "CODE")]
    committee: Option<CommitteeCode>,
    /// As a reader with this clearance sees it: WHITE, GREEN, AMBER or RED. Without it, everything is shown.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
}

impl ScopeArgs {
    /// The query of any list.
    pub(super) fn query(&self) -> ReadQuery {
        ReadQuery {
            as_of: self.moment.as_of.clone(),
            known_at: self.moment.known_at.clone(),
            clearances: with_audit(self.clearance()),
            committee: self.committee.clone(),
        }
    }

    /// The clearance given.
    pub(super) fn given_clearance(&self) -> Option<Classification> {
        self.clearance
    }

    /// The clearance given, or else full clearance.
    pub(super) fn clearance(&self) -> Clearance {
        self.clearance.map_or_else(full_clearance, Clearance::up_to)
    }
}

/// Says on standard error which position to ask for, where a query by time leaves out events that were recorded by then
/// because the clock had run ahead.
pub(super) async fn note_clock_gap(log: &Log, query: &ReadQuery) -> Result<(), QueryError> {
    if let Some(ClockGap { recorded_at, known_at }) = clock_gap(log, query).await? {
        let ahead = recorded_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        print_error(&format!(
            "note: the clock once ran ahead to {ahead}: events recorded by the given time carry that one and are left out\n  \
             help: use `--known-at {known_at}`, the last position recorded by then"
        ));
    }
    Ok(())
}

/// A clearance with the right to audit. A user who can open the ledger can read who recorded what, whatever clearance the
/// query is for.
pub(super) fn with_audit(clearance: Clearance) -> ClearanceByCommittee {
    ClearanceByCommittee::from(clearance).with_audit(true, BTreeSet::new())
}

/// The clearance of a user who can open the ledger itself and so can read all of it.
pub(super) fn full_clearance() -> Clearance {
    Clearance::up_to(Classification::highest())
}
