//! At any moment, as known at any moment, a read model says what a plain fold of the log says.

use super::book::{ends, fill};
use crate::support::committee::{begin, raised, request};
use crate::support::ledgers::{TestLedger, on_both_stores};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use minutebook_domain::{Position, RecordedEvent, StreamId};
use minutebook_ledger::{Batch, BitemporalMoment, Command, Log, NewEvent, RowFilter, Selection, merkle};
use minutebook_projections::actions::Actions;
use minutebook_projections::committees::Committees;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::matters::Matters;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::minutes::Minutes;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::plain_fold::plain_fold;
use minutebook_projections::projection::Projection;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

on_both_stores!(
    at_random_moments_every_row_is_that_of_the_plain_fold,
    a_command_that_is_sent_several_times_at_once_is_taken_in_once,
    what_two_write_on_by_turns_is_as_if_one_had,
);

async fn at_random_moments_every_row_is_that_of_the_plain_fold(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    let mut recorded = 0;
    for round in 0..6 {
        recorded += fill(&recorder, &mut runner, round).await;
        let book = Book::read(recorder.log()).await;
        for _ in 0..25 {
            let at = book.moment(&mut runner);
            book.compare_all(recorder.log(), at).await;
        }
    }
    assert!(recorded > 100, "{recorded} events");
}

/// Whoever writes keeps the rows that they wrote on, for the next time: the other's writing, a correction and a rebuild come
/// between. They append without a word on the version of the stream, so that nothing else finds out.
async fn what_two_write_on_by_turns_is_as_if_one_had(ledger: TestLedger) {
    let writers = [ledger.recorder().await, ledger.recorder().await];
    begin(&writers[0]).await;
    writers[0].record(&request("raise", &raised("SSC72/01"))).await.unwrap();
    for (turn, writer) in [0, 0, 1, 1, 0, 1, 0, 0, 1, 0].into_iter().enumerate() {
        let receipt = writers[writer].log().append(moved(turn)).await.unwrap();
        match turn {
            3 => writers[0].log().rebuild(&["actions"], |_| {}).await.unwrap(),
            6 => {
                let struck =
                    json!({"corrects": receipt.events[0].event_id, "change": "struck", "reason": "another action"});
                writers[writer].record(&request("strike", &struck)).await.unwrap();
            }
            _ => {}
        }
        let book = Book::read(writers[0].log()).await;
        book.compare_all(writers[1].log(), BitemporalMoment::as_known_now(far_future())).await;
    }
    let stream: StreamId = "action:SSC72/01".parse().unwrap();
    let view = writers[0]
        .log()
        .rows::<Actions>(RowFilter::Stream(&stream), BitemporalMoment::as_known_now(far_future()))
        .await
        .unwrap();
    assert_eq!(view.rows[0].row.due_date_moves, 9, "ten moves, one of which was struck");
}

/// A move of the due date on the day of that number, as a batch that expects nothing of its stream.
fn moved(turn: usize) -> Batch {
    let (command_id, day) = (format!("move-{turn}"), format!("2019-03-{:02}", turn + 1));
    let event = json!({"stream": "action:SSC72/01", "type": "DueDateMoved",
                       "data": {"to": format!("2019-04-{:02}", turn + 1), "moved_on": day}});
    let request = request(&command_id, &event);
    let Command::Record { stream, event, .. } = request.commands.into_iter().next().unwrap() else { unreachable!() };
    let event = NewEvent {
        stream,
        event,
        valid_at: format!("{day}T00:00:00Z").parse().unwrap(),
        actor: "test".to_owned(),
        on_behalf_of: None,
        correlation_id: None,
        causation_id: None,
        corrects: None,
        reason: None,
        source: request.envelope.source,
    };
    let fingerprint = merkle::digest(command_id.as_bytes());
    Batch { fingerprint, command_id, events: vec![event], conditions: Vec::new() }
}

async fn a_command_that_is_sent_several_times_at_once_is_taken_in_once(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("raise", &raised("SSC72/01"))).await.unwrap();
    for turn in 0..20 {
        let moved = json!({"stream": "action:SSC72/01", "type": "DueDateMoved",
                           "data": {"to": format!("2019-04-{:02}", turn + 1), "moved_on": "2019-03-01"}});
        let moved = request(&format!("move-{turn}"), &moved);
        for receipt in join_all((0..4).map(|_| recorder.record(&moved))).await {
            receipt.unwrap();
        }
    }
    let book = Book::read(recorder.log()).await;
    assert_eq!(book.events.len(), 23);
    book.compare_all(recorder.log(), BitemporalMoment::as_known_now(far_future())).await;
}

/// A log as it stands.
pub(super) struct Book {
    events: Vec<RecordedEvent>,
    ends: Vec<Position>,
}

type ByPlace = BTreeMap<(StreamId, String), String>;

impl Book {
    pub(super) async fn read(log: &Log) -> Self {
        let events = log.read_all(Selection::All).await.unwrap();
        Self { ends: ends(&events), events }
    }

    /// A moment near what happened: just before it, at it, or after it; known at any position, or today.
    pub(super) fn moment(&self, runner: &mut TestRunner) -> BitemporalMoment {
        let strategy =
            (any::<prop::sample::Index>(), -1..2_i64, prop::option::weighted(0.7, 0..=self.events.len() as u64));
        let (event, offset, known_at) = strategy.new_tree(runner).unwrap().current();
        let as_of = event.get(&self.events).valid_at + chrono::TimeDelta::microseconds(offset);
        BitemporalMoment { as_of, known_at: known_at.map(Position::new) }
    }

    pub(super) async fn compare_all(&self, log: &Log, at: BitemporalMoment) {
        self.compare::<Actions>(log, at).await;
        self.compare::<Committees>(log, at).await;
        self.compare::<Decisions>(log, at).await;
        self.compare::<Matters>(log, at).await;
        self.compare::<Meetings>(log, at).await;
        self.compare::<Minutes>(log, at).await;
        self.compare::<PartyStatuses>(log, at).await;
    }

    pub(super) async fn compare<P: Projection>(&self, log: &Log, at: BitemporalMoment) {
        let plain = self.plain::<P>(at);
        let plain: ByPlace =
            plain.into_iter().map(|(place, row)| (place, serde_json::to_string(&row).unwrap())).collect();
        assert_eq!(self.listed::<P>(log, at).await, plain, "{} listed, {at:?}", P::NAME);
        let mut by_stream = ByPlace::new();
        for stream in self.streams() {
            by_stream.extend(rows::<P>(log, RowFilter::Stream(stream), at).await);
        }
        assert_eq!(by_stream, plain, "{} by stream, {at:?}", P::NAME);
    }

    /// The rows by the plain fold.
    pub(super) fn plain<P: Projection>(&self, at: BitemporalMoment) -> BTreeMap<(StreamId, String), P::Row> {
        let head = self.events.last().map_or(Position::START, |event| event.position);
        plain_fold::<P>(&self.events, &self.ends, at.as_of, at.known_at.unwrap_or(head)).unwrap()
    }

    /// The event at a position.
    pub(super) fn event(&self, position: Position) -> &RecordedEvent {
        self.events.iter().find(|event| event.position == position).unwrap()
    }

    /// A stream as it was known.
    pub(super) fn known_of(&self, stream: &StreamId, known_at: Option<Position>) -> Vec<RecordedEvent> {
        let whole = |end: &&Position| known_at.is_none_or(|known_at| **end <= known_at);
        let known = self.ends.iter().take_while(whole).last().copied().unwrap_or(Position::START);
        let events = self.events.iter().take_while(|event| event.position <= known);
        events.filter(|event| event.stream == *stream).cloned().collect()
    }

    /// The streams that there are.
    pub(super) fn streams(&self) -> BTreeSet<&StreamId> {
        self.events.iter().map(|event| &event.stream).collect()
    }

    async fn listed<P: Projection>(&self, log: &Log, at: BitemporalMoment) -> ByPlace {
        let mut listed = ByPlace::new();
        for scope in ["", "SSC", "TSC"] {
            listed.extend(rows::<P>(log, RowFilter::Listed { scope, facets: P::FACETS }, at).await);
        }
        listed
    }
}

async fn rows<P: Projection>(log: &Log, which: RowFilter<'_>, at: BitemporalMoment) -> ByPlace {
    let view = log.rows::<P>(which, at).await.unwrap();
    let mut found = ByPlace::new();
    for row in view.rows {
        let json = serde_json::to_string(&row.row).unwrap();
        assert_eq!(found.insert((row.stream, row.key), json), None, "a row is found once");
    }
    found
}

pub(super) fn far_future() -> DateTime<Utc> {
    "2100-01-01T00:00:00Z".parse().unwrap()
}
