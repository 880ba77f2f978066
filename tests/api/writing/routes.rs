//! Every write route, once.

use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook::access::Tokens;
use minutebook::api::document;
use minutebook_ledger::Selection;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_stores!(every_route_records_its_event, path_body_and_token_determine_the_event);

/// Path, body and event type of every write route, in an order that the rules admit.
pub(crate) fn everything() -> Vec<(&'static str, Value, &'static str)> {
    let white = |text: &str| json!({"classification": "WHITE", "text": text});
    let meeting = "/api/v1/meetings/SSC_72_2702";
    let at = |what: &str| -> &'static str { format!("{meeting}/{what}").leak() };
    let action = |what: &str| -> &'static str { format!("/api/v1/actions/SSC72/01/{what}").leak() };
    vec![
        ("/api/v1/committees", json!({"code": "SSC", "name": "Security Sub-Committee"}), "CommitteeEstablished"),
        (
            "/api/v1/committees/SSC/members",
            json!({"name": "Ann", "role": "chair", "appointed_on": "2019-01-01"}),
            "MemberAppointed",
        ),
        ("/api/v1/committees/SSC/members/retired", json!({"name": "Ann", "retired_on": "2019-12-31"}), "MemberRetired"),
        (
            "/api/v1/meetings",
            json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "starts_at": "10:00", "classification": "WHITE"}),
            "MeetingConvened",
        ),
        (at("items"), json!({"title": white("Matters Arising")}), "AgendaItemTabled"),
        (at("attendance"), json!({"name": "Ann", "capacity": "chair"}), "AttendanceRecorded"),
        (at("apologies"), json!({"name": "Bob"}), "ApologiesRecorded"),
        (at("interests"), json!({"name": "Ann", "item": 1, "interest": white("a share")}), "InterestDeclared"),
        (at("paragraphs"), json!({"item": 1, "text": white("The Chair opened the meeting.")}), "ParagraphRecorded"),
        (at("lists"), json!({"item": 1, "entries": [white("one"), white("two")]}), "ListRecorded"),
        (
            at("tables"),
            json!({"table": {"classification": "WHITE", "text": {"header": ["a"], "rows": [["1"]]}}}),
            "TableRecorded",
        ),
        (at("matters"), json!({"item": 1, "text": white("An update was given.")}), "MatterArisingNoted"),
        (at("decisions"), json!({"item": 1, "verb": "NOTED", "text": white("the update")}), "DecisionRecorded"),
        (at("minutes/drafted"), json!({"edition": "draft", "drafted_on": "2019-03-01"}), "MinutesDrafted"),
        (
            at("minutes/approved"),
            json!({"minutes_of": "2019-02-13", "edition": "draft", "outcome": "as written"}),
            "MinutesApproved",
        ),
        (at("next-meeting"), json!({"on": "2019-03-13"}), "NextMeetingSet"),
        (
            "/api/v1/actions",
            json!({"reference": "SSC72/01", "text": white("Circulate the paper"), "owners": ["SECAS"],
                   "due_on": "2019-03-27", "raised_in": "SSC_72_2702", "raised_on": "2019-02-27"}),
            "ActionRaised",
        ),
        (action("assign"), json!({"owners": ["Ann"], "assigned_on": "2019-03-01"}), "ActionAssigned"),
        (
            action("progress"),
            json!({"note": white("half done"), "reported": "on target", "progressed_on": "2019-03-02"}),
            "ActionProgressed",
        ),
        (action("due-date"), json!({"to": "2019-04-01", "moved_on": "2019-03-03"}), "DueDateMoved"),
        (action("carry-forward"), json!({"carried_on": "2019-03-04"}), "ActionCarriedForward"),
        (action("complete"), json!({"completed_on": "2019-03-05"}), "ActionCompleted"),
        (action("reopen"), json!({"reopened_on": "2019-03-06"}), "ActionReopened"),
        (
            "/api/v1/actions",
            json!({"reference": "SSC72/02", "text": white("Another"), "raised_on": "2019-02-27"}),
            "ActionRaised",
        ),
        ("/api/v1/actions/SSC72/02/withdraw", json!({"withdrawn_on": "2019-03-06"}), "ActionWithdrawn"),
        (action("supersede"), json!({"by": "SSC72/02", "superseded_on": "2019-03-07"}), "ActionSuperseded"),
        (
            "/api/v1/parties",
            json!({"committee": "SSC", "name": "Other User L", "category": "Other User"}),
            "PartyRegistered",
        ),
        (
            "/api/v1/parties/Other%20User%20L/identify?committee=SSC",
            json!({"real_name": {"classification": "RED", "text": "Acme"}}),
            "PartyIdentified",
        ),
        (
            "/api/v1/parties/Other%20User%20L/statuses?committee=SSC",
            json!({"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "assurance"}),
            "StatusAgreed",
        ),
        (
            "/api/v1/parties/Other%20User%20L/deferrals?committee=SSC",
            json!({"meeting": "SSC_72_2702", "deferred_on": "2019-02-27", "kind": "compliance"}),
            "StatusDeferred",
        ),
        (at("close"), json!({"closed_at": "16:00"}), "MeetingClosed"),
        (at("publish"), json!({"audience": "WHITE", "published_on": "2019-03-01"}), "HeadlinesPublished"),
        (
            "/api/v1/meetings",
            json!({"reference": "SSC_82_1303", "held_on": "2019-03-13", "classification": "WHITE"}),
            "MeetingConvened",
        ),
        ("/api/v1/meetings/SSC_82_1303/postpone", json!({"to": "2019-03-20"}), "MeetingPostponed"),
        ("/api/v1/meetings/SSC_82_1303/renumber", json!({"reference": "SSC_83_2003"}), "MeetingRenumbered"),
        ("/api/v1/meetings/SSC_83_2003/cancel", json!({"note": white("No business.")}), "MeetingCancelled"),
    ]
}

/// Sends all of these writes.
pub(super) async fn everything_recorded(server: &ApiServer, token: &Token) {
    for (path, body, _) in everything() {
        server.post(token, path, &body).await.expect(201);
    }
}

async fn every_route_records_its_event(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    for (path, body, event_type) in everything() {
        let before = server.head().await;
        let answer = server.post(&jane, path, &body).await.expect(201);
        let told = answer.json();
        assert_eq!(told["position"], before + 1, "{path}");
        assert_eq!(told["events"][0]["type"], event_type, "{path}");
        assert_eq!(told["events"][0]["position"], before + 1, "{path}");
        assert_eq!(answer.header("etag"), format!("\"{}\"", told["events"][0]["version"]), "{path}");
        server.get(&jane, answer.header("location")).await.expect(200);
        assert_eq!(server.head().await, before + 1, "{path}");
    }
}

#[test]
fn every_described_write_route_is_tested_here() {
    let document = serde_json::to_value(document()).unwrap();
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, item)| item["post"]["tags"][0] == "Writing")
        .map(|(path, _)| path.clone())
        .collect();
    let others = ["/api/v1/events/{event_id}/corrections", "/api/v1/commands", "/api/v1/imports"];
    let tried: BTreeSet<String> = everything()
        .iter()
        .map(|(path, ..)| {
            let path = path.split('?').next().unwrap();
            let path = path
                .replace("meetings/SSC_72_2702", "meetings/{reference}")
                .replace("meetings/SSC_82_1303", "meetings/{reference}")
                .replace("meetings/SSC_83_2003", "meetings/{reference}")
                .replace("committees/SSC", "committees/{code}");
            let path = path.replace("actions/SSC72/01", "actions/{meeting}/{number}");
            let path = path.replace("actions/SSC72/02", "actions/{meeting}/{number}");
            path.replace("parties/Other%20User%20L", "parties/{name}")
        })
        .chain(others.map(str::to_owned))
        .collect();
    assert_eq!(described, tried);
}

#[test]
fn a_bodys_schema_has_its_marked_texts() {
    let document = serde_json::to_value(document()).unwrap();
    let of =
        |path: &str| document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"].clone();
    assert_eq!(of("/api/v1/meetings/{reference}/paragraphs")["$ref"], "#/components/schemas/ParagraphRecorded");
    let paragraph = &document["components"]["schemas"]["ParagraphRecorded"];
    assert_eq!(paragraph["required"], json!(["text"]), "{paragraph}");
    assert_eq!(paragraph["additionalProperties"], false);
    let marked = &document["components"]["schemas"]["MarkedProse"];
    assert_eq!(marked["required"], json!(["classification", "text"]), "{marked}");
    // Every `$ref` leads to a schema.
    let text = document.to_string();
    for named in text.split("#/components/schemas/").skip(1) {
        let name = named.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is not described");
    }
}

async fn path_body_and_token_determine_the_event(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    everything_recorded(&server, &jane).await;
    a_body_may_repeat_the_path_and_not_contradict_it(&server, &jane).await;
    location_has_the_number_of_a_new_decision(&server, &jane).await;
    the_event_names_its_actor_identity_and_client(&server, &jane).await;
}

async fn a_body_may_repeat_the_path_and_not_contradict_it(server: &ApiServer, jane: &Token) {
    let convened = json!({"reference": "SSC_73_1303", "held_on": "2019-03-13", "classification": "WHITE"});
    server.post(jane, "/api/v1/meetings", &convened).await.expect(201);
    let path = "/api/v1/meetings/SSC_73_1303/minutes/approved";
    let with = |name: &str, value: &str| {
        let mut body = json!({"minutes_of": "2019-02-27", "edition": "draft", "outcome": "as written"});
        body[name] = value.into();
        body
    };
    for (name, value) in [("committee", "TSC"), ("meeting", "SSC_72_2702")] {
        let refused = server.post(jane, path, &with(name, value)).await.expect(422).json();
        assert_eq!(refused["field"], name, "{refused}");
    }
    server.post(jane, path, &with("meeting", "SSC_73_1303")).await.expect(201);
    let item = json!({"meeting": "SSC_73_1303", "title": {"classification": "WHITE", "text": "AOB"}});
    server.post(jane, "/api/v1/meetings/SSC_73_1303/items", &item).await.expect(201);
}

async fn location_has_the_number_of_a_new_decision(server: &ApiServer, jane: &Token) {
    let path = "/api/v1/meetings/SSC_73_1303/decisions";
    for number in ["D1", "D2"] {
        let body = json!({"verb": "AGREED", "text": {"classification": "WHITE", "text": "the plan"}});
        let answer = server.post(jane, path, &body).await.expect(201);
        assert_eq!(answer.header("location"), format!("/api/v1/decisions/SSC_73_1303/{number}"));
        assert_eq!(server.get(jane, answer.header("location")).await.expect(200).json()["verb"], "AGREED");
    }
}

async fn the_event_names_its_actor_identity_and_client(server: &ApiServer, jane: &Token) {
    let log = server.recorder.log();
    let tokens = Tokens::new(log.clone());
    let jane = tokens.authenticate(jane.as_ref().unwrap()).await.unwrap();
    let meeting = Selection::Stream("meeting:SSC_72_2702".parse().unwrap());
    for event in log.read_all(meeting).await.unwrap() {
        assert_eq!(
            (event.metadata.actor.as_str(), event.metadata.source.client.as_deref()),
            ("jane.smith", Some("http"))
        );
        assert!(event.metadata.source.identity.is_some());
        assert_eq!(event.metadata.source.identity.as_ref(), jane.identity());
    }
}
