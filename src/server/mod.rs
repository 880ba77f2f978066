//! The server: the HTTP API on a socket, within limits, until it is told to stop.
//!
//! `settings/` is its configuration. `connections.rs` accepts; `entrance.rs`, with `requests.rs`, `rates.rs`, `time.rs`
//! and `headers.rs`, is what every request passes through on its way to `api/`. `logging.rs` is where its own log goes, and
//! `log_lines.rs` how; `telemetry/` is where spans of requests go.

mod access_log;
mod client_address;
mod connections;
mod headers;
mod huge_pages;
mod log_writer;
pub mod logging;
mod middleware;
mod rate_limiter;
pub mod settings;
mod signals;
pub mod telemetry;
mod timeout;

use crate::access::oidc::{OidcProvider, OidcProviderError};
use crate::api::{Problem, Service, router};
use crate::webhooks::Deliverer;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use middleware::Entrance;
use minutebook_ledger::Log;
use settings::Settings;
use std::any::Any;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;

pub use huge_pages::disable_huge_pages;
pub use signals::shutdown_signal;

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    deliverer: Arc<Deliverer>,
    service: Service,
    entrance: Arc<Entrance>,
    router: Router,
    settings: Settings,
    log: Log,
}

/// Why a server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is not to be had.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// RowSelection one.
        address: SocketAddr,
        /// Why not.
        error: io::Error,
    },
    /// There is nothing that events could be sent by.
    #[error("no events can be sent to webhooks: {0}")]
    Webhooks(reqwest::Error),
    /// A provider of identity cannot be asked.
    #[error(transparent)]
    OidcProvider(#[from] OidcProviderError),
}

impl Server {
    /// Listens, and answers nobody yet.
    pub async fn bind(log: Log, settings: Settings) -> Result<Self, ServerError> {
        let clock = &log.environment().clock;
        let providers = settings.oidc.iter().map(|provider| OidcProvider::new(provider.clone(), clock.clone()));
        let providers = providers.collect::<Result<Vec<_>, _>>()?;
        let service = Service::feeding(log.clone(), providers, settings.feed.settings(), settings.webhooks.settings());
        let deliverer = service.deliverer().map_err(ServerError::Webhooks)?;
        let address = settings.listen;
        let listener = TcpListener::bind(address).await.map_err(|error| ServerError::Listen { address, error })?;
        let (entrance, router) = limited(service.clone(), &settings);
        Ok(Self { listener, deliverer, service, entrance, router, settings, log })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop`, finishes what is under way, and closes the ledger.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let limits = &self.settings.limits;
        let (end, ended) = watch::channel(false);
        let delivering = tokio::spawn(self.deliverer.run(ended));
        let stop = async {
            stop.await;
            end.send_replace(true);
        };
        connections::serve(self.listener, (self.entrance, self.router), self.service, limits, stop).await;
        let broken_off = delivering.abort_handle();
        if timeout(limits.shutdown_time(), delivering).await.is_err() {
            broken_off.abort();
            tracing::warn!("a webhook's receiver did not answer in time; it is sent the event again");
        }
        self.log.close().await;
    }
}

/// The API behind its entrance.
fn limited(service: Service, settings: &Settings) -> (Arc<Entrance>, Router) {
    let rates = rate_limiter::Rates::new(service.clone(), &settings.limits);
    let entrance = Entrance { service: service.clone(), rates, patience: settings.limits.request_time() };
    let entrance = Arc::new(entrance);
    let router = router(service)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(entrance.clone(), middleware::passed));
    (entrance, router)
}

/// A fault of the program is one request's, and no other's.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let what = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let what = what.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    // What a panic says may quote what it was about: it is for whoever looks for the fault, and not for the usual log.
    tracing::error!("a request met with a fault of the program");
    tracing::debug!(what, "what the fault says");
    Problem::internal(&io::Error::other("a fault of the program")).into_response()
}
