//! Lists what was deferred to a later meeting: decisions and statuses of parties.

use super::decisions::{DecisionFilter, DecisionView};
use super::list::{ListField, ListItem, ListPage, natural, text};
use super::parties::{StatusFilter, StatusView};
use super::queryable::Queryable;
use super::read_query::{QueryError, ReadQuery, meeting_day};
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{CommitteeCode, ItemLabel, MeetingRef};
use minutebook_ledger::Log;
use serde::Serialize;
use std::str::FromStr;

/// A matter that was deferred.
#[derive(Debug, Clone, Serialize)]
pub struct DeferralView {
    /// The decision, `SSC_72_2702/D3`, or the party whose status was deferred.
    pub reference: String,
    /// What was deferred.
    pub text: String,
    /// The meeting that deferred it.
    pub meeting: MeetingRef,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// The day on which it was deferred.
    pub deferred_on: NaiveDate,
    /// The day of the meeting to which it was deferred, if that was said.
    pub deferred_to: Option<NaiveDate>,
    /// The classification of `text`; null for a status.
    pub classification: Option<Classification>,
    /// The committee's code.
    pub committee: CommitteeCode,
}

/// The meeting or the day to which something is deferred. Parsed from `SSC_74_2703` or `2019-03-27`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeferralTarget {
    /// A meeting, which may be yet to be convened.
    Meeting(MeetingRef),
    /// A day.
    Day(NaiveDate),
}

impl FromStr for DeferralTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10).map(Self::Day);
        day.or_else(|| text.parse().ok().map(Self::Meeting)).ok_or_else(|| {
            format!("`{text}` is neither a meeting nor a day: SSC_74_2703 or 2019-03-27, for example, was expected")
        })
    }
}

impl std::fmt::Display for DeferralTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Meeting(meeting) => meeting.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

/// Selects deferrals. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct DeferralFilter {
    /// The meeting or the day to which it was deferred.
    pub to: Option<DeferralTarget>,
}

impl Queryable for DeferralView {
    type Filter = DeferralFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &DeferralFilter) -> Result<ListPage<Self>, QueryError> {
        let deferred = DecisionFilter { verbs: vec![Verb::Deferred], ..DecisionFilter::default() };
        let decisions = DecisionView::list(log, query, &deferred).await?;
        let statuses = StatusView::list(log, query, &StatusFilter::default()).await?;
        let mut rows: Vec<Self> = Vec::new();
        for status in statuses.rows.iter().filter(|status| status.deferred) {
            // The decision of the same meeting that defers it is listed.
            let is_decided = |decision: &&DecisionView| {
                decision.meeting == status.meeting && decision.subjects.contains(&status.party)
            };
            if !decisions.rows.iter().any(|decision| is_decided(&decision)) {
                rows.push(Self::of_status(status));
            }
        }
        let ListPage { total, as_of, known_at, position, rows: decided } = decisions;
        rows.extend(decided.into_iter().map(Self::of_decision));
        if let Some(to) = &filter.to {
            let day = match to {
                DeferralTarget::Day(day) => Some(*day),
                DeferralTarget::Meeting(meeting) => meeting_day(log, meeting, &query.clearances).await?,
            };
            rows.retain(|row| row.is_deferred_to(to, day));
        }
        rows.sort_by(|a, b| {
            (a.deferred_to, a.deferred_on)
                .cmp(&(b.deferred_to, b.deferred_on))
                .then_with(|| natural(&a.reference, &b.reference))
        });
        Ok(ListPage { rows, total, as_of, known_at, position })
    }
}

impl DeferralView {
    fn of_decision(decision: DecisionView) -> Self {
        Self {
            reference: decision.id.to_string(),
            text: decision.text.to_string(),
            meeting: decision.meeting,
            item: decision.item,
            deferred_on: decision.decided_on,
            deferred_to: decision.deferred_to,
            classification: Some(decision.classification),
            committee: decision.committee,
        }
    }

    fn of_status(status: &StatusView) -> Self {
        Self {
            reference: status.party.to_string(),
            text: format!("the {} status of {}", status.kind, status.party),
            meeting: status.meeting.clone(),
            item: status.item,
            deferred_on: status.agreed_on,
            deferred_to: status.deferred_to,
            classification: None,
            committee: status.committee.clone(),
        }
    }

    /// Returns whether it is deferred to the meeting or the day. `day` is that of the meeting, if the reader knows it; the
    /// reference of a meeting that is yet to be convened has its day and month.
    fn is_deferred_to(&self, to: &DeferralTarget, day: Option<NaiveDate>) -> bool {
        let Some(deferred_to) = self.deferred_to else { return false };
        match to {
            DeferralTarget::Day(day) => deferred_to == *day,
            DeferralTarget::Meeting(meeting) => {
                let is_its_day = day.map_or_else(|| meeting.falls_on(deferred_to), |day| day == deferred_to);
                self.committee == *meeting.committee() && is_its_day
            }
        }
    }
}

impl ListItem for DeferralView {
    const PLURAL: &'static str = "deferrals";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "reference", value: |deferral| deferral.reference.clone() },
        ListField { name: "text", value: |deferral| deferral.text.clone() },
        ListField { name: "meeting", value: |deferral| deferral.meeting.to_string() },
        ListField { name: "item", value: |deferral| text(deferral.item.as_ref()) },
        ListField { name: "deferred_on", value: |deferral| deferral.deferred_on.to_string() },
        ListField { name: "deferred_to", value: |deferral| text(deferral.deferred_to.as_ref()) },
        ListField { name: "classification", value: |deferral| text(deferral.classification.as_ref()) },
        ListField { name: "committee", value: |deferral| deferral.committee.to_string() },
    ];
}
