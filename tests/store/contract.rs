//! The promises of a log, the same on every store: dense positions, atomic batches, append conditions, idempotency keys.

use crate::fixtures::committee::{begin, command, completed, progressed, raised, request};
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger, fixed, on_both_stores};
use crate::fixtures::raw_database::RawDatabase;
use chrono::TimeDelta;
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Metadata, Position, StreamVersion};
use minutebook_ledger::{AppendCondition, AppendError, Batch, RecordError, Recorder, Request, Selection, verify};
use serde_json::json;

on_both_stores!(
    an_empty_log_has_no_events_and_reads_at_once,
    positions_and_versions_are_dense_and_events_read_back_as_they_were_recorded,
    a_selection_returns_its_events_in_order,
    a_stale_version_is_refused_and_nothing_is_written,
    a_batch_is_appended_whole_or_not_at_all,
    a_batch_is_refused_if_its_reference_was_used_since,
    the_time_of_recording_never_goes_backwards,
    a_retry_gets_the_first_receipt_and_a_reused_key_is_refused,
    a_refused_key_may_be_used_again,
    an_event_whose_last_statement_fails_leaves_nothing,
    competing_recorders_record_each_command_once,
    an_event_carries_its_metadata,
    a_log_of_several_pages_is_read_without_a_gap,
    an_event_that_is_too_large_is_refused,
);

async fn an_empty_log_has_no_events_and_reads_at_once(ledger: TestLedger) {
    let log = ledger.open().await;
    assert_eq!(log.head().await.unwrap(), Position::START);
    for selection in [Selection::All, Selection::Reference("SSC".into()), Selection::Type("ActionRaised".into())] {
        assert_eq!(log.read_all(selection).await.unwrap(), []);
    }
}

async fn positions_and_versions_are_dense_and_events_read_back_as_they_were_recorded(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let mut receipts = Vec::new();
    for (key, json) in
        [("1", raised("SSC72/01")), ("2", raised("SSC72/02")), ("3", progressed("SSC72/01", "half done"))]
    {
        receipts.push(recorder.record(&request(key, &json)).await.unwrap());
    }
    let events = ledger.open().await.read_all(Selection::All).await.unwrap();
    let places: Vec<_> =
        events.iter().map(|e| (e.position.number(), e.stream.to_string(), e.version.number())).collect();
    assert_eq!(
        places,
        [
            (1, "committee:SSC".into(), 1),
            (2, "meeting:SSC_72_2702".into(), 1),
            (3, "action:SSC72/01".into(), 1),
            (4, "action:SSC72/02".into(), 1),
            (5, "action:SSC72/01".into(), 2),
        ]
    );
    for (receipt, event) in receipts.iter().zip(&events[2..]) {
        assert_eq!(receipt.events[0].event_id, event.event_id);
        assert_eq!(receipt.events[0].position, event.position);
    }
    let recorded = &command(&progressed("SSC72/01", "half done"));
    let minutebook_ledger::Command::Record { event, .. } = recorded else { unreachable!() };
    assert_eq!(events[4].event, *event);
}

async fn a_selection_returns_its_events_in_order(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    for number in 1..=3 {
        recorder.record(&request(&format!("r{number}"), &raised(&format!("SSC72/0{number}")))).await.unwrap();
    }
    recorder.record(&request("p", &progressed("SSC72/02", "half done"))).await.unwrap();
    recorder.record(&request("c", &completed("SSC72/02"))).await.unwrap();
    let positions = async |selection| {
        let events = recorder.log().read_all(selection).await.unwrap();
        events.iter().map(|event| event.position.number()).collect::<Vec<_>>()
    };
    assert_eq!(positions(Selection::Stream("action:SSC72/02".parse().unwrap())).await, [4, 6, 7]);
    assert_eq!(positions(Selection::Reference("SSC72/02".into())).await, [4, 6, 7]);
    assert_eq!(positions(Selection::Type("ActionRaised".into())).await, [3, 4, 5]);
    let after =
        recorder.log().read(Selection::Type("ActionRaised".into()), Position::new(3)).next_page().await.unwrap();
    assert_eq!(after.iter().map(|event| event.position.number()).collect::<Vec<_>>(), [4, 5]);
}

async fn a_stale_version_is_refused_and_nothing_is_written(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    recorder.record(&request("2", &progressed("SSC72/01", "half done"))).await.unwrap();
    for stale in [0, 1, 3, 99] {
        let mut sent = request(&format!("stale-{stale}"), &progressed("SSC72/01", "again"));
        sent.expected = Some(StreamVersion::new(stale));
        let refusal = recorder.record(&sent).await.unwrap_err();
        let RecordError::Append(AppendError::Conflict { expected, actual, .. }) = refusal else { panic!("{refusal}") };
        assert_eq!((expected.number(), actual.number()), (stale, 2));
    }
    // Appended directly to the log, without the recorder's own check.
    let mut batch = batch_of(&recorder, "direct").await;
    let AppendCondition::StreamAt { version, .. } = &mut batch.conditions[0] else { panic!("{batch:?}") };
    *version = StreamVersion::new(7);
    assert!(matches!(recorder.log().append(batch).await, Err(AppendError::Conflict { .. })));
    assert_eq!(recorder.log().head().await.unwrap().number(), 4);
}

/// A batch that repeats the last event of SSC72/01 and expects the stream at its current version.
async fn batch_of(recorder: &Recorder, key: &str) -> Batch {
    let events = recorder.log().read_all(Selection::Stream("action:SSC72/01".parse().unwrap())).await.unwrap();
    let last = events.last().unwrap();
    Batch {
        command_id: key.into(),
        fingerprint: minutebook_ledger::merkle::digest(key.as_bytes()),
        events: vec![minutebook_ledger::NewEvent {
            stream: last.stream.clone(),
            event: last.event.clone(),
            metadata: Metadata { actor: "tester".into(), command_id: key.into(), ..last.metadata.clone() },
        }],
        conditions: vec![AppendCondition::StreamAt { stream: last.stream.clone(), version: last.version }],
    }
}

async fn a_batch_is_appended_whole_or_not_at_all(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let whole = json!({"commands": [raised("SSC72/01"), raised("SSC72/02"), completed("SSC72/01")]});
    let receipt = recorder.record(&request("whole", &whole)).await.unwrap();
    assert_eq!(receipt.events.iter().map(|placed| placed.position.number()).collect::<Vec<_>>(), [3, 4, 5]);
    // The last command is illegal, so the commands before it are not recorded either.
    let half = json!({"commands": [raised("SSC72/03"), completed("SSC72/01")]});
    let refusal = recorder.record(&request("half", &half)).await.unwrap_err();
    assert!(matches!(&refusal, RecordError::Rejected(refusal) if refusal.rule() == "action-outstanding"), "{refusal}");
    assert_eq!(recorder.log().head().await.unwrap().number(), 5);
    assert_eq!(recorder.log().read_all(Selection::Stream("action:SSC72/03".parse().unwrap())).await.unwrap(), []);
}

async fn a_batch_is_refused_if_its_reference_was_used_since(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    let mut batch = batch_of(&recorder, "conditional").await;
    let unused_since =
        |position| AppendCondition::UnusedSince { reference: "SSC72/01".into(), position: Position::new(position) };
    batch.conditions.push(unused_since(2));
    let refusal = recorder.log().append(batch.clone()).await.unwrap_err();
    assert!(matches!(refusal, AppendError::ReferenceUsed { position, .. } if position.number() == 3));
    batch.conditions[1] = unused_since(3);
    recorder.log().append(batch).await.unwrap();
}

async fn the_time_of_recording_never_goes_backwards(ledger: TestLedger) {
    let clock = FixedClock::at("2026-03-01T12:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    begin(&recorder).await;
    clock.jump(TimeDelta::seconds(-50));
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    clock.set("2026-03-01T13:00:00.000001Z");
    recorder.record(&request("2", &completed("SSC72/01"))).await.unwrap();
    let times: Vec<String> = recorder
        .log()
        .read_all(Selection::All)
        .await
        .unwrap()
        .iter()
        .map(|event| minutebook::present::times::exact(event.recorded_at))
        .collect();
    assert_eq!(
        times[1..],
        ["2026-03-01T12:00:00.000000Z", "2026-03-01T12:00:00.000000Z", "2026-03-01T13:00:00.000001Z"]
    );
}

async fn a_retry_gets_the_first_receipt_and_a_reused_key_is_refused(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    let first = recorder.record(&request("done", &completed("SSC72/01"))).await.unwrap();
    // The rules would now refuse the command, but the key is checked first: here, in another process, and with the
    // version that the command was first sent for.
    let elsewhere = ledger.recorder().await;
    let mut insisting = request("done", &completed("SSC72/01"));
    insisting.expected = Some(StreamVersion::new(1));
    for answer in [
        recorder.record(&request("done", &completed("SSC72/01"))).await,
        elsewhere.record(&request("done", &completed("SSC72/01"))).await,
        elsewhere.record(&insisting).await,
    ] {
        assert_eq!(answer.unwrap(), first);
    }
    let refusal = recorder.record(&request("done", &raised("SSC72/02"))).await.unwrap_err();
    assert!(matches!(refusal, RecordError::Append(AppendError::KeyReused { .. })), "{refusal}");
    assert_eq!(recorder.log().head().await.unwrap().number(), 4);
}

async fn competing_recorders_record_each_command_once(ledger: TestLedger) {
    let recorders = [ledger.recorder().await, ledger.recorder().await, ledger.recorder().await];
    begin(&recorders[0]).await;
    recorders[0].record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    // All three recorders send the same commands to one stream and so compete for each key and each version.
    let tasks: Vec<_> = (0..60)
        .map(|number| {
            let recorder = recorders[number % 3].clone();
            let request = request(&format!("key {}", number / 3), &progressed("SSC72/01", &(number / 3).to_string()));
            tokio::spawn(async move { recorder.record(&request).await.unwrap() })
        })
        .collect();
    let mut receipts = Vec::new();
    for task in tasks {
        receipts.push(task.await.unwrap());
    }
    for three in receipts.chunks(3) {
        assert_eq!(three[0], three[1]);
        assert_eq!(three[1], three[2]);
    }
    assert_eq!(recorders[0].log().head().await.unwrap().number(), 3 + 20);
    let report = verify(recorders[0].log(), |_| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}

async fn a_refused_key_may_be_used_again(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    assert!(recorder.record(&request("k", &completed("SSC72/01"))).await.is_err(), "it was never raised");
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    recorder.record(&request("k", &completed("SSC72/01"))).await.unwrap();
}

async fn an_event_whose_last_statement_fails_leaves_nothing(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let raw = RawDatabase::of(&ledger).await;
    // The last statement of an append moves the head.
    let (fails, drop) = match ledger.store() {
        Store::Sqlite => ("BEGIN SELECT RAISE(ABORT, 'the head stays'); END", ""),
        Store::Postgres => ("FOR EACH ROW EXECUTE FUNCTION refuse_change()", " ON head"),
    };
    raw.execute(&format!("CREATE TRIGGER head_stays BEFORE UPDATE ON head {fails}")).await.unwrap();
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap_err();
    for (table, rows) in [("events", 2), ("commands", 2), ("event_references WHERE reference = 'SSC72/01'", 0)] {
        assert_eq!(raw.number(&format!("SELECT COUNT(*) FROM {table}")).await, rows, "{table}");
    }
    raw.execute(&format!("DROP TRIGGER head_stays{drop}")).await.unwrap();
    let receipt = recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    assert_eq!(receipt.events[0].position.number(), 3);
    let report = verify(recorder.log(), |_| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}

async fn an_event_carries_its_metadata(ledger: TestLedger) {
    let clock = FixedClock::at("2026-03-01T12:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock)).await);
    begin(&recorder).await;
    let mut json = raised("SSC72/01");
    json["on_behalf_of"] = "SECAS".into();
    json["reason"] = "from the minutes".into();
    json["correlation_id"] = "sitting 72".into();
    recorder.record(&request("key-1", &json)).await.unwrap();
    let events = recorder.log().read_all(Selection::All).await.unwrap();
    let event = &events[2];
    assert_eq!((event.metadata.actor.as_str(), event.metadata.on_behalf_of.as_deref()), ("tester", Some("SECAS")));
    assert_eq!(
        (
            event.metadata.reason.as_ref().and_then(|reason| reason.disclose(Clearance::full())),
            event.metadata.command_id.as_str()
        ),
        (Some("from the minutes"), "key-1")
    );
    assert_eq!(event.metadata.correlation_id.as_deref(), Some("sitting 72"));
    assert_eq!(event.references, ["SSC72/01"]);
    // The action counts from midnight in London, the meeting from ten o'clock.
    assert_eq!(event.metadata.valid_at, "2019-02-27T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert_eq!(events[1].metadata.valid_at, "2019-02-27T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
}

async fn a_log_of_several_pages_is_read_without_a_gap(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    // More than one page, in batches, with one large event.
    for batch in 0..6 {
        let raise = |number: u32| raised(&format!("SSC72/{}", batch * 150 + number));
        let commands: Vec<_> = (1..=150).map(raise).collect();
        recorder.record(&request(&format!("b{batch}"), &json!({"commands": commands}))).await.unwrap();
    }
    recorder.record(&request("large", &progressed("SSC72/7", &"long ".repeat(150_000)))).await.unwrap();
    recorder.record(&request("last", &completed("SSC72/7"))).await.unwrap();
    let events = recorder.log().read_all(Selection::All).await.unwrap();
    assert!(events.iter().map(|event| event.position.number()).eq(1..=904));
}

async fn an_event_that_is_too_large_is_refused(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    let huge: Request = request("huge", &progressed("SSC72/01", &"x".repeat(1 << 20)));
    let refusal = recorder.record(&huge).await.unwrap_err();
    assert!(matches!(refusal, RecordError::Append(AppendError::TooLarge { .. })), "{refusal}");
    recorder.record(&request("2", &completed("SSC72/01"))).await.unwrap();
}
