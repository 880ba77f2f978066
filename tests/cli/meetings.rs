//! `minutebook meetings` and `minutebook minutes`

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
