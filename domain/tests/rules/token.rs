//! The rules of a token.

use super::{Case, case, correct};
use crate::support::{event, marked, record, replace};
use minutebook_domain::token::{Token, TokenEvent};
use serde_json::{Value, json};

fn token() -> Value {
    json!({
        "id": "1f0c9a7e2b34", "name": marked("RED", "jane.smith"), "sha256": "ab".repeat(32),
        "roles": ["secretary"], "clearance": "RED",
    })
}

fn with(fields: &Value) -> Value {
    let mut data = token();
    data.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    data
}

/// A token that breaks `rule` beside one that does not.
fn issue(rule: &'static str, says: &'static str, refused: &Value, neighbour: &Value) -> Case {
    let [refused, neighbour] = [refused, neighbour].map(|fields| record("TokenIssued", &with(fields)));
    case::<Token>(rule, says, &[], [refused, neighbour])
}

pub(super) fn cases() -> Vec<Case> {
    let issued: TokenEvent = event("TokenIssued", &token());
    let revoked: TokenEvent = event("TokenRevoked", &json!({}));
    let history = std::slice::from_ref(&issued);
    let other = replace::<Token>(1, event("TokenIssued", &with(&json!({ "sha256": "cd".repeat(32) }))));
    let narrower = replace::<Token>(1, event("TokenIssued", &with(&json!({ "clearance": "GREEN" }))));
    let struck = crate::support::strike::<Token>(2);
    vec![
        case::<Token>(
            "token-issued-first",
            "a token is revoked that was never issued",
            &[],
            [record("TokenRevoked", &json!({})), record("TokenIssued", &token())],
        ),
        case::<Token>(
            "token-issued-once",
            "a token is issued twice",
            history,
            [record("TokenIssued", &token()), record("TokenRevoked", &json!({}))],
        ),
        case::<Token>(
            "token-revoked-once",
            "a token is revoked twice",
            &[issued.clone(), revoked.clone()],
            [
                record("TokenRevoked", &json!({ "compromised": true })),
                correct(
                    &[issued.clone(), revoked.clone()],
                    &replace::<Token>(2, event("TokenRevoked", &json!({ "compromised": true }))),
                ),
            ],
        ),
        case::<Token>(
            "token-revoked-once",
            "a token whose revocation was struck is revoked: it never ceased to be",
            &[issued.clone(), revoked, struck],
            [record("TokenRevoked", &json!({})), correct(history, &narrower)],
        ),
        case::<Token>(
            "token-keeps-its-hash",
            "a correction puts another token in the place of one that was issued",
            history,
            [correct(history, &other), correct(history, &narrower)],
        ),
        issue(
            "token-name-is-red",
            "anybody may know whose a token is",
            &json!({ "name": marked("AMBER", "jane.smith") }),
            &json!({ "name": marked("RED", "jane.smith") }),
        ),
        issue("token-has-roles", "a token without a role", &json!({ "roles": [] }), &json!({ "roles": ["reader"] })),
        issue(
            "token-has-roles",
            "a token with one role twice",
            &json!({ "roles": ["reader", "auditor", "reader"] }),
            &json!({ "roles": ["reader", "auditor"] }),
        ),
        issue(
            "token-opens-something",
            "a token for no committee",
            &json!({ "committees": [] }),
            &json!({ "committees": ["SSC"] }),
        ),
        issue(
            "token-expires-after-it-begins",
            "a token expires at the moment from which it is accepted",
            &json!({ "valid_from": "2026-11-24T09:00:00Z", "expires_at": "2026-11-24T09:00:00Z" }),
            &json!({ "valid_from": "2026-11-24T09:00:00Z", "expires_at": "2026-11-24T09:00:01Z" }),
        ),
    ]
}
