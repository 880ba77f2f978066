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

#[tokio::test]
async fn the_index_names_addresses_that_answer() {
    let ledger = TestLedger::new(Store::Sqlite);
    let client = ApiClient::of(ledger.open().await);
    let index = client.get("/api/v1").await.expect(200).json();
    let paths = index["reads"].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap().to_owned());
    let addresses: BTreeSet<String> = paths.chain([index["openapi"].as_str().unwrap().to_owned()]).collect();
    assert!(addresses.contains("/api/v1/actions") && addresses.contains("/api/v1/feed.atom"), "{addresses:?}");
    // A path with a parameter has no answer of its own, the reference redirects to its folder, and the live feed has no end.
    let answers =
        |address: &&String| !address.contains('{') && !address.ends_with("/docs") && !address.ends_with("/stream");
    for address in addresses.iter().filter(answers) {
        let answer = client.get(address).await;
        // A required parameter is missing, at most.
        assert!(answer.status.is_success() || answer.status == 400, "{address}: {}", answer.text());
    }
}

/// What generators of clients stumble over: one name for two values, and a write that does not say that it needs a token.
#[tokio::test]
async fn a_value_is_named_once_and_a_write_requires_the_token() {
    let ledger = TestLedger::new(Store::Sqlite);
    let client = ApiClient::of(ledger.open().await);
    let document = client.get("/api/v1/openapi.json").await.json();
    let mut lists = 0;
    check_values(&document, &mut lists);
    assert!(lists > 20, "{lists}");
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    assert_eq!(document["security"], serde_json::json!([{}, {"token": []}]));
    let tags = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap());
    assert_eq!(tags.collect::<Vec<_>>(), ["Reading", "Writing", "Webhooks", "Operations"]);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let requires = operation["security"] == serde_json::json!([{"token": []}]);
            assert_eq!(requires, method != "get" || path.starts_with("/api/v1/webhooks"), "{method} {path}");
        }
    }
}

fn check_values(value: &Value, lists: &mut usize) {
    if let Some(values) = value["enum"].as_array() {
        let distinct: BTreeSet<String> = values.iter().map(Value::to_string).collect();
        assert_eq!(distinct.len(), values.len(), "{values:?}");
        *lists += 1;
    }
    match value {
        Value::Object(object) => object.values().for_each(|value| check_values(value, lists)),
        Value::Array(values) => values.iter().for_each(|value| check_values(value, lists)),
        _ => {}
    }
}
