//! The pages: what a person reads in a browser. They say what the API and the commands say: all three go through `query`.
//!
//! `request.rs` reads who asks, of which moment and of which committee, and frames the answer. Each kind of subject has a file
//! with its list and its page. `shown.rs` has the pieces that they share, `moment.rs` the control that sets the moment, `past.rs`
//! the banner of a page of the past. Pages work without the script in `assets/`.

mod actions;
mod address;
mod assets;
mod audit;
mod changes;
mod chart;
mod decisions;
mod fields;
mod matters;
mod meetings;
mod minute_taking;
mod moment;
mod overview;
mod papers;
mod parties;
mod past;
mod problem_page;
mod request;
mod search;
mod shown;
mod sign_in;

use crate::api::{Service, cache_reads};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

/// The router of the pages.
pub(crate) fn router(service: Service) -> Router {
    let pages = Router::new()
        .route("/", get(overview::book))
        .route("/search", get(search::find))
        .route("/sign-in", get(sign_in::ask).post(sign_in::begin))
        .route("/sign-out", post(sign_in::end))
        .route("/minutes/draft-key", get(minute_taking::draft_key))
        .route("/minutes/{meeting}", get(minute_taking::open).post(minute_taking::act))
        .route("/audit", get(audit::list))
        .route("/audit/events/{position}", get(audit::one))
        .route("/{committee}", get(overview::committee))
        .route("/{committee}/agenda", get(papers::agenda_of_next))
        .route("/{committee}/actions", get(actions::list))
        .route("/{committee}/actions/by-owner", get(papers::actions_by_owner_of))
        .route("/{committee}/actions/{action}", get(actions::one))
        .route("/{committee}/decisions", get(decisions::list))
        .route("/{committee}/decisions/{decision}", get(decisions::one))
        .route("/{committee}/parties", get(parties::list))
        .route("/{committee}/parties/{party}", get(parties::one))
        .route("/{committee}/meetings", get(meetings::list).post(minute_taking::convene))
        .route("/{committee}/meetings/{meeting}", get(meetings::one))
        .route("/{committee}/matters", get(matters::list))
        .route("/{committee}/changes", get(changes::list))
        .layer(from_fn_with_state(service.clone(), cache_reads))
        .layer(from_fn(problem_page::show_problems));
    pages.route("/assets/{name}", get(assets::get_asset)).with_state(service)
}
