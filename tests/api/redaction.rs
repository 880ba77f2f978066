//! No response of any described route contains a text above the reader's clearance, and a hidden text changes no response.

use crate::api::writing::routes::everything;
use crate::fixtures::api_client::{Answer, ApiClient, token};
use crate::fixtures::canaries::trace_in;
use crate::fixtures::canary_ledger::{AUDIT_CANARY, canary_ledger};
use crate::fixtures::classification::LEVELS;
use crate::fixtures::committee::{begin, established, raised, request};
use crate::fixtures::documented_reads::DocumentedReads;
use crate::fixtures::ledgers::{FixedClock, TestLedger, fixed, on_both_stores};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use minutebook::access::Role;
use minutebook_ledger::{Log, Recorder};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Read;

on_both_stores!(
    no_route_reveals_a_text_above_the_readers_clearance,
    readers_below_red_get_identical_answers,
    no_answer_tells_when_a_hidden_event_was_recorded,
    auditors_alone_learn_who_recorded_what_and_from_where,
);

/// The canaries above a clearance.
fn above(level: &str) -> Vec<String> {
    let rank = LEVELS.iter().position(|other| *other == level).unwrap();
    LEVELS[rank + 1..].iter().map(|level| format!("Canary{level}")).collect()
}

/// The public, and a reader with a token for each level.
async fn readers(log: &Log, role: Role) -> Vec<(&'static str, ApiClient)> {
    let recorder = Recorder::new(log.clone());
    let public = ApiClient::of(log.clone());
    let mut readers = vec![("WHITE", public.clone())];
    for level in LEVELS {
        readers.push((level, public.with(&token(&recorder, &[role], level, None).await)));
    }
    readers
}

/// The values of query parameters in the test's ledger: moments, formats, sort orders, pages, and malformed values.
fn values(parameter: &str) -> Option<Vec<String>> {
    let values: &[&str] = match parameter {
        "as_of" => &["2019-02-26", "2019-03-13", "2019-05-01", "x"],
        "known_at" => return Some((1..60).step_by(3).map(|position| position.to_string()).collect()),
        "from" => &["2019-02-26"],
        "from_known_at" | "to_known_at" => &["10", "40"],
        "search" | "like" | "owner" | "reference" | "party" => {
            &["canaryre", "Canary", "SSC_72_2702/D4", "Other User N", "SSC72/04"]
        }
        "limit" | "at_least" => &["1"],
        "cursor" => &["3.1.-", "20.2.-", "x"],
        "all" => &["true"],
        "format" => &["json", "csv", "ics", "md", "html", "docx"],
        _ => return None,
    };
    Some(values.iter().map(|value| (*value).to_owned()).collect())
}

/// The described reads of the test's ledger, of subjects that exist and of some that do not.
fn reads(document: Value) -> DocumentedReads {
    let subjects: [(&'static str, &[&str]); 5] = [
        (
            "/actions/{meeting}/{number}",
            &["/actions/SSC72/01", "/actions/SSC72/04", "/actions/SSC72/14", "/actions/SSC72/99"],
        ),
        (
            "/decisions/{meeting}/{number}",
            &["/decisions/SSC_72_2702/D1", "/decisions/SSC_72_2702/D4", "/decisions/SSC_72_2702/D99"],
        ),
        ("/meetings/{reference}", &["/meetings/SSC_72_2702", "/meetings/SSC_73_1303"]),
        ("/parties/{name}", &["/parties/Other%20User%20K", "/parties/Other%20User%20N", "/parties/canaryre"]),
        ("/committees/{code}", &["/committees/SSC", "/committees/XYZ"]),
    ];
    let owned = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    let subjects = subjects.map(|(part, paths)| (part, owned(paths))).to_vec();
    DocumentedReads { document, subjects, values, from: "2019-02-26" }
}

/// The headers and the body of an answer, unzipped if need be.
pub(crate) fn headers_and_body(answer: &Answer) -> String {
    let packed = answer.body.starts_with(b"PK");
    let mut all = format!("{:?}\n{}", answer.headers, if packed { String::new() } else { answer.text() });
    if packed {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&answer.body)).unwrap();
        for index in 0..archive.len() {
            archive.by_index(index).unwrap().read_to_string(&mut all).unwrap();
        }
    }
    all
}

/// Sends every described read, and malformed writes, and hands each answer to `heard`.
async fn send_every_read(reads: &DocumentedReads, client: &ApiClient, mut heard: impl FnMut(&str, Answer)) -> usize {
    let mut asked = 0;
    for (template, item) in reads.routes() {
        for path in reads.paths(template) {
            for query in reads.queries(&item["get"]).iter().filter(|_| item.get("get").is_some()) {
                let here = format!("{path}{query}");
                let answer = client.get(&here).await;
                assert!(!answer.status.is_server_error() || path.contains("/health"), "{here}: {}", answer.text());
                // A repeated read with the tag gets 304.
                let tag = answer.header("etag").to_owned();
                heard(&here, answer);
                if !tag.is_empty() && query.is_empty() {
                    heard(&here, client.get_with(&here, &[("if-none-match", &tag)]).await);
                }
                asked += 1;
            }
            for (method, body) in ["post", "put", "delete", "patch"].iter().flat_map(|method| {
                ["{}", "[]", "x", r#"{"text": {"classification": "RED", "text": 1}}"#].map(|body| (*method, body))
            }) {
                if item.get(method).is_none() {
                    continue;
                }
                let key = format!("leak-{asked}");
                let headers =
                    [("content-type", "application/json"), ("idempotency-key", &key), ("if-match", "\"999\"")];
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let answer = client.send(method, &path, &headers, Body::from(body)).await;
                assert!(answer.status.is_client_error(), "{path}: {} {}", answer.status, answer.text());
                heard(&path, answer);
                asked += 1;
            }
        }
    }
    asked
}

/// Sends well-formed writes that are refused on every route: a stale version, a rule, or a reused key.
async fn send_refused_writes(client: &ApiClient, level: &str, mut heard: impl FnMut(&str, Answer)) {
    let post = async |path: &str, body: &Value, headers: &[(&str, &str)]| {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        client.send(Method::POST, path, &headers, Body::from(body.to_string())).await
    };
    for (number, (path, body, _)) in everything().into_iter().enumerate() {
        let key = format!("stale-{level}-{number}");
        heard(path, post(path, &body, &[("idempotency-key", &key), ("if-match", "\"999\"")]).await);
    }
    for number in [1, 2, 3, 4, 11, 12, 13, 14, 20] {
        let path = format!("/api/v1/actions/SSC72/{number:02}/complete");
        let key = format!("early-{level}-{number}");
        heard(&path, post(&path, &json!({"completed_on": "2018-01-01"}), &[("idempotency-key", &key)]).await);
        let superseding = json!({"verb": "AGREED", "text": {"classification": "WHITE", "text": "a"},
                                 "supersedes": [format!("SSC_72_2702/D{number}")]});
        let path = "/api/v1/meetings/SSC_72_2702/decisions";
        let key = format!("superseding-{level}-{number}");
        heard(path, post(path, &superseding, &[("idempotency-key", &key)]).await);
    }
    for name in ["A committee", "Another committee"] {
        let body = json!({"code": format!("L{level}"), "name": name});
        let key = format!("used-{level}");
        heard("/api/v1/committees", post("/api/v1/committees", &body, &[("idempotency-key", &key)]).await);
    }
}

async fn no_route_reveals_a_text_above_the_readers_clearance(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    let reads = reads(ApiClient::of(log.clone()).get("/api/v1/openapi.json").await.json());
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut statuses: BTreeSet<u16> = BTreeSet::new();
    for role in [Role::Member, Role::Secretary] {
        // The highest clearance reads first: its cached responses must not reach the others.
        for (place, (level, client)) in readers(&log, role).await.into_iter().enumerate().rev() {
            // Neither role may audit.
            let above = [above(level), vec![AUDIT_CANARY.to_owned()]].concat();
            let mut hear = |here: &str, answer: Answer| {
                statuses.insert(answer.status.as_u16());
                let told = headers_and_body(&answer);
                for canary in &above {
                    let trace = trace_in(&told, canary);
                    assert_eq!(trace, None, "{here} reveals it to a reader of {level}: {told}");
                }
                found.extend(LEVELS.iter().filter(|level| told.contains(&format!("Canary{level}"))));
            };
            let asked = send_every_read(&reads, &client, &mut hear).await;
            assert!(asked > 500, "{asked} requests");
            if role == Role::Secretary && place > 0 {
                send_refused_writes(&client, level, &mut hear).await;
            }
        }
    }
    assert_eq!(found.len(), LEVELS.len(), "each canary is visible to some reader");
    // The requests covered every common status.
    for status in [200, 201, 304, 400, 401, 403, 404, 409, 412, 422] {
        assert!(statuses.contains(&status), "nothing was answered {status}: {statuses:?}");
    }
}

async fn readers_below_red_get_identical_answers(ledger: TestLedger) {
    let other = TestLedger::new(ledger.store());
    let (one, other_log) = (canary_ledger(&ledger, "One").await, canary_ledger(&other, "AnotherOfAnotherLength").await);
    let reads = reads(ApiClient::of(one.clone()).get("/api/v1/openapi.json").await.json());
    for (this, that) in readers(&one, Role::Member).await.into_iter().zip(readers(&other_log, Role::Member).await) {
        if this.0 == "RED" {
            continue;
        }
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let keep = |answers: &mut Vec<_>, here: &str, answer: Answer| {
            // A 304 has no body, and a tag that may depend on the Merkle root.
            if answer.status != StatusCode::NOT_MODIFIED {
                answers.push((here.to_owned(), without_root(answer)));
            }
        };
        send_every_read(&reads, &this.1, |here, answer| keep(&mut first, here, answer)).await;
        send_every_read(&reads, &that.1, |here, answer| keep(&mut second, here, answer)).await;
        assert_eq!(first.len(), second.len());
        for (one, other) in first.into_iter().zip(second) {
            assert_eq!(one, other);
        }
    }
}

async fn no_answer_tells_when_a_hidden_event_was_recorded(ledger: TestLedger) {
    let clock = FixedClock::at("2024-03-01T10:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    begin(&recorder).await;
    let mut number = 0;
    let mut raise = async |time: &str, level: &str| {
        clock.set(time);
        number += 1;
        let mut action = raised(&format!("SSC72/{number:02}"));
        action["data"]["text"]["classification"] = level.into();
        action["classification"] = level.into();
        recorder.record(&request(&format!("raise-{number}"), &action)).await.unwrap();
    };
    raise("2024-03-02T10:00:00Z", "WHITE").await;
    let public = ApiClient::of(recorder.log().clone());
    let paths = ["/actions?", "/events?", "/statistics?", "/committees?", "/actions/SSC72/01/provenance?"];
    let ask = async |query: &str| {
        let mut answers = Vec::new();
        for path in paths {
            // The events have no `known_at`: the address without it is asked once more.
            let query = if path.starts_with("/events") { "" } else { query };
            let answer = public.get(&format!("/api/v1{path}{query}")).await.expect(200);
            answers.push((answer.header("etag").to_owned(), answer.text()));
        }
        answers
    };
    let before = ask("").await;
    for time in ["2024-03-03T10:00:00Z", "2024-03-04T10:00:00Z"] {
        raise(time, "RED").await;
        // The day of an answer is that of the clock.
        clock.set("2024-03-02T10:00:00Z");
        assert_eq!(ask("").await, before);
    }
    for position in [4, 5] {
        for route in ["actions?known_at", "actions?since", "decisions?since"] {
            assert_eq!(public.get(&format!("/api/v1/{route}={position}")).await.problem().0, 404, "{route}={position}");
        }
        assert_eq!(public.get(&format!("/api/v1/actions?at_least={position}")).await.status.as_u16(), 409);
        let follows = format!("/api/v1/events/stream?after={position}");
        assert_eq!(public.get(&follows).await.problem().0, 404);
    }
    raise("2024-03-05T10:00:00Z", "WHITE").await;
    let first = ask("known_at=2024-03-02T10:00:00Z").await;
    for time in ["2024-03-03T09:59:59Z", "2024-03-03T10:00:00Z", "2024-03-04T10:00:00Z", "2024-03-05T09:59:59Z"] {
        assert_eq!(ask(&format!("known_at={time}")).await, first, "{time}");
    }
    // The positions of hidden events take the place of the last one before them that the reader knows.
    let at = async |position: u64| {
        public.get(&format!("/api/v1/actions?known_at={position}")).await.json()["position"].clone()
    };
    assert_eq!((at(3).await, at(4).await, at(5).await, at(6).await), (json!(3), json!(3), json!(3), json!(6)));
}

async fn auditors_alone_learn_who_recorded_what_and_from_where(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    let recorder = Recorder::new(log.clone());
    recorder.record(&request("TSC", &established("TSC"))).await.unwrap();
    let public = ApiClient::of(log);
    let secretary = public.with(&token(&recorder, &[Role::Secretary, Role::Chair], "RED", None).await);
    let auditor = public.with(&token(&recorder, &[Role::Auditor], "WHITE", None).await);
    let auditor_of_one = public.with(&token(&recorder, &[Role::Auditor], "WHITE", Some(&["SSC"])).await);
    let auditor_elsewhere = public.with(&token(&recorder, &[Role::Auditor], "WHITE", Some(&["TSC"])).await);
    for path in [
        "/api/v1/events?limit=1000",
        "/api/v1/events?limit=1000&format=ndjson",
        "/api/v1/actions/SSC72/11/provenance",
        "/api/v1/actions/changes?from=2019-01-01&to=2019-05-01",
    ] {
        for (client, audits) in [
            (&auditor, true),
            (&public, false),
            (&secretary, false),
            (&auditor_of_one, true),
            (&auditor_elsewhere, false),
        ] {
            let told = client.get(path).await.expect(200).text();
            for place in ["actor", "behalf", "file", "sha256"] {
                assert_eq!(told.contains(&format!("{AUDIT_CANARY}{place}")), audits, "{path}, {place}: {told}");
            }
        }
    }
    let events = |told: Value| told["events"].as_array().unwrap().clone();
    for event in events(public.get("/api/v1/events?limit=1000").await.json()) {
        for field in ["actor", "on_behalf_of", "source", "command_id", "correlation_id", "causation_id"] {
            assert_eq!(event[field], Value::Null, "{field}: {event}");
        }
    }
}

/// The answer without the Merkle root, which depends on the salted hashes of all events, and without what depends on it.
fn without_root(answer: Answer) -> (u16, String) {
    let told = headers_and_body(&answer);
    let hex = |c: char| c.is_ascii_hexdigit();
    let masked = told.split_inclusive(|c: char| !hex(c)).map(|part| {
        let digits = part.trim_end_matches(|c: char| !hex(c));
        if digits.len() == 64 { part.replace(digits, "root") } else { part.to_owned() }
    });
    let masked: String = masked.collect();
    let rooted = masked.contains("root");
    let lines = masked.lines().filter(|line| !(rooted && (line.contains("etag") || line.contains("content-length"))));
    (answer.status.as_u16(), lines.collect::<Vec<_>>().join("\n"))
}
