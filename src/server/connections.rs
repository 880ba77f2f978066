//! Accepts connections, up to a limit; closes idle and slow ones; and lets requests in progress finish when the server stops.

use super::connection_places::ConnectionPlaces;
use super::middleware::{Middleware, respond};
use super::paced_stream::PacedStream;
use super::settings::LimitsSection;
use crate::api::Service;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// The pause after a failed accept. The usual cause is a shortage, such as of file descriptors, and takes time to pass.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);
/// Bytes of a connection's read buffer, and so of a request's line and headers together.
const BUFFER: usize = 32 << 10;
/// The longest time for the headers of a request on a kept place.
const KEPT_HEADER_TIMEOUT: Duration = Duration::from_secs(3);

/// Serves connections until `stop` completes, then finishes the requests in progress.
pub(super) async fn serve(
    listener: TcpListener,
    (middleware, router): (Arc<Middleware>, Router),
    service: Service,
    limits: &LimitsSection,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(ConnectionPlaces::new(limits));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    // The timeout starts when the server waits for headers, so it also closes idle connections.
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout()).max_buf_size(BUFFER);
    // A kept place is answered once and soon.
    let mut http_once = http.clone();
    http_once.header_read_timeout(limits.header_timeout().min(KEPT_HEADER_TIMEOUT)).keep_alive(false);
    tokio::pin!(stop);
    loop {
        let (stream, address) = tokio::select! {
            next = accept(&listener) => next,
            () = &mut stop => break,
        };
        let Some(place) = places.take(address.ip()) else {
            tracing::debug!("a connection was refused: every place is taken");
            continue;
        };
        // Responses are a few small packets; Nagle's algorithm would only delay them.
        let _ = stream.set_nodelay(true);
        let counted = service.metrics().connect();
        let (middleware, router) = (middleware.clone(), router.clone());
        let kept = place.is_kept().then(|| places.clone());
        let http = if place.is_kept() { &http_once } else { &http };
        let handler = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            respond(middleware.clone(), router.clone(), kept.clone(), request.map(Body::new))
        });
        let stream = PacedStream::new(stream, limits.slow_reader_window());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), handler));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection was lost");
            }
            drop((place, counted));
        });
    }
    drop(listener);
    // Feed responses have no end of their own.
    service.end_feed();
    if tokio::time::timeout(limits.shutdown_timeout(), graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish before the shutdown timeout and are aborted");
    }
}

/// Accepts the next connection, and retries after an error.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_client_error(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections at the moment");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

/// Returns whether the client closed the connection before it was accepted.
fn is_client_error(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
