//! Administrators, and nobody else, create, list, enable and remove webhooks.

use crate::fixtures::api_client::{Answer, ApiClient, token};
use crate::fixtures::committee::begin;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use axum::body::Body;
use axum::http::Method;
use minutebook::access::Role;
use serde_json::{Value, json};

on_both_stores!(
    an_administrator_creates_lists_enables_and_removes_webhooks,
    invalid_and_unauthorized_requests_are_refused
);

const WEBHOOKS: &str = "/api/v1/webhooks";
const RECEIVER: &str = "https://dashboard.example.org/hook";

async fn post(client: &ApiClient, key: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", key), ("content-type", "application/json")];
    client.send(Method::POST, WEBHOOKS, &headers, Body::from(body.to_string())).await
}

async fn an_administrator_creates_lists_enables_and_removes_webhooks(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let public = ApiClient::of(recorder.log().clone());
    let admin = public.with(&token(&recorder, &[Role::Admin], "RED", None).await);
    let body = json!({"url": RECEIVER, "clearance": "AMBER", "committees": ["SSC"], "types": ["DecisionRecorded"]});
    let head = recorder.log().head().await.unwrap().number();
    let made = post(&admin, "one", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("cache-control"), "no-store");
    let webhook = made.json();
    assert!(webhook["secret"].as_str().unwrap().starts_with("whsec_"));
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&webhook[name], value);
    }
    assert_eq!((&webhook["state"], &webhook["failures"]), (&json!("active"), &json!(0)));
    // Of two administrators of one name, each is known by the id of their token.
    let namesake = public.with(&token(&recorder, &[Role::Admin], "RED", None).await);
    let theirs = post(&namesake, "one", &body).await.json();
    assert_eq!(theirs["created_by"], webhook["created_by"]);
    assert!(theirs["creator"]["token"].is_string() && theirs["creator"] != webhook["creator"], "{theirs}");
    let removed = format!("{WEBHOOKS}/{}", theirs["id"].as_str().unwrap());
    assert_eq!(namesake.send(Method::DELETE, &removed, &[], Body::empty()).await.status, 204);
    assert_eq!(webhook["position"], head, "it starts at the current head");

    assert_eq!(post(&admin, "one", &body).await.body, made.body, "a repeated request gets the same answer");
    let other = json!({"url": RECEIVER});
    let reused = post(&admin, "one", &other).await;
    assert_eq!(reused.problem(), (422, "key-reused".into(), "Idempotency-Key".into()));
    let second = post(&admin, "two", &other).await.json();
    assert_eq!(
        (&second["clearance"], &second["committees"]),
        (&json!("WHITE"), &Value::Null),
        "the default clearance is WHITE"
    );
    assert_ne!(second["secret"], webhook["secret"]);

    let path = made.header("location").to_owned();
    assert_eq!(path, format!("{WEBHOOKS}/{}", webhook["id"].as_str().unwrap()));
    let list = admin.get(WEBHOOKS).await;
    assert_eq!(list.json()["webhooks"].as_array().unwrap().len(), 2);
    for response in
        [list, admin.get(&path).await, admin.send(Method::POST, &format!("{path}/enable"), &[], Body::empty()).await]
    {
        assert_eq!(response.status, 200);
        assert!(
            !response.text().contains("whsec_") && !response.text().contains("secret"),
            "the secret is shown once only: {}",
            response.text()
        );
    }
    assert_eq!(admin.send(Method::DELETE, &path, &[], Body::empty()).await.status, 204);
    for (method, path) in
        [(Method::DELETE, path.clone()), (Method::GET, path.clone()), (Method::POST, format!("{path}/enable"))]
    {
        assert_eq!(admin.send(method, &path, &[], Body::empty()).await.problem().0, 404);
    }
    assert_eq!(admin.get(WEBHOOKS).await.json()["webhooks"].as_array().unwrap().len(), 1);
}

async fn invalid_and_unauthorized_requests_are_refused(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let public = ApiClient::of(recorder.log().clone());
    let admin = public.with(&token(&recorder, &[Role::Admin], "AMBER", None).await);
    for (body, status, field) in [
        (json!({"url": "http://dashboard.example.org/"}), 422, "url"),
        (json!({"url": "https://127.0.0.1/"}), 422, "url"),
        (json!({"url": "https://169.254.169.254/latest"}), 422, "url"),
        (json!({"url": "nothing"}), 422, "url"),
        (json!({"url": RECEIVER, "clearance": "RED"}), 403, ""),
        (json!({"url": RECEIVER, "clearance": "PINK"}), 422, "clearance"),
        (json!({"url": RECEIVER, "committees": ["XYZ"]}), 422, "committees"),
        (json!({"url": RECEIVER, "committees": []}), 422, "committees"),
        (json!({"url": RECEIVER, "types": ["TokenIssued"]}), 422, "types"),
        (json!({"url": RECEIVER, "types": []}), 422, "types"),
        (json!({"url": RECEIVER, "secret": "mine"}), 422, "secret"),
        (json!({}), 422, "url"),
    ] {
        let (refused, _, of) = post(&admin, "key", &body).await.problem();
        assert_eq!((refused, of.as_str()), (status, field), "{body}");
    }
    let headers = [("content-type", "application/json")];
    let keyless = admin.send(Method::POST, WEBHOOKS, &headers, Body::from(json!({"url": RECEIVER}).to_string())).await;
    assert_eq!(keyless.problem(), (400, "malformed-request".into(), "Idempotency-Key".into()));

    for id in ["wh_1", "%00", "a%00b", "%F0%9F%98%80"] {
        let path = format!("{WEBHOOKS}/{id}");
        for (method, path) in
            [(Method::GET, path.clone()), (Method::DELETE, path.clone()), (Method::POST, format!("{path}/enable"))]
        {
            let answer = admin.send(method.clone(), &path, &headers, Body::empty()).await;
            assert_eq!(answer.problem().0, 404, "{method} {path}");
        }
    }

    let of_one = public.with(&token(&recorder, &[Role::Admin], "RED", Some(&["SSC"])).await);
    let mut others = vec![(public.clone(), 401), (of_one, 403)];
    for role in [Role::Reader, Role::Member, Role::Secretary, Role::Chair, Role::Auditor] {
        others.push((public.with(&token(&recorder, &[role], "RED", None).await), 403));
    }
    for (client, status) in others {
        assert_eq!(post(&client, "key", &json!({"url": RECEIVER})).await.problem().0, status);
        let path = format!("{WEBHOOKS}/wh_1");
        for (method, path) in [
            (Method::GET, WEBHOOKS.to_owned()),
            (Method::GET, path.clone()),
            (Method::DELETE, path.clone()),
            (Method::POST, format!("{path}/enable")),
        ] {
            assert_eq!(client.send(method, &path, &[], Body::empty()).await.problem().0, status, "{path}");
        }
    }
    assert_eq!(admin.get(WEBHOOKS).await.json(), json!({"webhooks": []}), "no webhook was created");
}
