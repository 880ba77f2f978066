//! Properties that hold after any commands in any order, legal or not.
//!
//! Names, numbers and days come from small sets, so that commands collide. Corrections name any version: an event, a
//! correction, or one that does not exist.

mod generators;
mod invariants;
mod samples;

use crate::support::{correction, event};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use generators::{Attempt, Attempts, Sample, Target};
use minutebook_domain::correction::{Change, Correctable, Correction, in_force};
use minutebook_domain::rules::{AggregateCommand, check_history, fold};
use minutebook_domain::{Event, Rejection};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::value::to_raw_value;
use std::collections::BTreeSet;

/// The correction that `attempt` makes. A replacement has the event's own type if the pool has one, so that many are
/// legal; a correction is replaced by the correction that `then` makes.
fn corrected<R: Sample>(history: &[R::Fact], pool: &[R::Fact], attempt: &Attempt) -> Correction<R::Fact> {
    let at = |version: u64| usize::try_from(version).ok().and_then(|v| v.checked_sub(1)).and_then(|i| history.get(i));
    let version = match attempt.target {
        Target::Anywhere(version) => version,
        Target::Last => history.len() as u64,
    };
    let any = || attempt.choose(pool).clone();
    let change = match (attempt.change, at(version)) {
        (0, _) => Change::Struck,
        (1, Some(corrected)) if corrected.as_correction().is_some() => {
            let then = attempt.then.as_deref().map(|then| R::Fact::from(self::corrected::<R>(history, pool, then)));
            Change::Replaced(Box::new(then.unwrap_or_else(any)))
        }
        (1, Some(corrected)) => {
            let alike = |fact: &&R::Fact| std::mem::discriminant(*fact) == std::mem::discriminant(corrected);
            let alike: Vec<&R::Fact> = pool.iter().filter(alike).collect();
            let by = if alike.is_empty() { any() } else { (*attempt.choose(&alike)).clone() };
            Change::Replaced(Box::new(by))
        }
        (1, None) => Change::Replaced(Box::new(any())),
        _ => Change::Supplemented(Box::new(any())),
    };
    correction(version, change)
}

/// Sends `command` to the aggregate as the ledger does, and returns its events.
fn handle<R: Sample>(state: &mut R, command: AggregateCommand<R::Fact>) -> Result<Vec<R::Fact>, Rejection> {
    futures_executor::block_on(async {
        let sink = EventSink::default();
        let outcome = Aggregate::handle(state, command, &(), &sink).await;
        let events = sink.collect().await;
        assert!(outcome.is_ok() || events.is_empty(), "a refused command leads to no event");
        outcome.map(|()| events)
    })
}

/// Makes the attempts one after another, and gives the history that comes of it. What has to hold after each
/// command is asserted on the way.
fn history_after<R: Sample>(Attempts { pool, attempts }: &Attempts<R::Fact>) -> Vec<R::Fact> {
    let mut history: Vec<R::Fact> = Vec::new();
    let mut state = R::default();
    for attempt in attempts {
        let command = if attempt.change > 2 {
            AggregateCommand::Record(attempt.choose(pool).clone())
        } else {
            AggregateCommand::Correct { correction: corrected::<R>(&history, pool, attempt), history: history.clone() }
        };
        let before = state.clone();
        match handle(&mut state, command) {
            Err(rejection) => assert_eq!(state, before, "a refused command leaves the state unchanged: {rejection}"),
            Ok(events) => {
                let corrects = events.iter().any(|event| event.as_correction().is_some());
                history.extend(events);
                if corrects {
                    state = fold(&history);
                }
                assert_eq!(state, fold(&history), "the state is what its history says");
            }
        }
    }
    history
}

/// Every property of the history that `attempts` lead to.
fn holds<R: Sample>(attempts: &Attempts<R::Fact>) {
    let history = history_after::<R>(attempts);
    match check_history::<R>(&history) {
        Ok(checked) => assert_eq!(checked, fold(&history), "the check comes to the same state"),
        Err((version, rejection)) => panic!("version {version} was admitted, and is not now: {rejection}"),
    }
    R::invariants(&in_force(&history));
    for fact in &history {
        reads_back::<R>(fact);
    }
}

/// The stored form of an event is read back as that event, and its stored form is the same again.
fn reads_back<R: Sample>(fact: &R::Fact) {
    let (stream, event) = R::in_stream(fact.clone());
    let data = event.data().unwrap();
    let raw = to_raw_value(&data).unwrap();
    let read = Event::decode(&stream, event.event_type(), event.schema_version(), &raw).unwrap();
    assert_eq!(read, event, "what is stored is read back");
    assert_eq!(read.data().unwrap(), data, "and stored again as it was");
}

macro_rules! properties {
    ($($name:ident: $aggregate:ty;)+) => {
        proptest! {
            #![proptest_config(Config { failure_persistence: None, ..Config::default() })]
            $(#[test]
            fn $name(attempts in generators::attempts::<$aggregate>()) {
                holds::<$aggregate>(&attempts);
            })+
        }
    };
}

properties! {
    any_commands_to_a_committee_leave_a_legal_history: minutebook_domain::committee::Committee;
    any_commands_to_a_meeting_leave_a_legal_history: minutebook_domain::meeting::Meeting;
    any_commands_to_an_action_leave_a_legal_history: minutebook_domain::action::Action;
    any_commands_to_a_party_leave_a_legal_history: minutebook_domain::party::Party;
    any_commands_to_a_token_leave_a_legal_history: minutebook_domain::token::Token;
}

/// The properties hold of little if little is accepted: what the generators reach is counted, over the same
/// sequences each time.
fn reaches_everything<R: Sample>() {
    let mut runner = TestRunner::deterministic();
    let (mut reached, mut corrections) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..400 {
        let attempts = generators::attempts::<R>().new_tree(&mut runner).unwrap().current();
        let history = history_after::<R>(&attempts);
        for fact in &history {
            reached.insert(R::in_stream(fact.clone()).1.event_type());
            let Some(correction) = fact.as_correction() else { continue };
            let index = usize::try_from(correction.version.number()).unwrap() - 1;
            corrections.insert((correction.change.word(), history[index].as_correction().is_some()));
        }
    }
    let (stream, _) = R::in_stream(event(R::OPENING, &R::opening()));
    let kind = stream.to_string();
    let of_this_kind = Event::catalogue().filter(|(aggregate, _)| kind.starts_with(aggregate));
    assert_eq!(reached, of_this_kind.map(|(_, event_type)| event_type).collect::<BTreeSet<_>>());
    // Facts struck, replaced and supplemented; corrections struck and replaced.
    let every = [("struck", false), ("replaced", false), ("supplemented", false), ("struck", true), ("replaced", true)];
    assert_eq!(corrections, BTreeSet::from(every));
}

#[test]
fn every_event_and_every_correction_is_accepted_at_some_time() {
    reaches_everything::<minutebook_domain::committee::Committee>();
    reaches_everything::<minutebook_domain::meeting::Meeting>();
    reaches_everything::<minutebook_domain::action::Action>();
    reaches_everything::<minutebook_domain::party::Party>();
    reaches_everything::<minutebook_domain::token::Token>();
}
