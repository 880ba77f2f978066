//! When the server is to stop.

use std::future::Future;
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for what tells the process to stop, from now on: SIGTERM, or the keyboard. The future ends with the first of
/// them; with the second, the process ends at once.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        one_of(&mut terminate, &mut interrupt).await;
        tokio::spawn(async move {
            one_of(&mut terminate, &mut interrupt).await;
            super::logging::flush();
            std::process::exit(1);
        });
    })
}

async fn one_of(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
