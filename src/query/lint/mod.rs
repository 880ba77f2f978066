//! Finds records that call for attention: promises without an action, passed deferrals, unanswered recommendations, actions
//! without a known owner or a due date, missing or too high marks, and meetings whose record contradicts itself.
//!
//! `snapshot.rs` reads what the reader may see at the moment. The rules over it are pure, one file for each kind of record.
//! A hidden record is no finding, and resolves none: either would reveal that it exists.

mod actions;
mod decisions;
mod finding;
mod meetings;
mod owners;
mod rule;
mod snapshot;
mod texts;

pub use finding::LintFinding;
pub use rule::LintRule;

use super::list::ListPage;
use super::read_query::{DefaultMoment, QueryError, ReadQuery, committee_scopes};
use super::stream::ReadError;
use minutebook_ledger::Log;
use snapshot::CommitteeSnapshot;

/// Why lint failed.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// The query has no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Returns the findings in the committees that the query covers, in the order of the log.
pub async fn lint(log: &Log, query: &ReadQuery) -> Result<ListPage<LintFinding>, LintError> {
    let scopes = committee_scopes(log, query, DefaultMoment::Now).await?;
    let mut page = ListPage::of_moment(&scopes, query, DefaultMoment::Now);
    let head = log.head().await.map_err(QueryError::from)?;
    for mut scope in scopes {
        // Read rows and streams at one position, whatever is appended meanwhile.
        scope.pin(Some(head));
        let known_at = log.known_whole(scope.at.known_at.or(Some(head))).await.map_err(QueryError::from)?;
        scope.name_meetings(log, head).await.map_err(QueryError::from)?;
        let mut snapshot = CommitteeSnapshot::read(log, &scope, known_at).await?;
        let mut findings = actions::findings(&snapshot, scope.today);
        findings.extend(decisions::findings(&snapshot, scope.today));
        findings.extend(texts::findings(&snapshot, scope.today));
        findings.extend(meetings::findings(&snapshot));
        findings.extend(owners::findings(&snapshot));
        for finding in findings {
            let origin = snapshot.origin(log, &finding.stream, &finding.event).await?;
            let Some((position, source)) = origin else { continue };
            let source = Some(source).filter(|_| scope.audits);
            let mut finding = finding.located(position, source.as_ref(), &scope.committee.code);
            finding.meeting = finding.meeting.map(|meeting| scope.names.meeting(&meeting));
            finding.subject = scope.names.name(&finding.subject);
            page.rows.push(finding);
        }
        page.position = page.position.max(known_at);
    }
    page.rows.sort_by_key(|finding| (finding.position, finding.line, finding.kind));
    page.total = page.rows.len();
    Ok(page)
}
