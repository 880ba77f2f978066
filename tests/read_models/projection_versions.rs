//! Opening a ledger rebuilds the read models whose projection has a new version.

use crate::fixtures::committee::{completed, raised, request};
use crate::fixtures::folded_log::command_ends;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::raw_database::RawDatabase;
use minutebook_domain::Event;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{BitemporalMoment, Environment, Log, Opening, Recorder, Registry, RowFilter, Selection};
use minutebook_projections::actions::Actions;
use minutebook_projections::plain_fold::plain_fold;
use minutebook_projections::projection::{Fact, FoldError, Listing, Projection};
use minutebook_projections::row_roles;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};

on_both_stores!(
    a_new_version_of_a_projection_rebuilds_its_rows,
    a_ledger_opens_although_a_projection_cannot_be_rebuilt,
);

/// Counts an action's events: version 1 by one, version 2 by ten. Version 3 fails on a completion.
#[derive(Debug)]
struct Tally<const VERSION: u32>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct TallyRow {
    tally: u32,
}

row_roles!(TallyRow { tally: Open });

impl<const VERSION: u32> Projection for Tally<VERSION> {
    const NAME: &'static str = "tally";
    const VERSION: u32 = VERSION;
    type Row = TallyRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        if matches!(&*fact.event, Event::Action(_)) { vec![String::new()] } else { Vec::new() }
    }

    fn evolve(row: Option<TallyRow>, fact: &Fact<'_>) -> Result<Option<TallyRow>, FoldError> {
        if VERSION == 3 && fact.event.event_type() == "ActionCompleted" {
            return Err(FoldError("never done".into()));
        }
        let tally = row.map_or(0, |row| row.tally) + if VERSION == 2 { 10 } else { 1 };
        Ok(Some(TallyRow { tally }))
    }

    fn listing(_: &TallyRow) -> Listing {
        Listing { scope: "SSC".into(), facet: "" }
    }
}

const LISTED: RowFilter<'static> = RowFilter::Listed { scope: "SSC", facets: &[""] };

fn far_future() -> BitemporalMoment {
    BitemporalMoment::as_known_now("2100-01-01T00:00:00Z".parse().unwrap())
}

async fn open<const VERSION: u32>(ledger: &TestLedger) -> Log {
    let registry = Registry::default().with::<Actions>().with::<Tally<VERSION>>();
    Log::open_with(&ledger.url, Opening::OrNew, Environment::system(), registry, |_| {}).await.unwrap()
}

async fn compare<const VERSION: u32>(log: &Log) {
    let events = log.read_all(Selection::All).await.unwrap();
    let head = events.last().unwrap().position;
    let at = far_future();
    let plain = plain_fold::<Tally<VERSION>>(&events, &command_ends(&events), at.as_of, head).unwrap();
    let view = log.rows::<Tally<VERSION>>(LISTED, at, Clearance::full()).await.unwrap();
    let found: Vec<_> = view.rows.into_iter().map(|found| ((found.stream, found.key), found.row)).collect();
    assert_eq!(found, plain.into_iter().collect::<Vec<_>>());
    assert!(!found.is_empty());
}

async fn a_new_version_of_a_projection_rebuilds_its_rows(ledger: TestLedger) {
    let recorder = Recorder::new(open::<1>(&ledger).await);
    record_random(&recorder, &mut TestRunner::new(Config::default()), 0).await;
    recorder.record(&request("raise", &raised("SSC72/99"))).await.unwrap();
    compare::<1>(recorder.log()).await;
    let of_actions = "SELECT generation FROM read_models WHERE name = 'actions'";
    let raw = RawDatabase::of(&ledger).await;
    let before = raw.number(of_actions).await;
    let newer = Recorder::new(open::<2>(&ledger).await);
    compare::<2>(newer.log()).await;
    assert_eq!(raw.number(of_actions).await, before, "the other read models are not rebuilt");
    newer.record(&request("raise-2", &raised("SSC72/98"))).await.unwrap();
    compare::<2>(newer.log()).await;
    // The older program appends an event without updating the new rows; reading them is then refused.
    recorder.record(&request("raise-3", &raised("SSC72/97"))).await.unwrap();
    let error = newer.log().rows::<Tally<2>>(LISTED, far_future(), Clearance::full()).await.unwrap_err().to_string();
    assert!(error.starts_with("the read models are at position"), "{error}");
    // Rebuilding one read model does not bring the others up to date.
    newer.log().rebuild(&["actions"], |_| {}).await.unwrap();
    assert!(newer.log().rows::<Tally<2>>(LISTED, far_future(), Clearance::full()).await.is_err());
    compare::<2>(&open::<2>(&ledger).await).await;
    compare::<1>(&open::<1>(&ledger).await).await;
}

async fn a_ledger_opens_although_a_projection_cannot_be_rebuilt(ledger: TestLedger) {
    let recorder = Recorder::new(open::<1>(&ledger).await);
    record_random(&recorder, &mut TestRunner::new(Config::default()), 0).await;
    recorder.record(&request("raise", &raised("SSC72/99"))).await.unwrap();
    let receipt = recorder.record(&request("complete", &completed("SSC72/99"))).await.unwrap();
    recorder.log().close().await;
    let broken = open::<3>(&ledger).await;
    let error = broken.rows::<Tally<3>>(LISTED, far_future(), Clearance::full()).await.unwrap_err().to_string();
    assert!(error.contains("`tally` cannot go on at position"), "{error}");
    assert!(error.contains("never done"), "{error}");
    assert!(
        broken
            .rows::<Actions>(
                RowFilter::Listed { scope: "SSC", facets: Actions::FACETS },
                far_future(),
                Clearance::full()
            )
            .await
            .is_ok()
    );
    let again = broken.rebuild(&["tally"], |_| {}).await.unwrap_err().to_string();
    assert!(again.contains("never done"), "{again}");
    let recorder = Recorder::new(broken);
    let later = recorder.record(&request("raise-2", &raised("SSC72/98"))).await.unwrap();
    assert!(later.events[0].position > receipt.events[0].position, "the log accepts events");
    // The next version works and is at the head.
    compare::<2>(&open::<2>(&ledger).await).await;
}
