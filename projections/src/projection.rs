//! Projections: pure folds of events into the rows of a read model.

use crate::row_roles::RowRoles;
use crate::words::SearchTexts;
use chrono::{DateTime, Utc};
use minutebook_domain::correction::standing;
use minutebook_domain::{AggregateEvent, Event, RecordedEvent, StreamId, match_event};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// A read model as a fold without clock or store.
///
/// Each row derives from the events of one stream alone, so that a backdated or corrected event rebuilds it from a few
/// hundred events at most. Readers join the rows of several streams.
pub trait Projection: Send + Sync + 'static {
    /// The name, which is also the name of the SQL view, such as `actions`.
    const NAME: &'static str;
    /// Raise the version when the same events give other rows: the ledger then rebuilds them.
    const VERSION: u32;
    /// The groups by which rows are listed, see [`Listing`].
    const FACETS: &'static [&'static str] = &[""];
    /// The fields of a row that name a meeting, or decisions, by the reference that the meeting's stream is named for.
    const MEETING_FIELDS: &'static [&'static str] = &[];
    /// A row. Its stored form holds classified text, which the redactor takes out by the roles of its fields.
    ///
    /// A row whose fields have no roles does not compile:
    /// ```compile_fail,E0277
    /// # use minutebook_projections::projection::{Fact, FoldError, Listing, Projection};
    /// # #[derive(Clone, serde::Serialize, serde::Deserialize)]
    /// struct CountRow { number: u32 }
    /// // minutebook_projections::row_roles!(CountRow { number: Open });
    /// struct Counts;
    /// impl Projection for Counts {
    ///     type Row = CountRow;
    /// #   const NAME: &'static str = "counts";
    /// #   const VERSION: u32 = 1;
    /// #   fn keys(_: &Fact<'_>) -> Vec<String> { Vec::new() }
    /// #   fn evolve(row: Option<CountRow>, _: &Fact<'_>) -> Result<Option<CountRow>, FoldError> { Ok(row) }
    /// #   fn listing(_: &CountRow) -> Listing { Listing { scope: String::new(), facet: "" } }
    /// }
    /// ```
    type Row: Clone + Serialize + DeserializeOwned + RowRoles + Send + Sync + 'static;

    /// Returns the keys of the rows that the event changes, unique within the stream.
    fn keys(fact: &Fact<'_>) -> Vec<String>;

    /// Returns the row after the event, or `None` if there is none.
    fn evolve(row: Option<Self::Row>, fact: &Fact<'_>) -> Result<Option<Self::Row>, FoldError>;

    /// Returns how lists find the row.
    fn listing(row: &Self::Row) -> Listing;

    /// Returns the searchable texts of the row; none by default.
    fn texts(_: &Self::Row) -> SearchTexts {
        SearchTexts::default()
    }
}

/// How lists find a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The committee's code; empty for rows that belong to the whole ledger.
    pub scope: String,
    /// One of the projection's facets, such as `outstanding`. Lists read single facets.
    pub facet: &'static str,
}

/// An event that counts: recorded as such, or brought in by a correction.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
    /// What happened.
    pub event: Cow<'a, Event>,
    /// The event's stream.
    pub stream: &'a StreamId,
    /// When the event happened.
    pub valid_at: DateTime<Utc>,
}

/// A fold that failed. The projection stops until the cause is removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FoldError(pub String);

impl<'a> Fact<'a> {
    /// Returns the fact of an event that is no correction.
    pub fn of(recorded: &'a RecordedEvent) -> Self {
        Self { event: Cow::Borrowed(&recorded.event), stream: &recorded.stream, valid_at: recorded.metadata.valid_at }
    }
}

/// A fact with the recorded event that brought it in: the event itself or a correction.
#[derive(Debug, Clone)]
pub struct SourcedFact<'a> {
    /// The fact.
    pub fact: Fact<'a>,
    /// The recorded event.
    pub recorded: &'a RecordedEvent,
}

/// Returns the facts of one stream ordered by valid time, with corrections applied. Facts of the same time keep the order
/// of the stream.
///
/// `history` is the stream from its first event to the last one known.
pub fn facts(history: &[RecordedEvent]) -> Vec<SourcedFact<'_>> {
    let mut facts = facts_in_stream_order(history);
    // The sort is stable.
    facts.sort_by_key(|sourced| sourced.fact.valid_at);
    facts
}

/// Returns the facts of one stream in its own order. A correction's event stands in the place of the corrected one.
pub fn facts_in_stream_order(history: &[RecordedEvent]) -> Vec<SourcedFact<'_>> {
    let Some(first) = history.first() else { return Vec::new() };
    match_event!(&first.event, first => standing_facts(first, history))
}

fn standing_facts<'h, E: AggregateEvent>(_first: &E, history: &'h [RecordedEvent]) -> Vec<SourcedFact<'h>> {
    // A reader's history may lack versions.
    let own: Vec<(&RecordedEvent, &E)> =
        history.iter().filter_map(|recorded| Some((recorded, E::in_event(&recorded.event)?))).collect();
    let mut facts = Vec::with_capacity(own.len());
    for standing in standing(own.iter().map(|(recorded, event)| (recorded.version, *event))) {
        let index = history.binary_search_by_key(&standing.brought_in_by, |recorded| recorded.version);
        let Some(recorded) = index.ok().and_then(|index| history.get(index)) else { continue };
        let event = if standing.place == standing.brought_in_by {
            Cow::Borrowed(&recorded.event)
        } else {
            Cow::Owned(standing.event.clone().into())
        };
        let fact = Fact { event, stream: &recorded.stream, valid_at: recorded.metadata.valid_at };
        facts.push(SourcedFact { fact, recorded });
    }
    facts
}
