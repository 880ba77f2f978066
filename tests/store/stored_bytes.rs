//! Every stored event stays readable, and today's program stores the same bytes.
//!
//! `tests/fixtures/data/stored/v1.ndjson` holds, for every event type, an event as the log stored it: its bytes, its salt
//! and its leaf. The file is never edited. Later additions have files of their own: `v2.ndjson` holds the second versions
//! of types, `tokens.ndjson` the events of tokens, `calendar.ndjson` those of a meeting that is cancelled, postponed or
//! renumbered.

use crate::fixtures::every_event;
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger, fixed};
use crate::fixtures::raw_database::RawDatabase;
use minutebook_domain::Event;
use minutebook_ledger::{canonical, commitment, event_codec};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Deserialize)]
struct Stored {
    /// The file of the same event in `domain/tests/fixtures/events/v1`. New ones are added at the end.
    fixture: String,
    event_bytes: String,
    leaf: String,
    salt: String,
}

/// The lines of the four files, in the order in which the events were first stored.
fn stored() -> Vec<Stored> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/data/stored");
    let read = |file| std::fs::read_to_string(folder.join(file)).unwrap();
    let text = ["v1.ndjson", "v2.ndjson", "tokens.ndjson", "calendar.ndjson"].map(read).concat();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether the type has a newer schema version: such an event is still read, but no longer written.
fn is_outdated(line: &Stored) -> bool {
    let version: serde_json::Value = serde_json::from_str(&line.event_bytes).unwrap();
    let today = event_codec::decode(line.event_bytes.as_bytes()).unwrap().event.schema_version();
    version["schema_version"] != today
}

#[test]
fn every_event_type_is_decoded_from_its_stored_bytes() {
    let mut types = BTreeSet::new();
    for (index, line) in stored().iter().enumerate() {
        let bytes = line.event_bytes.as_bytes();
        canonical::from_bytes(bytes).unwrap();
        let event = event_codec::decode(bytes).unwrap();
        assert_eq!(event.position.number(), index as u64 + 1);
        assert_eq!(commitment::leaf(&hex::decode(&line.salt).unwrap(), bytes).unwrap().to_string(), line.leaf);
        assert_eq!(event.references, event.event.references(&event.stream), "the stored references");
        let kind = event.stream.to_string().split(':').next().unwrap().to_owned();
        types.insert((kind, event.event.event_type()));
    }
    let catalogue: BTreeSet<_> = Event::catalogue().map(|(kind, name)| (kind.to_owned(), name)).collect();
    assert_eq!(types, catalogue, "a type without a fixture, or a fixture without a type");
}

/// Covers the order of the keys, the form of times and the salts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_events_are_stored_as_the_same_bytes() {
    let ledger = TestLedger::new(Store::Sqlite);
    let log = ledger.open_in(fixed(FixedClock::at("2026-11-23T20:00:00.000001Z"))).await;
    let kept = stored();
    let files: Vec<_> = kept.iter().map(|line| every_event::folder().join(&line.fixture)).collect();
    // Ids and salts are drawn batch by batch, so each file keeps a batch of its own.
    let (tokens, others): (Vec<_>, Vec<_>) = files.iter().partition(|path| path.to_string_lossy().contains(".token."));
    let of_calendar = ["MeetingCancelled", "MeetingPostponed", "MeetingRenumbered"];
    let is_of_calendar =
        |path: &&std::path::PathBuf| of_calendar.iter().any(|name| path.ends_with(format!("{name}.meeting.json")));
    let (calendar, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_of_calendar);
    let (second, first): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|path| path.to_string_lossy().contains("/v2/"));
    for (command_id, files) in
        [("fixture", first), ("second fixtures", second), ("token fixtures", tokens), ("calendar fixtures", calendar)]
    {
        every_event::append(&log, command_id, files.into_iter().map(|path| every_event::event_of(path)).collect())
            .await;
    }
    let raw = RawDatabase::of(&ledger).await;
    for (line, position) in kept.iter().zip(1..).filter(|(line, _)| !is_outdated(line)) {
        assert_eq!(String::from_utf8(raw.bytes("event_bytes", position).await).unwrap(), line.event_bytes);
        assert_eq!(hex::encode(raw.bytes("leaf", position).await), line.leaf);
        assert_eq!(hex::encode(raw.bytes("salt", position).await), line.salt);
    }
}
