//! The list of read models, and a projection as the engine sees it.

use crate::store::{NO_ROW, RowContent};
use chrono::{DateTime, Utc};
use minutebook_domain::{Position, RecordedEvent};
use minutebook_projections::actions::Actions;
use minutebook_projections::committees::Committees;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::matters::Matters;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::minutes::Minutes;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::passages::Passages;
use minutebook_projections::plain_fold::plain_fold;
use minutebook_projections::projection::{Fact, FoldError, Projection, facts};
use minutebook_projections::words::SearchPassage;
use std::any::Any;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

/// Returns every read model of the program. A new one is one line here.
pub(crate) fn all() -> Registry {
    Registry::default()
        .with::<Committees>()
        .with::<Meetings>()
        .with::<Actions>()
        .with::<PartyStatuses>()
        .with::<Decisions>()
        .with::<Matters>()
        .with::<Minutes>()
        .with::<Passages>()
}

/// The read models that a ledger keeps.
#[derive(Clone, Default)]
pub struct Registry(Vec<Arc<dyn ReadModel>>);

impl Registry {
    /// Adds `P`.
    #[must_use]
    pub fn with<P: Projection>(mut self) -> Self {
        self.0.push(Arc::new(ProjectedModel::<P>(PhantomData)));
        self
    }

    pub(crate) fn models(&self) -> &[Arc<dyn ReadModel>] {
        &self.0
    }
}

/// What a row says from a moment on, until the next segment.
#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) valid_from: i64,
    pub(crate) content: RowContent,
    /// The words of its texts, for the search index.
    pub(crate) passages: Vec<SearchPassage>,
}

/// A row between two events, whatever its type; none where there is no row.
pub(crate) type FoldState = Option<Arc<dyn Any + Send + Sync>>;

/// A row after more facts.
pub(crate) struct Advance {
    pub(crate) segments: Vec<Segment>,
    /// The row after the last fact.
    pub(crate) state: FoldState,
}

/// A projection, whatever the type of its rows.
pub(crate) trait ReadModel: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn keys(&self, fact: &Fact<'_>) -> Vec<String>;
    /// Reads a stored row, so that a fold goes on from it.
    fn state_of(&self, stored: Option<&str>) -> Result<FoldState, FoldError>;
    /// Returns what a version with this row says.
    fn content(&self, state: &FoldState) -> Result<RowContent, FoldError>;
    /// Returns the words of a row's texts.
    fn passages(&self, state: &FoldState) -> Vec<SearchPassage>;
    /// Folds `facts`, in the order of valid time, into a row.
    fn advance(&self, state: FoldState, facts: &[Fact<'_>]) -> Result<Advance, FoldError>;
    /// Folds every row of a stream from its whole history.
    fn fold(&self, history: &[RecordedEvent]) -> Result<BTreeMap<String, Vec<Segment>>, FoldError>;
    /// Folds every row of a stream as of one moment by the plain fold, and returns them as JSON.
    fn plain_fold(
        &self,
        history: &[RecordedEvent],
        ends: &[Position],
        as_of: DateTime<Utc>,
        known_at: Position,
    ) -> Result<BTreeMap<String, String>, FoldError>;
}

/// The initial buffer for the JSON of a row, in bytes. Most rows fit.
const JSON_BUFFER: usize = 768;

struct ProjectedModel<P>(PhantomData<P>);

impl<P: Projection> ReadModel for ProjectedModel<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn version(&self) -> u32 {
        P::VERSION
    }

    fn keys(&self, fact: &Fact<'_>) -> Vec<String> {
        P::keys(fact)
    }

    fn state_of(&self, stored: Option<&str>) -> Result<FoldState, FoldError> {
        let row = stored.map(serde_json::from_str::<P::Row>).transpose();
        let row = row.map_err(|error| FoldError(format!("the stored row cannot be read: {error}")))?;
        Ok(row.map(|row| Arc::new(row) as _))
    }

    fn content(&self, state: &FoldState) -> Result<RowContent, FoldError> {
        let row = state.as_ref().and_then(|row| row.downcast_ref());
        row.map_or_else(|| Ok(no_row()), content::<P>)
    }

    fn passages(&self, state: &FoldState) -> Vec<SearchPassage> {
        passages::<P>(state.as_ref().and_then(|row| row.downcast_ref()))
    }

    fn advance(&self, state: FoldState, facts: &[Fact<'_>]) -> Result<Advance, FoldError> {
        let own = |row: Arc<dyn Any + Send + Sync>| row.downcast::<P::Row>();
        let row = state.map(own).transpose().map_err(|_| FoldError("the row is another read model's".to_owned()))?;
        let mut row = row.map(Arc::unwrap_or_clone);
        let mut segments = Vec::new();
        let mut facts = facts.iter().peekable();
        while let Some(fact) = facts.next() {
            row = P::evolve(row, fact)?;
            // Facts of one moment make one version: the row after all of them.
            if facts.peek().is_none_or(|next| next.valid_at != fact.valid_at) {
                let content = row.as_ref().map_or_else(|| Ok(no_row()), content::<P>)?;
                let valid_from = fact.valid_at.timestamp_micros();
                segments.push(Segment { valid_from, content, passages: passages::<P>(row.as_ref()) });
            }
        }
        Ok(Advance { segments, state: row.map(|row| Arc::new(row) as _) })
    }

    fn fold(&self, history: &[RecordedEvent]) -> Result<BTreeMap<String, Vec<Segment>>, FoldError> {
        let mut by_key: BTreeMap<String, Vec<Fact<'_>>> = BTreeMap::new();
        for sourced in facts(history) {
            for key in P::keys(&sourced.fact) {
                by_key.entry(key).or_default().push(sourced.fact.clone());
            }
        }
        by_key.into_iter().map(|(key, facts)| Ok((key, self.advance(None, &facts)?.segments))).collect()
    }

    fn plain_fold(
        &self,
        history: &[RecordedEvent],
        ends: &[Position],
        as_of: DateTime<Utc>,
        known_at: Position,
    ) -> Result<BTreeMap<String, String>, FoldError> {
        let rows = plain_fold::<P>(history, ends, as_of, known_at)?;
        rows.into_iter().map(|((_, key), row)| Ok((key, json::<P>(&row)?))).collect()
    }
}

fn passages<P: Projection>(row: Option<&P::Row>) -> Vec<SearchPassage> {
    row.map(|row| P::texts(row).passages()).unwrap_or_default()
}

fn no_row() -> RowContent {
    RowContent { facet: NO_ROW.to_owned(), ..RowContent::default() }
}

fn content<P: Projection>(row: &P::Row) -> Result<RowContent, FoldError> {
    let listing = P::listing(row);
    Ok(RowContent { scope: listing.scope, facet: listing.facet.to_owned(), row: Some(json::<P>(row)?) })
}

fn json<P: Projection>(row: &P::Row) -> Result<String, FoldError> {
    let mut json = Vec::with_capacity(JSON_BUFFER);
    let written = serde_json::to_writer(&mut json, row).map_err(|error| error.to_string());
    let json = written.and_then(|()| String::from_utf8(json).map_err(|error| error.to_string()));
    json.map_err(|error| FoldError(format!("the row cannot be stored: {error}")))
}
