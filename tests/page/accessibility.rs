//! What the checker of accessibility says of the pages.

use crate::fixtures::browser::{PAGES, ServedBook, pages_as_of};
use serde_json::json;

#[test]
fn axe_finds_no_violation_on_any_page_in_light_and_dark_now_and_in_the_past() {
    let book = ServedBook::sample();
    let paths: Vec<String> = PAGES.map(str::to_owned).into_iter().chain(pages_as_of("2024-04-02")).collect();
    let found = book.read("accessibility", json!({"paths": paths}));
    assert_eq!(found["violations"], json!([]));
    // Each page passes some twenty rules in light, and that of contrast in dark.
    let checked = |scheme: &str| found["checked"][scheme].as_u64().unwrap();
    assert!(checked("light") > 20 * paths.len() as u64, "{found}");
    assert!(checked("dark") >= paths.len() as u64, "{found}");
}

/// Addresses that answer with something else than a page.
const NO_PAGES: [&str; 2] = ["/assets/{name}", "/minutes/draft-key"];

/// The routes of pages in the source, such as `/{committee}/actions`.
fn routes() -> Vec<String> {
    let source = include_str!("../../src/page/mod.rs");
    let routes = source.split(".route(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    let pages = routes.filter(|(_, handler)| handler.trim_start_matches([',', ' ', '\n']).starts_with("get("));
    pages.map(|(route, _)| route.to_owned()).filter(|route| !NO_PAGES.contains(&route.as_str())).collect()
}

#[test]
fn every_page_is_among_those_that_the_browser_reads() {
    let is_of = |route: &str, page: &str| {
        let path = page.split('?').next().unwrap_or_default();
        let (wanted, given): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
        wanted.len() == given.len()
            && wanted.iter().zip(&given).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
    };
    let routes = routes();
    assert!(routes.len() >= 15, "{routes:?}");
    let unread: Vec<&String> = routes.iter().filter(|route| !PAGES.iter().any(|page| is_of(route, page))).collect();
    assert_eq!(unread, [""; 0], "routes without a page in tests/fixtures/browser.rs");
}
