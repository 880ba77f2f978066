//! Whether the pages fit narrow windows, large text and forced colours.

use crate::fixtures::browser::{PAGES, ServedBook, pages_as_of};
use serde_json::json;

#[test]
fn no_page_scrolls_sideways_at_320_pixels_or_with_text_of_200_percent() {
    let book = ServedBook::sample();
    let paths: Vec<String> = PAGES.map(str::to_owned).into_iter().chain(pages_as_of("2024-04-02")).collect();
    let found = book.read("widths", json!({"paths": paths}));
    assert_eq!(found["wide"], json!([]));
    assert_eq!(found["measured"], 3 * paths.len());
    // Charts are drawn: the overview has two, now and in the past.
    assert!(found["drawn"].as_u64().unwrap() > 20, "{}", found["drawn"]);
    assert_eq!(found["unseen"], json!([]), "colours that a reader forces");
}
