//! The calendar of meetings as a table, a line for each meeting. The agenda is in its headlines.

use super::TableRow;
use crate::present::table::{Column, TableCell, Tone};
use crate::present::times::date;
use crate::query::list::text;
use crate::query::meetings::MeetingView;
use chrono::NaiveTime;

impl TableRow for MeetingView {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Meeting"),
        Column::whole("Held"),
        Column::whole("Time"),
        Column::whole("Venue").or_left_out(2),
        Column::whole("Agenda"),
        Column::whole("Next").or_left_out(1),
    ];
    const EMPTY: &'static str = "no matching meetings";

    fn cells(&self) -> Vec<TableCell> {
        vec![
            self.reference.to_string().into(),
            date(Some(self.held_on)).into(),
            if self.cancelled { TableCell::toned("cancelled", Tone::Alert) } else { hours(self).into() },
            text(self.venue.as_ref()).into(),
            agenda(self.items.len()).into(),
            date(self.next_meeting_on).into(),
        ]
    }
}

/// Returns the length of an agenda: `8 items`.
fn agenda(items: usize) -> String {
    match items {
        0 => String::new(),
        1 => "1 item".to_owned(),
        several => format!("{several} items"),
    }
}

/// Returns the times of a meeting, as far as they are known: `10:00–16:00`.
fn hours(meeting: &MeetingView) -> String {
    let hour = |time: Option<NaiveTime>| time.map(|time| time.format("%H:%M").to_string());
    match (hour(meeting.starts_at), hour(meeting.ends_at)) {
        (Some(from), Some(to)) => format!("{from}–{to}"),
        (Some(from), None) => from,
        (None, Some(to)) => format!("–{to}"),
        (None, None) => String::new(),
    }
}
