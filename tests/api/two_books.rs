//! Two ledgers that differ in one document above the reader answer the reader alike.
//!
//! Positions, versions, ids of events and numbers of decisions count what is hidden too, so the comparison gives each the
//! place that it has among those the reader knows. Entity tags, roots and digests are left out, but not their number.

use super::redaction::headers_and_body;
use crate::fixtures::api_client::{Answer, ApiClient, token};
use crate::fixtures::committee::request;
use crate::fixtures::documented_reads::DocumentedReads;
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger, fixed, on_both_stores};
use minutebook::access::Role;
use minutebook::ingest;
use minutebook_domain::RequestMetadata;
use minutebook_ledger::{Log, Recorder};
use regex::{Captures, Regex};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

on_both_stores!(a_document_above_the_reader_changes_no_answer);

const LEVELS: [&str; 3] = ["Green", "Amber", "Red"];

/// The sample's documents in the order of their meetings, each with the time of its import.
const DOCUMENTS: [(&str, &str, &str); 6] = [
    ("TSC_41_1001.md", include_str!("../../sample/TSC_41_1001.md"), "2024-01-20T10:00:00Z"),
    ("TSC_42_0702.md", include_str!("../../sample/TSC_42_0702.md"), "2024-02-20T10:00:00Z"),
    ("TSC_43_0603.md", include_str!("../../sample/TSC_43_0603.md"), "2024-03-20T10:00:00Z"),
    ("TSC_44_0304.md", include_str!("../../sample/TSC_44_0304.md"), "2024-04-20T10:00:00Z"),
    ("TSC_45_0105.md", include_str!("../../sample/TSC_45_0105.md"), "2024-05-20T10:00:00Z"),
    ("TSC_46_2905.md", include_str!("../../sample/TSC_46_2905.md"), "2024-06-20T10:00:00Z"),
];

/// The sample's action log. It restates what the documents say, to readers who may not know it from them.
const LOG: (&str, &str, &str) = ("actions.csv", include_str!("../../sample/actions.csv"), "2024-06-25T10:00:00Z");

type Pattern = LazyLock<Regex>;
/// A pattern, and what stands for each match.
type Rule<'a> = (&'a Pattern, &'a dyn Fn(&Captures<'_>) -> String);

static PLACE: Pattern = LazyLock::new(|| Regex::new("%7B([0-9]+)%7D").unwrap());
static DIGEST: Pattern = LazyLock::new(|| Regex::new("[0-9a-f]{64}").unwrap());
static EVENT_ID: Pattern = LazyLock::new(|| Regex::new("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap());
static VERSION: Pattern = LazyLock::new(|| Regex::new("\"version\":[0-9]+").unwrap());
static POSITION: Pattern =
    LazyLock::new(|| Regex::new(r#"("position": ?|"known_at": ?|position |cursor=|after=)([0-9]+)"#).unwrap());
static DECISION: Pattern = LazyLock::new(|| Regex::new("(TSC_[0-9]+_[0-9]+)/D[0-9]+").unwrap());

/// A ledger as one reader sees it.
struct Book {
    client: ApiClient,
    /// The positions and the ids of the events that the reader knows, in order.
    positions: Vec<u64>,
    ids: BTreeMap<String, usize>,
    /// The decisions that the reader knows, and the place of each among those of its meeting.
    decisions: BTreeMap<String, usize>,
}

impl Book {
    async fn of(client: ApiClient) -> Self {
        let events = client.get("/api/v1/events?limit=1000").await.expect(200).json();
        assert_eq!(events["next"], Value::Null, "all events are on one page");
        let events = events["events"].as_array().unwrap();
        let ids =
            events.iter().enumerate().map(|(place, event)| (event["event_id"].as_str().unwrap().to_owned(), place));
        let decisions = client.get("/api/v1/decisions?limit=1000").await.expect(200).json();
        let mut by_meeting: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for decision in decisions["decisions"].as_array().unwrap() {
            let (meeting, number) = decision["id"].as_str().unwrap().split_once("/D").unwrap();
            by_meeting.entry(meeting.to_owned()).or_default().push(number.parse().unwrap());
        }
        let mut places = BTreeMap::new();
        for (meeting, mut numbers) in by_meeting {
            numbers.sort_unstable();
            places.extend(numbers.iter().enumerate().map(|(place, number)| (format!("{meeting}/D{number}"), place)));
        }
        Self {
            positions: events.iter().map(|event| event["position"].as_u64().unwrap()).collect(),
            ids: ids.collect(),
            decisions: places,
            client,
        }
    }

    /// Returns the address with the places of known events, written `{n}`, as positions.
    fn address(&self, template: &str) -> String {
        PLACE
            .replace_all(template, |found: &Captures<'_>| {
                self.positions[found[1].parse::<usize>().unwrap()].to_string()
            })
            .into()
    }

    /// Returns the answer with the places of events and decisions for their positions, ids and numbers.
    fn mapped(&self, answer: &Answer) -> (u16, String) {
        let place_of = |position: u64| {
            let place = self.positions.iter().position(|known| *known == position);
            if position == 0 {
                "none".to_owned()
            } else {
                place.map_or(format!("hidden {position}"), |place| format!("#{place}"))
            }
        };
        let told = headers_and_body(answer);
        let mut told: String = told
            .replace(", \"", "\n\"")
            .lines()
            .filter(|line| !line.starts_with("\"etag\"") && !line.starts_with("\"content-length\""))
            .collect::<Vec<_>>()
            .join("\n");
        let rules: [Rule<'_>; 5] = [
            (&DIGEST, &|_| "digest".to_owned()),
            (&EVENT_ID, &|found| {
                self.ids.get(&found[0]).map_or(format!("hidden {}", &found[0]), |place| format!("event {place}"))
            }),
            (&VERSION, &|_| "\"version\":0".to_owned()),
            (&POSITION, &|found| format!("{}{}", &found[1], place_of(found[2].parse().unwrap()))),
            (&DECISION, &|found| {
                let place = self.decisions.get(&found[0]).map_or("hidden".to_owned(), ToString::to_string);
                format!("{}/D{place}", &found[1])
            }),
        ];
        for (pattern, by) in rules {
            told = pattern.replace_all(&told, by).into_owned();
        }
        (answer.status.as_u16(), told)
    }
}

/// Records the documents, and returns the log with a client for each level of `readers`; the first is the public.
async fn recorded(ledger: &TestLedger, documents: &[(&str, String, &str)], readers: &[&str]) -> Vec<Book> {
    let clock = FixedClock::at("2024-01-02T10:00:00Z");
    let log: Log = ledger.open_in(fixed(clock.clone())).await;
    let recorder = Recorder::new(log.clone());
    let founded = json!({"stream": "committee:TSC", "type": "CommitteeEstablished", "data": {
        "code": "TSC", "name": "Technical Security Sub-Committee", "scheme": "Panel Information Policy",
        "time_zone": "Europe/London"}});
    recorder.record(&request("founded", &founded)).await.unwrap();
    let public = ApiClient::of(log.clone());
    let mut clients = vec![public.clone()];
    for level in readers {
        clients.push(public.with(&token(&recorder, &[Role::Member], level, None).await));
    }
    for (name, text, at) in documents {
        clock.set(at);
        let metadata = RequestMetadata { actor: "Priya Nair".into(), ..RequestMetadata::default() };
        let document = ingest::SourceDocument::read(Path::new(name), text.as_bytes()).unwrap();
        let prepared = ingest::prepare(&recorder, document, &metadata).await.unwrap();
        ingest::record(&recorder, prepared).await.unwrap();
    }
    clock.set("2024-07-01T10:00:00Z");
    let mut books = Vec::new();
    for client in clients {
        books.push(Book::of(client).await);
    }
    books
}

fn values(parameter: &str) -> Option<Vec<String>> {
    let values: &[&str] = match parameter {
        "as_of" => &["2024-02-08", "2024-03-07", "2024-05-02", "x"],
        "known_at" => &["{9}", "{60}", "2024-03-20T10:00:01Z", "2024-05-20T09:59:59Z", "2024-06-01"],
        "from" => &["2024-02-08"],
        "from_known_at" | "to_known_at" => &["{9}", "{40}"],
        "after" => &["{9}"],
        "search" | "like" | "owner" | "reference" | "party" => {
            &["interfaces", "DCC", "Gas Network B", "TSC_43_0603/D1"]
        }
        "limit" => &["1", "40"],
        "at_least" => &["1"],
        "cursor" => &["x"],
        "all" => &["true"],
        "format" => &["json", "ndjson", "csv", "ics", "md", "html", "docx"],
        _ => return None,
    };
    Some(values.iter().map(|value| (*value).to_owned()).collect())
}

fn reads(document: Value) -> DocumentedReads {
    let actions = (41..=46).map(|meeting| format!("/actions/TSC{meeting}/01"));
    let meetings = ["TSC_42_0702", "TSC_43_0603", "TSC_46_2905"].map(|meeting| format!("/meetings/{meeting}"));
    let parties = ["Gas Network B", "Other User K", "Small Supplier AC"];
    let subjects = vec![
        ("/actions/{meeting}/{number}", actions.collect()),
        (
            "/decisions/{meeting}/{number}",
            ["/decisions/TSC_41_1001/D1", "/decisions/TSC_46_2905/D99"].map(str::to_owned).to_vec(),
        ),
        ("/meetings/{reference}", meetings.to_vec()),
        ("/parties/{name}", parties.map(|name| format!("/parties/{}", name.replace(' ', "%20"))).to_vec()),
        ("/committees/{code}", vec!["/committees/TSC".to_owned()]),
    ];
    DocumentedReads { document, subjects, values, from: "2024-02-08" }
}

async fn a_document_above_the_reader_changes_no_answer(ledger: TestLedger) {
    let all_reads = std::env::var_os("MINUTEBOOK_ALL_READS").is_some();
    for (index, (name, ..)) in DOCUMENTS.iter().enumerate() {
        // PostgreSQL takes longer for each read, and has every other document.
        if ledger.store() == Store::Postgres && index % 2 == 1 && !all_reads {
            continue;
        }
        // Each store has the documents at other levels.
        let rank = (index + usize::from(ledger.store() == Store::Postgres)) % LEVELS.len();
        let level = LEVELS[rank];
        // The public, and the highest readers below the document.
        let readers: Vec<&str> = ["GREEN", "AMBER"][..rank].last().copied().into_iter().collect();
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for (other, (name, text, at)) in DOCUMENTS.iter().enumerate() {
            if other == index {
                with.push((*name, marked(text, level), *at));
            } else {
                without.push((*name, (*text).to_owned(), *at));
                with.push((*name, (*text).to_owned(), *at));
            }
        }
        for documents in [&mut without, &mut with] {
            documents.push((LOG.0, public_log(LOG.1), LOG.2));
        }
        let (one, other) = (TestLedger::like(&ledger), TestLedger::like(&ledger));
        let (fewer, more) = (recorded(&one, &without, &readers).await, recorded(&other, &with, &readers).await);
        for (place, (fewer, more)) in fewer.iter().zip(&more).enumerate() {
            let mut differing = Vec::new();
            let reads = reads(fewer.client.get("/api/v1/openapi.json").await.json());
            let addresses = reads.addresses();
            assert!(addresses.len() > 500, "{} reads", addresses.len());
            // All reads of all documents take ten minutes and more: each document gets its share of them.
            let (first, step) = if all_reads { (0, 1) } else { (index, DOCUMENTS.len()) };
            for template in addresses.into_iter().skip(first).step_by(step) {
                let first = fewer.mapped(&fewer.client.get(&fewer.address(&template)).await);
                let second = more.mapped(&more.client.get(&more.address(&template)).await);
                if first != second {
                    let what = difference(&first.1, &second.1);
                    differing.push(format!("{name} {level}, reader {place}, {template}:\n{what}"));
                }
            }
            let first: Vec<&str> = differing.iter().take(40).map(String::as_str).collect();
            assert!(differing.is_empty(), "{} answers differ:\n{}", differing.len(), first.join("\n"));
        }
    }
}

/// The action log with its unmarked rows marked for everyone.
fn public_log(text: &str) -> String {
    let unmarked = Regex::new("(?m),$").unwrap();
    let marked = unmarked.replace_all(text, ",WHITE");
    assert!(marked.contains(",WHITE"));
    marked.into_owned()
}

/// The document with another mark.
fn marked(text: &str, level: &str) -> String {
    let header = Regex::new(r"classified as \*\*[A-Za-z]+\*\*").unwrap();
    let marked = header.replace(text, format!("classified as **{level}**"));
    assert!(marked.contains(&format!("**{level}**")));
    marked.into_owned()
}

/// The first place where two texts differ.
fn difference(one: &str, other: &str) -> String {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| -> String {
        let from = text.floor_char_boundary(same.saturating_sub(120));
        text[from..].chars().take(300).collect()
    };
    format!("  {}\n  {}", around(one), around(other))
}
