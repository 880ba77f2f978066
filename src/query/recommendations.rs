//! Recommendations to other bodies, and whether they were answered.

use super::decisions::{DecisionFilter, DecisionView};
use super::list::ListPage;
use super::matters::{MatterFilter, MatterView};
use super::queryable::Queryable;
use super::read_query::{QueryError, ReadQuery};
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{DecisionId, Name};
use minutebook_ledger::Log;

/// Returns whether a later text answers a recommendation: it names the recommendation, or the body to which it is addressed.
pub(super) fn answers(text: &str, recommendation: &DecisionId, body: Option<&Name>) -> bool {
    text.contains(&recommendation.to_string()) || body.is_some_and(|body| text.contains(body.as_str()))
}

/// Lists the recommendations that no later matter or decision answers. A superseded one awaits no answer.
pub async fn unanswered(log: &Log, query: &ReadQuery) -> Result<ListPage<DecisionView>, QueryError> {
    let mut page = DecisionView::list(log, query, &DecisionFilter::default()).await?;
    let matters = MatterView::list(log, query, &MatterFilter::default()).await?.rows;
    let decisions = std::mem::take(&mut page.rows);
    let is_answered = |asked: &DecisionView| {
        let matters = matters.iter().filter(|matter| matter.committee == asked.committee);
        let later = matters.filter(|matter| matter.noted_on > asked.decided_on).map(|matter| &matter.text);
        let decided = decisions.iter().filter(|later| later.committee == asked.committee);
        let decided = decided.filter(|later| later.decided_on > asked.decided_on).map(|later| &later.text);
        later.chain(decided).any(|text| answers(text.as_str(), &asked.id, asked.recommended_to.as_ref()))
    };
    let stands = |decision: &&DecisionView| decision.verb == Verb::Recommended && decision.superseded_by.is_none();
    page.rows = decisions.iter().filter(stands).filter(|decision| !is_answered(decision)).cloned().collect();
    page.total = page.rows.len();
    Ok(page)
}
