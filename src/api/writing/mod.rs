//! The routes that record, a file per kind of stream: one POST for each event type, with the event's data as its body.
//!
//! `write_request.rs` reads the headers and the body of every such request; `recording.rs` records it and answers. One line
//! of a file's `write_routes!` table makes a handler, its description in the OpenAPI document, and its route.

mod actions;
mod commands;
mod committees;
mod corrections;
mod events;
mod imports;
mod meetings;
mod parties;
pub(super) mod recording;
pub(super) mod write_request;

use super::guard::Service;
use utoipa_axum::router::OpenApiRouter;

/// The routes that record.
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
