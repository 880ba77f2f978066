//! While the database is away, each answer comes in time; once it is back, the server writes within 10 seconds, and nothing
//! is lost or doubled.

use crate::fixtures::api_client::token;
use crate::fixtures::committee::{begin, raised, request};
use crate::fixtures::database_proxy::{DatabaseProxy, Loss, LostReply, Network};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::postgres::cluster;
use crate::fixtures::record_lines::{PATIENCE, verify};
use crate::fixtures::server_process::ServerProcess;
use futures_util::future::join_all;
use minutebook::access::Role;
use minutebook::http_client;
use minutebook_ledger::Selection;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Readers during an outage. They come at once and ask for what no cache holds.
const READERS: usize = 51;
/// The answer to a read while the database is away.
const READ_LIMIT: Duration = Duration::from_secs(5);
/// The first write after the network has healed.
const HEALED: Duration = Duration::from_secs(10);

/// A server of a PostgreSQL ledger, with or without a network between the two.
pub(super) struct NetworkedServer {
    pub(super) process: ServerProcess,
    client: reqwest::Client,
    secret: String,
}

/// An answer, and how long it took.
#[derive(Debug)]
pub(super) struct TimedAnswer {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    pub(super) body: Value,
    pub(super) took: Duration,
}

impl TimedAnswer {
    /// The name of the problem.
    pub(super) fn problem(&self) -> &str {
        self.body["type"].as_str().and_then(|kind| kind.rsplit(':').next()).unwrap_or_default()
    }
}

impl NetworkedServer {
    pub(super) fn start(url: &str, secret: &str) -> Self {
        let process = ServerProcess::start(url);
        Self { process, client: http_client::client(PATIENCE).unwrap(), secret: secret.to_owned() }
    }

    pub(super) async fn get(&self, path: &str) -> TimedAnswer {
        Self::answer(self.request(reqwest::Method::GET, path)).await
    }

    pub(super) async fn post(&self, path: &str, key: &str, body: &Value) -> TimedAnswer {
        let request = self.request(reqwest::Method::POST, path).header("idempotency-key", key);
        Self::answer(request.header("content-type", "application/json").body(body.to_string())).await
    }

    pub(super) async fn raise(&self, action: &str) -> TimedAnswer {
        self.post("/api/v1/actions", action, &raised(action)["data"]).await
    }

    /// Repeats a write until it succeeds, and returns how long that took.
    async fn raise_until_recorded(&self, action: &str) -> Duration {
        let begun = Instant::now();
        loop {
            let answer = self.raise(action).await;
            if answer.status == 201 {
                return begun.elapsed();
            }
            assert_eq!(answer.status, 503, "{answer:?}");
            assert!(begun.elapsed() < PATIENCE, "{answer:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.process.address)).bearer_auth(&self.secret)
    }

    async fn answer(request: reqwest::RequestBuilder) -> TimedAnswer {
        let begun = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let body = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
        TimedAnswer { status, retry_after, body, took: begun.elapsed() }
    }

    /// A read by key, a list or a page of events, never the same one twice.
    async fn read(&self, number: usize) -> TimedAnswer {
        let (month, day) = (3 + number / 28, 1 + number % 28);
        let path = match number % 3 {
            0 => format!("/api/v1/actions/SSC72/01?as_of=2019-{month:02}-{day:02}"),
            1 => format!("/api/v1/actions?committee=SSC&as_of=2019-{month:02}-{day:02}"),
            _ => format!("/api/v1/events?after=1&limit={}", 100 + number),
        };
        self.get(&path).await
    }
}

/// A ledger with one action, and a token that may record.
pub(super) async fn ledger_with_action() -> (TestLedger, String) {
    let ledger = TestLedger::new(Store::Postgres);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("first", &raised("SSC72/01"))).await.unwrap();
    let secret = token(&recorder, &[Role::Secretary, Role::Auditor], "RED", None).await;
    recorder.log().close().await;
    (ledger, secret)
}

/// The number of events of each of these actions.
pub(super) async fn events_of(ledger: &TestLedger, actions: &[String]) -> Vec<usize> {
    let log = ledger.open().await;
    let mut counts = Vec::new();
    for action in actions {
        let stream = format!("action:{action}").parse().unwrap();
        counts.push(log.read_all(Selection::Stream(stream)).await.unwrap().len());
    }
    log.close().await;
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stalled_network_that_delivers_late() {
    outage(Network::Stalled).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_loses_its_connections() {
    outage(Network::Lossy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_refuses_connections() {
    outage(Network::Refusing).await;
}

async fn outage(network: Network) {
    let (ledger, secret) = ledger_with_action().await;
    let proxy = DatabaseProxy::start().await;
    let server = NetworkedServer::start(&proxy.url(&ledger.url_text), &secret);
    let mut actions = vec!["SSC80/01".to_owned()];
    assert_eq!(server.raise("SSC80/01").await.status, 201);
    // Every connection of the pool is in use or idle when the outage begins.
    for answer in join_all((0..16).map(|number| server.read(number))).await {
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    proxy.set(network);
    let readers = join_all((16..16 + READERS).map(|number| server.read(number)));
    // Clients that give up leave no statement behind that keeps a place.
    let deserters = join_all((0..50).map(|number| {
        let reading = server.read(100 + number);
        tokio::time::timeout(Duration::from_millis(300), reading)
    }));
    let writes: Vec<String> = (1..=3).map(|number| format!("SSC81/0{number}")).collect();
    let writers = join_all(writes.iter().map(|action| server.raise(action)));
    let probes = async { (server.get("/health/ready").await, server.get("/health/live").await) };
    let (read, _, written, (ready, live)) = tokio::join!(readers, deserters, writers, probes);
    for answer in &read {
        assert_eq!((answer.status, answer.problem()), (503, "unavailable"), "{answer:?}");
        assert!(answer.retry_after.is_some() && answer.took < READ_LIMIT, "{answer:?}");
    }
    for answer in &written {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(["unavailable", "outcome-unknown"].contains(&answer.problem()), "{answer:?}");
        assert!(answer.retry_after.is_some(), "{answer:?}");
    }
    assert_eq!((ready.status, live.status), (503, 200), "{ready:?}");
    assert_eq!(ready.body["reason"], "the database does not answer, or cannot be read");
    assert!(ready.took < Duration::from_millis(2500) && live.took < Duration::from_secs(1), "{ready:?} {live:?}");
    actions.extend(writes);
    // Later readers fail too, and no later than the first.
    for answer in join_all((70..70 + READERS).map(|number| server.read(number))).await {
        assert!(answer.status == 503 && answer.took < READ_LIMIT, "{answer:?}");
    }

    // One more write is under way when the network heals.
    let (last, healed) = tokio::join!(server.raise_until_recorded("SSC82/01"), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        proxy.set(Network::Up);
        server.raise_until_recorded("SSC82/02").await
    });
    assert!(healed < HEALED && last < HEALED + Duration::from_millis(200), "{healed:?} {last:?}");
    let read = server.read(130).await;
    assert!(read.status == 200 && read.took < READ_LIMIT, "{read:?}");
    assert_eq!(server.get("/health/ready").await.status, 200);
    actions.extend(["SSC82/01".to_owned(), "SSC82/02".to_owned()]);
    for action in &actions {
        server.raise_until_recorded(action).await;
    }
    assert_eq!(events_of(&ledger, &actions).await, vec![1; actions.len()]);
    drop(server);
    verify(&ledger.url_text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_writes_while_one_is_cut_off_with_the_lock() {
    let (ledger, secret) = ledger_with_action().await;
    let proxy = DatabaseProxy::start().await;
    let cut_off = NetworkedServer::start(&proxy.url(&ledger.url_text), &secret);
    let other = NetworkedServer::start(&ledger.url_text, &secret);
    let raised = cut_off.raise("SSC80/01").await;
    let event = raised.body["events"][0]["event_id"].as_str().unwrap();
    let (path, correction) = (format!("/api/v1/events/{event}/corrections"), due_on("2019-04-01"));
    // A correction takes the head's lock from the beginning; the database keeps it for a client that is silent.
    proxy.lose(LostReply::HeadLock, Loss::Silent);
    let (stalled, written) = tokio::join!(cut_off.post(&path, "correction", &correction), async {
        while !proxy.has_lost() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        other.raise_until_recorded("SSC80/02").await
    });
    assert!(written < HEALED, "{written:?}");
    assert_eq!((stalled.status, stalled.problem()), (503, "unavailable"), "{stalled:?}");
    assert_eq!(cut_off.post(&path, "correction", &correction).await.status, 201);
    // The corrected action has two events.
    assert_eq!(events_of(&ledger, &["SSC80/01", "SSC80/02"].map(str::to_owned)).await, [2, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_database_is_waited_for() {
    let (ledger, secret) = ledger_with_action().await;
    let server = NetworkedServer::start(&ledger.url_text, &secret);
    let database = ledger.url_text.trim_start_matches("postgres:///").split('?').next().unwrap().to_owned();
    let sql = "BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3); COMMIT";
    let locking = tokio::task::spawn_blocking(move || cluster().execute(&database, sql));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let read = server.get("/api/v1/events?limit=17").await;
    assert!(read.status == 200 && read.took > Duration::from_secs(2), "{read:?}");
    locking.await.unwrap();
}

/// A correction of the day by which an action is due.
pub(super) fn due_on(day: &str) -> Value {
    json!({"change": {"set": {"due_on": day}}, "reason": "a slip"})
}
