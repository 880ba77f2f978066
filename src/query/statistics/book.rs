//! What counts of a committee's rows, and for how long.

use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::comparison::is_same_name;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_domain::{Position, StreamId};
use minutebook_ledger::{Log, RowSpan, SpanScope, StoreError};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::statistics::{
    ActionTally, Calendar, CountTally, CountedAction, CountedDecision, CountedSpan, CountedStatus, Month,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The spans of each stream.
type SpansByStream<V> = BTreeMap<StreamId, Vec<CountedSpan<V>>>;

/// Spans that a new one is compared with, to go on from one that says the same.
const COMPARED_SPANS: usize = 4;

/// What counts of a committee's actions, decisions and statuses, as known at one position.
#[derive(Debug, Clone, Default)]
pub(super) struct CommitteeBook {
    actions: SpansByStream<CountedAction>,
    decisions: SpansByStream<CountedDecision>,
    statuses: SpansByStream<CountedStatus>,
    /// Each list of owners once.
    owners: BTreeSet<Arc<[Name]>>,
}

/// A committee's figures over time, as a reader knows them.
#[derive(Debug, Clone)]
pub(super) struct CommitteeTally {
    pub(super) actions: ActionTally,
    pub(super) decisions: CountTally<(Month, Verb)>,
    pub(super) statuses: CountTally<CountedStatus>,
}

impl CommitteeBook {
    /// Reads the rows of a committee as known at a position.
    pub(super) async fn read(log: &Log, committee: &CommitteeCode, position: Position) -> Result<Self, StoreError> {
        loop {
            let mut book = Self::default();
            let of = |kind| SpanScope::Committee(committee, kind);
            if book.add(log, of("action"), of("meeting"), of("party"), position).await? {
                return Ok(book);
            }
        }
    }

    /// Reads the rows of some streams anew.
    pub(super) async fn reread(
        &mut self,
        log: &Log,
        streams: &[StreamId],
        position: Position,
    ) -> Result<(), StoreError> {
        loop {
            for stream in streams {
                self.actions.remove(stream);
                self.decisions.remove(stream);
                self.statuses.remove(stream);
            }
            let of_kind = |kind: &str| -> Vec<StreamId> {
                streams.iter().filter(|stream| stream.kind() == kind).cloned().collect()
            };
            let [actions, meetings, parties] = ["action", "meeting", "party"].map(of_kind);
            let of = |streams| SpanScope::Streams(streams);
            if self.add(log, of(&actions), of(&meetings), of(&parties), position).await? {
                return Ok(());
            }
        }
    }

    /// Adds the rows of streams of each kind. Returns whether they are complete.
    async fn add(
        &mut self,
        log: &Log,
        actions: SpanScope<'_>,
        meetings: SpanScope<'_>,
        parties: SpanScope<'_>,
        position: Position,
    ) -> Result<bool, StoreError> {
        let Self { actions: of_actions, decisions, statuses, owners } = self;
        let mut complete = log
            .row_spans::<Actions>(actions, position, |span| {
                let (mut value, mark) = CountedAction::of(&span.row);
                match owners.get(&value.owners) {
                    Some(known) => value.owners = known.clone(),
                    None => {
                        owners.insert(value.owners.clone());
                    }
                }
                push(of_actions, &span, value, Some(mark));
            })
            .await?;
        complete &= log
            .row_spans::<Decisions>(meetings, position, |span| {
                let (value, mark) = CountedDecision::of(&span.row);
                push(decisions, &span, value, Some(mark));
            })
            .await?;
        complete &= log
            .row_spans::<PartyStatuses>(parties, position, |span| {
                push(statuses, &span, CountedStatus::of(&span.row), None);
            })
            .await?;
        Ok(complete)
    }

    /// Returns the number of spans.
    pub(super) fn size(&self) -> usize {
        let actions: usize = self.actions.values().map(Vec::len).sum();
        let decisions: usize = self.decisions.values().map(Vec::len).sum();
        actions + decisions + self.statuses.values().map(Vec::len).sum::<usize>()
    }

    /// Sums up what a reader with the clearance knows.
    pub(super) fn tally(&self, clearance: Clearance, calendar: &mut Calendar) -> CommitteeTally {
        let month = |decided_at| Month::of(calendar.day_of(decided_at));
        let decisions = CountTally::of(self.decisions.values().flatten(), clearance, |decision: &CountedDecision| {
            (month(decision.decided_at), decision.verb)
        });
        CommitteeTally {
            decisions,
            statuses: CountTally::of(self.statuses.values().flatten(), clearance, CountedStatus::clone),
            actions: ActionTally::of(self.actions.values().flatten(), clearance, calendar),
        }
    }

    /// Sums up the actions that have an owner at a moment.
    pub(super) fn actions_of(
        &self,
        owner: &Name,
        moment: i64,
        clearance: Clearance,
        calendar: &mut Calendar,
    ) -> ActionTally {
        let of_owner: BTreeSet<&Arc<[Name]>> = self
            .owners
            .iter()
            .filter(|owners| owners.iter().any(|name| is_same_name(name.as_str(), owner.as_str())))
            .collect();
        let owned = |span: &CountedSpan<CountedAction>| {
            span.holds_at(moment) && span.counts_for(clearance) && of_owner.contains(&span.value.owners)
        };
        let actions = self.actions.values().filter(|spans| spans.iter().any(owned));
        ActionTally::of(actions.flatten(), clearance, calendar)
    }
}

fn push<V: PartialEq, R>(spans: &mut SpansByStream<V>, span: &RowSpan<R>, value: V, mark: Option<Classification>) {
    let next = CountedSpan { valid: span.valid.clone(), ranks: span.ranks.clone(), mark, value };
    let spans = spans.entry(span.stream.clone()).or_default();
    if !spans.iter_mut().rev().take(COMPARED_SPANS).any(|earlier| earlier.merge(&next)) {
        spans.push(next);
    }
}
