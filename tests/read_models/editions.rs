//! Two editions of one meeting, WHITE headlines and confidential minutes, imported in either order, again, and changed:
//! every reader gets the same lists, and no edition takes anything from another.

use crate::fixtures::classification::{LEVELS, up_to};
use crate::fixtures::folded_log::FoldedLog;
use crate::fixtures::generated_document::{changed, content, document};
use crate::fixtures::ledgers::{Store, TestLedger};
use minutebook::ingest::{self, ImportReport, SourceDocument};
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, RequestMetadata, StreamId};
use minutebook_ledger::{BitemporalMoment, Recorder, Selection};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::matters::Matters;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::minutes::Minutes;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use minutebook_projections::redaction::redacted_history;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

struct Book {
    ledger: TestLedger,
    recorder: Recorder,
}

impl Book {
    /// A ledger into which these documents were imported.
    async fn of(documents: &[&str]) -> Self {
        let ledger = TestLedger::new(Store::Sqlite);
        let recorder = ledger.recorder().await;
        let book = Self { ledger, recorder };
        for document in documents {
            book.import(document).await;
        }
        book
    }

    /// Imports a document and returns the number of events appended.
    async fn import(&self, text: &str) -> u64 {
        let document = SourceDocument::read(Path::new("document.md"), text.as_bytes()).unwrap();
        let metadata = RequestMetadata { actor: "jane".into(), ..RequestMetadata::default() };
        let prepared = ingest::prepare(&self.recorder, document, &metadata).await.unwrap();
        match ingest::record(&self.recorder, prepared).await.unwrap().report {
            ImportReport::Headlines(report) => report.events_appended,
            ImportReport::ActionLog(_) => panic!("it is no action log"),
        }
    }

    async fn folded(&self) -> FoldedLog {
        FoldedLog::read(self.recorder.log()).await
    }

    /// Every list at a clearance, with ids replaced by what they stand for.
    async fn lists(&self, level: &str) -> BTreeMap<&'static str, Vec<Value>> {
        let folded = self.folded().await;
        let at = BitemporalMoment { as_of: "2024-12-31T00:00:00Z".parse().unwrap(), known_at: None };
        let clearance = up_to(level);
        let mut decisions = BTreeMap::new();
        for row in rows::<Decisions>(&folded, at, clearance) {
            decisions.insert(row["id"].as_str().unwrap().to_owned(), format!("{} {}", row["verb"], row["text"]));
        }
        let lists = [
            ("actions", rows::<Actions>(&folded, at, clearance)),
            ("decisions", rows::<Decisions>(&folded, at, clearance)),
            ("matters", rows::<Matters>(&folded, at, clearance)),
            ("meetings", rows::<Meetings>(&folded, at, clearance)),
            ("minutes", rows::<Minutes>(&folded, at, clearance)),
            ("parties", rows::<PartyStatuses>(&folded, at, clearance)),
        ];
        let mapped = |(name, rows): (&'static str, Vec<Value>)| {
            let mut rows: Vec<Value> = rows.into_iter().map(|row| without_ids(name, row, &decisions)).collect();
            rows.sort_by_key(Value::to_string);
            (name, rows)
        };
        lists.into_iter().map(mapped).collect()
    }

    /// The words of every passage that a reader may read.
    async fn passages(&self, level: &str) -> String {
        let stream: StreamId = "meeting:SSC_11_0603".parse().unwrap();
        let history = self.recorder.log().read_all(Selection::Stream(stream)).await.unwrap();
        let known = redacted_history(&history, history.len(), up_to(level));
        let events: Vec<_> = known.into_iter().map(|event| (event.version, event.event)).collect();
        let mut words = String::new();
        for standing in Event::standing(&events) {
            if let Event::Meeting(MeetingEvent::ParagraphRecorded(_) | MeetingEvent::ListRecorded(_)) = standing.event {
                standing.event.clone().redactable().texts(&mut |_, text| {
                    words += text.value().as_str().unwrap();
                    words.push('\n');
                });
            }
        }
        words
    }
}

fn rows<P: Projection>(folded: &FoldedLog, at: BitemporalMoment, clearance: Clearance) -> Vec<Value>
where
    P::Row: serde::Serialize,
{
    folded.plain::<P>(at, clearance).into_values().map(|row| serde_json::to_value(row).unwrap()).collect()
}

/// A row with what a decision's id stands for, and without the numbers that order alone gives.
fn without_ids(list: &str, mut row: Value, decisions: &BTreeMap<String, String>) -> Value {
    let fields = row.as_object_mut().unwrap();
    if list == "decisions" {
        fields.remove("id");
    }
    if list == "matters" {
        fields.remove("number");
    }
    if let Some(decision) = fields.get("decision").and_then(Value::as_str).map(str::to_owned) {
        fields.insert("decision".into(), decisions.get(&decision).cloned().into());
    }
    for field in ["items", "attendance", "apologies"] {
        if let Some(entries) = fields.get_mut(field).and_then(Value::as_array_mut) {
            entries.sort_by_key(Value::to_string);
        }
    }
    row
}

/// The paragraphs and list entries of a document, as its reader reads them.
fn paragraphs(document: &str) -> Vec<String> {
    let plain = document.replace("**", "");
    let lines = plain.lines().map(|line| line.trim_start_matches("- ").trim().to_owned());
    lines.filter(|line| line.ends_with('.') && !line.starts_with("This document")).collect()
}

#[test]
fn two_editions_give_every_reader_the_same_lists_in_either_order() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::deterministic();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(16);
    for _ in 0..cases {
        let strategy = (content([0; 3]), content([0; 3]))
            .prop_flat_map(|(white, red)| (changed(&white), changed(&red), Just(white), Just(red)));
        let (white_changed, red_changed, white, red) = strategy.new_tree(&mut runner).unwrap().current();
        let white = document("White", "Meeting Headlines", &white);
        let white_changed = document("White", "Meeting Headlines", &white_changed);
        let red = document("Red", "Confidential Minutes", &red);
        let red_changed = document("Red", "Confidential Minutes", &red_changed);
        runtime.block_on(either_order(&white, &white_changed, &red, &red_changed));
    }
}

/// The rows that only one of two books lists, a line each.
fn differing_rows(one: &BTreeMap<&'static str, Vec<Value>>, other: &BTreeMap<&'static str, Vec<Value>>) -> String {
    let only_in =
        |sign: char, rows: &BTreeMap<&'static str, Vec<Value>>, others: &BTreeMap<&'static str, Vec<Value>>| {
            let mut lines = String::new();
            for (list, rows) in rows {
                let others = others.get(list).map_or(&[][..], Vec::as_slice);
                for row in rows.iter().filter(|row| !others.contains(row)) {
                    lines += &format!("{sign} {list} {row}\n");
                }
            }
            lines
        };
    only_in('-', one, other) + &only_in('+', other, one)
}

async fn either_order(white: &str, white_changed: &str, red: &str, red_changed: &str) {
    let shown = || format!("{white}\n=====\n{white_changed}\n=====\n{red}\n=====\n{red_changed}");
    let one = Book::of(&[white, red]).await;
    let other = Book::of(&[red, white]).await;
    for book in [&one, &other] {
        for document in [white, red] {
            assert_eq!(book.import(&format!("{document}\n")).await, 0, "imported again\n{}", shown());
        }
    }
    for level in LEVELS {
        let differing = differing_rows(&one.lists(level).await, &other.lists(level).await);
        assert!(differing.is_empty(), "{level}, unchanged\n{}\n{differing}", shown());
    }
    for document in [white_changed, red_changed] {
        one.import(document).await;
    }
    for document in [red_changed, white_changed] {
        other.import(document).await;
    }
    let white_alone = Book::of(&[white, white_changed]).await;
    for book in [&one, &other] {
        for document in [white_changed, red_changed] {
            assert_eq!(book.import(&format!("{document}\n\n")).await, 0, "changed, imported again\n{}", shown());
        }
        let differing = differing_rows(&book.lists("WHITE").await, &white_alone.lists("WHITE").await);
        assert!(differing.is_empty(), "as without minutes\n{}\n{differing}", shown());
        let (public, confidential) = (book.passages("WHITE").await, book.passages("RED").await);
        for paragraph in paragraphs(white_changed) {
            assert!(public.contains(&paragraph) && confidential.contains(&paragraph), "`{paragraph}`\n{}", shown());
        }
        for paragraph in paragraphs(red_changed) {
            assert!(confidential.contains(&paragraph), "`{paragraph}`\n{}", shown());
        }
        let log = book.recorder.log();
        let at = BitemporalMoment { as_of: "2024-12-31T00:00:00Z".parse().unwrap(), known_at: None };
        book.folded().await.compare_all(log, at).await;
        assert!(book.ledger.url_text.starts_with("sqlite:"));
    }
    for level in LEVELS {
        let differing = differing_rows(&one.lists(level).await, &other.lists(level).await);
        assert!(differing.is_empty(), "{level}, changed\n{}\n{differing}", shown());
    }
}
