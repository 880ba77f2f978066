//! The rules for cancelling, postponing and renumbering a meeting.

use super::{attendance, convened, item};
use crate::rules::{Case, case};
use crate::support::{event, record};
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use serde_json::{Value, json};

fn postponed(field: &str, value: &str) -> Value {
    let mut data = json!({ "to": "2019-03-06" });
    data[field] = value.into();
    data
}

fn renumbered(reference: &str) -> Value {
    json!({ "reference": reference })
}

pub(super) fn cases() -> Vec<Case> {
    let there: MeetingEvent = event("AttendanceRecorded", &attendance("Gordon Hextall"));
    let closed: MeetingEvent = event("MeetingClosed", &json!({}));
    let cancelled: MeetingEvent = event("MeetingCancelled", &json!({}));
    let moved: MeetingEvent = event("MeetingPostponed", &postponed("starts_at", "11:00"));
    let (cancel, postpone, renumber) = ("MeetingCancelled", "MeetingPostponed", "MeetingRenumbered");
    vec![
        case::<Meeting>(
            "meeting-not-held",
            "a meeting that somebody attended is cancelled",
            &[convened(), there.clone()],
            [record(cancel, &json!({})), record(renumber, &renumbered("SSC_73_2702"))],
        ),
        case::<Meeting>(
            "meeting-not-held",
            "a closed meeting is postponed",
            &[convened(), closed],
            [record(postpone, &postponed("to", "2019-03-06")), record(renumber, &renumbered("SSC_73_2702"))],
        ),
        case::<Meeting>(
            "changed-by-its-day",
            "a meeting is cancelled on the day after it",
            &[convened()],
            [
                record(cancel, &json!({ "cancelled_on": "2019-02-28" })),
                record(cancel, &json!({ "cancelled_on": "2019-02-27" })),
            ],
        ),
        case::<Meeting>(
            "changed-by-its-day",
            "a postponed meeting is cancelled after the day it was put off to",
            &[convened(), moved.clone()],
            [
                record(cancel, &json!({ "cancelled_on": "2019-03-07" })),
                record(cancel, &json!({ "cancelled_on": "2019-03-06" })),
            ],
        ),
        case::<Meeting>(
            "postponed-to-later",
            "a meeting is postponed to its own day and hour",
            &[convened()],
            [
                record(postpone, &postponed("to", "2019-02-27")),
                record(postpone, &json!({ "to": "2019-02-27", "starts_at": "10:30" })),
            ],
        ),
        case::<Meeting>(
            "ends-after-start",
            "a postponed meeting ends before it starts",
            &[convened()],
            [record(postpone, &postponed("ends_at", "10:00")), record(postpone, &postponed("ends_at", "10:01"))],
        ),
        case::<Meeting>(
            "meeting-cancelled-once",
            "a meeting is cancelled twice",
            &[convened(), cancelled.clone()],
            [record(cancel, &json!({})), record(renumber, &renumbered("SSC_73_2702"))],
        ),
        case::<Meeting>(
            "meeting-not-cancelled",
            "an item is tabled at a cancelled meeting",
            &[convened(), cancelled],
            [record("AgendaItemTabled", &item(1)), record(renumber, &renumbered("SSC_73_2702"))],
        ),
        case::<Meeting>(
            "reference-of-its-committee",
            "a meeting gets the reference of another committee",
            &[convened()],
            [record(renumber, &renumbered("OPSG_73_2702")), record(renumber, &renumbered("SSC_73_2702"))],
        ),
        case::<Meeting>(
            "reference-changes",
            "a meeting gets the reference that it has",
            &[convened(), event(renumber, &renumbered("SSC_73_2702"))],
            [record(renumber, &renumbered("SSC_73_2702")), record(renumber, &renumbered("SSC_72_2702"))],
        ),
        case::<Meeting>(
            "reference-carries-date",
            "a postponed meeting is renumbered with its former day",
            &[convened(), moved],
            [record(renumber, &renumbered("SSC_73_2702")), record(renumber, &renumbered("SSC_73_0603"))],
        ),
    ]
}
