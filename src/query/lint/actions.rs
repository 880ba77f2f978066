//! Rules on outstanding actions: without an owner, without a due date, overdue, or marked too high.

use super::finding::UnlocatedFinding;
use super::rule::LintRule;
use super::snapshot::{CommitteeSnapshot, EventLocator};
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::Classification;

pub(super) fn findings(snapshot: &CommitteeSnapshot<'_>, today: NaiveDate) -> Vec<UnlocatedFinding> {
    let outstanding = snapshot.actions.iter().filter(|action| action.row.status == ActionStatus::Outstanding);
    let findings = outstanding.flat_map(|action| {
        let row = &action.row;
        let is_published =
            snapshot.meetings.iter().any(|meeting| Some(meeting.row.first_reference()) == row.raised_in.as_ref());
        let marked = row.marked.map(Classification::rank);
        // A line of a document is also a passage of the record: `texts.rs` finds it there.
        let is_in_record = |text: &str| snapshot.texts.iter().any(|recorded| recorded.text.contains(text));
        let rules = [
            (row.owners.is_empty(), LintRule::ActionWithoutOwner),
            (row.due_on.is_none(), LintRule::ActionWithoutDueDate),
            (row.due_on.is_some_and(|due| due < today), LintRule::ActionOverdue),
            (
                marked > Some(row.text.classification().rank()) && is_published && !is_in_record(&action.text),
                LintRule::HigherClassification,
            ),
        ];
        rules.into_iter().filter(|(applies, _)| *applies).map(|(_, kind)| UnlocatedFinding {
            kind,
            stream: StreamId::Action(row.reference.clone()),
            event: EventLocator::ActionRaised,
            meeting: row.raised_in.clone(),
            item: row.item,
            subject: row.reference.to_string(),
            text: action.text.clone(),
        })
    });
    findings.collect()
}
