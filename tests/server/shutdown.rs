//! A server that is told to stop finishes what it began.

use crate::fixtures::api_client::token;
use crate::fixtures::ledgers::TestLedger;
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use minutebook::access::Role;
use minutebook_ledger::{Recorder, Selection};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

async fn what_was_acknowledged_is_there_and_readers_are_let_go(ledger: TestLedger) {
    let log = ledger.open().await;
    let recorder = Recorder::new(log.clone());
    let secret = token(&recorder, &[Role::Secretary, Role::Admin], "RED", None).await;
    let server = ServerProcess::start(&ledger.url_text);
    let caller = HttpCaller::new(&secret);
    let address = server.address.clone();
    let followed = caller.follow(&address, "/api/v1/events/stream").await;
    let begun = std::sync::Arc::new(tokio::sync::Notify::new());
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (caller, address, begun) = (caller.clone(), address.clone(), begun.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for number in 0.. {
                    let code = format!("C{writer}X{number}");
                    let body = json!({"code": code, "name": "A committee", "established_on": "2014-01-22"});
                    // The server hangs up, or is gone.
                    let Ok((status, _)) = caller.post(&address, "/api/v1/committees", &code, &body).await else {
                        break;
                    };
                    assert_eq!(status, 201);
                    acknowledged.push(code);
                    begun.notify_one();
                }
                acknowledged
            })
        })
        .collect();
    begun.notified().await;
    let (ended_well, said) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    assert!(ended_well && !said.contains("not finished in time"), "{said}");
    drop(followed);
    let mut acknowledged = BTreeSet::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    assert!(!acknowledged.is_empty());
    let recorded = log.read_all(Selection::All).await.unwrap();
    let streams: BTreeSet<String> = recorded.iter().map(|event| event.stream.to_string()).collect();
    for code in acknowledged {
        assert!(streams.contains(&format!("committee:{code}")), "{code} was acknowledged, and is lost");
    }
}

/// A request whose body is still under way when the server is told to stop is answered like any other.
async fn what_was_begun_is_finished(ledger: TestLedger) {
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
    // The server says this when it comes to read the body: from then on the request is under way.
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    let address = server.address.clone();
    let stopping = tokio::task::spawn_blocking(move || server.stop());
    // It lets nobody in any more: it has been told.
    while TcpStream::connect(&address).is_ok() {
        tokio::task::yield_now().await;
    }
    stream.get_mut().write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 201"), "{answer}");
    let (ended_well, said) = stopping.await.unwrap();
    assert!(ended_well, "{said}");
    assert_eq!(recorder.log().read_all(Selection::Stream("committee:SSC".parse().unwrap())).await.unwrap().len(), 1);
}

crate::fixtures::ledgers::on_both_stores!(
    what_was_acknowledged_is_there_and_readers_are_let_go,
    what_was_begun_is_finished,
);
