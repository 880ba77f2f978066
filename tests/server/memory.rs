//! The memory of a server under attack: clients that read nothing, long statistics and many kept answers, beside an honest
//! client.

use crate::fixtures::api_client::token;
use crate::fixtures::committee::begin;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::record_lines::PATIENCE;
use crate::fixtures::server_process::ServerProcess;
use minutebook::access::Role;
use minutebook_domain::RequestMetadata;
use minutebook_ledger::{Recorder, command_json};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream as BlockingStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Peak resident memory of the server, in KiB.
const MEMORY_KIB: u64 = 512 << 10;
const ACTIONS: usize = 120;
/// Clients that ask for a large answer and read none of it.
const SILENT: usize = 48;
/// Kept answers that are asked for with large headers.
const KEPT: usize = 320;

/// Records actions whose list takes more than seven megabytes.
async fn record_long_actions(recorder: &Recorder) {
    begin(recorder).await;
    let text = "the paper was read and the committee asked for it again ".repeat(1100);
    let commands: Vec<_> = (1..=ACTIONS)
        .map(|number| {
            json!({"stream": format!("action:SSC72/{number:03}"), "type": "ActionRaised", "data": {
                "reference": format!("SSC72/{number:03}"), "text": {"classification": "WHITE", "text": text},
                "owners": ["SECAS"], "raised_on": "2019-02-27", "due_on": "2019-03-13"}})
        })
        .collect();
    let metadata =
        RequestMetadata { actor: "a tester".into(), command_id: "many".into(), ..RequestMetadata::default() };
    let request = command_json::request(&json!({"commands": commands}).to_string(), metadata).unwrap();
    recorder.record(&request).await.unwrap();
}

/// Connects from one of several addresses of this machine.
async fn connect(server: &str, client: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("127.0.1.{}:0", client % 8 + 1).parse().unwrap()).unwrap();
    socket.connect(server.parse().unwrap()).await.unwrap()
}

/// Reads the answer to a request on a connection of its own; its first line.
fn status_line(server: &str, path: &str) -> String {
    let mut stream = BlockingStream::connect(server).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

/// Sends a request whose answer it never reads.
async fn ask_and_read_nothing(server: &str, client: usize) -> TcpStream {
    let mut stream = connect(server, client).await;
    // A different target each: one kept answer does not serve them all.
    let request = format!(
        "GET /api/v1/actions?format=csv&due_before=2019-{:02}-{:02} HTTP/1.1\r\nHost: a\r\n\r\n",
        client % 9 + 4,
        client % 28 + 1
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Fills the response cache, each time with a request whose headers fill a read buffer.
async fn ask_for_kept_answers(server: String, client: usize) {
    let mut stream = connect(&server, client).await;
    let padding = "x".repeat(24 << 10);
    for number in 0..KEPT / 8 {
        let request = format!(
            "GET /api/v1/committees?as_of=2020-01-01T00:00:{client:02}.{number:06}Z HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\
             X-Padding: {padding}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..read]));
    }
}

fn peak_memory_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_under_attack_stays_within_its_memory_and_answers_others() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    record_long_actions(&recorder).await;
    recorder.log().close().await;
    let settings =
        ["limits.address_requests_per_minute=0", "limits.slow_reader_seconds=2", "limits.connections_per_address=64"];
    let server = ServerProcess::start_with(&ledger.url_text, &settings);
    let address = server.address.clone();

    let over = Arc::new(AtomicBool::new(false));
    let honest = std::thread::spawn({
        let (address, over) = (address.clone(), over.clone());
        move || {
            let mut answers = 0;
            while !over.load(Ordering::Relaxed) {
                for path in ["/health/live", "/api/v1/committees/SSC"] {
                    assert_eq!(status_line(&address, path), "HTTP/1.1 200 OK", "after {answers} answers");
                    answers += 1;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            answers
        }
    });

    let mut silent = Vec::new();
    for client in 0..SILENT {
        silent.push(ask_and_read_nothing(&address, client).await);
    }
    let kept = (0..8).map(|client| tokio::spawn(ask_for_kept_answers(address.clone(), client)));
    let mut statistics = connect(&address, 3).await;
    let request = "GET /api/v1/statistics?months=240&as_of=9999-12-31 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    statistics.write_all(request.as_bytes()).await.unwrap();
    for asking in kept.collect::<Vec<_>>() {
        asking.await.unwrap();
    }
    // The server takes the places of the silent clients back, whether they were answered or are still waiting.
    let started = Instant::now();
    while connections(&address) > SILENT / 2 {
        assert!(started.elapsed() < PATIENCE, "silent clients keep their places");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    over.store(true, Ordering::Relaxed);
    assert!(honest.join().unwrap() > 10);
    assert!(peak_memory_kib(server.child.id()) < MEMORY_KIB, "{} KiB", peak_memory_kib(server.child.id()));
    drop((silent, statistics));
}

/// Posts a body with a token and returns the status.
async fn post(server: String, path: &str, secret: &str, content_type: &str, body: Arc<Vec<u8>>) -> String {
    let mut stream = connect(&server, 1).await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {secret}\r\nContent-Type: {content_type}\r\n\
         Idempotency-Key: k\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[9..12]).into_owned()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_bodies_are_taken_one_at_a_time_and_refused_before_they_unfold() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let secret = token(&recorder, &[Role::Secretary], "RED", None).await;
    recorder.log().close().await;
    let server = ServerProcess::start_with(&ledger.url_text, &["limits.address_requests_per_minute=0"]);
    let lists = [br#"{"commands":["#.to_vec(), b"[],".repeat((8 << 20) / 3 - 10), b"[]]}".to_vec()].concat();
    let lists = Arc::new(lists);
    let paragraphs = Arc::new(b"a\n\n".repeat((31 << 20) / 3));
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (address, secret, lists) = (server.address.clone(), secret.clone(), lists.clone());
        posts.spawn(async move { post(address, "/api/v1/commands", &secret, "application/json", lists).await });
    }
    let (address, secret) = (server.address.clone(), secret.clone());
    posts.spawn(async move { post(address, "/api/v1/imports", &secret, "text/markdown", paragraphs).await });
    let mut answers = posts.join_all().await;
    answers.sort();
    assert_eq!(answers, [vec!["413"; 12], vec!["422"; 1]].concat());
    assert!(peak_memory_kib(server.child.id()) < MEMORY_KIB, "{} KiB", peak_memory_kib(server.child.id()));
}

fn connections(server: &str) -> usize {
    let mut stream = BlockingStream::connect(server).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let line = answer.lines().find(|line| line.starts_with("minutebook_http_connections ")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}
