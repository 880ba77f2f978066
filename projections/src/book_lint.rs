//! What in a book calls for attention at a moment: what was put off to a day that is past, asked and never answered, or
//! left without an owner, a date or a mark.

use crate::actions::ActionRow;
use crate::decisions::DecisionRow;
use crate::meetings::MeetingRow;
use crate::party_statuses::PartyStatusRow;
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::Prose;
use serde::Serialize;

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was put off to a meeting that has come and gone, and nothing was decided on it since.
    DeferralPassed,
    /// Another body was asked, and no later record of the committee speaks of its answer.
    RecommendationUnanswered,
    /// An outstanding action names nobody.
    ActionWithoutOwner,
    /// An outstanding action has no day to be done by.
    ActionWithoutDueDate,
    /// An outstanding action's day is past.
    ActionOverdue,
    /// An agenda item has no classification mark.
    ItemWithoutClassification,
}

impl Kind {
    /// What it says, in a few words.
    pub fn message(self) -> &'static str {
        match self {
            Self::DeferralPassed => "put off to a day that is past, and not taken up again",
            Self::RecommendationUnanswered => "a recommendation that was never answered",
            Self::ActionWithoutOwner => "an action that nobody owns",
            Self::ActionWithoutDueDate => "an action without a due date",
            Self::ActionOverdue => "an action that is overdue",
            Self::ItemWithoutClassification => "an agenda item without a classification",
        }
    }

    /// What would put it right.
    pub fn help(self) -> &'static str {
        match self {
            Self::DeferralPassed => "record what was decided on it, or to which day it was put off again",
            Self::RecommendationUnanswered => "record the answer as a matter arising or a decision that names the body",
            Self::ActionWithoutOwner => "assign it: `minutebook record assign`",
            Self::ActionWithoutDueDate => "give it a day: `minutebook record move-due-date`",
            Self::ActionOverdue => "complete it, move its due date, or withdraw it",
            Self::ItemWithoutClassification => "correct the item, if it has a mark",
        }
    }
}

/// Something that calls for attention, and the row that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// The row's stream.
    pub stream: StreamId,
    /// What it is about, in words that the reader may see.
    pub label: String,
    /// Whether this event of the stream is the one it is about: its type, and its number there if it has one.
    pub event_type: &'static str,
    /// The number of the item, the decision or the like; none where the stream has one such event.
    pub number: Option<u32>,
}

/// A row with its stream.
pub type Placed<'a, R> = (&'a StreamId, &'a R);

/// The rows of one committee, as of a moment.
#[derive(Debug, Clone, Copy)]
pub struct CommitteeRows<'a> {
    /// Its actions.
    pub actions: &'a [Placed<'a, ActionRow>],
    /// Its decisions.
    pub decisions: &'a [Placed<'a, DecisionRow>],
    /// Its parties' statuses.
    pub statuses: &'a [Placed<'a, PartyStatusRow>],
    /// Its meetings.
    pub meetings: &'a [Placed<'a, MeetingRow>],
    /// What its records say in words that the reader may see, with the day: matters arising and decisions.
    pub sayings: &'a [(NaiveDate, &'a Prose)],
}

/// What calls for attention on `today`, as far as a reader with this clearance may know. `day_of` gives the day of a
/// decision, which is a question of the committee's time zone.
pub fn lint(
    rows: CommitteeRows<'_>,
    today: NaiveDate,
    clearance: Clearance,
    day_of: impl Fn(&DecisionRow) -> NaiveDate,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (stream, action) in rows.actions {
        findings.extend(of_action(stream, action, today, clearance));
    }
    // What the reader may not see answers nothing either: that it is there would be told by what is not found.
    let visible =
        rows.decisions.iter().filter_map(|(stream, row)| Some((*stream, *row, row.text.disclose(clearance)?)));
    let decisions: Vec<_> = visible.map(|(stream, row, text)| (stream, row, day_of(row), text)).collect();
    for (stream, decision, day, text) in &decisions {
        if decision.superseded_by.is_some() {
            continue;
        }
        let later =
            |other: &(&StreamId, &DecisionRow, NaiveDate, &Prose)| other.2 > *day && speaks_of(other.1, decision);
        let passed = decision.deferred_to.is_some_and(|to| to < today);
        let kind = if decision.verb == Verb::Deferred && passed && !decisions.iter().any(later) {
            Kind::DeferralPassed
        } else if decision.verb == Verb::Recommended && !is_answered(decision, *day, rows.sayings) {
            Kind::RecommendationUnanswered
        } else {
            continue;
        };
        let label = format!("{}: {text}", decision.id);
        let number = Some(decision.id.number());
        findings.push(Finding { kind, stream: (*stream).clone(), label, event_type: "DecisionRecorded", number });
    }
    for (stream, status) in rows.statuses {
        let taken_up = rows
            .statuses
            .iter()
            .any(|(other, later)| other == stream && later.kind == status.kind && later.agreed_on > status.agreed_on);
        if status.deferred && status.deferred_to.is_some_and(|to| to < today) && !taken_up {
            let label = format!("the {} status of {}", status.kind, status.party);
            let stream = (*stream).clone();
            findings.push(Finding {
                kind: Kind::DeferralPassed,
                stream,
                label,
                event_type: "StatusDeferred",
                number: None,
            });
        }
    }
    for (stream, meeting) in rows.meetings {
        if !clearance.permits(meeting.classification) {
            continue;
        }
        for item in meeting.items.iter().filter(|item| item.classification.is_none()) {
            let Some(title) = item.title.disclose(clearance) else { continue };
            let label = format!("{} item {}: {title}", meeting.reference, item.number);
            let (stream, number) = ((*stream).clone(), Some(item.number));
            let kind = Kind::ItemWithoutClassification;
            findings.push(Finding { kind, stream, label, event_type: "AgendaItemTabled", number });
        }
    }
    findings
}

fn of_action(stream: &StreamId, action: &ActionRow, today: NaiveDate, clearance: Clearance) -> Vec<Finding> {
    let Some(text) = action.text.disclose(clearance) else { return Vec::new() };
    if action.status != ActionStatus::Outstanding {
        return Vec::new();
    }
    let wrong = [
        (action.owners.is_empty(), Kind::ActionWithoutOwner),
        (action.due_on.is_none(), Kind::ActionWithoutDueDate),
        (action.due_on.is_some_and(|due| due < today), Kind::ActionOverdue),
    ];
    let finding = |kind| Finding {
        kind,
        stream: stream.clone(),
        label: format!("{}: {text}", action.reference),
        event_type: "ActionRaised",
        number: None,
    };
    wrong.into_iter().filter(|(is_so, _)| *is_so).map(|(_, kind)| finding(kind)).collect()
}

/// Whether a later decision is on the matter of an earlier one: on a party, a reference or the decision itself.
fn speaks_of(later: &DecisionRow, earlier: &DecisionRow) -> bool {
    later.supersedes.contains(&earlier.id)
        || later.subjects.iter().any(|subject| earlier.subjects.contains(subject))
        || later
            .references
            .iter()
            .any(|reference| earlier.references.contains(reference) || reference.to_string() == earlier.id.to_string())
}

/// Whether something later names the body that was asked, or the recommendation itself.
fn is_answered(decision: &DecisionRow, day: NaiveDate, sayings: &[(NaiveDate, &Prose)]) -> bool {
    let names = |text: &str| {
        text.contains(&decision.id.to_string())
            || decision.recommended_to.as_ref().is_some_and(|body| text.contains(body.as_str()))
    };
    sayings.iter().any(|(said_on, text)| *said_on > day && names(text.as_str()))
}
