//! The decision register as a reader sees it.

use super::listed::{Asked, Field, Listed, Page, joined, text};
use super::read_query::{AskError, CommitteeScope, DefaultMoment, ReadQuery, RowSelection, page, visible};
use super::visible_row::{VisibleRow, sees_all};
use crate::present::table::{Cell, Tone};
use crate::present::times::date;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{CommitteeCode, DecisionId, MeetingRef, Name, PartyName, Prose, Reference};
use minutebook_ledger::Log;
use minutebook_projections::decisions::{DecisionRow, Decisions};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use serde::Serialize;

/// A decision, at the moment that was asked about.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DecisionView {
    /// Its id.
    pub id: DecisionId,
    /// What the committee did.
    pub verb: Verb,
    /// What it is about.
    pub text: Prose,
    /// The meeting.
    pub meeting: MeetingRef,
    /// The agenda item.
    pub item: Option<u32>,
    /// The day it was decided, where the committee is.
    pub decided_on: NaiveDate,
    /// The parties it is about.
    pub subjects: Vec<PartyName>,
    /// The body that it is recommended to.
    pub recommended_to: Option<Name>,
    /// The decisions whose place it takes.
    pub supersedes: Vec<DecisionId>,
    /// The decision that took its place.
    pub superseded_by: Option<DecisionId>,
    /// The classification of its text.
    pub classification: Classification,
    /// The committee.
    pub committee: CommitteeCode,
    /// The day of the meeting that it is deferred to.
    pub deferred_to: Option<NaiveDate>,
    /// Whom it is delegated to.
    pub delegated_to: Option<Name>,
    /// Whether it was rescinded with nothing in its place.
    pub rescinded: bool,
    /// What it mentions.
    pub references: Vec<Reference>,
}

impl DecisionView {
    fn of(seen: &VisibleRow<DecisionRow>, vantage: &CommitteeScope) -> Option<Self> {
        let text = seen.text(|row| Some(&row.text))?.clone();
        let row = &seen.row;
        Some(Self {
            id: row.id.clone(),
            verb: row.verb,
            text,
            meeting: row.meeting.clone(),
            item: row.item,
            decided_on: row.decided_at.with_timezone(&vantage.zone).date_naive(),
            subjects: row.subjects.clone(),
            recommended_to: row.recommended_to.clone(),
            supersedes: row.supersedes.clone(),
            superseded_by: row.superseded_by.clone(),
            classification: row.text.classification(),
            committee: row.meeting.committee().clone(),
            deferred_to: row.deferred_to,
            delegated_to: row.delegated_to.clone(),
            rescinded: row.rescinded,
            references: row.references.clone(),
        })
    }

    /// What became of it, or to whom it goes.
    fn then(&self) -> String {
        let onwards = [
            self.recommended_to.as_ref().map(|body| format!("to {body}")),
            self.deferred_to.map(|day| format!("to {}", date(Some(day)))),
            self.delegated_to.as_ref().map(|body| format!("to {body}")),
            (!self.supersedes.is_empty()).then(|| format!("in place of {}", joined(&self.supersedes))),
            match &self.superseded_by {
                Some(by) if self.rescinded => Some(format!("rescinded by {by}")),
                Some(by) => Some(format!("superseded by {by}")),
                None => self.rescinded.then(|| "rescinded".to_owned()),
            },
        ];
        joined(&onwards.into_iter().flatten().collect::<Vec<_>>())
    }
}

/// RowSelection decisions.
#[derive(Debug, Clone, Default)]
pub struct DecisionFilter {
    /// Those with one of these verbs; all of them if there are none.
    pub verbs: Vec<Verb>,
    /// Those of a meeting.
    pub meeting: Option<MeetingRef>,
    /// Those about a party.
    pub party: Option<String>,
    /// Those that are, or mention, something.
    pub reference: Option<String>,
    /// Those that hold all of these words, the last of which may be the beginning of one.
    pub search: Option<String>,
}

impl DecisionFilter {
    fn admits(&self, decision: &DecisionView, search: Option<&Search>) -> bool {
        let about = |party: &str| decision.subjects.iter().any(|name| name.as_str().eq_ignore_ascii_case(party));
        let names = |reference: &str| {
            decision.id.to_string().eq_ignore_ascii_case(reference)
                || about(reference)
                || decision.references.iter().any(|mentioned| mentioned.as_str().eq_ignore_ascii_case(reference))
        };
        let holds = |search: &Search| {
            let (id, subjects) = (decision.id.to_string(), joined(&decision.subjects));
            search.is_found_in(&[decision.text.as_str(), &id, decision.verb.word(), &subjects])
        };
        (self.verbs.is_empty() || self.verbs.contains(&decision.verb))
            && self.meeting.as_ref().is_none_or(|meeting| *meeting == decision.meeting)
            && self.party.as_deref().is_none_or(about)
            && self.reference.as_deref().is_none_or(names)
            && search.is_none_or(holds)
    }
}

impl Asked for DecisionView {
    type Filter = DecisionFilter;

    async fn ask(log: &Log, question: &ReadQuery, filter: &DecisionFilter) -> Result<Page<Self>, AskError> {
        let search = filter.search.as_deref().map(Search::of);
        let which = RowSelection { facets: Decisions::FACETS, search: search.as_ref() };
        let mut page = page::<Decisions, _>(log, question, DefaultMoment::Now, which, |rows, vantage| {
            let views = rows.iter().filter_map(|seen| Self::of(seen, vantage));
            views.filter(|view| filter.admits(view, search.as_ref())).collect()
        })
        .await?;
        hide_unseen(log, question, &mut page).await?;
        page.rows.sort_by(|a, b| (a.decided_on, &a.id).cmp(&(b.decided_on, &b.id)));
        Ok(page)
    }
}

/// Leaves out the names of decisions that the reader may not see.
async fn hide_unseen(log: &Log, question: &ReadQuery, page: &mut Page<DecisionView>) -> Result<(), AskError> {
    let restricted = |decision: &DecisionView| !sees_all(question.reach.of(&decision.committee));
    let names_others = |decision: &DecisionView| decision.superseded_by.is_some() || !decision.supersedes.is_empty();
    if !page.rows.iter().any(|decision| names_others(decision) && restricted(decision)) {
        return Ok(());
    }
    let name = |seen: &VisibleRow<DecisionRow>| seen.text(|row| Some(&row.text)).map(|_| seen.row.id.clone());
    let visible = visible::<Decisions, _, _>(log, question, page, name).await?;
    for decision in page.rows.iter_mut().filter(|decision| restricted(decision)) {
        decision.supersedes.retain(|id| visible.contains(id));
        decision.superseded_by = decision.superseded_by.take().filter(|id| visible.contains(id));
    }
    Ok(())
}

impl Listed for DecisionView {
    const PLURAL: &'static str = "decisions";
    const TITLES: &'static [&'static str] = &["Decision", "Verb", "What about", "Decided", "Parties", "Then"];
    const NOTHING: &'static str = "no such decisions";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "id", value: |decision| decision.id.to_string() },
        Field { name: "verb", value: |decision| decision.verb.to_string() },
        Field { name: "text", value: |decision| decision.text.to_string() },
        Field { name: "meeting", value: |decision| decision.meeting.to_string() },
        Field { name: "item", value: |decision| text(decision.item.as_ref()) },
        Field { name: "decided_on", value: |decision| decision.decided_on.to_string() },
        Field { name: "subjects", value: |decision| joined(&decision.subjects) },
        Field { name: "recommended_to", value: |decision| text(decision.recommended_to.as_ref()) },
        Field { name: "supersedes", value: |decision| joined(&decision.supersedes) },
        Field { name: "superseded_by", value: |decision| text(decision.superseded_by.as_ref()) },
        Field { name: "classification", value: |decision| decision.classification.to_string() },
        Field { name: "committee", value: |decision| decision.committee.to_string() },
        Field { name: "deferred_to", value: |decision| text(decision.deferred_to.as_ref()) },
        Field { name: "delegated_to", value: |decision| text(decision.delegated_to.as_ref()) },
        Field { name: "rescinded", value: |decision| decision.rescinded.to_string() },
        Field { name: "references", value: |decision| joined(&decision.references) },
    ];

    fn cells(&self) -> Vec<Cell> {
        let over = self.superseded_by.is_some() || self.rescinded;
        vec![
            self.id.to_string().into(),
            Cell::toned(self.verb.to_string(), if over { Tone::Faint } else { Tone::Plain }),
            self.text.to_string().into(),
            date(Some(self.decided_on)).into(),
            joined(&self.subjects).into(),
            Cell::toned(self.then(), if over { Tone::Alert } else { Tone::Plain }),
        ]
    }
}
