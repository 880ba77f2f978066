//! The moment of a page, set by keyboard, and the banner of the past: they say what the commands say.

use crate::fixtures::browser::ServedBook;
use crate::fixtures::record_lines::PATIENCE;
use chrono::Utc;
use serde_json::{Value, json};

/// The eve of meeting 44.
const EVE: &str = "2024-04-02";

/// The actions of the command line as a table of the page shows them.
fn as_shown(actions: &Value) -> Value {
    let row = |action: &Value| {
        let owners: Vec<&str> = action["owners"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        json!({
            "reference": action["reference"], "text": action["text"], "owners": owners.join("; "),
            "due_on": action["due_on"], "overdue": action["overdue"],
        })
    };
    actions["actions"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn the_slider_moved_by_keyboard_shows_the_rows_of_the_command_with_and_without_script() {
    let book = ServedBook::sample();
    let expected = as_shown(&book.json(&["actions", "--committee", "TSC", "--as-of", EVE]));
    let rows = expected.as_array().unwrap();
    let overdue = rows.iter().filter(|row| row["overdue"] == true).count();
    assert_eq!((rows.len(), overdue), (5, 5), "the sample on that day");
    assert_ne!(expected, as_shown(&book.json(&["actions", "--committee", "TSC"])), "the past differs from now");
    let found = book.read("slider", json!({"path": "/TSC/actions", "day": EVE, "name": "2 April 2024"}));
    let scripted = &found["scripted"];
    assert_eq!(scripted["rows"], expected, "with the script");
    assert_eq!(scripted["focused"], "stop", "the focus stays on the slider");
    assert_eq!(scripted["shown"], "2 April 2024, the eve of meeting 44");
    assert_eq!(scripted["status"], "5 actions outstanding, 5 overdue as of 2 Apr 2024.");
    assert_eq!(scripted["moment"], scripted["status"], "what is announced is what the page says");
    assert_eq!(scripted["decisions"], format!("/TSC/decisions?as_of={EVE}"), "the other pages are of that moment too");
    assert_eq!(scripted["button"], false, "the button is for those without a script");
    let plain = &found["plain"];
    assert_eq!(plain["rows"], expected, "without a script");
    assert_eq!((plain["button"].as_str(), plain["address"].as_str()), (Some("Go"), Some("?as_of=2024-04-02")));
}

#[test]
fn the_banner_lists_the_differences_of_the_command() {
    let book = ServedBook::sample();
    let today = Utc::now().date_naive().to_string();
    // On the second day an action is outstanding that is struck or withdrawn later; the first is before all of them.
    let days = ["2024-01-09", EVE, "2024-05-28"];
    let paths: Vec<String> = days.iter().map(|day| format!("/TSC/actions?as_of={day}")).collect();
    let found = book.read("banner", json!({"paths": paths}));
    for (day, banner) in days.iter().zip(found["banners"].as_array().unwrap()) {
        let differences = book.json(&["actions", "--committee", "TSC", "--between", day, &today]);
        let differences = differences.as_array().unwrap();
        assert!(!differences.is_empty(), "{day}");
        let number = |change: &str| differences.iter().filter(|difference| difference["change"] == change).count();
        let sum = format!("{} added, {} changed, {} gone.", number("added"), number("changed"), number("gone"));
        let says = banner["says"].as_str().unwrap();
        assert!(says.ends_with(&sum), "{day}: {says}, and not {sum}");
        let expected: Value = differences
            .iter()
            .map(|difference| {
                let is_changed = difference["change"] == "changed";
                let events: Vec<&Value> =
                    difference["events"].as_array().unwrap().iter().map(|event| &event["position"]).collect();
                json!({
                    "change": difference["change"], "subject": difference["row"]["reference"], "events": events,
                    "fields": if is_changed { difference["fields"].as_array().unwrap().len() } else { 0 },
                })
            })
            .collect();
        assert_eq!(banner["differences"], expected, "{day}");
    }
}

#[tokio::test]
async fn an_action_shows_the_days_of_its_committee() {
    let book = ServedBook::sample();
    let client = minutebook::http_client::client(PATIENCE).unwrap();
    let request = client.get(book.address("/TSC/actions/TSC41-02")).bearer_auth(&book.token);
    let page = request.send().await.unwrap().text().await.unwrap();
    // It was completed on 1 May, which began in London while it was still 30 April in UTC.
    let days = |day: &str| page.matches(&format!("datetime=\"{day}\"")).count();
    assert_eq!((days("2024-04-30"), days("2024-05-01") >= 3), (0, true));
}
