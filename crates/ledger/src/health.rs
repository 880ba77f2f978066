//! The health of a ledger: its head, and how far its read models are.

use super::clock_check::ClockFault;
use super::log::Log;
use super::store::{StoreError, read};
use minutebook_domain::Position;

/// The state of the log and its read models at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerHealth {
    /// The last position of the log.
    pub head: Position,
    /// The position up to which the read models are folded.
    pub read_up_to: Position,
    /// The names of the read models that stopped at an event, sorted.
    pub halted: Vec<String>,
    /// What contradicts the clock: nothing is then recorded.
    pub clock_fault: Option<ClockFault>,
}

impl Log {
    /// Asks the store for its health; an error if it does not answer or its schema is not this program's.
    pub async fn health(&self) -> Result<LedgerHealth, StoreError> {
        self.continuity().compare(self.store()).await?;
        self.store().check_migrated().await?;
        let (known, head) = self.store().read_models().await?;
        let halted = known.models.into_iter().filter(|(_, state)| state.halted_at.is_some()).map(|(name, _)| name);
        let mut halted: Vec<String> = halted.collect();
        halted.sort_unstable();
        let (head, read_up_to) = (Position::new(read(head)), Position::new(read(known.up_to)));
        Ok(LedgerHealth { head, read_up_to, halted, clock_fault: self.clock_fault().await? })
    }
}
