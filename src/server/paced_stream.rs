//! A connection whose client must accept what it asked for: a client that reads nothing, or next to nothing, is
//! disconnected, and the memory and the place that it held are free again.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Bytes per second that a client with data waiting must accept.
const MIN_RATE: u64 = 4 << 10;

/// A stream that fails once its peer accepted fewer than [`MIN_RATE`] bytes per second, over a window of time in which data
/// waited for it.
pub(super) struct PacedStream<S> {
    stream: S,
    window: Duration,
    /// The end of the present window; none while no data waits.
    blocked: Option<Pin<Box<Sleep>>>,
    /// Bytes that the peer accepted in the present window.
    accepted: u64,
}

impl<S> PacedStream<S> {
    pub(super) fn new(stream: S, window: Duration) -> Self {
        Self { stream, window, blocked: None, accepted: 0 }
    }

    /// Checks the pace after an attempt to write `written`.
    fn pace(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.accepted += bytes as u64;
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => {
                let window = self.window;
                let blocked = self.blocked.get_or_insert_with(|| Box::pin(sleep(window)));
                ready!(blocked.as_mut().poll(cx));
                if self.accepted < MIN_RATE * window.as_secs().max(1) {
                    let what = "the client accepts its response too slowly";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, what)));
                }
                self.accepted = 0;
                blocked.as_mut().reset(Instant::now() + window);
                // Registers the next wake-up.
                ready!(blocked.as_mut().poll(cx));
                Poll::Pending
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PacedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.pace(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.pace(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// The caller flushes once everything is written: from then on nothing waits.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        (self.blocked, self.accepted) = (None, 0);
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    /// So short that [`MIN_RATE`] is asked for once in a window.
    const WINDOW: Duration = Duration::from_millis(200);

    /// Sends a long answer to a client that reads `bytes` at a time, until it stops after `reads` of them.
    async fn send_to(bytes: usize, reads: usize) -> Result<(), io::ErrorKind> {
        let (mut client, server) = duplex(64);
        let reader = tokio::spawn(async move {
            let mut buffer = vec![0; bytes];
            for _ in 0..reads {
                client.read_exact(&mut buffer).await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            std::future::pending::<()>().await;
        });
        let sent = PacedStream::new(server, WINDOW).write_all(&vec![0; 32 << 10]).await;
        reader.abort();
        sent.map_err(|error| error.kind())
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_disconnected() {
        assert_eq!(send_to(1, 0).await, Err(io::ErrorKind::TimedOut));
        assert_eq!(send_to(16, 10).await, Err(io::ErrorKind::TimedOut), "nor does a beginning help");
    }

    #[tokio::test]
    async fn a_client_that_reads_slowly_gets_the_whole_answer() {
        assert_eq!(send_to(1 << 10, 32).await, Ok(()));
    }

    #[tokio::test]
    async fn a_client_that_waits_for_data_is_not_disconnected() {
        let (mut client, server) = duplex(64);
        let mut server = PacedStream::new(server, WINDOW);
        for _ in 0..3 {
            server.write_all(b"event").await.unwrap();
            server.flush().await.unwrap();
            client.read_exact(&mut [0; 5]).await.unwrap();
            tokio::time::sleep(WINDOW * 2).await;
        }
    }
}
