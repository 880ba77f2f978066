//! A rebuild makes the same rows again, a new projection is added by one line, and a failing fold halts only its own read
//! model.

use crate::fixtures::folded_log::{FoldedLog, far_future};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use minutebook_domain::Event;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::Reference;
use minutebook_ledger::{BitemporalMoment, Environment, Log, Opening, RebuildProgress, Registry, RowFilter};
use minutebook_projections::actions::Actions;
use minutebook_projections::projection::{Fact, FoldError, Listing, Projection};
use minutebook_projections::row_roles;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};

on_both_stores!(
    a_rebuild_makes_the_same_rows,
    a_read_model_is_added_by_its_fold_and_one_line,
    a_failing_fold_halts_only_its_own_read_model
);

async fn a_rebuild_makes_the_same_rows(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    for round in 0..3 {
        record_random(&recorder, &mut runner, round).await;
    }
    let mut last = None;
    recorder.log().rebuild(&[], |progress| last = Some(progress)).await.unwrap();
    let head = recorder.log().head().await.unwrap().number();
    assert_eq!(last, Some(RebuildProgress { done: head, of: head }));
    let folded = FoldedLog::read(recorder.log()).await;
    for _ in 0..25 {
        let at = folded.moment(&mut runner);
        folded.compare_all(recorder.log(), at).await;
    }
    // The rebuilt rows are updated by later events.
    record_random(&recorder, &mut runner, 3).await;
    FoldedLog::read(recorder.log())
        .await
        .compare_all(recorder.log(), BitemporalMoment::as_known_now(far_future()))
        .await;
}

/// The number of events of each action.
#[derive(Debug)]
struct Busyness;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct BusynessRow {
    subject: Reference,
    events: u32,
}

row_roles!(BusynessRow { subject: Own, events: Open });

impl Projection for Busyness {
    const NAME: &'static str = "busyness";
    const VERSION: u32 = 1;
    type Row = BusynessRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        if matches!(&*fact.event, Event::Action(_)) { vec![String::new()] } else { Vec::new() }
    }

    fn evolve(row: Option<BusynessRow>, fact: &Fact<'_>) -> Result<Option<BusynessRow>, FoldError> {
        let events = row.map_or(0, |row| row.events) + 1;
        let subject = fact.stream.subject().parse().map_err(|_| FoldError("no reference".into()))?;
        Ok(Some(BusynessRow { subject, events }))
    }

    fn listing(_: &BusynessRow) -> Listing {
        Listing { scope: "SSC".into(), facet: "" }
    }
}

async fn a_read_model_is_added_by_its_fold_and_one_line(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    record_random(&recorder, &mut runner, 0).await;
    let registry = Registry::default().with::<Actions>().with::<Busyness>();
    let with = Log::open_with(&ledger.url, Opening::OrNew, Environment::system(), registry, |_| {}).await.unwrap();
    let folded = FoldedLog::read(&with).await;
    for _ in 0..10 {
        let at = folded.moment(&mut runner);
        folded.compare::<Busyness>(&with, at).await;
        folded.compare::<Actions>(&with, at).await;
    }
}

/// A projection whose fold fails on the completion of an action.
#[derive(Debug)]
struct FailingProjection;

impl Projection for FailingProjection {
    const NAME: &'static str = "failing";
    const VERSION: u32 = 1;
    type Row = BusynessRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        Busyness::keys(fact)
    }

    fn evolve(row: Option<BusynessRow>, fact: &Fact<'_>) -> Result<Option<BusynessRow>, FoldError> {
        if fact.event.event_type() == "ActionCompleted" {
            return Err(FoldError("never done".into()));
        }
        Busyness::evolve(row, fact)
    }

    fn listing(row: &BusynessRow) -> Listing {
        Busyness::listing(row)
    }
}

async fn a_failing_fold_halts_only_its_own_read_model(ledger: TestLedger) {
    use crate::fixtures::committee::{begin, completed, raised, request};
    use minutebook_ledger::Recorder;
    let registry = Registry::default().with::<Actions>().with::<FailingProjection>();
    let log = Log::open_with(&ledger.url, Opening::OrNew, Environment::system(), registry, |_| {}).await.unwrap();
    let recorder = Recorder::new(log);
    begin(&recorder).await;
    recorder.record(&request("raise", &raised("SSC72/01"))).await.unwrap();
    let listed = RowFilter::Listed { scope: "SSC", facets: &[""] };
    let at = BitemporalMoment::as_known_now(far_future());
    assert_eq!(
        recorder.log().rows::<FailingProjection>(listed.clone(), at, Clearance::full()).await.unwrap().rows.len(),
        1
    );
    let receipt = recorder.record(&request("complete", &completed("SSC72/01"))).await.unwrap();
    let error =
        recorder.log().rows::<FailingProjection>(listed.clone(), at, Clearance::full()).await.unwrap_err().to_string();
    let position = receipt.events[0].position;
    assert!(error.contains(&format!("`failing` cannot go on at position {position}: never done")), "{error}");
    // Later events do not resume it. The log and the other read models accept them.
    recorder.record(&request("raise-2", &raised("SSC72/02"))).await.unwrap();
    assert!(recorder.log().rows::<FailingProjection>(listed, at, Clearance::full()).await.is_err());
    let actions = RowFilter::Listed { scope: "SSC", facets: Actions::FACETS };
    assert_eq!(recorder.log().rows::<Actions>(actions, at, Clearance::full()).await.unwrap().rows.len(), 2);
}
