//! A receiver of webhooks: a server on loopback that answers as it is told to, and keeps what it is sent.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Long enough for the busiest machine: a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a message is answered. Without any it is taken.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Status(u16),
    Redirect(String),
    /// Not within any time that a sender waits.
    TooLate,
}

/// A message that came.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) taken: bool,
}

/// What has come so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    came: usize,
    taken: usize,
    turned_away: usize,
}

#[derive(Default)]
struct Inner {
    script: Mutex<VecDeque<Reply>>,
    always: Mutex<Option<Reply>>,
    messages: Mutex<Vec<Message>>,
    away: watch::Sender<bool>,
    counts: watch::Sender<Counts>,
}

/// The receiver. It is gone when this is dropped.
pub(crate) struct Receiver {
    inner: Arc<Inner>,
    address: SocketAddr,
    server: tokio::task::JoinHandle<()>,
}

/// Lets nobody in while the receiver is away.
struct Door(TcpListener, Arc<Inner>);

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let (stream, address) = self.0.accept().await.unwrap();
            if !*self.1.away.borrow() {
                return (stream, address);
            }
            drop(stream);
            self.1.counts.send_modify(|counts| counts.turned_away += 1);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

async fn receive(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let reply = inner.script.lock().unwrap().pop_front().or_else(|| inner.always.lock().unwrap().clone());
    let taken = reply.is_none();
    inner.messages.lock().unwrap().push(Message { headers, body, taken });
    inner.counts.send_modify(|counts| {
        counts.came += 1;
        counts.taken += usize::from(taken);
    });
    // Each message comes by a connection of its own: whoever goes away is gone for the next one.
    let close = [("connection", "close")];
    match reply {
        None => (close, StatusCode::NO_CONTENT).into_response(),
        Some(Reply::Status(status)) => (close, StatusCode::from_u16(status).unwrap()).into_response(),
        Some(Reply::Redirect(to)) => (StatusCode::TEMPORARY_REDIRECT, [("location", to.as_str())]).into_response(),
        Some(Reply::TooLate) => std::future::pending().await,
    }
}

impl Receiver {
    pub(crate) async fn open() -> Self {
        let inner = Arc::new(Inner::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(receive).with_state(inner.clone());
        let door = Door(listener, inner.clone());
        let server = tokio::spawn(async move { axum::serve(door, router).await.unwrap() });
        Self { inner, address, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// How the next messages are answered, each with one of these.
    pub(crate) fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inner.script.lock().unwrap().extend(replies);
    }

    /// How every message is answered from now on.
    pub(crate) fn always_answers(&self, reply: Option<Reply>) {
        *self.inner.always.lock().unwrap() = reply;
    }

    /// Goes away, or comes back.
    pub(crate) fn is_away(&self, away: bool) {
        self.inner.away.send_replace(away);
    }

    /// Waits until so many messages were taken.
    pub(crate) async fn has_taken(&self, number: usize) {
        self.wait(|counts| counts.taken >= number).await;
    }

    /// Waits until so many messages came, taken or not.
    pub(crate) async fn has_seen(&self, number: usize) {
        self.wait(|counts| counts.came >= number).await;
    }

    /// Waits until so many were turned away.
    pub(crate) async fn has_turned_away(&self, number: usize) {
        self.wait(|counts| counts.turned_away >= number).await;
    }

    async fn wait(&self, enough: impl Fn(&Counts) -> bool) {
        let mut counts = self.inner.counts.subscribe();
        let waited = tokio::time::timeout(PATIENCE, counts.wait_for(|counts| enough(counts))).await.map(drop);
        assert!(waited.is_ok(), "it never came: {:?}", *self.inner.counts.borrow());
    }

    /// All that came.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.inner.messages.lock().unwrap().clone()
    }

    /// The positions of the events that were taken, as they came.
    pub(crate) fn taken(&self) -> Vec<u64> {
        self.messages().iter().filter(|message| message.taken).map(Message::position).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Message {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn position(&self) -> u64 {
        self.json()["data"]["position"].as_u64().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Whether it is signed with this secret, as Standard Webhooks says.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = [self.header("webhook-id"), ".", self.header("webhook-timestamp"), "."].concat();
        let expected = STANDARD.encode(hmac_sha256(&key, &[signed.as_bytes(), &self.body].concat()));
        self.header("webhook-signature").split(' ').any(|signature| signature == format!("v1,{expected}"))
    }
}

/// HMAC as RFC 2104 says it, written out: what signs is not what checks.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    assert!(key.len() <= 64);
    let pad =
        |with: u8| -> Vec<u8> { (0..64).map(|index| key.get(index).copied().unwrap_or_default() ^ with).collect() };
    let inner = Sha256::digest([&pad(0x36), message].concat());
    Sha256::digest([&pad(0x5c)[..], &inner].concat()).into()
}

/// The second case of RFC 4231.
#[test]
fn the_written_out_hmac_is_the_one_of_the_rfc() {
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hex::encode(hmac_sha256(b"Jefe", b"what do ya want for nothing?")), expected);
}
