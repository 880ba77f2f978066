//! Whether the ledger can do its work at this moment.

use super::log::Log;
use super::store::{StoreError, read};
use minutebook_domain::Position;

/// How the ledger stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The last position of the log.
    pub head: Position,
    /// The position that the read models are at.
    pub read_up_to: Position,
    /// Read models that could not take in an event.
    pub halted: Vec<String>,
}

impl Log {
    /// Asks the store how the ledger stands: it answers, its schema is that of this program, and its read models go on.
    pub async fn condition(&self) -> Result<Condition, StoreError> {
        self.store().check_migrated().await?;
        let (known, head) = self.store().read_models().await?;
        let halted = known.models.into_iter().filter(|(_, state)| state.halted_at.is_some()).map(|(name, _)| name);
        let mut halted: Vec<String> = halted.collect();
        halted.sort_unstable();
        Ok(Condition { head: Position::new(read(head)), read_up_to: Position::new(read(known.up_to)), halted })
    }
}
