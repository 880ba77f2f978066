//! The calendar of meetings as a table.

use super::TableRow;
use crate::present::table::TableCell;
use crate::present::times::date;
use crate::query::list::text;
use crate::query::meetings::{ItemView, MeetingView};
use chrono::NaiveTime;

impl TableRow for MeetingView {
    const HEADINGS: &'static [&'static str] = &["Meeting", "Held", "Time", "Venue", "Agenda", "Next"];
    const EMPTY: &'static str = "no matching meetings";

    fn cells(&self) -> Vec<TableCell> {
        vec![
            self.reference.to_string().into(),
            held(self).into(),
            hours(self).into(),
            text(self.venue.as_ref()).into(),
            self.items.iter().map(ItemView::line).collect::<Vec<_>>().join("\n").into(),
            date(self.next_meeting_on).into(),
        ]
    }
}

/// Returns the day of a meeting, or that it was cancelled: `2019-02-27`.
fn held(meeting: &MeetingView) -> String {
    let day = date(Some(meeting.held_on));
    if meeting.cancelled { format!("{day}\ncancelled") } else { day }
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
