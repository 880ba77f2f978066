//! The OpenAPI document describes exactly the routes that the server has.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::ledgers::{Store, TestLedger};
use serde_json::Value;
use std::collections::BTreeSet;

#[tokio::test]
async fn every_described_path_is_served_and_every_parameter_described() {
    let ledger = TestLedger::new(Store::Sqlite);
    let client = ApiClient::of(ledger.open().await);
    let document = client.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 20);
    let mut ids = BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let here = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{here}: its id is used twice");
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{here}: no summary");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].as_str().is_some(), "{here}: {parameter}");
                let schema = parameter["schema"].to_string();
                assert!(!schema.contains("$ref"), "{here}: {parameter}");
            }
            assert!(operation["responses"].as_object().unwrap().contains_key("400"), "{here}");
        }
        // The response of the live feed has no end; `tests/api/feed.rs` reads it.
        if item.get("get").is_some() && !path.ends_with("/stream") {
            let filled = path.replace(['{', '}'], "");
            let answer = client.get(&filled).await;
            let nowhere = answer.status == 404 && answer.text().contains("nothing at this path");
            assert!(!nowhere && answer.status != 405 && !answer.status.is_server_error(), "{path}: {}", answer.text());
        }
    }
    check_references(&document, &document);
}

fn check_references(document: &Value, value: &Value) {
    match value {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            object.values().for_each(|value| check_references(document, value));
        }
        Value::Array(values) => values.iter().for_each(|value| check_references(document, value)),
        _ => {}
    }
}

/// axum's router cannot list its routes: an undescribed one can only be added by a call of `route`.
#[test]
fn no_route_is_added_without_its_description() {
    let source = include_str!("../../src/api/openapi.rs");
    let plain: Vec<&str> = source.match_indices(".route(").map(|(at, _)| &source[at..at + 40]).collect();
    assert_eq!(plain.len(), 1, "{plain:?}");
    assert!(plain[0].contains("openapi.json"));
}
