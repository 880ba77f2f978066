//! What can be recorded, a file for each kind of stream: a POST for each thing that can happen, with the event's own data.
//!
//! `order.rs` is what a request brings along, `recording.rs` what becomes of it, `refusal.rs` why it is not recorded. Each
//! file's table makes the handlers, what the document says of them, and what the router serves, of one line each.

mod actions;
mod commands;
mod committees;
mod corrections;
mod events;
mod imports;
mod meetings;
mod parties;
pub(super) mod recording;
mod refusal;
pub(super) mod write_request;

use super::guard::Service;
use utoipa_axum::router::OpenApiRouter;

/// Every route that records something.
pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .merge(committees::routes())
        .merge(meetings::routes())
        .merge(actions::routes())
        .merge(parties::routes())
        .merge(corrections::routes())
        .merge(commands::routes())
        .merge(imports::routes())
}
