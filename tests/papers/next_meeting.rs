//! Which meeting an agenda is for, and what is on it.

use crate::fixtures::cli::Cli;
use serde_json::{Value, json};

fn record(cli: &Cli, words: &str) {
    let words: Vec<String> = format!("record {words}").split(' ').map(|word| word.replace('~', " ")).collect();
    cli.done(&words.iter().map(String::as_str).collect::<Vec<_>>());
}

fn agenda(cli: &Cli, day: &str) -> Value {
    serde_json::from_str(&cli.done(&["agenda", "TSC", "--as-of", day, "--format", "json"])).unwrap()
}

fn titles(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// Three meetings, a month apart, each with the items given. The first announces the second.
fn three_meetings() -> Cli {
    let cli = Cli::new();
    record(&cli, "committee TSC --name Tidal~Sub-Committee --default-classification WHITE --established-on 2023-01-01");
    for (meeting, day) in [("TSC_4_1404", "2023-04-14"), ("TSC_5_1205", "2023-05-12"), ("TSC_6_0906", "2023-06-09")] {
        record(&cli, &format!("meeting {meeting} --held-on {day} --classification WHITE"));
        record(&cli, &format!("item {meeting} Any~Other~Business"));
        record(&cli, &format!("item {meeting} The~lamp~of~{day}"));
    }
    cli
}

#[test]
fn a_convened_meeting_goes_before_an_announced_day_and_a_cancelled_one_is_passed_over() {
    let cli = three_meetings();
    record(&cli, "next-meeting TSC_6_0906 --on 2023-07-14");
    let announced = agenda(&cli, "2023-06-30");
    assert_eq!(announced["meeting"]["held_on"], "2023-07-14");
    assert_eq!(
        (&announced["meeting"]["reference"], &announced["meeting"]["announced_at"]),
        (&Value::Null, &json!("TSC_6_0906"))
    );
    record(
        &cli,
        "meeting TSC_7_1107 --held-on 2023-07-11 --starts-at 10:00 --venue Harbour~House --classification WHITE --valid-at 2023-06-20T10:00:00Z",
    );
    let convened = agenda(&cli, "2023-06-30");
    let meeting = json!({"held_on": "2023-07-11", "reference": "TSC_7_1107", "starts_at": "10:00", "ends_at": null,
                         "venue": "Harbour House", "announced_at": null});
    assert_eq!(convened["meeting"], meeting);
    assert_eq!(agenda(&cli, "2023-06-15")["meeting"]["reference"], Value::Null, "it was not convened yet");
    // In the morning of its day the meeting is still to come.
    assert_eq!(agenda(&cli, "2023-07-11T08:00:00Z")["meeting"], meeting);
    // At the end of its day it has been held.
    assert_eq!(agenda(&cli, "2023-07-11")["last_meeting"], "TSC_7_1107");
    record(&cli, "cancel TSC_7_1107 --on 2023-06-25 --valid-at 2023-06-25T10:00:00Z");
    assert_eq!(agenda(&cli, "2023-06-30")["meeting"]["held_on"], "2023-07-14");
    assert_eq!(agenda(&cli, "2023-03-01")["meeting"], Value::Null, "neither convened nor announced");
}

#[test]
fn an_item_is_standing_if_it_was_recorded_so_or_if_three_meetings_had_it_and_none_is_tabled_twice() {
    let cli = three_meetings();
    let standing = |day: &str| titles(&agenda(&cli, day)["standing_items"]).join("; ");
    assert_eq!(standing("2023-05-20"), "", "two meetings had it");
    assert_eq!(standing("2023-06-20"), "Any Other Business");
    record(&cli, "item TSC_6_0906 The~tide~table --standing");
    assert_eq!(standing("2023-06-20"), "Any Other Business; The tide table");
    record(&cli, "meeting TSC_7_1107 --held-on 2023-07-11 --classification WHITE --valid-at 2023-06-10T10:00:00Z");
    record(&cli, "item TSC_7_1107 any~other~business --valid-at 2023-06-12T10:00:00Z");
    let agenda = agenda(&cli, "2023-06-20");
    assert_eq!(titles(&agenda["items"]), ["any other business"]);
    assert_eq!(titles(&agenda["standing_items"]), ["The tide table"]);
}

#[test]
fn what_was_deferred_to_a_day_since_the_last_meeting_is_on_the_agenda() {
    let cli = three_meetings();
    record(&cli, "next-meeting TSC_6_0906 --on 2023-07-14");
    for (number, day) in ["2023-06-09", "2023-07-07", "2023-07-14", "2023-08-11"].iter().enumerate() {
        record(&cli, &format!("decision TSC_4_1404 DEFERRED --deferred-to {day} --text the~question~{number}"));
    }
    let agenda = agenda(&cli, "2023-06-20");
    let deferred: Vec<&str> =
        agenda["deferred"].as_array().unwrap().iter().map(|deferral| deferral["text"].as_str().unwrap()).collect();
    // The last meeting took up what was deferred to it; the meeting was moved from 7 to 14 July.
    assert_eq!(deferred, ["the question 1", "the question 2"]);
}

#[test]
fn actions_due_by_the_day_of_the_meeting_come_before_the_others() {
    let cli = three_meetings();
    record(&cli, "next-meeting TSC_6_0906 --on 2023-07-14");
    for (number, due) in ["2023-07-15", "2023-07-14", "2023-06-10", ""].iter().enumerate() {
        let due = if due.is_empty() { String::new() } else { format!(" --due-on {due}") };
        let of = "--raised-in TSC_6_0906 --raised-on 2023-06-09 --text Oil~it --owner Sean~O'Brien";
        record(&cli, &format!("action TSC6/0{number} {of}{due}"));
    }
    let agenda = agenda(&cli, "2023-06-20");
    let references = |actions: &Value| -> Vec<String> {
        actions.as_array().unwrap().iter().map(|action| action["reference"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(references(&agenda["actions_due"]), ["TSC6/02", "TSC6/01"]);
    assert_eq!(references(&agenda["other_actions"][0]["actions"]), ["TSC6/00", "TSC6/03"]);
}
