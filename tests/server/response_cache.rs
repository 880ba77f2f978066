//! A cached response is served to readers of the same audience only, while it is current and their token is valid.

use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::record_lines::{PATIENCE, minutebook};
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use serde_json::{Value, json};
use std::time::Instant;

/// Creates a token and returns its id and its secret.
fn token(ledger: &str, role: &str, clearance: &str) -> (String, String) {
    let mut command = minutebook(ledger);
    command.args(["token", "create", "a tester", "--role", role, "--clearance", clearance]);
    let printed = command.args(["--format", "json"]).output().unwrap();
    let printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    (printed["id"].as_str().unwrap().to_owned(), printed["token"].as_str().unwrap().to_owned())
}

async fn raise(writer: &HttpCaller, server: &ServerProcess, number: u32) {
    let reference = format!("SSC1/0{number}");
    let action = json!({
        "reference": reference, "text": {"classification": "GREEN", "text": "Circulate the paper"},
        "owners": ["SECAS"], "raised_on": "2019-02-27",
    });
    let (status, body) = writer.post(&server.address, "/api/v1/actions", &reference, &action).await.unwrap();
    assert_eq!(status, 201, "{body}");
}

#[tokio::test]
async fn a_cached_response_serves_one_audience_at_one_position_and_no_revoked_token() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let ((_, secretary), (id, green)) =
        (token(&ledger.url_text, "secretary", "RED"), token(&ledger.url_text, "reader", "GREEN"));
    let server = ServerProcess::start(&ledger.url_text);
    let (writer, reader) = (HttpCaller::new(&secretary), HttpCaller::new(&green));
    let committee = json!({"code": "SSC", "name": "Security Sub-Committee"});
    let (status, body) = writer.post(&server.address, "/api/v1/committees", "begin", &committee).await.unwrap();
    assert_eq!(status, 201, "{body}");

    let list = "/api/v1/actions?committee=SSC";
    let public_total = async || {
        let address = format!("http://{}{list}", server.address);
        let response = minutebook::http_client::client(PATIENCE).unwrap().get(address).send().await.unwrap();
        serde_json::from_slice::<Value>(&response.bytes().await.unwrap()).unwrap()["total"].clone()
    };
    for number in 1..=3 {
        raise(&writer, &server, number).await;
        // The first request fills the cache, the others are served from it.
        for _ in 0..3 {
            let (status, body) = reader.get(&server.address, list).await;
            assert_eq!((status, &body["total"]), (200, &json!(number)));
            assert_eq!(public_total().await, 0);
        }
    }

    let revoked = minutebook(&ledger.url_text).args(["token", "revoke", &id]).output().unwrap();
    assert!(revoked.status.success());
    let started = Instant::now();
    while reader.get(&server.address, list).await.0 != 401 {
        assert!(started.elapsed() < PATIENCE, "a revoked token is still accepted");
    }
    assert_eq!(reader.get(&server.address, list).await.1["status"], 401);
    assert_eq!(writer.get(&server.address, list).await.1["total"], 3);
}
