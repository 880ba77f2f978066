//! What every request passes on its way to the API, in one piece: it is noted, counted against its client's rate, answered
//! from what is kept if it can be, and answered in time in any case.
//!
//! Each of these is a file of its own. As layers of their own, one round the other, they took longer than all that is done
//! for an answer that is kept.

use super::rates::Rates;
use super::requests::Noting;
use super::{headers, time};
use crate::api::Service;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// What stands before the API.
pub(super) struct Entrance {
    pub(super) service: Service,
    pub(super) rates: Rates,
    /// How long a request may take.
    pub(super) patience: Duration,
}

/// Lets a request through, and notes what became of it.
pub(super) async fn passed(State(entrance): State<Arc<Entrance>>, mut request: Request, next: Next) -> Response {
    let noting = Noting::begin(&entrance.service, &mut request);
    let is_reference = headers::is_of_reference(&request);
    let mut response = entrance.answer(request, next).instrument(noting.span().clone()).await;
    headers::guard(&mut response, is_reference);
    noting.end(&mut response);
    response
}

impl Entrance {
    async fn answer(&self, mut request: Request, next: Next) -> Response {
        let taken = match self.rates.take_of(&request) {
            Ok(taken) => taken,
            Err(problem) => return problem.into_response(),
        };
        let response = match self.service.kept(&mut request).await {
            Some(response) => response,
            None => time::limited(self.patience, next.run(request)).await,
        };
        if response.status() == StatusCode::UNAUTHORIZED {
            self.rates.was_refused(taken);
        }
        response
    }
}
