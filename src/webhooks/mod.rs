//! Webhooks: events are posted to receivers as signed CloudEvents, until the receiver accepts them.
//!
//! Each webhook has a position in the log, stored in the database. The events after it are sent in order, one at a time,
//! and the position advances when the receiver accepts one. Each event is therefore delivered at least once. A lease in the
//! database ensures that one of several servers delivers at a time.
//!
//! `deliverer.rs` runs all webhooks, `delivery.rs` sends one event, `backoff.rs` schedules retries, `waits.rs` waits for them,
//! `addresses.rs` refuses
//! addresses inside private networks, `registry.rs` creates and lists webhooks.

mod addresses;
mod backoff;
mod deliverer;
mod delivery;
mod error;
mod registry;
mod settings;
mod signature;
mod waits;
mod webhook;

pub use deliverer::Deliverer;
pub use error::WebhookError;
pub use registry::{create, find, list};
pub use settings::WebhookSettings;
pub use signature::SigningSecret;
pub use webhook::{Webhook, WebhookDefinition};
