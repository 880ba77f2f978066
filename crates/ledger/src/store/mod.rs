//! The two stores behind one contract.
//!
//! A store knows rows and transactions; what they say is decided above it. The contract is [`Store`]: each of its traits
//! is in a file of its own, with its row structs and with the code that both stores share. `sqlite` and `postgres` hold
//! what differs, and [`dialect`] names the differences between the two kinds of SQL.

mod append;
mod audit;
mod catalogue;
mod dialect;
mod error;
mod event_log;
mod generations;
pub(crate) mod interval_tree;
mod log_end;
mod look_up;
mod numbers;
mod postgres;
mod read_models;
mod rebuild;
mod row;
mod row_query;
mod row_version;
mod schema;
mod sidecar;
mod sqlite;
mod statement;
mod timed;

pub(crate) use append::{AppendQuery, AppendTransaction, AppendedRows, HeadLock, LogSnapshot};
pub(crate) use audit::{EventRow, LogAudit, ReferenceRow};
pub use error::StoreError;
pub(crate) use event_log::{CommandRow, EventLog, Head};
pub use event_log::{EventLocation, Selection};
pub(crate) use log_end::FoundEnd;
pub use log_end::{Discontinuity, LogEnd};
pub(crate) use numbers::{read, stored};
pub(crate) use postgres::PostgresStore;
pub(crate) use read_models::{ModelState, ReadModelSnapshot, ReadModelStore, RowChanges, TouchedRows};
pub(crate) use rebuild::{HaltedModel, NewGeneration, Publication, RebuildSession, RebuildStore};
pub(crate) use row_query::{RowAnswer, RowQuery, RowScope};
pub(crate) use row_version::{NO_ROW, NewRows, RankRange, RowContent, RowVersion, SearchEntry, StoredVersion};
pub use sidecar::{DeliveryProgress, Lease, StoredSession, StoredWebhook};
pub(crate) use sidecar::{SidecarStore, TokenUseRow};
pub(crate) use sqlite::SqliteStore;

use async_trait::async_trait;

/// A database that holds a ledger.
#[async_trait]
pub(crate) trait Store: EventLog + LogAudit + ReadModelStore + RebuildStore + SidecarStore {
    /// Closes the connections.
    async fn close(&self);
}
