//! Outstanding actions that nobody owns, that have no day, or whose day is past.

use super::book::{Book, Place};
use super::{Found, Kind};
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::Classification;

pub(super) fn of(book: &Book<'_>, today: NaiveDate) -> Vec<Found> {
    let outstanding = book.actions.iter().filter(|(action, _)| action.status == ActionStatus::Outstanding);
    let findings = outstanding.flat_map(|(action, text)| {
        let published = book.meetings.iter().find(|meeting| Some(&meeting.row.reference) == action.raised_in.as_ref());
        let marked = action.marked.map(Classification::rank);
        // A line of a document is a passage of the record as well, and is found there with its mark.
        let is_printed = |text: &str| book.texts.iter().any(|said| said.text.contains(text));
        let wrong = [
            (action.owners.is_empty(), Kind::ActionWithoutOwner),
            (action.due_on.is_none(), Kind::ActionWithoutDueDate),
            (action.due_on.is_some_and(|due| due < today), Kind::ActionOverdue),
            (
                marked > Some(action.text.classification().rank()) && published.is_some() && !is_printed(text),
                Kind::HigherClassification,
            ),
        ];
        wrong.into_iter().filter(|(is_so, _)| *is_so).map(|(_, kind)| Found {
            kind,
            stream: StreamId::Action(action.reference.clone()),
            place: Place::ActionRaised,
            meeting: action.raised_in.clone(),
            item: action.item,
            subject: action.reference.to_string(),
            text: text.clone(),
        })
    });
    findings.collect()
}
