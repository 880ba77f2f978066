//! Minutes as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell, Tone, unbroken};
use crate::present::times::date;
use crate::query::list::text;
use crate::query::minutes::MinutesView;

impl TableRow for MinutesView {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Meeting"),
        Column::whole("Held"),
        Column::words("Edition"),
        Column::whole("Drafted").or_left_out(1),
        Column::words("Approved"),
        Column::words("Outcome"),
    ];
    const EMPTY: &'static str = "no meeting had been held";

    fn cells(&self) -> Vec<TableCell> {
        let approved = match self.approved_on {
            Some(day) => {
                let at = text(self.approved_at.as_ref());
                TableCell::toned(format!("{} {at}", unbroken(&date(Some(day)))), Tone::Settled)
            }
            None => TableCell::toned(self.status, Tone::Alert),
        };
        let outcome = self.outcome.iter().map(ToString::to_string);
        let amendments = self.amendments.iter().map(ToString::to_string);
        vec![
            text(self.meeting.as_ref()).into(),
            date(Some(self.held_on)).into(),
            text(self.edition.as_ref()).into(),
            date(self.drafted_on).into(),
            approved,
            outcome.chain(amendments).collect::<Vec<_>>().join("\n").into(),
        ]
    }
}
