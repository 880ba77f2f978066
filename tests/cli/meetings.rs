//! `minutebook meetings` and `minutebook minutes`

use crate::fixtures::cli::Cli;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(the_calendar, minutes_are_listed_with_their_approval, a_meeting_above_the_clearance_is_not_listed);

async fn the_calendar(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let mut text = book.all_asked(&[
        "meetings",
        "meetings --as-of 2023-04-13",
        "meetings --as-of 2023-05-11",
        "meetings --committee TSC --limit 1 --format json",
        "meetings --format csv",
    ]);
    let calendar = book.asked("meetings --format ics");
    let lines = calendar.split('\n').map(|line| line.trim_end_matches('\r'));
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with("DTSTAMP:")).collect();
    text += &lines.join("\n");
    insta::assert_snapshot!("the_calendar", text);
}

async fn minutes_are_listed_with_their_approval(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    insta::assert_snapshot!(
        "minutes_are_listed_with_their_approval",
        book.all_asked(&[
            "minutes --as-of 2023-04-13",
            "minutes --as-of 2023-04-14",
            "minutes --as-of 2023-05-11 --committee TSC",
            "minutes --as-of 2023-06-08 --committee TSC",
            "minutes --as-of 2023-06-08 --committee TSC --clearance AMBER --format json --limit 2",
            "minutes --as-of 2023-06-08 --unapproved --format csv",
        ])
    );
}

async fn a_meeting_above_the_clearance_is_not_listed(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    assert_eq!(book.listed("meetings --clearance GREEN", "meetings", "reference"), ["TSC_4_1404", "TSC_5_1205"]);
    assert_eq!(book.listed("meetings --clearance AMBER --committee NYC", "meetings", "reference"), ["NYC_1_1404"]);
    assert_eq!(
        book.listed("minutes --clearance GREEN --committee NYC --as-of 2023-06-08", "minutes", "meeting"),
        [""; 0]
    );
}

/// The properties of the calendar in which the meeting of this number is.
fn calendar_times(cli: &Cli, number: &str) -> Vec<String> {
    let calendar = cli.done(&["meetings", "--format", "ics"]);
    let event = calendar.split("BEGIN:VEVENT").find(|event| event.contains(&format!("UID:LON_{number}_"))).unwrap();
    event
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("DT") && !line.starts_with("DTSTAMP"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn local_times_in_a_gap_or_past_midnight_are_the_same_in_lists_calendars_and_events() {
    let cli = Cli::new();
    let meeting = |reference: &str, day: &str, starts: &str, ends: &str| {
        let mut words = vec!["record", "meeting", reference, "--held-on", day, "--classification", "WHITE"];
        words.extend(["--starts-at", starts, "--ends-at", ends]);
        cli.run(&words)
    };
    cli.done(&["record", "committee", "LON", "--name", "London"]);
    cli.done(&["record", "committee", "CAI", "--name", "Cairo", "--time-zone", "Africa/Cairo"]);
    // 01:30 did not occur in London on that day: it is read as 02:30, half an hour after the clocks were set.
    assert_eq!(meeting("LON_1_3103", "2024-03-31", "01:30", "03:00").status, 0);
    assert_eq!(calendar_times(&cli, "1"), ["DTSTART:20240331T013000Z", "DTEND:20240331T020000Z"]);
    assert_eq!(meeting("LON_2_3103", "2024-03-31", "00:30", "01:30").status, 0);
    assert_eq!(calendar_times(&cli, "2"), ["DTSTART:20240331T003000Z", "DTEND:20240331T013000Z"]);
    // It passes midnight.
    assert_eq!(meeting("LON_3_0104", "2024-04-01", "22:00", "00:30").status, 0);
    assert_eq!(calendar_times(&cli, "3"), ["DTSTART:20240401T210000Z", "DTEND:20240401T233000Z"]);
    // 01:30 occurred twice; the first is meant.
    assert_eq!(meeting("LON_4_2710", "2024-10-27", "01:30", "03:00").status, 0);
    assert_eq!(calendar_times(&cli, "4"), ["DTSTART:20241027T003000Z", "DTEND:20241027T030000Z"]);
    let refused = meeting("LON_5_0104", "2024-04-01", "10:00", "09:00");
    assert_eq!(refused.status, 1);
    assert!(
        refused.err.contains("an end later than the start, or after midnight and within twelve hours"),
        "{}",
        refused.err
    );
    // It was closed after midnight, and a slip of the clock does not close it before it began.
    cli.done(&["record", "close", "LON_3_0104", "--at", "00:40"]);
    cli.done(&["record", "close", "LON_1_3103", "--at", "00:10"]);
    let closed = |stream: &str| {
        let events = cli.events();
        let closed = events.iter().find(|event| event["type"] == "MeetingClosed" && event["stream"] == stream);
        closed.unwrap()["valid_at"].clone()
    };
    assert_eq!(closed("meeting:LON_3_0104"), "2024-04-01T23:40:00.000000Z");
    assert_eq!(closed("meeting:LON_1_3103"), "2024-03-31T01:30:00.000000Z");
    // The day began at 01:00 in Cairo, and the event has the instant at which it began.
    cli.done(&["record", "meeting", "CAI_1_2804", "--held-on", "2023-04-28", "--classification", "WHITE"]);
    let convened = cli.events().into_iter().find(|event| event["data"]["reference"] == "CAI_1_2804").unwrap();
    assert_eq!(convened["valid_at"], "2023-04-27T22:00:00.000000Z");
    let begun = cli.done(&["meetings", "--as-of", "2023-04-27T22:00:00Z", "--committee", "CAI", "--format", "csv"]);
    assert!(begun.contains("CAI_1_2804"), "{begun}");
}
