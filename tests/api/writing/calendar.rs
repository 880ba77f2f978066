//! A meeting is cancelled, postponed and renumbered, over HTTP and from the command line.

use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::cli::Cli;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook::access::Role;
use serde_json::{Value, json};

on_both_stores!(
    a_cancelled_meeting_keeps_its_place_and_takes_no_decisions,
    a_postponed_meeting_is_held_on_its_new_day,
    a_renumbered_meeting_answers_to_each_of_its_references,
    who_may_not_know_a_new_reference_knows_the_old_one_alone,
    a_document_moves_to_the_meeting_that_it_is_of
);

fn white(text: &str) -> Value {
    json!({"classification": "WHITE", "text": text})
}

/// A server with two meetings of the SSC, and a secretary's token.
async fn server(ledger: &TestLedger) -> (ApiServer, Token) {
    let server = ApiServer::open(ledger).await;
    let jane = server.secretary().await;
    for (path, body) in [
        ("", json!({"code": "SSC", "name": "Security Sub-Committee", "default_classification": "WHITE"})),
        (
            "m",
            json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "starts_at": "10:00", "classification": "WHITE"}),
        ),
        ("m", json!({"reference": "SSC_74_2703", "held_on": "2019-03-27", "classification": "WHITE"})),
    ] {
        let path = if path.is_empty() { "/api/v1/committees" } else { "/api/v1/meetings" };
        server.post(&jane, path, &body).await.expect(201);
    }
    (server, jane)
}

/// The output of the command line on the same ledger.
fn cli(ledger: &TestLedger, arguments: &[&str]) -> String {
    let all = [&["--ledger", ledger.url_text.as_str()], arguments].concat();
    Cli::new().done(&all)
}

/// The standard error of a command that is refused.
fn refused(ledger: &TestLedger, arguments: &[&str]) -> String {
    let all = [&["--ledger", ledger.url_text.as_str()], arguments].concat();
    let run = Cli::new().run(&all);
    assert_ne!(run.status, 0, "{arguments:?}: {}", run.out);
    run.err
}

async fn a_cancelled_meeting_keeps_its_place_and_takes_no_decisions(ledger: TestLedger) {
    let (server, jane) = server(&ledger).await;
    let meeting = "/api/v1/meetings/SSC_72_2702";
    let cancelled = json!({"cancelled_on": "2019-02-20", "note": white("Too few members can attend.")});
    server.post(&jane, &format!("{meeting}/cancel"), &cancelled).await.expect(201);
    cli(&ledger, &["record", "cancel", "SSC_74_2703", "--on", "2019-03-20", "--reason", "the papers are late"]);

    let decision = json!({"verb": "NOTED", "text": white("the update")});
    let problem = server.post(&jane, &format!("{meeting}/decisions"), &decision).await.expect(409).json();
    assert_eq!(problem["rule"], "meeting-not-cancelled", "{problem}");
    let error = refused(&ledger, &["record", "cancel", "SSC_74_2703"]);
    assert!(error.contains("the meeting is already cancelled [meeting-cancelled-once]"), "{error}");

    let shown = server.get(&jane, meeting).await.expect(200).json();
    assert_eq!((&shown["cancelled"], &shown["held_on"]), (&json!(true), &json!("2019-02-27")));
    let calendar = server.get(&jane, "/api/v1/meetings?format=ics").await.expect(200).text();
    assert_eq!(calendar.matches("STATUS:CANCELLED").count(), 2, "{calendar}");
    let headlines = server.get(&jane, &format!("{meeting}/headlines?format=md")).await.expect(200).text();
    assert!(headlines.contains("Cancelled on 20 February 2019. Too few members can attend."), "{headlines}");
    let folder = Cli::new();
    let mut narrow = folder.command(&["--ledger", &ledger.url_text, "meetings"]);
    let table = String::from_utf8(narrow.env("COLUMNS", "80").output().unwrap().stdout).unwrap();
    assert_eq!(table.matches("cancelled").count(), 2, "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let history = cli(&ledger, &["history", "SSC_74_2703", "--format", "csv"]);
    assert!(history.contains("meeting cancelled on 2019-03-20 (because: the papers are late)"), "{history}");

    // A cancellation by mistake is struck like any event.
    cli(&ledger, &["record", "correction", "SSC_72_2702", "--event", "cancelled", "--strike", "--reason", "a slip"]);
    server.post(&jane, &format!("{meeting}/decisions"), &decision).await.expect(201);
    let problem = server.post(&jane, &format!("{meeting}/cancel"), &json!({})).await.expect(409).json();
    assert_eq!(problem["rule"], "meeting-not-held", "{problem}");
}

async fn a_postponed_meeting_is_held_on_its_new_day(ledger: TestLedger) {
    let (server, jane) = server(&ledger).await;
    let postponed = json!({"to": "2019-03-06", "starts_at": "11:00", "postponed_on": "2019-02-20"});
    server.post(&jane, "/api/v1/meetings/SSC_72_2702/postpone", &postponed).await.expect(201);
    cli(&ledger, &["record", "postpone", "SSC_74_2703", "--to", "2019-04-03", "--note", "The papers are late."]);
    let problem = server.post(&jane, "/api/v1/meetings/SSC_74_2703/postpone", &json!({"to": "2019-04-03"})).await;
    assert_eq!(problem.expect(409).json()["rule"], "postponed-to-later");

    let shown = server.get(&jane, "/api/v1/meetings/SSC_72_2702").await.expect(200).json();
    let days = ["reference", "held_on", "starts_at", "postponed_from"].map(|field| shown[field].clone());
    assert_eq!(days, ["SSC_72_2702", "2019-03-06", "11:00", "2019-02-27"]);
    let headlines = cli(&ledger, &["headlines", "SSC_74_2703", "--audience", "white"]);
    assert!(headlines.contains("Postponed from 27 March 2019 to 3 April 2019. The papers are late."), "{headlines}");
    assert!(headlines.contains("\n3 April 2019\n"), "{headlines}");
    let calendar = cli(&ledger, &["meetings", "--format", "ics"]);
    assert!(calendar.contains("DTSTART:20190306T110000Z"), "{calendar}");
    // Its own events are those of the new day.
    server
        .post(&jane, "/api/v1/meetings/SSC_72_2702/decisions", &json!({"verb": "NOTED", "text": white("the update")}))
        .await
        .expect(201);
    let decided = server.get(&jane, "/api/v1/decisions/SSC_72_2702/D1").await.expect(200).json();
    assert_eq!(decided["decided_on"], "2019-03-06");
}

/// The addresses of what the meeting recorded, by a reference of it.
fn addresses(meeting: &str) -> Vec<String> {
    [
        "meetings/{}",
        "meetings/{}/headlines?format=md",
        "meetings/{}/provenance",
        "decisions/{}/D1",
        "decisions/{}/D1/provenance",
        "decisions?meeting={}",
        "decisions?reference={}/D1",
        "decisions?search={}/D1",
        "actions?meeting={}",
        "matters?meeting={}",
        "minutes?meeting={}",
        "events?reference={}",
        "events?reference={}/D1",
    ]
    .map(|path| format!("/api/v1/{}", path.replace("{}", meeting)))
    .to_vec()
}

/// Records a meeting with something in each list.
async fn minuted(server: &ApiServer, jane: &Token) {
    let post = async |path: &str, body: Value| drop(server.post(jane, path, &body).await.expect(201));
    let meeting = "/api/v1/meetings/SSC_72_2702";
    post(&format!("{meeting}/items"), json!({"title": white("Matters Arising")})).await;
    post(&format!("{meeting}/decisions"), json!({"item": 1, "verb": "NOTED", "text": white("the update")})).await;
    post(&format!("{meeting}/matters"), json!({"item": 1, "text": white("An update was given.")})).await;
    post(
        "/api/v1/actions",
        json!({"reference": "SSC72/01", "text": white("Circulate the paper"), "raised_in": "SSC_72_2702",
               "raised_on": "2019-02-27", "decision": "SSC_72_2702/D1"}),
    )
    .await;
    post("/api/v1/parties", json!({"committee": "SSC", "name": "Other User L", "category": "Other User"})).await;
    post(
        "/api/v1/parties/Other%20User%20L/statuses?committee=SSC",
        json!({"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "compliance", "value": white("Compliant")}),
    )
    .await;
    post(&format!("{meeting}/minutes/drafted"), json!({"edition": "draft", "drafted_on": "2019-03-01"})).await;
}

async fn a_renumbered_meeting_answers_to_each_of_its_references(ledger: TestLedger) {
    let (server, jane) = server(&ledger).await;
    minuted(&server, &jane).await;
    let renumbered = json!({"reference": "SSC_73_2702", "renumbered_on": "2019-03-20"});
    server.post(&jane, "/api/v1/meetings/SSC_72_2702/renumber", &renumbered).await.expect(201);

    for (old, new) in addresses("SSC_72_2702").into_iter().zip(addresses("SSC_73_2702")) {
        let (by_old, by_new) = (server.get(&jane, &old).await.expect(200), server.get(&jane, &new).await.expect(200));
        assert_eq!(by_old.text(), by_new.text(), "{old}");
        let rows: Value = serde_json::from_str(&by_new.text()).unwrap_or_default();
        assert_ne!(rows["total"], 0, "{new}");
        let names_it = by_new.text().replace('\\', "").contains("SSC_73_2702");
        assert!(names_it || old.contains("provenance") || old.contains("events"), "{new}: {}", by_new.text());
    }
    for list in ["actions", "parties/Other%20User%20L/statuses", "decisions", "minutes"] {
        let now = server.get(&jane, &format!("/api/v1/{list}")).await.expect(200).text();
        assert!(now.contains("SSC_73_2702") && !now.contains("SSC_72_2702"), "{list}: {now}");
        let then = server.get(&jane, &format!("/api/v1/{list}?as_of=2019-03-01")).await.expect(200).text();
        assert!(then.contains("SSC_72_2702") && !then.contains("SSC_73_2702"), "{list}: {then}");
    }
    for list in ["history", "why"] {
        assert_eq!(cli(&ledger, &[list, "SSC_72_2702/D1"]), cli(&ledger, &[list, "SSC_73_2702/D1"]), "{list}");
        assert_eq!(cli(&ledger, &[list, "SSC_72_2702"]), cli(&ledger, &[list, "SSC_73_2702"]), "{list}");
    }

    // What is recorded by the new reference goes into the stream of the old one.
    let decision = json!({"verb": "AGREED", "text": white("the plan"), "supersedes": ["SSC_73_2702/D1"]});
    let answer = server.post(&jane, "/api/v1/meetings/SSC_73_2702/decisions", &decision).await.expect(201);
    assert_eq!(answer.json()["events"][0]["stream"], "meeting:SSC_72_2702");
    server.get(&jane, answer.header("location")).await.expect(200);
    let line = r#"{"stream": "action:SSC72/01", "type": "ActionCompleted", "data": {"completed_on": "2019-03-27", "at_meeting": "SSC_73_2702"}}"#;
    let all = ["--ledger", ledger.url_text.as_str(), "record", "lines", "-"];
    let run = Cli::new().run_with(&all, line);
    assert_eq!(run.status, 0, "{}", run.err);
    cli(&ledger, &["record", "correction", "SSC_73_2702/D2", "--set", "verb=APPROVED", "--reason", "a slip"]);
    let second = server.get(&jane, "/api/v1/decisions/SSC_72_2702/D2").await.expect(200).json();
    assert_eq!((&second["verb"], &second["supersedes"]), (&json!("APPROVED"), &json!(["SSC_73_2702/D1"])));

    // The references and the number are taken.
    let convened = json!({"reference": "SSC_73_2702", "held_on": "2019-02-27", "classification": "WHITE"});
    let problem = server.post(&jane, "/api/v1/meetings", &convened).await.expect(409).json();
    assert_eq!(problem["rule"], "meeting-convened-once", "{problem}");
    let error = refused(&ledger, &["record", "renumber", "SSC_74_2703", "--as", "SSC_73_2703"]);
    assert!(error.contains("[meeting-number-used-once]"), "{error}");

    // Renumbered once more, it answers to all three.
    cli(&ledger, &["record", "renumber", "SSC_73_2702", "--as", "SSC_75_2702", "--on", "2019-03-28"]);
    for meeting in ["SSC_72_2702", "SSC_73_2702", "SSC_75_2702"] {
        let shown = server.get(&jane, &format!("/api/v1/meetings/{meeting}")).await.expect(200).json();
        assert_eq!(shown["reference"], "SSC_75_2702");
        assert_eq!(shown["formerly"], json!(["SSC_72_2702", "SSC_73_2702"]));
    }
}

async fn who_may_not_know_a_new_reference_knows_the_old_one_alone(ledger: TestLedger) {
    let (server, jane) = server(&ledger).await;
    minuted(&server, &jane).await;
    let reader = server.token("green.reader", &[Role::Reader], "GREEN", &[]).await;
    let writer = server.token("green.writer", &[Role::Secretary], "GREEN", &[]).await;
    let before: Vec<String> = {
        let mut answers = Vec::new();
        for path in addresses("SSC_72_2702") {
            answers.push(without_positions(&server.get(&reader, &path).await.expect(200).text()));
        }
        answers
    };
    let renumbered = json!({"reference": "SSC_73_2702", "renumbered_on": "2019-03-20"});
    let path = "/api/v1/meetings/SSC_72_2702/renumber?classification=RED";
    server.post(&jane, path, &renumbered).await.expect(201);
    server.get(&jane, "/api/v1/meetings/SSC_73_2702").await.expect(200);

    for (path, before) in addresses("SSC_72_2702").into_iter().zip(before) {
        let after = server.get(&reader, &path).await.expect(200).text();
        assert_eq!(without_positions(&after), before, "{path}");
    }
    // The new reference is answered as one that no meeting has.
    for (hidden, unknown) in addresses("SSC_73_2702").into_iter().zip(addresses("SSC_79_2702")) {
        let (hidden, unknown) = (server.get(&reader, &hidden).await, server.get(&reader, &unknown).await);
        assert_eq!(hidden.text().replace("SSC_73", "SSC_79"), unknown.text());
    }
    let decision = json!({"verb": "NOTED", "text": white("the second update")});
    for meeting in ["SSC_72_2702", "SSC_73_2702", "SSC_79_2702"] {
        let path = format!("/api/v1/meetings/{meeting}/decisions");
        server.post(&writer, &path, &decision).await.expect(403);
    }
}

/// The answer without the positions and roots, which the number of events is told by.
fn without_positions(answer: &str) -> String {
    let kept = |line: &&str| !line.contains("Merkle") && !line.contains("osition");
    match serde_json::from_str::<Value>(answer) {
        Ok(mut json) => {
            json["position"] = Value::Null;
            json.to_string()
        }
        Err(_) => answer.lines().filter(kept).collect::<Vec<_>>().join("\n"),
    }
}

const SAMPLE: &str = include_str!("../../../crates/import/tests/samples/TSC_31_1206.md");

async fn a_document_moves_to_the_meeting_that_it_is_of(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let import = async |query: &str| {
        server.upload(&jane, &format!("/api/v1/imports{query}"), "text/markdown", SAMPLE.as_bytes()).await
    };
    import("?filename=sample.md").await.expect(201);
    // What somebody recorded live is not the document's.
    let action = server.get(&jane, "/api/v1/actions?committee=TSC&all=true").await.expect(200).json();
    let action = action["actions"][0]["reference"].as_str().unwrap().to_owned();
    let note = json!({"note": white("A reminder was sent."), "progressed_on": "2025-08-01"});
    server.post(&jane, &format!("/api/v1/actions/{action}/progress"), &note).await.expect(201);
    let before = server.head().await;

    let refused = import("?filename=sample.md&meeting=TSC_32_1907").await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("imported as that of TSC_31_1206"), "{refused}");
    assert!(refused["accepted"].as_str().unwrap().contains("--move"), "{refused}");
    import("?filename=sample.md&meeting=TSC_32_1907&move=true&dry_run=true").await.expect(200);
    assert_eq!(server.head().await, before);
    let moved = import("?filename=sample.md&meeting=TSC_32_1907&move=true").await.expect(201).json();
    assert_eq!(moved["meeting"], "TSC_32_1907");

    server.get(&jane, "/api/v1/meetings/TSC_31_1206").await.expect(404);
    let meetings = server.get(&jane, "/api/v1/meetings").await.expect(200).json();
    assert_eq!(meetings["total"], 1, "{meetings}");
    // The record is as the right import would have made it.
    let other = TestLedger::like(&ledger);
    let alone = ApiServer::open(&other).await;
    let ann = alone.secretary().await;
    let query = "/api/v1/imports?filename=sample.md&meeting=TSC_32_1907";
    alone.upload(&ann, query, "text/markdown", SAMPLE.as_bytes()).await.expect(201);
    for path in [
        "/api/v1/meetings/TSC_32_1907",
        "/api/v1/decisions",
        "/api/v1/matters",
        "/api/v1/minutes",
        "/api/v1/parties?committee=TSC",
    ] {
        let (here, there) = (server.get(&jane, path).await.expect(200), alone.get(&ann, path).await.expect(200));
        let rows = |answer: &Value| {
            let mut answer = answer.clone();
            for field in ["position", "as_of"] {
                answer.as_object_mut().unwrap().remove(field);
            }
            answer
        };
        assert_eq!(rows(&here.json()), rows(&there.json()), "{path}");
    }
    let actions = server.get(&jane, "/api/v1/actions?committee=TSC&all=true").await.expect(200).json();
    let found = actions["actions"].as_array().unwrap().iter().find(|row| row["reference"] == action.as_str()).unwrap();
    assert_eq!((&found["raised_in"], &found["note"]), (&json!("TSC_32_1907"), &json!("A reminder was sent.")));

    let after = server.head().await;
    for query in ["?filename=sample.md&meeting=TSC_32_1907&move=true", "?filename=sample.md"] {
        let again = import(query).await.expect(200).json();
        assert_eq!((&again["already_imported"], server.head().await), (&json!(true), after), "{query}");
    }
    let history = cli(&ledger, &["history", "TSC_31_1206", "--format", "csv"]);
    assert!(history.contains("(because: moved from TSC_31_1206 to TSC_32_1907: file sample.md"), "{history}");
    let verified = cli(&ledger, &["verify"]);
    assert!(verified.contains("sound; root"), "{verified}");
    // And back again.
    import("?filename=sample.md&meeting=TSC_31_1206&move=true").await.expect(201);
    server.get(&jane, "/api/v1/meetings/TSC_31_1206").await.expect(200);
    server.get(&jane, "/api/v1/meetings/TSC_32_1907").await.expect(404);
}
