//! The server: the HTTP API on a socket, with limits, logs and an orderly shutdown.
//!
//! `connections.rs` accepts connections, `connection_places.rs` has places for them, and `middleware.rs` passes each request on to `api/`, with the help of
//! `rate_limiter.rs`, `access_log.rs`, `timeout.rs` and `headers.rs`. `settings/` holds the configuration, `logging.rs`
//! and `log_writer.rs` the log, `telemetry/` the export of spans.

mod access_log;
mod client_address;
mod connection_places;
mod connections;
mod descriptors;
mod headers;
mod huge_pages;
mod log_writer;
pub mod logging;
mod middleware;
mod paced_stream;
mod position_file;
mod rate_limiter;
pub mod settings;
mod signals;
pub mod telemetry;
mod timeout;

use crate::access::oidc::{OidcProvider, OidcProviderError};
use crate::api::{Problem, ProblemKind, Service, router};
use crate::page;
use crate::webhooks::Deliverer;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use connection_places::ConnectionPlaces;
use middleware::Middleware;
use minutebook_domain::Position;
use minutebook_ledger::Log;
use rate_limiter::ClientRateLimiter;
use settings::Settings;
use std::any::Any;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

pub use huge_pages::disable_huge_pages;
pub use position_file::{PositionFile, PositionFileError};
pub use signals::shutdown_signal;

/// A server that listens and does not answer yet.
pub struct Server {
    listener: TcpListener,
    deliverer: Arc<Deliverer>,
    service: Service,
    middleware: Arc<Middleware>,
    router: Router,
    settings: Settings,
    log: Log,
    position_file: Option<PositionFile>,
}

/// A server that cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is not available.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address of the settings.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// The HTTP client for webhooks cannot be built.
    #[error("cannot build the HTTP client for webhooks: {0}")]
    Webhooks(#[source] reqwest::Error),
    /// An OpenID provider cannot be used.
    #[error(transparent)]
    Provider(#[from] OidcProviderError),
}

impl Server {
    /// Binds the socket. Connections wait until [`Server::run`].
    pub async fn bind(log: Log, settings: Settings, position_file: Option<PositionFile>) -> Result<Self, ServerError> {
        let clock = &log.environment().clock;
        let providers = settings.oidc.iter().map(|provider| OidcProvider::new(provider.clone(), clock.clone()));
        let providers = providers.collect::<Result<Vec<_>, _>>()?;
        let service =
            Service::with_settings(log.clone(), providers, settings.feed.settings(), settings.webhooks.settings());
        let deliverer = service.deliverer().map_err(ServerError::Webhooks)?;
        descriptors::raise_limit(ConnectionPlaces::count(&settings.limits));
        let address = settings.listen;
        let listener = TcpListener::bind(address).await.map_err(|source| ServerError::Listen { address, source })?;
        let (middleware, router) = with_middleware(service.clone(), &settings);
        Ok(Self { listener, deliverer, service, middleware, router, settings, log, position_file })
    }

    /// The bound address, with the port that was picked if the settings say port 0.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` completes, finishes the requests and deliveries in progress, and closes the ledger. Returns the last
    /// position of the log that the server has seen.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Position {
        let limits = &self.settings.limits;
        let (stopping, stopped) = watch::channel(false);
        let (finish, finished) = watch::channel(false);
        let deliveries = tokio::spawn(self.deliverer.run(stopped));
        let notes = self.position_file.map(|file| tokio::spawn(file.follow(self.log.clone(), finished)));
        let stop = async {
            stop.await;
            stopping.send_replace(true);
        };
        connections::serve(self.listener, (self.middleware, self.router), self.service, limits, stop).await;
        let abort = deliveries.abort_handle();
        if tokio::time::timeout(limits.shutdown_timeout(), deliveries).await.is_err() {
            abort.abort();
            tracing::warn!(
                "a webhook receiver did not answer before the shutdown timeout; its event is sent again later"
            );
        }
        finish.send_replace(true);
        if let Some(notes) = notes {
            // It fails only by a panic, which is logged.
            let _ = notes.await;
        }
        let position = self.log.known_head();
        self.log.close().await;
        position
    }
}

/// Builds the API's router with the middleware round it.
fn with_middleware(service: Service, settings: &Settings) -> (Arc<Middleware>, Router) {
    let rate_limiter = ClientRateLimiter::new(service.clone(), &settings.limits);
    let request_timeout = settings.limits.request_timeout();
    let middleware = Arc::new(Middleware { service: service.clone(), rate_limiter, request_timeout });
    let router = router(service.clone())
        .merge(page::router(service))
        .layer(CsrfLayer::new().with_rejection_response(foreign_response))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(from_fn_with_state(middleware.clone(), middleware::wrap_route));
    (middleware, router)
}

/// Answers 403 for a change that a page of another site asks for: the browser would send the session with it.
fn foreign_response(_: ProtectionError) -> Response {
    Problem::new(ProblemKind::Forbidden, "a page of another site sent this request; nothing was recorded")
        .into_response()
}

/// Answers 500 for a request whose handler panicked. Other requests are not affected.
#[expect(clippy::needless_pass_by_value, reason = "the layer passes it by value")]
fn panic_response(payload: Box<dyn Any + Send>) -> Response {
    let message = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    // The message may quote recorded text, so it is logged at the debug level only.
    tracing::error!("a request handler panicked");
    tracing::debug!(panic = message, "the panic's message");
    Problem::internal(&io::Error::other("a request handler panicked")).into_response()
}
