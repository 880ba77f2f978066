//! The log: events appended once and for ever, on SQLite or on PostgreSQL.
//!
//! [`Log`] appends and reads; [`Recorder`] turns commands into events by the committee's rules and appends them.
//! The stores behind are private: nothing outside this module writes to the database.

mod aggregates;
mod batch;
pub mod canonical;
pub mod command_json;
mod condition;
mod envelope;
mod environment;
mod export;
mod figures;
mod fingerprint;
pub mod leaf;
mod log;
mod migrations;
mod read;
mod recorder;
mod restore;
mod spans;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod url;
mod verify;
mod views;
mod webhooks;
pub mod wire;
mod writer;

pub use aggregates::{AggregateStore, LoadedAggregate};
pub use batch::{AppendError, Batch, Placed, Receipt, UnusedSince};
pub use condition::Condition;
pub use envelope::{Envelope, EnvelopeError};
pub use environment::{Clock, Entropy, Environment, NoEntropy};
pub use export::Export;
pub use figures::LedgerFigures;
pub use log::{Log, Opening, Tail};
pub use read::Cursor;
pub use recorder::{Command, Decided, RecordError, Recorder, Rehearsal, Request};
pub use restore::{RestoreError, Restored, restore};
pub use spans::SPANS;
pub use store::{Selection, StoreError};
pub use url::{LedgerUrl, UrlError};
pub use verify::{Check, Problem, Report, verify};
pub use views::{At, Found, Progress, Registry, Rows, View};
pub use webhooks::{DeliveryProgress, KeptWebhook, Lease};
pub use wire::NewEvent;
