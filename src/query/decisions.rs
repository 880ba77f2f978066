//! Lists the decision register.

use super::list::{ListField, ListItem, ListPage, joined, text};
use super::meeting_names::{GivenNames, MeetingNames, first_decision};
use super::moment::KnownAt;
use super::queryable::Queryable;
use super::read_query::{CommitteeScope, DefaultMoment, QueryError, ReadQuery, RowSelection, page, visible_names};
use super::since::changed_since;
use super::visible_row::{VisibleRow, sees_all};
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_domain::classification::Classification;
use minutebook_domain::comparison::is_same_name;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{
    CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyName, Prose, Reference,
};
use minutebook_ledger::Log;
use minutebook_projections::decisions::{DecisionRow, Decisions};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use serde::Serialize;
use std::collections::BTreeSet;

/// A decision as of the requested moment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DecisionView {
    /// The decision's id: its meeting and its number there.
    pub id: DecisionId,
    /// What the committee did, such as AGREED, NOTED or DEFERRED.
    pub verb: Verb,
    /// What was decided.
    pub text: Prose,
    /// The meeting that took the decision.
    pub meeting: MeetingRef,
    /// The number of the agenda item under which it was taken.
    pub item: Option<ItemLabel>,
    /// The day of the decision in the committee's time zone.
    pub decided_on: NaiveDate,
    /// The parties that the decision concerns.
    pub subjects: Vec<PartyName>,
    /// The body to which a recommendation is addressed.
    pub recommended_to: Option<Name>,
    /// Earlier decisions that this one supersedes.
    pub supersedes: Vec<DecisionId>,
    /// The later decision that supersedes or rescinds this one.
    pub superseded_by: Option<DecisionId>,
    /// The classification of `text`.
    pub classification: Classification,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The day of the meeting to which a deferred matter returns.
    pub deferred_to: Option<NaiveDate>,
    /// The person or body to whom the matter is delegated.
    pub delegated_to: Option<Name>,
    /// Whether the decision was rescinded without a replacement.
    pub rescinded: bool,
    /// The modifications, documents, parties and other subjects that the text mentions.
    pub references: Vec<Reference>,
}

impl DecisionView {
    fn of(visible: &VisibleRow<DecisionRow>, scope: &CommitteeScope) -> Option<Self> {
        let text = visible.text(|row| Some(&row.text))?.clone();
        let row = &visible.row;
        Some(Self {
            id: scope.names.decision(&row.id),
            verb: row.verb,
            text,
            meeting: scope.names.meeting(&row.meeting),
            item: row.item,
            decided_on: row.decided_at.with_timezone(&scope.zone).date_naive(),
            subjects: row.subjects.clone(),
            recommended_to: row.recommended_to.clone(),
            supersedes: row.supersedes.iter().map(|earlier| scope.names.decision(earlier)).collect(),
            superseded_by: row.superseded_by.as_ref().map(|later| scope.names.decision(later)),
            classification: row.text.classification(),
            committee: row.meeting.committee().clone(),
            deferred_to: row.deferred_to,
            delegated_to: row.delegated_to.clone(),
            rescinded: row.rescinded,
            references: row.references.clone(),
        })
    }
}

/// Selects decisions. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct DecisionFilter {
    /// Only this decision, read by the key of its meeting.
    pub decision: Option<DecisionId>,
    /// Any of these verbs; every verb if empty.
    pub verbs: Vec<Verb>,
    /// The meeting that took the decision.
    pub meeting: Option<MeetingRef>,
    /// A party that the decision concerns, in any case.
    pub party: Option<String>,
    /// A reference that the decision has, concerns or mentions, in any case.
    pub reference: Option<String>,
    /// Words that must all occur; the last may be the beginning of a word.
    pub search: Option<String>,
    /// The decision was made or has changed since.
    pub since: Option<KnownAt>,
}

impl DecisionFilter {
    /// Returns whether the filter selects the decision. `first` is its id with the first reference of its meeting.
    fn admits(&self, decision: &DecisionView, first: &DecisionId, given: &GivenNames, scope: &CommitteeScope) -> bool {
        let about = |party: &str| decision.subjects.iter().any(|name| is_same_name(name.as_str(), party));
        let names = |reference: &String| {
            is_same_name(&decision.id.to_string(), reference)
                || about(reference)
                || decision.references.iter().any(|mentioned| is_same_name(mentioned.as_str(), reference))
        };
        let matches = |search: &Search| {
            let (id, subjects) = (decision.id.to_string(), joined(&decision.subjects));
            search.is_found_in(&[decision.text.as_str(), &id, &first.to_string(), decision.verb.word(), &subjects])
        };
        (self.verbs.is_empty() || self.verbs.contains(&decision.verb))
            && given.meeting.as_ref().is_none_or(|meeting| scope.names.meeting(meeting) == decision.meeting)
            && self.party.as_deref().is_none_or(about)
            && given.reference.as_ref().is_none_or(|all| all.iter().any(names))
            && given.search.as_ref().is_none_or(matches)
    }
}

impl Queryable for DecisionView {
    type Filter = DecisionFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &DecisionFilter) -> Result<ListPage<Self>, QueryError> {
        let given = GivenNames::read(
            log,
            &query.clearances,
            filter.meeting.as_ref(),
            filter.reference.as_deref(),
            filter.search.as_deref(),
        )
        .await?;
        let only = match &filter.decision {
            Some(id) => Some(first_decision(log, query.clearances.of(id.meeting().committee()), id).await?),
            None => None,
        };
        let stream = only.as_ref().map(|id| StreamId::Meeting(id.meeting().clone()));
        let streams = stream.as_ref().map(std::slice::from_ref);
        let which = RowSelection { facets: Decisions::FACETS, search: given.search.as_ref(), streams };
        let changed = match &filter.since {
            Some(since) => Some(changed_since::<Decisions>(log, query, since).await?),
            None => None,
        };
        let has_changed = |row: &&VisibleRow<DecisionRow>| {
            let id = &row.row.id;
            let place = || (StreamId::Meeting(id.meeting().clone()), id.number().to_string());
            changed.as_ref().is_none_or(|changed| changed.contains(&place()))
        };
        let mut page = page::<Decisions, _>(log, query, DefaultMoment::Now, which, |rows, scope| {
            let rows = rows.iter().filter(|row| only.as_ref().is_none_or(|only| *only == row.row.id));
            let rows = rows.filter(has_changed);
            let views = rows.filter_map(|row| Some((Self::of(row, scope)?, &row.row.id)));
            let admitted = views.filter(|(view, first)| filter.admits(view, first, &given, scope));
            admitted.map(|(view, _)| view).collect()
        })
        .await?;
        hide_references(log, query, &mut page).await?;
        page.rows.sort_by(|a, b| (a.decided_on, &a.id).cmp(&(b.decided_on, &b.id)));
        Ok(page)
    }
}

/// Removes references to decisions that the reader may not see.
async fn hide_references(log: &Log, query: &ReadQuery, page: &mut ListPage<DecisionView>) -> Result<(), QueryError> {
    let restricted = |decision: &DecisionView| !sees_all(query.clearances.of(&decision.committee));
    let others = |decision: &'_ DecisionView| {
        decision.superseded_by.iter().chain(&decision.supersedes).cloned().collect::<Vec<_>>()
    };
    let named: BTreeSet<DecisionId> = page.rows.iter().filter(|row| restricted(row)).flat_map(others).collect();
    if named.is_empty() {
        return Ok(());
    }
    let mut streams = BTreeSet::new();
    for id in &named {
        // The rows on the page name meetings by the reference in force.
        let first = first_decision(log, query.clearances.of(id.meeting().committee()), id).await?;
        streams.insert(StreamId::Meeting(first.meeting().clone()));
    }
    let streams: Vec<StreamId> = streams.into_iter().collect();
    let name = |visible: &VisibleRow<DecisionRow>, names: &MeetingNames| {
        visible.text(|row| Some(&row.text)).map(|_| names.decision(&visible.row.id))
    };
    let visible = visible_names::<Decisions, _, _>(log, query, page, &streams, name).await?;
    for decision in page.rows.iter_mut().filter(|decision| restricted(decision)) {
        decision.supersedes.retain(|id| visible.contains(id));
        decision.superseded_by = decision.superseded_by.take().filter(|id| visible.contains(id));
    }
    Ok(())
}

impl ListItem for DecisionView {
    const PLURAL: &'static str = "decisions";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "id", value: |decision| decision.id.to_string() },
        ListField { name: "verb", value: |decision| decision.verb.to_string() },
        ListField { name: "text", value: |decision| decision.text.to_string() },
        ListField { name: "meeting", value: |decision| decision.meeting.to_string() },
        ListField { name: "item", value: |decision| text(decision.item.as_ref()) },
        ListField { name: "decided_on", value: |decision| decision.decided_on.to_string() },
        ListField { name: "subjects", value: |decision| joined(&decision.subjects) },
        ListField { name: "recommended_to", value: |decision| text(decision.recommended_to.as_ref()) },
        ListField { name: "supersedes", value: |decision| joined(&decision.supersedes) },
        ListField { name: "superseded_by", value: |decision| text(decision.superseded_by.as_ref()) },
        ListField { name: "classification", value: |decision| decision.classification.to_string() },
        ListField { name: "committee", value: |decision| decision.committee.to_string() },
        ListField { name: "deferred_to", value: |decision| text(decision.deferred_to.as_ref()) },
        ListField { name: "delegated_to", value: |decision| text(decision.delegated_to.as_ref()) },
        ListField { name: "rescinded", value: |decision| decision.rescinded.to_string() },
        ListField { name: "references", value: |decision| joined(&decision.references) },
    ];
}
