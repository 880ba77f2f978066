//! One connection of a client that is kept open. A client that does more would take from the server what is measured.

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection, and what was read of it beyond what was asked for.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    host: String,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// Connects to `host:port`.
    pub(crate) async fn open(host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).await.with_context(|| format!("{host} cannot be connected to"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(4096), host: host.to_owned() })
    }

    /// Sends a request; `headers` are whole lines.
    pub(crate) async fn send(&mut self, line: &str, headers: &str, body: &[u8]) -> anyhow::Result<()> {
        let host = &self.host;
        let head = format!("{line} HTTP/1.1\r\nhost: {host}\r\n{headers}content-length: {}\r\n\r\n", body.len());
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        Ok(self.stream.write_all(&request).await?)
    }

    /// Reads an answer that says how long it is.
    pub(crate) async fn answer(&mut self) -> anyhow::Result<Answer> {
        let (status, length) = self.head().await?;
        let length = length.context("the answer does not say how long it is")?;
        while self.read.len() < length {
            self.more().await?;
        }
        let rest = self.read.split_off(length);
        Ok(Answer { status, body: std::mem::replace(&mut self.read, rest) })
    }

    /// Reads the head of an answer: its status, and how long its body is, if it says so.
    pub(crate) async fn head(&mut self) -> anyhow::Result<(u16, Option<usize>)> {
        let end = loop {
            match self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.more().await?,
            }
        };
        let head = String::from_utf8_lossy(&self.read[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("there is no status")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        self.read.drain(..end);
        Ok((status, length))
    }

    /// What comes next, as it comes.
    pub(crate) async fn piece(&mut self) -> anyhow::Result<Vec<u8>> {
        if self.read.is_empty() {
            self.more().await?;
        }
        Ok(std::mem::take(&mut self.read))
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let read = self.stream.read_buf(&mut self.read).await?;
        anyhow::ensure!(read > 0, "the server closed the connection");
        Ok(())
    }
}
