//! What the server says of itself has nothing of the record in it, and nothing of what was asked.

use crate::support::ledgers::{Store, TestLedger};
use crate::support::lines::minutebook;
use crate::support::server::Server;
use minutebook::outbound;
use std::time::Duration;

#[tokio::test]
async fn logs_and_metrics_tell_of_requests_and_not_of_what_they_are_about() {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let recorded =
        minutebook(&ledger.url_text).args(["record", "committee", "SSC", "--name", "Canary Name"]).output().unwrap();
    assert!(recorded.status.success());
    let server = Server::set(&ledger.url_text, &["log.filter=debug", "log.format=json"]);
    let client = outbound::client(Duration::from_mins(1)).unwrap();
    let get = |path: &str| {
        let request = client.get(format!("http://{}{path}", server.address));
        async { request.header("authorization", "Bearer canary-token").send().await.unwrap().text().await.unwrap() }
    };
    for path in ["/api/v1/committees/CANARYPATH", "/api/v1/actions?search=canaryquery", "/canary/elsewhere"] {
        get(path).await;
    }
    let named = client.get(format!("http://{}/api/v1/committees", server.address)).header("x-request-id", "known-1");
    let named = named.send().await.unwrap();
    assert_eq!(named.headers()["x-request-id"], "known-1");
    assert!(named.text().await.unwrap().contains("Canary Name"));
    let forged = client.get(format!("http://{}/health/live", server.address)).header("x-request-id", "canary id");
    assert_ne!(forged.send().await.unwrap().headers()["x-request-id"], "canary id");
    let metrics = client.get(format!("http://{}/metrics", server.address)).send().await.unwrap().text().await.unwrap();
    let (_, said) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    for text in [&metrics, &said] {
        assert!(!text.to_lowercase().contains("canary"), "{text}");
    }
    assert!(metrics.contains("route=\"/api/v1/committees\",status=\"200\"} 1"), "{metrics}");
    assert!(metrics.contains("minutebook_log_head_position 1\n") && metrics.ends_with("# EOF\n"), "{metrics}");
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["id"] == "known-1" && line["status"] == 200), "{said}");
}
