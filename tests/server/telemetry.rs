//! The export of spans: only durations, routes and statuses, and only to a configured collector.

use crate::fixtures::api_client::token;
use crate::fixtures::canaries::trace_in;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::otlp_collector::{SpanCollector, attributes};
use crate::fixtures::server_process::ServerProcess;
use crate::fixtures::webhook_receiver::{Reply, WebhookReceiver};
use minutebook::access::Role;
use minutebook::http_client;
use minutebook_ledger::Recorder;
use opentelemetry_proto::tonic::trace::v1::Span;
use reqwest::header::HeaderMap;
use std::time::Duration;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CANARY: &str = "Canary-17";

/// A client with a token.
struct TracedClient {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl TracedClient {
    /// Sends a request and returns the status.
    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(name.parse::<reqwest::header::HeaderName>().unwrap(), value.parse().unwrap());
        }
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.base)).headers(all);
        let request = request.bearer_auth(&self.token).header("content-type", "application/json");
        let answer = request.body(body.to_owned()).send().await.unwrap();
        let status = answer.status().as_u16();
        answer.bytes().await.unwrap();
        status
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> u16 {
        self.send("GET", path, headers, "").await
    }
}

/// Starts a server with these settings on a new ledger, and creates a client with a secretary's token.
async fn start(ledger: &TestLedger, settings: &[&str], environment: &[(&str, &str)]) -> (ServerProcess, TracedClient) {
    let recorder = Recorder::new(ledger.open().await);
    let token = token(&recorder, &[Role::Secretary], "RED", None).await;
    recorder.log().close().await;
    let settings = [&["limits.token_requests_per_minute=0"], settings].concat();
    let server = ServerProcess::start_with_environment(&ledger.url_text, &settings, environment);
    let base = format!("http://{}", server.address);
    let http = http_client::client(Duration::from_mins(1)).unwrap();
    (server, TracedClient { http, base, token })
}

async fn stop(server: ServerProcess) -> String {
    let (ended_well, log) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    assert!(ended_well, "{log}");
    log
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let mut named = spans.iter().filter(|span| span.name == name);
    let span = named.next().unwrap_or_else(|| panic!("no `{name}` among {spans:#?}"));
    assert!(named.next().is_none(), "several `{name}` among {spans:#?}");
    span
}

#[tokio::test]
async fn a_request_continues_its_clients_trace_and_its_append_is_a_child_span() {
    let collector = SpanCollector::open().await;
    let ledger = TestLedger::new(Store::Sqlite);
    let endpoint = format!("telemetry.otlp_endpoint={}", collector.endpoint);
    let key = "telemetry.otlp_headers=x-key=opensesame";
    // The log's filter does not apply to exported spans.
    let (server, client) = start(&ledger, &[&endpoint, key, "log.filter=error"], &[]).await;
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    let not_traced = format!("00-{TRACE}-b7ad6b7169203331-00");
    let body = r#"{"code": "SSC", "name": "Security Sub-Committee", "established_on": "2014-01-22"}"#;
    let recorded = [("traceparent", parent.as_str()), ("idempotency-key", "a")];
    assert_eq!(client.send("POST", "/api/v1/committees", &recorded, body).await, 201);
    assert_eq!(client.get("/api/v1/committees/SSC", &[]).await, 200);
    assert_eq!(client.get("/api/v1/committees/XYZ", &[("traceparent", "nonsense")]).await, 404);
    assert_eq!(client.get("/api/v1/actions", &[("traceparent", &not_traced)]).await, 200);
    assert_eq!(client.send("PROPFIND", "/api/elsewhere", &[], "").await, 404);
    stop(server).await;

    let spans = collector.spans();
    let route = |method: &str, route: &str, status: &str| {
        let pairs = [("http.request.method", method), ("http.route", route), ("http.response.status_code", status)];
        let pairs = pairs.into_iter().chain([("url.scheme", "http")]).filter(|(_, value)| !value.is_empty());
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let post = named(&spans, "POST /api/v1/committees");
    assert_eq!(attributes(&post.attributes), route("POST", "/api/v1/committees", "201"));
    assert_eq!(
        (hex::encode(&post.trace_id), hex::encode(&post.parent_span_id)),
        (TRACE.into(), "b7ad6b7169203331".into())
    );
    let append = named(&spans, "append");
    assert_eq!((&append.trace_id, &append.parent_span_id), (&post.trace_id, &post.span_id));
    let group = named(&spans, "append group");
    assert_eq!((&group.trace_id, &group.parent_span_id), (&post.trace_id, &append.span_id));
    assert_eq!(attributes(&group.attributes), [("minutebook.commands".to_owned(), "1".to_owned())].into());

    let gets: Vec<&Span> = spans.iter().filter(|span| span.name == "GET /api/v1/committees/{code}").collect();
    let statuses: Vec<_> = gets.iter().map(|span| attributes(&span.attributes)).collect();
    assert_eq!(statuses, ["200", "404"].map(|status| route("GET", "/api/v1/committees/{code}", status)));
    assert!(gets.iter().all(|span| span.parent_span_id.is_empty() && hex::encode(&span.trace_id) != TRACE));
    assert_eq!(attributes(&named(&spans, "HTTP").attributes), route("_OTHER", "", "404"));
    assert_eq!(spans.len(), 6, "a client can opt out of tracing: {spans:#?}");
    // Kind 2 is SPAN_KIND_SERVER; a 404 is no error of the server.
    assert!(gets.iter().all(|span| span.kind == 2 && span.status.as_ref().is_none_or(|status| status.code == 0)));

    for batch in collector.batches() {
        assert_eq!(batch.headers["x-key"], "opensesame");
        for of in &batch.request.resource_spans {
            let resource = attributes(&of.resource.as_ref().unwrap().attributes);
            assert_eq!(resource["service.name"], "minutebook");
        }
    }
}

#[tokio::test]
async fn no_recorded_and_no_requested_text_is_exported() {
    let collector = SpanCollector::open().await;
    let ledger = TestLedger::new(Store::Sqlite);
    let endpoint = format!("telemetry.otlp_endpoint={}", collector.endpoint);
    // Log lines of every level are written, and none is exported.
    let (server, client) = start(&ledger, &[&endpoint, "log.filter=trace"], &[]).await;
    let state = format!("vendor={CANARY}");
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    let headers = [
        ("traceparent", parent.as_str()),
        ("tracestate", &state),
        ("baggage", &state),
        ("x-request-id", CANARY),
        ("user-agent", CANARY),
        ("idempotency-key", CANARY),
        ("if-none-match", CANARY),
    ];
    let body = format!(
        r#"{{"commands": [
            {{"stream": "committee:SSC", "type": "CommitteeEstablished",
              "data": {{"code": "SSC", "name": "{CANARY}", "established_on": "2014-01-22", "default_classification": "WHITE"}}}},
            {{"stream": "action:SSC72/01", "type": "ActionRaised",
              "data": {{"reference": "SSC72/01", "raised_on": "2019-02-27",
                        "text": {{"classification": "RED", "text": "{CANARY}"}}}}}}]}}"#
    );
    assert_eq!(client.send("POST", "/api/v1/commands", &headers, &body).await, 201);
    for (method, path, expected) in [
        ("GET", "/api/v1/actions", 200),
        ("GET", "/api/v1/actions/SSC72/01", 200),
        ("GET", &format!("/api/v1/actions?search={CANARY}"), 200),
        ("GET", &format!("/api/v1/actions?as_of={CANARY}"), 400),
        ("GET", &format!("/api/v1/committees/{CANARY}"), 404),
        ("GET", &format!("/{CANARY}"), 404),
        ("POST", "/api/v1/commands", 422),
    ] {
        let changed = body.replace("SSC", "TSC");
        let status = client.send(method, path, &headers, if method == "POST" { &changed } else { "" }).await;
        assert_eq!(status, expected, "{method} {path}");
    }
    stop(server).await;
    assert!(collector.spans().len() > 8, "{:#?}", collector.spans());
    for span in collector.spans() {
        assert!(span.events.is_empty() && span.trace_state.is_empty(), "{span:#?}");
    }
    for batch in collector.batches() {
        let exported = format!("{:?} {}", batch.headers, String::from_utf8_lossy(&batch.bytes));
        assert_eq!(trace_in(&exported, CANARY), None, "{exported}");
    }
}

#[tokio::test]
async fn an_unreachable_or_silent_collector_delays_no_request() {
    let silent = WebhookReceiver::open().await;
    silent.answer_always(Some(Reply::Never));
    let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for endpoint in [silent.url(), format!("http://me:hunter2@{away}")] {
        let ledger = TestLedger::new(Store::Sqlite);
        let (server, client) = start(&ledger, &[&format!("telemetry.otlp_endpoint={endpoint}")], &[]).await;
        // More than the exporter's queue of 2048 holds, so that it is full.
        for _ in 0..3000 {
            assert_eq!(client.get("/health/live", &[]).await, 200);
        }
        let log = stop(server).await;
        // The outage is logged once, not for each batch, and without the collector's address.
        assert_eq!(log.matches("the trace collector does not accept spans").count(), 1, "{log}");
        assert!(!log.contains("hunter2") && !log.contains(&away.to_string()), "{log}");
    }
    assert!(!silent.messages().is_empty());
}

#[tokio::test]
async fn nothing_is_exported_without_configuration() {
    let collector = SpanCollector::open().await;
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint.as_str())];
    let traced = format!("00-{TRACE}-b7ad6b7169203331-01");
    let endpoint = format!("telemetry.otlp_endpoint={}", collector.endpoint);
    for (settings, expected) in [(vec![], 0), (vec![endpoint.as_str(), "telemetry.sample_ratio=0"], 1)] {
        let ledger = TestLedger::new(Store::Sqlite);
        let (server, client) = start(&ledger, &settings, &environment).await;
        assert_eq!(client.get("/api/v1/actions", &[]).await, 200);
        assert_eq!(client.get("/api/v1/actions", &[("traceparent", &traced)]).await, 200);
        stop(server).await;
        assert_eq!(collector.spans().len(), expected, "{settings:?}");
    }
}
