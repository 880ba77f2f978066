//! What a projection is: a pure fold of events into the rows of a read model.

use crate::words::Texts;
use chrono::{DateTime, Utc};
use minutebook_domain::correction::{Correctable, standing};
use minutebook_domain::{Event, RecordedEvent, StreamId, StreamVersion};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// A read model as a fold. Nothing in it reads a clock or a store.
///
/// A row belongs to one stream: it is made of that stream's events alone. So it can be made again from a few hundred
/// events at most, whatever is backdated or corrected. What needs the rows of several streams joins them as it reads.
pub trait Projection: Send + Sync + 'static {
    /// The name, which is also the name of its SQL view: `actions`.
    const NAME: &'static str;
    /// Raised whenever the rows change for the same events: they are then made again.
    const VERSION: u32;
    /// The groups that rows are listed by, see [`Listing`].
    const FACETS: &'static [&'static str] = &[""];
    /// A row. Its stored form holds classified text; whoever reads rows discloses it.
    type Row: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The rows that the event touches, each by a name that is its own within the stream.
    fn keys(fact: &Fact<'_>) -> Vec<String>;

    /// The row after the event; none where there is none.
    fn evolve(row: Option<Self::Row>, fact: &Fact<'_>) -> Result<Option<Self::Row>, FoldError>;

    /// How the row is found in a list.
    fn listing(row: &Self::Row) -> Listing;

    /// What of the row is searched: nothing, unless the projection says otherwise.
    fn texts(_: &Self::Row) -> Texts {
        Texts::default()
    }
}

/// How a row is found in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The committee's code; empty for the rows of the whole book.
    pub scope: String,
    /// One of the projection's facets, such as `outstanding`: those that are asked for together are found together.
    pub facet: &'static str,
    /// The rank of the highest classification in the row.
    pub rank: u8,
}

/// An event that counts, with what brought it into the book.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
    /// What happened.
    pub event: Cow<'a, Event>,
    /// The stream it stands in.
    pub stream: &'a StreamId,
    /// When it was so in the committee's world.
    pub valid_at: DateTime<Utc>,
}

/// A fold that could not go on. The projection stands still until the cause is removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FoldError(pub String);

impl<'a> Fact<'a> {
    /// The fact that an event states which is no correction.
    pub fn of(recorded: &'a RecordedEvent) -> Self {
        Self { event: Cow::Borrowed(&recorded.event), stream: &recorded.stream, valid_at: recorded.valid_at }
    }
}

/// A fact, and the event of the stream that brought it in: itself, or its correction.
#[derive(Debug, Clone)]
pub struct SourcedFact<'a> {
    /// The fact.
    pub fact: Fact<'a>,
    /// What brought it in.
    pub recorded: &'a RecordedEvent,
}

/// The facts of one stream in the order of valid time, its corrections taken in. Of two that were so at one time the one
/// that stands earlier in the stream comes first.
///
/// `history` is the stream from its first event to the last one that is known.
pub fn facts(history: &[RecordedEvent]) -> Vec<SourcedFact<'_>> {
    let mut facts = in_order_of_stream(history);
    // The sort is stable: what was so at one time stays in the order of the stream.
    facts.sort_by_key(|sourced| sourced.fact.valid_at);
    facts
}

/// As [`facts`], in the order of the stream: what was brought in by a correction stands where it should have stood.
pub fn in_order_of_stream(history: &[RecordedEvent]) -> Vec<SourcedFact<'_>> {
    match history.first().map(|recorded| &recorded.event) {
        None => Vec::new(),
        Some(Event::Committee(_)) => {
            counting(history, |event| if let Event::Committee(of) = event { Some(of) } else { None })
        }
        Some(Event::Meeting(_)) => {
            counting(history, |event| if let Event::Meeting(of) = event { Some(of) } else { None })
        }
        Some(Event::Action(_)) => {
            counting(history, |event| if let Event::Action(of) = event { Some(of) } else { None })
        }
        Some(Event::Party(_)) => counting(history, |event| if let Event::Party(of) = event { Some(of) } else { None }),
        Some(Event::Token(_)) => counting(history, |event| if let Event::Token(of) = event { Some(of) } else { None }),
    }
}

fn counting<E>(history: &[RecordedEvent], unwrap: fn(&Event) -> Option<&E>) -> Vec<SourcedFact<'_>>
where
    E: Correctable + Into<Event>,
{
    let own: Vec<E> = history.iter().filter_map(|recorded| unwrap(&recorded.event)).cloned().collect();
    let versions = (1..).map(StreamVersion::new);
    let mut facts = Vec::with_capacity(own.len());
    for standing in standing(versions.zip(&own)) {
        // The history begins with version 1.
        let index = standing.brought_in_by.number().checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let Some(recorded) = index.and_then(|index| history.get(index)) else { continue };
        let event = if standing.place == standing.brought_in_by {
            Cow::Borrowed(&recorded.event)
        } else {
            Cow::Owned(standing.event.clone().into())
        };
        let fact = Fact { event, stream: &recorded.stream, valid_at: recorded.valid_at };
        facts.push(SourcedFact { fact, recorded });
    }
    facts
}
