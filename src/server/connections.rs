//! Connections: so many at a time, none that is silent for long, and none that is broken off while it is answered.

use super::middleware::{Entrance, enter};
use super::settings::Limits;
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
use tokio::sync::Semaphore;

/// How long it is waited where the system has no connection to give: it is short of something.
const SHORT_OF_SOMETHING: Duration = Duration::from_millis(100);

/// Answers whoever connects, until `stop`; then finishes what is under way.
pub(super) async fn serve(
    listener: TcpListener,
    (entrance, router): (Arc<Entrance>, Router),
    service: Service,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(limits.connections.get() as usize));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    // The time for headers runs from when the server waits for them: a connection that says nothing is closed too.
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_time());
    tokio::pin!(stop);
    loop {
        let next = async {
            // The semaphore is never closed.
            let place = room.clone().acquire_owned().await.ok();
            (place, accepted(&listener).await)
        };
        let (place, (stream, address)) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        // An answer is a few small packets; waiting to fill one would only delay it.
        let _ = stream.set_nodelay(true);
        let counted = service.figures().connect();
        let (entrance, router) = (entrance.clone(), router.clone());
        let answer = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            enter(entrance.clone(), router.clone(), request.map(Body::new))
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection was broken off");
            }
            drop((place, counted));
        });
    }
    drop(listener);
    // The live feed has no end of its own.
    service.end_feed();
    if tokio::time::timeout(limits.shutdown_time(), graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not finished in time, and are broken off");
    }
}

/// The next connection. That one cannot be had is no reason to stop.
async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted at the moment");
                tokio::time::sleep(SHORT_OF_SOMETHING).await;
            }
        }
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
