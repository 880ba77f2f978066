//! Random facts and corrections, many of them illegal.

use crate::support::{event, marked};
use cqrs_es::Aggregate;
use minutebook_domain::correction::Correctable;
use minutebook_domain::rules::{AggregateCommand, Rules};
use minutebook_domain::{Event, Rejection, StreamId};
use proptest::prelude::*;
use proptest::sample::select;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;

/// An aggregate under test.
pub(super) trait Sample:
    Rules<Event = Self::Fact>
    + Aggregate<Command = AggregateCommand<Self::Fact>, Event = Self::Fact, Error = Rejection, Services = ()>
    + PartialEq
    + Debug
{
    /// Its events.
    type Fact: Correctable + DeserializeOwned + Debug + 'static;
    /// The event that its streams begin with.
    const OPENING: &'static str;

    /// The data of one opening event that is legal.
    fn opening() -> Value;
    /// The type and the data of any event but the opening ones.
    fn later() -> BoxedStrategy<(&'static str, Value)>;
    /// The type and the data of opening events, legal or not.
    fn openings() -> BoxedStrategy<Value>;
    /// The event in a stream of its kind.
    fn in_stream(fact: Self::Fact) -> (StreamId, Event);
    /// Asserts the invariants of an effective history.
    fn invariants(history: &[&Self::Fact]);
}

/// A pool of events, and the commands made from it.
#[derive(Debug, Clone)]
pub(super) struct Attempts<E> {
    pub(super) pool: Vec<E>,
    pub(super) attempts: Vec<Attempt>,
}

/// A command, made when the history before it is known.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    /// Strike (0), replace (1), supplement (2), or else record the fact.
    pub(super) change: u8,
    pub(super) target: Target,
    pub(super) fact: usize,
    /// The correction that replaces a correction.
    pub(super) then: Option<Box<Attempt>>,
}

impl Attempt {
    /// The attempt's event, from `facts`.
    pub(super) fn choose<'a, E>(&self, facts: &'a [E]) -> &'a E {
        &facts[self.fact % facts.len()]
    }
}

/// The version that a correction names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// This version, in the stream or not.
    Anywhere(u64),
    /// The latest version.
    Last,
}

pub(super) fn attempts<R: Sample>() -> impl Strategy<Value = Attempts<R::Fact>> {
    let fact = prop_oneof![
        1 => R::openings().prop_map(|data| event(R::OPENING, &data)),
        9 => R::later().prop_map(|(event_type, data)| event(event_type, &data)),
    ];
    let pool = prop::collection::vec(fact, 4..24).prop_map(|mut pool: Vec<R::Fact>| {
        pool.insert(0, event(R::OPENING, &R::opening()));
        pool
    });
    let begins = prop::bool::weighted(0.95);
    (pool, prop::collection::vec(attempt(), 1..40), begins).prop_map(|(pool, mut attempts, begins)| {
        if begins {
            // The pool begins with the legal opening, so most histories do too.
            attempts.insert(0, Attempt { change: 3, target: Target::Last, fact: 0, then: None });
        }
        Attempts { pool, attempts }
    })
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let target = || prop_oneof![8 => (1_u64..16).prop_map(Target::Anywhere), 3 => Just(Target::Last), 1 => Just(Target::Anywhere(0))];
    let single = (0_u8..9, target(), 0_usize..24).prop_map(|(change, target, fact)| Attempt {
        change,
        target,
        fact,
        then: None,
    });
    single.prop_recursive(3, 4, 1, move |then| {
        (0_u8..9, target(), 0_usize..24, then).prop_map(|(change, target, fact, mut then)| {
            // Only a correction can replace a correction.
            then.change %= 3;
            Attempt { change, target, fact, then: Some(Box::new(then)) }
        })
    })
}

pub(super) fn day() -> impl Strategy<Value = Value> {
    one_of(&["2019-02-26", "2019-02-27", "2019-02-27", "2019-02-28", "2019-03-01", "2019-03-02"])
}

/// Mostly 0, which leaves the number to the aggregate.
pub(super) fn number() -> impl Strategy<Value = Value> {
    select([0, 0, 0, 0, 1, 2, 3, u32::MAX].as_slice()).prop_map(Value::from)
}

pub(super) fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(words).prop_map(Value::from)
}

pub(super) fn perhaps(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop_oneof![3 => Just(Value::Null), 1 => value]
}

pub(super) fn name() -> impl Strategy<Value = Value> {
    one_of(&["Gordon Hextall", "Julian Hughes", "Adam Lattimore"])
}

pub(super) fn text() -> impl Strategy<Value = Value> {
    select(["WHITE", "GREEN", "AMBER", "RED"].as_slice()).prop_map(|mark| marked(mark, "The SSC NOTED the update."))
}

pub(super) fn meeting() -> impl Strategy<Value = Value> {
    one_of(&["SSC_71_1302", "SSC_72_2702", "SSC_73_1303"])
}
