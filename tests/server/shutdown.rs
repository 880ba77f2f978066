//! A server that receives SIGTERM finishes the requests in progress.

use crate::fixtures::api_client::token;
use crate::fixtures::ledgers::TestLedger;
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use minutebook::access::Role;
use minutebook_ledger::{Recorder, Selection};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

async fn acknowledged_events_are_stored_and_feed_readers_are_disconnected(ledger: TestLedger) {
    let log = ledger.open().await;
    let recorder = Recorder::new(log.clone());
    let secret = token(&recorder, &[Role::Secretary, Role::Admin], "RED", None).await;
    let server = ServerProcess::start(&ledger.url_text);
    let caller = HttpCaller::new(&secret);
    let address = server.address.clone();
    let feed = caller.follow(&address, "/api/v1/events/stream").await;
    let started = std::sync::Arc::new(tokio::sync::Notify::new());
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (caller, address, started) = (caller.clone(), address.clone(), started.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for number in 0.. {
                    let code = format!("C{writer}X{number}");
                    let body = json!({"code": code, "name": "A committee", "established_on": "2014-01-22"});
                    // The server has closed the connection or exited.
                    let Ok((status, _)) = caller.post(&address, "/api/v1/committees", &code, &body).await else {
                        break;
                    };
                    assert_eq!(status, 201);
                    acknowledged.push(code);
                    started.notify_one();
                }
                acknowledged
            })
        })
        .collect();
    started.notified().await;
    let (ended_well, output) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    assert!(ended_well && !output.contains("did not finish"), "{output}");
    drop(feed);
    let mut acknowledged = BTreeSet::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    assert!(!acknowledged.is_empty());
    let recorded = log.read_all(Selection::All).await.unwrap();
    let streams: BTreeSet<String> = recorded.iter().map(|event| event.stream.to_string()).collect();
    for code in acknowledged {
        assert!(streams.contains(&format!("committee:{code}")), "{code} was acknowledged and is lost");
    }
}

/// The request's body is still arriving when the server receives the signal.
async fn a_request_in_progress_is_finished(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    let secret = token(&recorder, &[Role::Secretary], "RED", None).await;
    let server = ServerProcess::start(&ledger.url_text);
    let body = json!({"code": "SSC", "name": "A committee", "established_on": "2014-01-22"}).to_string();
    let mut stream = BufReader::new(TcpStream::connect(&server.address).unwrap());
    let head = format!(
        "POST /api/v1/committees HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {secret}\r\nIdempotency-Key: a\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.get_mut().write_all(head.as_bytes()).unwrap();
    // The server answers this when it starts to read the body: the request is in progress from then on.
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    let address = server.address.clone();
    let stopping = tokio::task::spawn_blocking(move || server.stop());
    // A refused connection shows that the server has received the signal.
    while TcpStream::connect(&address).is_ok() {
        tokio::task::yield_now().await;
    }
    stream.get_mut().write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 201"), "{answer}");
    let (ended_well, output) = stopping.await.unwrap();
    assert!(ended_well, "{output}");
    assert_eq!(recorder.log().read_all(Selection::Stream("committee:SSC".parse().unwrap())).await.unwrap().len(), 1);
}

crate::fixtures::ledgers::on_both_stores!(
    acknowledged_events_are_stored_and_feed_readers_are_disconnected,
    a_request_in_progress_is_finished,
);
