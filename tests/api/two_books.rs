//! Two ledgers that differ in one document above the reader answer the reader alike.
//!
//! Positions, versions, ids of events and numbers of decisions and passages count what is hidden too, so the comparison gives each the
//! place that it has among those the reader knows. Entity tags, roots and digests are left out, but not their number.

use super::redaction::headers_and_body;
use crate::fixtures::api_client::{Answer, ApiClient, token};
use crate::fixtures::committee::request;
use crate::fixtures::documented_reads::DocumentedReads;
use crate::fixtures::generated_document::{changed, content, document};
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger, fixed, on_both_stores};
use minutebook::access::Role;
use minutebook::ingest;
use minutebook_domain::RequestMetadata;
use minutebook_ledger::{Log, Recorder};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use regex::{Captures, Regex};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

on_both_stores!(a_document_above_the_reader_changes_no_answer, generated_minutes_above_the_reader_change_no_answer,);

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
static PASSAGE: Pattern = LazyLock::new(|| Regex::new("\"passage\":[0-9]+").unwrap());
static POSITION: Pattern = LazyLock::new(|| {
    Regex::new(r#"("position": ?|"known_at": ?|position |cursor=|after=|"cursor": ?"|"after": ?)([0-9]+)"#).unwrap()
});
static DECISION: Pattern = LazyLock::new(|| Regex::new("([TS]SC_[0-9]+_[0-9]+)/D[0-9]+").unwrap());

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
                let place: usize = found[1].parse().unwrap();
                self.positions.get(place).or(self.positions.last()).unwrap().to_string()
            })
            .into()
    }

    /// Returns the answer with the places of events and decisions for their positions, ids and numbers.
    fn mapped(&self, answer: &Answer) -> (u16, String) {
        let told = headers_and_body(answer).replace(", \"", "\n\"");
        let is_compared = |line: &&str| !line.starts_with("\"etag\"") && !line.starts_with("\"content-length\"");
        let told = told.lines().filter(is_compared).collect::<Vec<_>>().join("\n");
        (answer.status.as_u16(), self.with_places(&told))
    }

    /// What the live feed sends from the start, a line for each event.
    async fn feed(&self) -> String {
        let mut feed = self.client.feed("/api/v1/events/stream?after=0").await;
        let mut told = String::new();
        for position in &self.positions {
            let event = feed.event().await.unwrap();
            assert_eq!(event.id, Some(*position));
            told += &format!("{:?} {}\n", event.event, event.data.unwrap());
        }
        self.with_places(&told)
    }

    /// Returns the text with the places of events and decisions for their positions, ids and numbers.
    fn with_places(&self, told: &str) -> String {
        let place_of = |position: u64| {
            let place = self.positions.iter().position(|known| *known == position);
            if position == 0 {
                "none".to_owned()
            } else {
                place.map_or(format!("hidden {position}"), |place| format!("#{place}"))
            }
        };
        let mut told = told.to_owned();
        let passages = RefCell::new(Vec::new());
        let rules: [Rule<'_>; 6] = [
            (&DIGEST, &|_| "digest".to_owned()),
            (&EVENT_ID, &|found| {
                self.ids.get(&found[0]).map_or(format!("hidden {}", &found[0]), |place| format!("event {place}"))
            }),
            (&VERSION, &|_| "\"version\":0".to_owned()),
            (&PASSAGE, &|found| {
                let mut passages = passages.borrow_mut();
                let place = passages.iter().position(|known| *known == found[0]).unwrap_or(passages.len());
                if place == passages.len() {
                    passages.push(found[0].to_owned());
                }
                format!("\"passage\":{place}")
            }),
            (&POSITION, &|found| format!("{}{}", &found[1], place_of(found[2].parse().unwrap()))),
            (&DECISION, &|found| {
                let place = self.decisions.get(&found[0]).map_or("hidden".to_owned(), ToString::to_string);
                format!("{}/D{place}", &found[1])
            }),
        ];
        for (pattern, by) in rules {
            told = pattern.replace_all(&told, by).into_owned();
        }
        told
    }
}

/// Founds the committee and records the documents, and returns the log with a client for each level of `readers`; the first is the public.
async fn recorded(ledger: &TestLedger, documents: &Documents<'_>, readers: &[&str]) -> Vec<Book> {
    let clock = FixedClock::at("2024-01-02T10:00:00Z");
    let log: Log = ledger.open_in(fixed(clock.clone())).await;
    let recorder = Recorder::new(log.clone());
    let code = documents[0].1.find("(SSC)").map_or("TSC", |_| "SSC");
    let founded = json!({"stream": format!("committee:{code}"), "type": "CommitteeEstablished", "data": {
        "code": code, "name": "Technical Security Sub-Committee", "scheme": "Panel Information Policy",
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

/// The subjects whose pages are read.
struct Subjects {
    actions: Vec<&'static str>,
    decisions: Vec<&'static str>,
    meetings: Vec<&'static str>,
    parties: Vec<&'static str>,
    committee: &'static str,
}

impl Subjects {
    fn reads(&self, document: Value) -> DocumentedReads {
        let under = |folder: &str, names: &[&str]| -> Vec<String> {
            names.iter().map(|name| format!("/{folder}/{}", name.replace(' ', "%20"))).collect()
        };
        let subjects = vec![
            ("/actions/{meeting}/{number}", under("actions", &self.actions)),
            ("/decisions/{meeting}/{number}", under("decisions", &self.decisions)),
            ("/meetings/{reference}", under("meetings", &self.meetings)),
            ("/parties/{name}", under("parties", &self.parties)),
            ("/committees/{code}", under("committees", &[self.committee])),
        ];
        DocumentedReads { document, subjects, values, from: "2024-02-08" }
    }
}

/// Documents in the order of their import, each with its name and the time.
type Documents<'a> = Vec<(&'a str, String, &'a str)>;

/// Compares what the readers get from a ledger of `fewer` documents with what they get from one of `more`: the live feed,
/// and every `step`-th of all reads from the `first`.
async fn compare(
    ledger: &TestLedger,
    (fewer, more): (&Documents<'_>, &Documents<'_>),
    readers: &[&str],
    subjects: &Subjects,
    (first, step): (usize, usize),
    what: &str,
) {
    let (one, other) = (TestLedger::like(ledger), TestLedger::like(ledger));
    let (fewer, more) = (recorded(&one, fewer, readers).await, recorded(&other, more, readers).await);
    for (place, (fewer, more)) in fewer.iter().zip(&more).enumerate() {
        let mut differing = Vec::new();
        let reads = subjects.reads(fewer.client.get("/api/v1/openapi.json").await.json());
        let addresses = reads.addresses();
        assert!(addresses.len() > 400, "{} reads", addresses.len());
        for template in addresses.into_iter().skip(first).step_by(step) {
            let first = fewer.mapped(&fewer.client.get(&fewer.address(&template)).await);
            let second = more.mapped(&more.client.get(&more.address(&template)).await);
            if first != second {
                let difference = difference(&first.1, &second.1);
                differing.push(format!("{what}, reader {place}, {template}:\n{difference}"));
            }
        }
        let (first, second) = (fewer.feed().await, more.feed().await);
        if first != second {
            differing.push(format!("{what}, reader {place}, live feed:\n{}", difference(&first, &second)));
        }
        let first: Vec<&str> = differing.iter().take(40).map(String::as_str).collect();
        assert!(differing.is_empty(), "{} answers differ:\n{}", differing.len(), first.join("\n"));
    }
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
        // All reads of all documents take ten minutes and more: each document gets its share of them.
        let share = if all_reads { (0, 1) } else { (index, DOCUMENTS.len()) };
        let subjects = Subjects {
            actions: vec!["TSC41/01", "TSC42/01", "TSC43/01", "TSC44/01", "TSC45/01", "TSC46/01"],
            decisions: vec!["TSC_41_1001/D1", "TSC_46_2905/D99"],
            meetings: vec!["TSC_42_0702", "TSC_43_0603", "TSC_46_2905"],
            parties: vec!["Gas Network B", "Other User K", "Small Supplier AC"],
            committee: "TSC",
        };
        compare(&ledger, (&without, &with), &readers, &subjects, share, &format!("{name} {level}")).await;
    }
}

/// The minutes stand beside WHITE headlines of the same meeting, and are changed later. Headlines that come after minutes are left
/// out: what both say was recorded at the time of the minutes, and its mark lowered later.
async fn generated_minutes_above_the_reader_change_no_answer(ledger: TestLedger) {
    let all_reads = std::env::var_os("MINUTEBOOK_ALL_READS").is_some();
    let books = if all_reads { 8 } else { 2 };
    let mut runner = TestRunner::deterministic();
    for book in 0..books {
        let strategy =
            (content([0; 3]), content([0; 3])).prop_flat_map(|(white, red)| (changed(&red), Just(white), Just(red)));
        let (red_changed, white, red) = strategy.new_tree(&mut runner).unwrap().current();
        let minutes = |content| document("Red", "Confidential Minutes", content);
        let more = vec![
            ("headlines.md", document("White", "Meeting Headlines", &white), "2024-03-20T10:00:00Z"),
            ("minutes.md", minutes(&red), "2024-03-21T10:00:00Z"),
            ("minutes-2.md", minutes(&red_changed), "2024-04-21T10:00:00Z"),
        ];
        let fewer: Documents<'_> = more.iter().filter(|(name, ..)| name.starts_with("headlines")).cloned().collect();
        let subjects = Subjects {
            actions: vec!["SSC11/01", "SSC11/02", "SSC11/03"],
            decisions: vec!["SSC_11_0603/D1", "SSC_11_0603/D3"],
            meetings: vec!["SSC_11_0603"],
            parties: vec!["Other User L"],
            committee: "SSC",
        };
        let share = if all_reads { (0, 1) } else { (book, 12) };
        compare(&ledger, (&fewer, &more), &["AMBER"], &subjects, share, &format!("book {book}")).await;
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
