//! The fold of meetings.

use crate::history::{History, text};
use minutebook_projections::meetings::{MeetingRow, Meetings, RENUMBERED};
use minutebook_projections::projection::Projection;
use serde_json::json;

fn convened() -> History {
    History::of("meeting:SSC_72_2702").then(
        "2019-02-01",
        "MeetingConvened",
        json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "starts_at": "10:00", "ends_at": "16:00",
               "venue": "The Old Customs House", "classification": "WHITE"}),
    )
}

#[test]
fn a_convened_meeting_is_in_the_calendar_before_it_is_held() {
    let history = convened();
    assert!(history.row::<Meetings>("", "2019-01-31").is_none());
    let row = history.row::<Meetings>("", "2019-02-01").unwrap();
    assert_eq!(row.held_on, "2019-02-27".parse().unwrap());
    assert_eq!(row.venue.unwrap().as_str(), "The Old Customs House");
    assert!(row.items.is_empty() && !row.closed);
}

#[test]
fn the_agenda_the_attendance_and_the_editions_are_gathered() {
    let history = convened()
        .then(
            "2019-02-27",
            "AgendaItemTabled",
            json!({"number": 1, "title": text("WHITE", "Welcome"), "classification": "GREEN"}),
        )
        .then("2019-02-27", "AgendaItemTabled", json!({"number": 2, "title": text("RED", "The breach")}))
        .then("2019-02-27", "AttendanceRecorded", json!({"name": "Ada Marsh", "capacity": "chair"}))
        .then("2019-02-27", "ApologiesRecorded", json!({"name": "Ben Okoro", "alternate": "Cy Lund"}))
        .then("2019-02-27", "NextMeetingSet", json!({"on": "2019-03-27"}))
        .then("2019-02-27", "MeetingClosed", json!({"closed_at": "15:30"}))
        .then(
            "2019-03-06",
            "HeadlinesPublished",
            json!({"edition": 1, "audience": "WHITE", "published_on": "2019-03-06"}),
        );
    let row = history.row::<Meetings>("", "2019-03-06").unwrap();
    let numbers: Vec<u32> = row.items.iter().filter_map(|item| item.number.number()).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(row.attendance[0].name.as_str(), "Ada Marsh");
    assert_eq!(row.apologies[0].alternate.as_ref().unwrap().as_str(), "Cy Lund");
    assert_eq!(row.next_meeting_on, Some("2019-03-27".parse().unwrap()));
    assert!(row.closed);
    assert_eq!((row.published[0].edition, row.published[0].audience.label()), (1, "WHITE"));
    assert!(history.row::<Meetings>("", "2019-03-05").unwrap().published.is_empty());
}

#[test]
fn a_struck_item_leaves_the_agenda() {
    let history = convened()
        .then("2019-02-27", "AgendaItemTabled", json!({"number": 1, "title": text("WHITE", "Welcome")}))
        .correct("2019-02-27", 2, json!("struck"));
    assert_eq!(history.row_known_at::<Meetings>("", "2019-02-27", 2).unwrap().items.len(), 1);
    assert!(history.row::<Meetings>("", "2019-02-27").unwrap().items.is_empty());
}

#[test]
fn a_cancelled_meeting_stays_in_the_calendar() {
    let history = convened().then("2019-02-20", "MeetingCancelled", json!({"cancelled_on": "2019-02-20"}));
    assert!(!history.row::<Meetings>("", "2019-02-19").unwrap().cancelled);
    let row = history.row::<Meetings>("", "2019-02-20").unwrap();
    assert!(row.cancelled);
    assert_eq!(row.held_on, "2019-02-27".parse().unwrap());
    let struck = history.correct("2019-02-20", 2, json!("struck"));
    assert!(!struck.row::<Meetings>("", "2019-02-27").unwrap().cancelled);
}

#[test]
fn a_postponement_keeps_what_it_leaves_out() {
    let history = convened().then("2019-02-20", "MeetingPostponed", json!({"to": "2019-03-06"})).then(
        "2019-02-25",
        "MeetingPostponed",
        json!({"to": "2019-03-13", "starts_at": "11:00", "venue": "Online"}),
    );
    let row = history.row::<Meetings>("", "2019-02-20").unwrap();
    assert_eq!(row.held_on, "2019-03-06".parse().unwrap());
    assert_eq!(row.starts_at, Some("10:00:00".parse().unwrap()));
    assert_eq!(row.ends_at, Some("16:00:00".parse().unwrap()));
    assert_eq!(row.postponed_from, Some("2019-02-27".parse().unwrap()));
    let row = history.row::<Meetings>("", "2019-02-25").unwrap();
    assert_eq!(row.postponed_from, Some("2019-02-27".parse().unwrap()), "the day that it was first convened for");
    assert_eq!((row.starts_at, row.ends_at), (Some("11:00:00".parse().unwrap()), None));
    assert_eq!(row.venue.unwrap().as_str(), "Online");
}

#[test]
fn a_renumbered_meeting_has_the_reference_in_force_and_its_former_ones() {
    let history = convened().then("2019-03-01", "MeetingRenumbered", json!({"reference": "SSC_73_2702"})).then(
        "2019-03-05",
        "MeetingRenumbered",
        json!({"reference": "SSC_74_2702"}),
    );
    let names = |row: MeetingRow| {
        let formerly: Vec<String> = row.formerly.iter().map(ToString::to_string).collect();
        (row.first_reference().to_string(), row.reference.to_string(), formerly.join(" "))
    };
    let facet = |day: &str| Meetings::listing(&history.row::<Meetings>("", day).unwrap()).facet;
    let on = |day: &str| names(history.row::<Meetings>("", day).unwrap());
    assert_eq!(on("2019-02-28"), ("SSC_72_2702".into(), "SSC_72_2702".into(), String::new()));
    assert_eq!(on("2019-03-01"), ("SSC_72_2702".into(), "SSC_73_2702".into(), "SSC_72_2702".into()));
    assert_eq!(on("2019-03-05"), ("SSC_72_2702".into(), "SSC_74_2702".into(), "SSC_72_2702 SSC_73_2702".into()));
    assert_eq!([facet("2019-02-28"), facet("2019-03-01")], ["", RENUMBERED]);
}
