//! The log: events appended once and for ever, on SQLite or on PostgreSQL.
//!
//! [`Log`] appends and reads; [`Recorder`] turns commands into events by the committee's rules and appends them.
//! The stores behind are private: nothing outside this module writes to the database.

mod aggregate_state;
mod aggregate_store;
mod batch;
pub mod canonical;
mod clock_check;
pub mod command_json;
pub mod commitment;
mod continuity;
mod diagnosis;
mod disclosure;
mod environment;
pub mod event_codec;
mod export;
mod fingerprint;
mod health;
mod log;
pub mod merkle;
pub mod metadata_map;
mod metrics;
mod migrations;
mod read;
mod read_models;
mod recordable;
mod recorder;
mod restore;
mod row_spans;
mod rows;
mod sessions;
mod spans;
mod state_cache;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod url;
mod valid_time;
mod verify;
mod webhooks;
mod writer;

pub use aggregate_store::{AggregateStore, LoadedAggregate};
pub use batch::{AppendCondition, AppendError, Batch, Receipt};
pub use clock_check::ClockFault;
pub use diagnosis::free_room;
pub use disclosure::{DisclosedFragment, Disclosure, SealedEvent};
pub use environment::{Clock, Entropy, Environment, NoEntropy};
pub use event_codec::NewEvent;
pub use export::Export;
pub use health::LedgerHealth;
pub use log::{Log, Opening, Tail};
pub use metrics::LedgerMetrics;
pub use read::Cursor;
pub use read_models::{RebuildProgress, Registry};
pub use recorder::{
    Authority, Command, Forbidden, FullAuthority, NoAuthority, PendingAppend, RecordError, Recorder, Rehearsal, Request,
};
pub use restore::{RestoreError, RestoreReceipt, restore};
pub use row_spans::{RowSpan, SpanScope};
pub use rows::{BitemporalMoment, KeyedRow, RowFilter, RowSet};
pub use spans::SPANS;
pub use store::{
    DeliveryProgress, Discontinuity, EventLocation, Lease, LogEnd, Selection, StoreError, StoredSession, StoredWebhook,
};
pub use url::{LedgerUrl, UrlError};
pub use verify::{
    CheckKind, KnownRoot, VerifyCheck, VerifyProblem, VerifyProgress, VerifyReport, verify, verify_against,
};
