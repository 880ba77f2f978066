//! The log and the metrics describe requests without recorded text and without what clients sent.

use crate::fixtures::api_client::token;
use crate::fixtures::canaries::trace_in;
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::record_lines::minutebook;
use crate::fixtures::server_process::ServerProcess;
use minutebook::access::Role;
use minutebook::http_client;
use minutebook_ledger::Recorder;
use std::time::Duration;

#[tokio::test]
async fn log_and_metrics_contain_no_recorded_and_no_requested_text() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = Recorder::new(canary_ledger(&ledger, "").await);
    let secret = token(&recorder, &[Role::Secretary, Role::Auditor], "RED", None).await;
    let head = recorder.log().head().await.unwrap().number() + 1;
    recorder.log().close().await;
    // The canaries were recorded in 2019.
    let today = chrono::Utc::now().date_naive().to_string();
    let recorded = minutebook(&ledger.url_text)
        .env("MINUTEBOOK_ACCEPT_CLOCK", &today)
        .args(["record", "committee", "TSC", "--name", "Canary Name", "--default-classification", "WHITE"])
        .output()
        .unwrap();
    assert!(recorded.status.success());
    let server = ServerProcess::start_with(&ledger.url_text, &["log.filter=debug", "log.format=json"]);
    let client = http_client::client(Duration::from_mins(1)).unwrap();
    let get = |path: &str| {
        let request = client.get(format!("http://{}{path}", server.address));
        async { request.header("authorization", "Bearer canary-token").send().await.unwrap().text().await.unwrap() }
    };
    for path in ["/api/v1/committees/CANARYPATH", "/api/v1/actions?search=canaryquery", "/canary/elsewhere"] {
        get(path).await;
    }
    // A reader of everything leaves no more in the log, whether the request succeeds or is refused.
    for (path, body) in [
        ("/api/v1/actions", ""),
        ("/api/v1/actions/SSC72/04", ""),
        ("/api/v1/events?limit=1000", ""),
        ("/api/v1/meetings/SSC_72_2702/headlines?format=html", ""),
        ("/api/v1/decisions?search=CanaryREDdecision", ""),
        ("/api/v1/committees/CANARYPATH", ""),
        ("/api/v1/commands", r#"{"commands": [{"stream": "action:SSC72/04", "type": "CanaryType", "data": {}}]}"#),
        (
            "/api/v1/commands",
            r#"{"commands": [{"stream": "action:SSC72/04", "type": "ActionCompleted",
            "data": {"completed_on": "2018-01-01", "note": {"classification": "RED", "text": "Canary note"}}}]}"#,
        ),
    ] {
        let url = format!("http://{}{path}", server.address);
        let request = if body.is_empty() { client.get(url) } else { client.post(url).body(body) };
        let request = request.bearer_auth(&secret).header("idempotency-key", path);
        let answer = request.header("content-type", "application/json").send().await.unwrap();
        assert!(!answer.status().is_server_error() && answer.status() != 401, "{path}: {}", answer.status());
        answer.bytes().await.unwrap();
    }
    let named = client.get(format!("http://{}/api/v1/committees", server.address)).header("x-request-id", "known-1");
    let named = named.send().await.unwrap();
    assert_eq!(named.headers()["x-request-id"], "known-1");
    assert!(named.text().await.unwrap().contains("Canary Name"));
    let forged = client.get(format!("http://{}/health/live", server.address)).header("x-request-id", "canary id");
    assert_ne!(forged.send().await.unwrap().headers()["x-request-id"], "canary id");
    let metrics = client.get(format!("http://{}/metrics", server.address)).send().await.unwrap().text().await.unwrap();
    let (_, log) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    for text in [&metrics, &log] {
        assert_eq!(trace_in(text, "Canary"), None, "{text}");
    }
    assert!(metrics.contains("route=\"/api/v1/committees\",status=\"200\"} 1"), "{metrics}");
    assert!(
        metrics.contains(&format!("minutebook_log_head_position {head}\n")) && metrics.ends_with("# EOF\n"),
        "{metrics}"
    );
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["id"] == "known-1" && line["status"] == 200), "{log}");
    for event in ["server.started", "server.stopped"] {
        let line = lines.iter().find(|line| line["event"] == event).unwrap_or_else(|| panic!("{event}: {log}"));
        assert_eq!((&line["ledger"], &line["version"]), (&ledger.url_text.clone().into(), &"0.1.0".into()), "{line}");
        assert_eq!(line["position"], head.to_string());
        assert!(line["address"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
    }
}
