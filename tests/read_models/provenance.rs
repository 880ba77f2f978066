//! The provenance of each field of a row: the last event that changed it.

use crate::fixtures::classification::up_to;
use crate::fixtures::folded_log::FoldedLog;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::small_ledger::{end_of_day, record_small_ledger};
use minutebook::query::provenance::row_provenance;
use minutebook_domain::{RecordedEvent, StreamId};
use minutebook_ledger::{BitemporalMoment, Log};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::{Projection, facts};
use minutebook_projections::provenance::is_blank;
use minutebook_projections::redaction::redact_row;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

on_both_stores!(each_field_names_the_last_event_that_changed_it, every_named_event_is_in_force_and_has_the_value);

async fn each_field_names_the_last_event_that_changed_it(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    record_small_ledger(&recorder).await;
    let stream: StreamId = "action:SSC72/01".parse().unwrap();
    let origins = |known_at, level: &'static str| {
        let (log, stream) = (recorder.log(), &stream);
        async move {
            let rows =
                row_provenance::<Actions>(log, stream, None, end_of_day("2019-04-20", known_at), up_to(level), true)
                    .await
                    .unwrap();
            assert_eq!(rows.len(), 1);
            let fields = rows.into_iter().flat_map(|row| row.fields);
            fields.map(|(name, field)| (name, field.origin)).collect::<BTreeMap<_, _>>()
        }
    };
    let place = |origins: &BTreeMap<String, minutebook_projections::origin::Origin>| {
        origins.iter().map(|(name, origin)| (name.clone(), origin.position.number())).collect::<Vec<_>>()
    };
    let expected =
        |fields: &[(&str, u64)]| fields.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect::<Vec<_>>();
    // As known after the correction, the fields it changed come from it.
    let corrected = origins(Some(8), "WHITE").await;
    let fields = [
        ("closed_on", 8),
        ("due_date_moves", 4),
        ("due_on", 4),
        ("owners", 6),
        ("raised_on", 3),
        ("reassigned", 6),
        ("reference", 3),
        ("status", 8),
        ("text", 3),
        ("text_classification", 3),
        ("updated_on", 8),
    ];
    assert_eq!(place(&corrected), expected(&fields));
    let correction = corrected["status"].correction.clone().unwrap();
    assert_eq!(
        (correction.change.as_str(), correction.reason.as_deref()),
        ("replaced", Some("read from the wrong line"))
    );
    assert_eq!(corrected["status"].event_type, "ActionCompleted");
    assert_eq!((corrected["due_on"].actor.as_deref(), &corrected["due_on"].correction), (Some("tester"), &None));
    // As known today the action is outstanding, and a reader up to GREEN sees the note.
    let today = origins(None, "GREEN").await;
    assert_eq!((today["status"].position.number(), today["note"].position.number()), (3, 4));
    assert!(!today.contains_key("closed_on") && !origins(None, "WHITE").await.contains_key("note"));
    let secret: StreamId = "action:SSC72/02".parse().unwrap();
    for (level, rows) in [("AMBER", 0), ("RED", 1)] {
        let found = row_provenance::<Actions>(
            recorder.log(),
            &secret,
            None,
            end_of_day("2019-04-20", None),
            up_to(level),
            true,
        )
        .await
        .unwrap();
        assert_eq!(found.len(), rows, "{level}");
    }
}

async fn every_named_event_is_in_force_and_has_the_value(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    let mut fields = 0;
    let mut round = 0;
    while round < 3 || fields <= 200 {
        assert!(round < 30, "{fields} fields");
        record_random(&recorder, &mut runner, round).await;
        round += 1;
        let folded = FoldedLog::read(recorder.log()).await;
        for _ in 0..8 {
            let at = folded.moment(&mut runner);
            fields += check_provenance::<Actions>(&folded, recorder.log(), at).await;
            fields += check_provenance::<Decisions>(&folded, recorder.log(), at).await;
            fields += check_provenance::<PartyStatuses>(&folded, recorder.log(), at).await;
        }
    }
}

/// Compares the provenance of every field with the events in force. Returns the number of fields.
async fn check_provenance<P: Projection>(folded: &FoldedLog, log: &Log, at: BitemporalMoment) -> usize {
    let mut rows = folded.plain::<P>(at, up_to("RED"));
    let mut fields = 0;
    for stream in folded.streams() {
        let history: Vec<RecordedEvent> = folded.known_of(stream, at.known_at);
        let facts = facts(&history);
        for explained in row_provenance::<P>(log, stream, None, at, up_to("RED"), true).await.unwrap() {
            let row = rows.remove(&(stream.clone(), explained.key.clone())).unwrap();
            assert_eq!(redact_row(&row, up_to("RED")).unwrap(), Some(explained.row.clone()));
            for (name, value) in &explained.row {
                let Some(field) = explained.fields.get(name) else {
                    assert!(is_blank(value), "{name} of {stream} has no provenance");
                    continue;
                };
                assert_eq!(&field.value, value);
                let from = facts.iter().find(|fact| fact.recorded.position == field.origin.position).unwrap();
                assert!(from.fact.valid_at <= at.as_of);
                assert_eq!(from.fact.event.event_type(), field.origin.event_type);
                assert_eq!(folded.event(field.origin.position).event_id, field.origin.event_id);
                fields += 1;
            }
        }
    }
    assert!(rows.is_empty(), "these have no provenance: {:?}", rows.keys());
    fields
}
