//! What every request passes on its way to the API: it is counted against its client's rate, noted, and answered in time.
//!
//! What is kept is given here, before the router: the way through that, and the layers round its routes, take longer than
//! all that is done for such an answer.

use super::access_log::Noting;
use super::rate_limiter::{Rates, Taken};
use super::{headers, timeout};
use crate::api::{Problem, Service};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use tracing::{Instrument, Span};

/// What stands before the API.
pub(super) struct Entrance {
    pub(super) service: Service,
    pub(super) rates: Rates,
    /// How long a request may take.
    pub(super) patience: Duration,
}

/// What is settled of a request already: whether it was let through, and what is exported of it.
#[derive(Clone)]
struct Counted(Result<Taken, Problem>, Option<Span>);

/// Answers a request.
pub(super) async fn enter(
    entrance: Arc<Entrance>,
    router: Router,
    mut request: Request,
) -> Result<Response, Infallible> {
    match entrance.kept(&mut request).await {
        Some(response) => Ok(response),
        None => router.oneshot(request).await,
    }
}

/// Lets a request through to the API, and notes what became of it: the layer round every route.
pub(super) async fn passed(State(entrance): State<Arc<Entrance>>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().into());
    let counted = request.extensions_mut().remove::<Counted>();
    let (taken, traced) = counted.map_or((None, None), |Counted(taken, traced)| (Some(taken), traced));
    let noting = Noting::begin(&entrance.service, &mut request, route, traced);
    let is_reference = noting.route().starts_with("/api/v1/docs");
    let answering = entrance.answer(taken, request, next).instrument(noting.traced());
    let mut response = answering.instrument(noting.span()).await;
    headers::guard(&mut response, is_reference);
    noting.end(&mut response);
    response
}

impl Entrance {
    /// The answer that is kept, if there is one.
    async fn kept(&self, request: &mut Request) -> Option<Response> {
        let route = self.service.route_of_kept(request)?;
        let taken = self.rates.take_of(request);
        let mut traced = None;
        if let Ok(taken) = &taken {
            let noting = Noting::begin(&self.service, request, Some(route), None);
            traced = Some(noting.traced());
            // Of nobody but who shows a token there is anything to say on the way.
            let shows_token = request.headers().contains_key(header::AUTHORIZATION);
            let span = if shows_token { noting.span() } else { Span::none() };
            let kept = self.service.kept(request).instrument(span).await;
            if let Some(mut response) = kept {
                self.rates.was_answered(*taken, response.status());
                headers::guard(&mut response, false);
                noting.end(&mut response);
                return Some(response);
            }
        }
        request.extensions_mut().insert(Counted(taken, traced));
        None
    }

    async fn answer(&self, taken: Option<Result<Taken, Problem>>, request: Request, next: Next) -> Response {
        let taken = match taken.unwrap_or_else(|| self.rates.take_of(&request)) {
            Ok(taken) => taken,
            Err(problem) => return problem.into_response(),
        };
        let response = timeout::limited(self.patience, next.run(request)).await;
        self.rates.was_answered(taken, response.status());
        response
    }
}
