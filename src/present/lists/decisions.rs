//! The decision register as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell, Tone, unbroken};
use crate::present::times::date;
use crate::query::decisions::DecisionView;
use crate::query::list::joined;

impl TableRow for DecisionView {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Decision"),
        Column::whole("Verb"),
        Column::text("Subject"),
        Column::whole("Decided"),
        Column::words("Parties").or_left_out(2),
        Column::words("Outcome").or_left_out(1),
    ];
    const EMPTY: &'static str = "no matching decisions";

    fn cells(&self) -> Vec<TableCell> {
        let superseded = self.superseded_by.is_some() || self.rescinded;
        vec![
            self.id.to_string().into(),
            TableCell::toned(self.verb.to_string(), if superseded { Tone::Faint } else { Tone::Plain }),
            self.text.to_string().into(),
            date(Some(self.decided_on)).into(),
            joined(&self.subjects).into(),
            TableCell::toned(outcome(self), if superseded { Tone::Alert } else { Tone::Plain }),
        ]
    }
}

/// Returns to whom or when the decision passes the matter on, and which decisions it replaces or is replaced by.
fn outcome(decision: &DecisionView) -> String {
    let outcomes = [
        decision.recommended_to.as_ref().map(|body| format!("to {body}")),
        decision.deferred_to.map(|day| format!("to {}", unbroken(&date(Some(day))))),
        decision.delegated_to.as_ref().map(|body| format!("to {body}")),
        (!decision.supersedes.is_empty()).then(|| format!("supersedes {}", joined(&decision.supersedes))),
        match &decision.superseded_by {
            Some(by) if decision.rescinded => Some(format!("rescinded by {by}")),
            Some(by) => Some(format!("superseded by {by}")),
            None => decision.rescinded.then(|| "rescinded".to_owned()),
        },
    ];
    joined(&outcomes.into_iter().flatten().collect::<Vec<_>>())
}
