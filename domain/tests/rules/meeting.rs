//! The rules of a meeting: its notice, the people, the agenda and the passages of its record.
//!
//! Its decisions and what follows the close have a file of their own.

mod calendar;
mod decisions;

use super::{Case, case};
use crate::support::{event, marked, record};
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use serde_json::{Value, json};

/// The notice of meeting 72, with one field set to something else.
fn notice(field: &str, value: &str) -> Value {
    let mut data = json!({ "reference": "SSC_72_2702", "held_on": "2019-02-27", "starts_at": "10:00",
        "classification": "WHITE" });
    data[field] = value.into();
    data
}

fn convened() -> MeetingEvent {
    event("MeetingConvened", &notice("venue", "London"))
}

fn attendance(name: &str) -> Value {
    json!({ "name": name, "capacity": "member" })
}

fn item(number: u32) -> Value {
    json!({ "number": number, "title": marked("WHITE", "Minutes of the previous meeting") })
}

fn paragraph(passage: u32, item: Option<u32>) -> Value {
    json!({ "passage": passage, "item": item, "text": marked("GREEN", "The SSC considered the minutes.") })
}

fn list(entries: &[&str]) -> Value {
    let entries: Vec<Value> = entries.iter().map(|entry| marked("WHITE", entry)).collect();
    json!({ "passage": 0, "entries": entries })
}

fn table(passage: u32) -> Value {
    let cells = json!({ "header": ["Party"], "rows": [["Other User L"]] });
    json!({ "passage": passage, "table": { "classification": "RED", "text": cells } })
}

fn matter(number: u32) -> Value {
    json!({ "number": number, "text": marked("GREEN", "The letter was sent.") })
}

fn interest(name: &str, item: Option<u32>) -> Value {
    json!({ "name": name, "item": item, "interest": marked("AMBER", "Employed by a supplier.") })
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = notice_and_people();
    cases.extend(agenda_and_passages());
    cases.extend(decisions::cases());
    cases.extend(calendar::cases());
    cases.extend(labelled_items());
    cases
}

fn notice_and_people() -> Vec<Case> {
    let there: MeetingEvent = event("AttendanceRecorded", &attendance("Gordon Hextall"));
    let away: MeetingEvent = event("ApologiesRecorded", &json!({ "name": "Julian Hughes" }));
    let held = [convened(), there, away];
    vec![
        case::<Meeting>(
            "meeting-convened-first",
            "something is minuted of a meeting that nobody called",
            &[],
            [record("AgendaItemTabled", &item(1)), record("MeetingConvened", &notice("venue", "London"))],
        ),
        case::<Meeting>(
            "meeting-convened-once",
            "a meeting is called twice",
            &[convened()],
            [record("MeetingConvened", &notice("venue", "London")), record("AgendaItemTabled", &item(1))],
        ),
        case::<Meeting>(
            "reference-carries-date",
            "a meeting's reference has another day than the meeting",
            &[],
            [
                record("MeetingConvened", &notice("held_on", "2019-02-28")),
                record("MeetingConvened", &notice("held_on", "2019-02-27")),
            ],
        ),
        case::<Meeting>(
            "ends-after-start",
            "a meeting ends when it starts",
            &[],
            [
                record("MeetingConvened", &notice("ends_at", "10:00")),
                record("MeetingConvened", &notice("ends_at", "10:01")),
            ],
        ),
        case::<Meeting>(
            "person-recorded-once",
            "a person attends twice",
            &held,
            [
                record("AttendanceRecorded", &attendance("Gordon Hextall")),
                record("AttendanceRecorded", &attendance("Adam Lattimore")),
            ],
        ),
        case::<Meeting>(
            "person-recorded-once",
            "a person who sent apologies attends",
            &held,
            [
                record("AttendanceRecorded", &attendance("Julian Hughes")),
                record("ApologiesRecorded", &json!({ "name": "Adam Lattimore" })),
            ],
        ),
        case::<Meeting>(
            "interest-of-someone-present",
            "a person who is not there declares an interest",
            &held,
            [
                record("InterestDeclared", &interest("Julian Hughes", None)),
                record("InterestDeclared", &interest("Gordon Hextall", None)),
            ],
        ),
        case::<Meeting>(
            "next-meeting-later",
            "the next meeting is set for the day of this one",
            &held,
            [
                record("NextMeetingSet", &json!({ "on": "2019-02-27" })),
                record("NextMeetingSet", &json!({ "on": "2019-02-28" })),
            ],
        ),
    ]
}

/// Agenda items may have labels that are no numbers.
fn labelled_items() -> Vec<Case> {
    let labelled = |label: &str| json!({ "number": label, "title": marked("WHITE", "Minutes") });
    let under = |label: &str| json!({ "passage": 1, "item": label, "text": marked("WHITE", "The minutes were read.") });
    let tabled: [MeetingEvent; 3] =
        [convened(), event("AgendaItemTabled", &labelled("1a")), event("AgendaItemTabled", &labelled("43/19"))];
    vec![
        case::<Meeting>(
            "item-number-used-once",
            "two items have one label",
            &tabled,
            [record("AgendaItemTabled", &labelled("43/19")), record("AgendaItemTabled", &labelled("43/20"))],
        ),
        case::<Meeting>(
            "item-tabled-first",
            "a paragraph stands under a label that no item has",
            &tabled,
            [record("ParagraphRecorded", &under("1b")), record("ParagraphRecorded", &under("1a"))],
        ),
    ]
}

fn agenda_and_passages() -> Vec<Case> {
    let minuted: [MeetingEvent; 4] = [
        convened(),
        event("AgendaItemTabled", &item(3)),
        event("ParagraphRecorded", &paragraph(2, Some(3))),
        event("MatterArisingNoted", &matter(u32::MAX)),
    ];
    vec![
        case::<Meeting>(
            "item-number-used-once",
            "two items have one number",
            &minuted,
            [record("AgendaItemTabled", &item(3)), record("AgendaItemTabled", &item(1))],
        ),
        case::<Meeting>(
            "passage-number-used-once",
            "two paragraphs have one number",
            &minuted,
            [record("ParagraphRecorded", &paragraph(2, None)), record("ParagraphRecorded", &paragraph(0, None))],
        ),
        case::<Meeting>(
            "passage-number-used-once",
            "a table has the number of a paragraph",
            &minuted,
            [record("TableRecorded", &table(2)), record("TableRecorded", &table(1))],
        ),
        case::<Meeting>(
            "matter-number-used-once",
            "no number is left after the highest",
            &minuted,
            [record("MatterArisingNoted", &matter(0)), record("MatterArisingNoted", &matter(1))],
        ),
        case::<Meeting>(
            "list-has-entries",
            "a list has no entries",
            &minuted,
            [record("ListRecorded", &list(&[])), record("ListRecorded", &list(&["Other User L"]))],
        ),
        case::<Meeting>(
            "item-tabled-first",
            "a paragraph belongs to an item that is not on the agenda",
            &minuted,
            [record("ParagraphRecorded", &paragraph(0, Some(4))), record("ParagraphRecorded", &paragraph(0, Some(3)))],
        ),
    ]
}
