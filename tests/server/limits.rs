//! Nobody keeps the server busy with nothing.

use crate::fixtures::api_client::token;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::server_process::ServerProcess;
use minutebook::access::Role;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// All that is answered to what is said, until the server hangs up.
fn answer_to(server: &ServerProcess, said: &str) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.write_all(said.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A server that never hangs up leaves the test waiting, which is a failure too.
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn who_says_nothing_or_stops_halfway_is_hung_up_on() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let server = ServerProcess::set(&ledger.url_text, &["limits.header_seconds=1"]);
    assert_eq!(answer_to(&server, ""), "");
    let halfway = answer_to(&server, "GET /health/live HTTP/1.1\r\nHost: a\r\nX-");
    assert!(!halfway.contains("200 OK"), "{halfway}");
    // Whoever has been answered may not be silent for longer either.
    let answered = answer_to(&server, "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(answered.starts_with("HTTP/1.1 200 OK"), "{answered}");
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    let secret = token(&recorder, &[Role::Secretary], "RED", None).await;
    recorder.log().close().await;
    let server = ServerProcess::set(&ledger.url_text, &["limits.request_seconds=1", "limits.header_seconds=1"]);
    let asked = |authorization: &str| {
        answer_to(
            &server,
            &format!(
                "POST /api/v1/committees HTTP/1.1\r\nHost: a\r\n{authorization}Content-Type: application/json\r\n\
                 Idempotency-Key: a\r\nContent-Length: 100\r\n\r\n{{"
            ),
        )
    };
    let answered = asked(&format!("Authorization: Bearer {secret}\r\n"));
    assert!(answered.starts_with("HTTP/1.1 503") && answered.contains("urn:minutebook:problem:too-slow"), "{answered}");
    // Without a token it is refused before its body is read.
    let answered = asked("");
    assert!(answered.starts_with("HTTP/1.1 401"), "{answered}");
}

#[tokio::test]
async fn a_client_has_so_many_requests_and_health_is_asked_freely() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let server =
        ServerProcess::set(&ledger.url_text, &["limits.address_requests_per_minute=3", "limits.header_seconds=1"]);
    let ask = |path: &str| answer_to(&server, &format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    for _ in 0..3 {
        assert!(ask("/api/v1/committees").starts_with("HTTP/1.1 200"));
    }
    let refused = ask("/api/v1/committees");
    assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
    assert!(refused.to_lowercase().contains("retry-after: "), "{refused}");
    assert!(refused.contains("urn:minutebook:problem:too-many-requests"), "{refused}");
    for _ in 0..5 {
        assert!(ask("/health/live").starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn who_tries_one_token_after_the_other_is_not_heard_any_more() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let server = ServerProcess::set(&ledger.url_text, &["limits.bad_tokens_per_minute=2", "limits.header_seconds=1"]);
    let ask = |token: u32| {
        let asked = format!(
            "GET /api/v1/committees HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer guess{token}\r\nConnection: close\r\n\r\n"
        );
        answer_to(&server, &asked)[9..12].to_owned()
    };
    let answers: Vec<String> = (0..5).map(ask).collect();
    assert_eq!(answers, ["401", "401", "401", "429", "429"]);
}
