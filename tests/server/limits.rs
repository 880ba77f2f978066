//! Limits on clients: idle connections, slow bodies and too many requests.

use crate::fixtures::api_client::token;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::server_process::ServerProcess;
use minutebook::access::Role;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Sends `request` and reads until the server closes the connection.
fn answer_to(server: &ServerProcess, request: &str) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // If the server never closes the connection, this blocks and the test does not finish.
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn an_idle_connection_and_a_partial_header_are_closed() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let server = ServerProcess::start_with(&ledger.url_text, &["limits.header_seconds=1"]);
    assert_eq!(answer_to(&server, ""), "");
    let halfway = answer_to(&server, "GET /health/live HTTP/1.1\r\nHost: a\r\nX-");
    assert!(!halfway.contains("200 OK"), "{halfway}");
    // The limit also applies after an answered request.
    let answered = answer_to(&server, "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(answered.starts_with("HTTP/1.1 200 OK"), "{answered}");
}

#[tokio::test]
async fn a_request_whose_body_never_arrives_times_out() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    let secret = token(&recorder, &[Role::Secretary], "RED", None).await;
    recorder.log().close().await;
    let server = ServerProcess::start_with(&ledger.url_text, &["limits.request_seconds=1", "limits.header_seconds=1"]);
    let post = |authorization: &str| {
        answer_to(
            &server,
            &format!(
                "POST /api/v1/committees HTTP/1.1\r\nHost: a\r\n{authorization}Content-Type: application/json\r\n\
                 Idempotency-Key: a\r\nContent-Length: 100\r\n\r\n{{"
            ),
        )
    };
    let answered = post(&format!("Authorization: Bearer {secret}\r\n"));
    assert!(answered.starts_with("HTTP/1.1 503") && answered.contains("urn:minutebook:problem:too-slow"), "{answered}");
    // Without a token the request is refused before its body is read.
    let answered = post("");
    assert!(answered.starts_with("HTTP/1.1 401"), "{answered}");
}

#[tokio::test]
async fn requests_beyond_the_rate_get_429_and_health_checks_are_not_limited() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let server = ServerProcess::start_with(
        &ledger.url_text,
        &["limits.address_requests_per_minute=3", "limits.header_seconds=1"],
    );
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
async fn an_address_with_too_many_rejected_tokens_is_blocked() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let server =
        ServerProcess::start_with(&ledger.url_text, &["limits.bad_tokens_per_minute=2", "limits.header_seconds=1"]);
    let ask = |token: u32| {
        let request = format!(
            "GET /api/v1/committees HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer guess{token}\r\nConnection: close\r\n\r\n"
        );
        answer_to(&server, &request)[9..12].to_owned()
    };
    let answers: Vec<String> = (0..5).map(ask).collect();
    assert_eq!(answers, ["401", "401", "401", "429", "429"]);
}

#[tokio::test]
async fn a_token_has_one_quota_however_it_is_spelt_and_bad_tokens_do_not_bar_it() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    let secret = token(&recorder, &[Role::Reader], "GREEN", None).await;
    recorder.log().close().await;
    let settings = ["limits.token_requests_per_minute=4", "limits.bad_tokens_per_minute=1", "limits.header_seconds=1"];
    let server = ServerProcess::start_with(&ledger.url_text, &settings);
    let ask = |authorization: &str| {
        let request = format!(
            "GET /api/v1/committees HTTP/1.1\r\nHost: a\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n"
        );
        answer_to(&server, &request)[9..12].to_owned()
    };
    // The first request is charged to the address; it shows that the token is good.
    assert_eq!(ask(&format!("Bearer {secret}")), "200");
    for guess in 0..4 {
        ask(&format!("Bearer guess{guess}"));
    }
    assert_eq!(ask("Bearer another"), "429", "the address is blocked for unknown tokens");
    let spellings = ["Bearer {}", "bearer {}", "BEARER   {}", "Bearer {}   "];
    for spelling in spellings {
        assert_eq!(ask(&spelling.replace("{}", &secret)), "200", "{spelling}");
    }
    for spelling in spellings {
        assert_eq!(ask(&spelling.replace("{}", &secret)), "429", "{spelling}");
    }
}

#[tokio::test]
async fn a_heavy_answer_takes_more_of_the_rate_than_a_row_and_an_unknown_health_path_is_not_free() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let status = |server: &ServerProcess, path: &str| {
        answer_to(server, &format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))[9..12].to_owned()
    };
    let settings = ["limits.address_requests_per_minute=24"];
    let server = ServerProcess::start_with(&ledger.url_text, &settings);
    assert_eq!(status(&server, "/api/v1/statistics"), "200");
    assert_eq!(status(&server, "/api/v1/decisions"), "200");
    assert_eq!(status(&server, "/health/live/../../api/v1/decisions"), "404");
    assert_eq!(status(&server, "/health/anything"), "404");
    assert_eq!(status(&server, "/health/anything"), "429");
    assert_eq!(status(&server, "/health/ready"), "200");
}

#[tokio::test]
async fn feeds_of_one_address_leave_places_for_health_checks_tokens_and_other_addresses() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    let secret = token(&recorder, &[Role::Reader], "GREEN", None).await;
    recorder.log().close().await;
    let settings = ["limits.connections=12", "limits.connections_per_address=10"];
    let server = ServerProcess::start_with(&ledger.url_text, &settings);
    let follow = || {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(b"GET /api/v1/events/stream HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).unwrap();
        (answer.ends_with(b"200 OK"), stream)
    };
    let feeds: Vec<_> = (0..10).map(|_| follow()).collect();
    assert!(feeds.iter().all(|(is_open, _)| *is_open));
    let ask = |path: &str, header: &str| answer_to(&server, &format!("GET {path} HTTP/1.1\r\nHost: a\r\n{header}\r\n"));
    for _ in 0..20 {
        assert!(ask("/health/live", "").starts_with("HTTP/1.1 200"));
    }
    let refused = ask("/api/v1/committees", "");
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("urn:minutebook:problem:busy"), "{refused}");
    let answered = ask("/api/v1/committees", &format!("Authorization: Bearer {secret}\r\n"));
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    drop(feeds);
    let place_is_free = || ask("/api/v1/committees", "Connection: close\r\n").starts_with("HTTP/1.1 200");
    assert!((0..100).any(|_| place_is_free() || {
        std::thread::sleep(Duration::from_millis(50));
        false
    }));
}
