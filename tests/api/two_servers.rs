//! Two servers on one PostgreSQL database: each reads and streams the writes of the other, and readers see a prefix of one
//! order.

use crate::fixtures::api_client::token;
use crate::fixtures::committee::{begin, raised};
use crate::fixtures::feed_reader::FeedReader;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use futures_util::future::join_all;
use minutebook::access::Role;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// Writers per server, and writes per writer.
const WRITERS: u64 = 6;
const WRITES: u64 = 10;

struct Pair {
    servers: [ServerProcess; 2],
    writer: HttpCaller,
    /// May read the whole log.
    reader: HttpCaller,
    /// The last position before the servers started.
    head: u64,
    _ledger: TestLedger,
}

impl Pair {
    async fn start() -> Self {
        let ledger = TestLedger::new(Store::Postgres);
        let recorder = ledger.recorder().await;
        begin(&recorder).await;
        let writer = HttpCaller::new(&token(&recorder, &[Role::Secretary], "RED", None).await);
        let reader = HttpCaller::new(&token(&recorder, &[Role::Auditor], "RED", None).await);
        let head = recorder.log().head().await.unwrap().number();
        recorder.log().close().await;
        let servers = [ServerProcess::start(&ledger.url_text), ServerProcess::start(&ledger.url_text)];
        Self { servers, writer, reader, head, _ledger: ledger }
    }

    /// Raises an action through one of the servers. Returns its position.
    async fn raise(&self, through: usize, action: &str) -> u64 {
        let address = &self.servers[through].address;
        let (status, text) =
            self.writer.post(address, "/api/v1/actions", action, &raised(action)["data"]).await.unwrap();
        assert_eq!(status, 201, "{text}");
        serde_json::from_str::<Value>(&text).unwrap()["position"].as_u64().unwrap()
    }

    async fn follow(&self, through: usize) -> FeedReader {
        self.reader.follow(&self.servers[through].address, "/api/v1/events/stream?after=0").await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_server_reads_and_streams_the_writes_of_the_other() {
    let pair = Pair::start().await;
    let mut feeds = [pair.follow(0).await, pair.follow(1).await];
    for feed in &mut feeds {
        for position in 1..=pair.head {
            assert_eq!(feed.event().await.unwrap().id, Some(position));
        }
    }
    for number in 1..=20_usize {
        let (one, other) = (number % 2, 1 - number % 2);
        let action = format!("SSC72/{number:02}");
        let position = pair.raise(one, &action).await;
        let path = format!("/api/v1/actions/{action}?at_least={position}");
        let (status, found) = pair.reader.get(&pair.servers[other].address, &path).await;
        assert_eq!((status, &found["reference"]), (200, &json!(action)), "{found}");
        for feed in &mut feeds {
            let event = feed.event().await.unwrap();
            assert_eq!(event.id, Some(position));
            assert_eq!(event.data.unwrap()["stream"], format!("action:{action}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_either_server_sees_a_prefix_of_one_order() {
    let pair = Pair::start().await;
    let last = pair.head + 2 * WRITERS * WRITES;
    let over = AtomicBool::new(false);
    let writing = async {
        join_all((0..2 * WRITERS).map(|writer| {
            let pair = &pair;
            async move {
                for number in 0..WRITES {
                    let through = usize::try_from(writer % 2).unwrap();
                    let action = format!("SSC{}/{number:02}", 100 + writer);
                    let position = pair.raise(through, &action).await;
                    let path = format!("/api/v1/actions/{action}?at_least={position}");
                    let (status, found) = pair.reader.get(&pair.servers[1 - through].address, &path).await;
                    assert_eq!(status, 200, "a write is read back through the other server: {found}");
                }
            }
        }))
        .await;
        over.store(true, Ordering::SeqCst);
    };
    let reading = |through: usize| {
        let (pair, over) = (&pair, &over);
        async move {
            let mut seen: Vec<Value> = Vec::new();
            let mut answers = 0;
            loop {
                let was_over = over.load(Ordering::SeqCst);
                let address = &pair.servers[through].address;
                let (status, page) = pair.reader.get(address, "/api/v1/events?limit=1000").await;
                assert_eq!(status, 200, "{page}");
                let now = page["events"].as_array().unwrap().clone();
                for (event, position) in now.iter().zip(1_u64..) {
                    assert_eq!(event["position"], position, "the list skips a position");
                }
                assert!(now.starts_with(&seen), "a later page extends an earlier one");
                (seen, answers) = (now, answers + 1);
                if was_over && seen.len() as u64 >= last {
                    assert!(answers > 1);
                    return seen;
                }
            }
        }
    };
    let following = |through: usize| {
        let pair = &pair;
        async move {
            let mut feed = pair.follow(through).await;
            let mut seen: Vec<Value> = Vec::new();
            while (seen.len() as u64) < last {
                let event = feed.event().await.unwrap();
                assert_eq!(event.id, Some(seen.len() as u64 + 1), "the feed skips a position");
                seen.extend(event.data);
            }
            seen
        }
    };
    let ((), one, other, followed, followed_elsewhere) =
        tokio::join!(writing, reading(0), reading(1), following(0), following(1));
    assert_eq!(one.len() as u64, last);
    for seen in [other, followed, followed_elsewhere] {
        assert_eq!(seen, one);
    }
}
