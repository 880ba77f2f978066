//! Searches titles, paragraphs, decisions, actions, matters and parties at once.

use super::actions::{ActionFilter, ActionView};
use super::decisions::{DecisionFilter, DecisionView};
use super::list::{ListField, ListItem, ListPage, text};
use super::matters::{MatterFilter, MatterView};
use super::meeting_names::GivenNames;
use super::queryable::Queryable;
use super::read_query::{CommitteeScope, DefaultMoment, QueryError, ReadQuery, RowSelection, page};
use super::visible_row::VisibleRow;
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::reference::{CommitteeCode, ItemLabel, MeetingRef, Prose};
use minutebook_ledger::Log;
use minutebook_projections::party_statuses::{PartyStatusRow, PartyStatuses};
use minutebook_projections::passages::{PassageKind, PassageRow, Passages};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HitKind {
    /// The title of an agenda item.
    Title,
    /// A paragraph of a meeting's record.
    Paragraph,
    /// A list of a meeting's record.
    List,
    /// A table of a meeting's record.
    Table,
    /// A decision.
    Decision,
    /// An action.
    Action,
    /// A matter arising.
    Matter,
    /// A party's status.
    Party,
}

impl HitKind {
    /// Returns the kind in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Paragraph => "paragraph",
            Self::List => "list",
            Self::Table => "table",
            Self::Decision => "decision",
            Self::Action => "action",
            Self::Matter => "matter",
            Self::Party => "party",
        }
    }
}

/// A text or a name that matches a search.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SearchHit {
    /// What was found.
    pub kind: HitKind,
    /// The action, decision, party or meeting that holds it.
    #[schema(example = "SSC72/01")]
    pub reference: String,
    /// The meeting; null if there is none.
    pub meeting: Option<MeetingRef>,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// The text; null for a party whose status has none that the reader may see.
    pub text: Option<Prose>,
    /// The classification of the text; null without one.
    pub classification: Option<Classification>,
    /// The committee's code.
    pub committee: CommitteeCode,
}

/// The words to search for.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// Words that must all occur; the last may be the beginning of a word. Words in double quotes stand side by side.
    pub search: String,
}

impl SearchHit {
    /// Builds the hit of a passage, or returns `None` if no text that the reader may see matches.
    fn of_passage(visible: &VisibleRow<PassageRow>, search: &Search, scope: &CommitteeScope) -> Option<Self> {
        let row = &visible.row;
        let texts: Vec<(&Prose, Classification)> = row
            .texts
            .iter()
            .filter_map(|text| Some((text.disclose(visible.clearance())?, text.classification())))
            .collect();
        let all: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
        if !search.is_found_in(&all) {
            return None;
        }
        // Of a list the entry that matches, if one does alone.
        let first = texts.iter().find(|(text, _)| search.is_found_in(&[text.as_str()])).or_else(|| texts.first())?;
        let meeting = scope.names.meeting(&row.meeting);
        Some(Self {
            kind: match row.kind {
                PassageKind::Title => HitKind::Title,
                PassageKind::Paragraph => HitKind::Paragraph,
                PassageKind::List => HitKind::List,
                PassageKind::Table => HitKind::Table,
            },
            reference: meeting.to_string(),
            meeting: Some(meeting),
            item: row.item,
            text: Some(first.0.clone()),
            classification: Some(first.1),
            committee: scope.committee.code.clone(),
        })
    }

    fn of_status(visible: &VisibleRow<PartyStatusRow>, search: &Search, scope: &CommitteeScope) -> Option<Self> {
        let row = &visible.row;
        let value = visible.text(|row| row.value.as_ref());
        let texts = [row.party.as_str(), value.map(Prose::as_str).unwrap_or_default()];
        search.is_found_in(&texts).then(|| Self {
            kind: HitKind::Party,
            reference: row.party.to_string(),
            meeting: Some(scope.names.meeting(&row.meeting)),
            item: row.item,
            text: value.cloned(),
            classification: row.value.as_ref().filter(|_| value.is_some()).map(Classified::classification),
            committee: row.committee.clone(),
        })
    }
}

impl From<ActionView> for SearchHit {
    fn from(action: ActionView) -> Self {
        Self {
            kind: HitKind::Action,
            reference: action.reference.to_string(),
            meeting: action.raised_in,
            item: action.item,
            text: Some(action.text),
            classification: Some(action.classification),
            committee: action.committee,
        }
    }
}

impl From<DecisionView> for SearchHit {
    fn from(decision: DecisionView) -> Self {
        Self {
            kind: HitKind::Decision,
            reference: decision.id.to_string(),
            meeting: Some(decision.meeting),
            item: decision.item,
            text: Some(decision.text),
            classification: Some(decision.classification),
            committee: decision.committee,
        }
    }
}

impl From<MatterView> for SearchHit {
    fn from(matter: MatterView) -> Self {
        Self {
            kind: HitKind::Matter,
            reference: matter.meeting.to_string(),
            meeting: Some(matter.meeting),
            item: matter.item,
            text: Some(matter.text),
            classification: Some(matter.classification),
            committee: matter.committee,
        }
    }
}

impl Queryable for SearchHit {
    type Filter = SearchFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &SearchFilter) -> Result<ListPage<Self>, QueryError> {
        let words = Some(filter.search.as_str());
        let given = GivenNames::read(log, &query.clearances, None, None, words).await?;
        let Some(search) = given.search.as_ref() else {
            return Ok(ListPage::of_moment(&[], query, DefaultMoment::Now));
        };
        let selection = |facets| RowSelection { facets, search: Some(search), streams: None };
        let mut hits =
            page::<Passages, _>(log, query, DefaultMoment::Now, selection(Passages::FACETS), |rows, scope| {
                rows.iter().filter_map(|row| Self::of_passage(row, search, scope)).collect()
            })
            .await?;
        let parties = selection(PartyStatuses::FACETS);
        let parties = page::<PartyStatuses, _>(log, query, DefaultMoment::Now, parties, |rows, scope| {
            rows.iter().filter_map(|row| Self::of_status(row, search, scope)).collect()
        })
        .await?;
        let search = || Some(filter.search.clone());
        let decisions = DecisionFilter { search: search(), ..DecisionFilter::default() };
        let actions = ActionFilter { search: search(), ..ActionFilter::default() };
        let matters = MatterFilter { search: search(), ..MatterFilter::default() };
        hits.rows.extend(DecisionView::list(log, query, &decisions).await?.rows.into_iter().map(Self::from));
        hits.rows.extend(ActionView::list(log, query, &actions).await?.rows.into_iter().map(Self::from));
        hits.rows.extend(MatterView::list(log, query, &matters).await?.rows.into_iter().map(Self::from));
        hits.rows.extend(parties.rows);
        hits.rows.sort_by(|a, b| (&a.committee, a.kind).cmp(&(&b.committee, b.kind)));
        Ok(hits)
    }
}

impl ListItem for SearchHit {
    const PLURAL: &'static str = "hits";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "kind", value: |hit| hit.kind.word().to_owned() },
        ListField { name: "reference", value: |hit| hit.reference.clone() },
        ListField { name: "meeting", value: |hit| text(hit.meeting.as_ref()) },
        ListField { name: "item", value: |hit| text(hit.item.as_ref()) },
        ListField { name: "text", value: |hit| text(hit.text.as_ref()) },
        ListField { name: "classification", value: |hit| text(hit.classification.as_ref()) },
        ListField { name: "committee", value: |hit| hit.committee.to_string() },
    ];
}
