//! A collector of OpenTelemetry: a server on loopback that takes spans by OTLP over HTTP, and keeps what it is sent.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What came at a time.
#[derive(Clone)]
pub(crate) struct Batch {
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
    pub(crate) request: ExportTraceServiceRequest,
}

type Batches = Arc<Mutex<Vec<Batch>>>;

/// The collector. It is gone when this is dropped.
pub(crate) struct Collector {
    batches: Batches,
    pub(crate) endpoint: String,
    server: tokio::task::JoinHandle<()>,
}

async fn take(State(batches): State<Batches>, headers: HeaderMap, bytes: Bytes) -> Response {
    if headers["content-type"] != "application/x-protobuf" {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let Ok(request) = ExportTraceServiceRequest::decode(bytes.clone()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    batches.lock().unwrap().push(Batch { headers, bytes, request });
    let taken = ExportTraceServiceResponse::default().encode_to_vec();
    ([("content-type", "application/x-protobuf")], taken).into_response()
}

impl Collector {
    pub(crate) async fn open() -> Self {
        let batches = Batches::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(take)).with_state(batches.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { batches, endpoint, server }
    }

    /// All that came.
    pub(crate) fn batches(&self) -> Vec<Batch> {
        self.batches.lock().unwrap().clone()
    }

    /// The spans that came.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let of_batch = |batch: Batch| {
            let scopes = batch.request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
            scopes.flat_map(|scope| scope.spans).collect::<Vec<_>>()
        };
        self.batches().into_iter().flat_map(of_batch).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Attributes as text.
pub(crate) fn attributes(of: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    of.iter().map(|pair| (pair.key.clone(), text(pair.value.as_ref().unwrap().value.as_ref().unwrap()))).collect()
}
