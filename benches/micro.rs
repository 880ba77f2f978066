//! The pieces that an append and a read are made of, each by itself.
#![expect(clippy::expect_used, reason = "a benchmark has nobody to hand an error to")]

use divan::Bencher;
use minutebook::present::headlines::markdown::markdown;
use minutebook_domain::Event;
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use minutebook_domain::rules::fold;
use minutebook_import::{ImportContext, events, read};
use minutebook_ledger::{canonical, commitment, event_codec};
use minutebook_projections::headlines::{MeetingRecord, document};
use serde_json::json;

fn main() {
    divan::main();
}

/// An event as the log stores it.
fn stored() -> Vec<u8> {
    let event = json!({
        "actor": "load", "command_id": "01935b3e-0000-7000-8000-000000000001",
        "data": {
            "note": {"classification": "GREEN",
                     "text": "Update 1: the paper was sent to two of the members, and comments are awaited"},
            "progressed_on": "2019-03-01",
        },
        "event_id": "01935b3e-0000-7000-8000-000000000002", "position": 123_456,
        "recorded_at": "2024-11-23T20:30:00.123456Z", "references": ["SSC72/101"], "schema_version": 1,
        "source": {"client": "load"}, "stream": "action:SSC72/101", "type": "ActionProgressed",
        "valid_at": "2019-03-01T00:00:00.000000Z", "version": 2,
    });
    canonical::to_bytes(&event).expect("it has integers alone")
}

#[divan::bench(sample_size = 1000)]
fn decode_an_event(bencher: Bencher) {
    let bytes = stored();
    bencher.bench(|| event_codec::decode(divan::black_box(&bytes)).expect("the event is one of the catalogue"));
}

#[divan::bench(sample_size = 1000)]
fn canonical_bytes_of_an_event(bencher: Bencher) {
    let value = canonical::from_bytes(&stored()).expect("it was written canonically");
    bencher.bench(|| canonical::to_bytes(divan::black_box(&value)));
}

#[divan::bench(sample_size = 1000)]
fn leaf_of_an_event(bencher: Bencher) {
    let bytes = stored();
    bencher.bench(|| commitment::leaf(divan::black_box(&[7; 32]), divan::black_box(&bytes)));
}

/// A meeting is the longest stream that there is: 150 events are those of a day with thirty items.
#[divan::bench(sample_size = 1000)]
fn fold_a_meeting_of_150_events(bencher: Bencher) {
    let meeting = meeting_of(150);
    bencher.bench(|| fold::<Meeting>(divan::black_box(&meeting)));
}

const SAMPLE: &str = include_str!("../crates/import/tests/samples/TSC_31_1206.md");

#[divan::bench]
fn read_headlines(bencher: Bencher) {
    let context = ImportContext { file_name: "TSC_31_1206.md", ..ImportContext::default() };
    let bytes = divan::counter::BytesCount::of_str(SAMPLE);
    bencher.counter(bytes).bench(|| read(divan::black_box(SAMPLE.as_bytes()), &context).expect("the sample is sound"));
}

/// From the meeting's events, as they come from the log, to the document.
#[divan::bench]
fn render_headlines_in_markdown(bencher: Bencher) {
    let context = ImportContext { file_name: "TSC_31_1206.md", ..ImportContext::default() };
    let headlines = read(SAMPLE.as_bytes(), &context).expect("the sample is sound");
    let clearance = Clearance::up_to(headlines.text_classification);
    let of_meeting = events(&headlines).into_iter().filter_map(|sourced| match sourced.event {
        Event::Meeting(event) => Some(event),
        _ => None,
    });
    let meeting: Vec<MeetingEvent> = of_meeting.collect();
    bencher.bench(|| {
        let record = MeetingRecord { meeting: divan::black_box(&meeting), ..MeetingRecord::default() };
        markdown(&document(&record, clearance).expect("it is convened"), None)
    });
}

fn meeting_of(events: u32) -> Vec<MeetingEvent> {
    let event = |json: serde_json::Value| {
        serde_json::from_value::<MeetingEvent>(json).expect("the event is one of the catalogue")
    };
    let mut meeting = vec![event(json!({"type": "MeetingConvened", "data": {
        "reference": "SSC_72_2702", "held_on": "2019-02-27", "starts_at": "10:00", "classification": "WHITE"}}))];
    for place in 1..events {
        let item = 1 + place / 5;
        meeting.push(event(if place % 5 == 0 || place == 1 {
            json!({"type": "AgendaItemTabled", "data": {
                "number": item, "title": {"classification": "WHITE", "text": "Security architecture"}}})
        } else {
            json!({"type": "ParagraphRecorded", "data": {
                "item": item, "text": {"classification": "GREEN", "text": "The members noted the update that was given."}}})
        }));
    }
    meeting
}
