//! The pages used without a pointing device.

use crate::fixtures::browser::{PAGES, ServedBook};
use serde_json::json;

#[test]
fn tab_reaches_every_link_and_control_and_shows_where_it_is() {
    let book = ServedBook::sample();
    let mut paths: Vec<&str> = PAGES.to_vec();
    // The banner of the past and the link back to now.
    paths.push("/TSC/actions?as_of=2024-04-02&known_at=300");
    let found = book.read("keyboard", json!({"paths": paths}));
    assert_eq!(found["missed"], json!([]));
    assert_eq!(found["skip"], json!({"text": "Skip to the content", "isSeen": true, "at": "main"}));
    let controls: Vec<u64> =
        found["controls"].as_array().unwrap().iter().filter_map(serde_json::Value::as_u64).collect();
    assert_eq!(controls.len(), paths.len());
    assert!(controls.iter().all(|number| *number >= 4), "{controls:?}");
}
