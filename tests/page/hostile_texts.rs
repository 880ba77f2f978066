//! Texts that mean to be more than text stay text on every page.

use super::hostile_book::{Room, record};
use crate::fixtures::browser::ServedBook;
use crate::fixtures::cli::Cli;
use minutebook::present::visible::visible;
use serde_json::json;

/// Markup, scripts, links that run, quotes that close an attribute, and signs that turn the direction of what follows.
fn markup(place: &str, room: Room) -> String {
    let short = format!(
        "{place}'\"><script>globalThis.ran=1;alert(1)</script><img src=x onerror=\"alert(2)\"><svg onload=alert(3)>\u{202e}&lt;"
    );
    match room {
        Room::Name => short,
        Room::Prose => format!(
            "{short}<a href=\"javascript:alert(4)\" onclick=alert(5)>a</a> [b](javascript:alert(6)) <b style=\"color:red\">\u{2066}<!-- </main>"
        ),
    }
}

/// One word that is as long as the field allows, or longer than any window.
fn long_word(place: &str, room: Room) -> String {
    let length = if room == Room::Name { 200 } else { 600 };
    let word: String = place.split(' ').collect();
    format!("{word}{}", "W".repeat(length - word.len()))
}

/// The pages of a committee: each list, each subject, its events.
fn pages(book: &ServedBook, code: &str) -> Vec<String> {
    let places =
        ["", "/actions?all=yes&status=", "/decisions", "/parties", "/meetings", "/matters", "/changes?from=2024-01-01"];
    let mut pages: Vec<String> = places.iter().map(|place| format!("/{code}{place}")).collect();
    pages.extend((1..=3).map(|number| format!("/{code}/actions/{code}4-0{number}")));
    pages.extend((1..=2).map(|number| format!("/{code}/decisions/{code}_4_0702-D{number}")));
    pages.extend(["1_1001", "2_1701", "3_2401", "4_0702"].map(|number| format!("/{code}/meetings/{code}_{number}")));
    pages.push(format!("/{code}/parties/Other%20User%20K"));
    pages.push("/search?search=decision".to_owned());
    pages.push("/audit".to_owned());
    pages.push(format!("/{code}/actions?as_of=2024-02-08"));
    let head = book.cli.events().last().unwrap()["position"].as_u64().unwrap();
    pages.extend((1..=head).map(|position| format!("/audit/events/{position}")));
    pages
}

#[test]
fn markup_scripts_and_links_in_any_field_are_shown_as_text() {
    let cli = Cli::new();
    let texts: Vec<String> = record(&cli, "HTM", markup).iter().map(|text| visible(text).into_owned()).collect();
    assert!(texts.len() > 60, "{} texts", texts.len());
    let book = ServedBook::serve(cli);
    let mut paths = pages(&book, "HTM");
    // The address is a text, too.
    for field in [
        "/search?search=",
        "/HTM/actions?owner=",
        "/HTM/actions?sort=",
        "/HTM/changes?from=",
        "/HTM?as_of=",
        "/HTM/parties/",
        "/",
    ] {
        paths.push(format!("{field}%22%3E%3Cscript%3EglobalThis.ran%3D1%3Balert(1)%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3Dalert(2)%3E%E2%80%AE"));
    }
    let found = book.read("hostile", json!({"paths": paths, "texts": texts}));
    assert_eq!(found["made"], json!([]), "elements and attributes made of texts");
    assert_eq!(found["turned"], json!([]), "pages with a sign that turns the direction");
    assert_eq!(found["missing"], json!([]), "texts that no page shows whole");
    assert_eq!(found["wide"], json!([]));
    assert_eq!(found["visited"], paths.len());
}

#[test]
fn no_word_is_too_long_for_a_page() {
    let cli = Cli::new();
    let texts = record(&cli, "LNG", long_word);
    let book = ServedBook::serve(cli);
    let paths = pages(&book, "LNG");
    let found = book.read("hostile", json!({"paths": paths, "texts": texts}));
    assert_eq!(found["wide"], json!([]));
    assert_eq!(found["missing"], json!([]), "texts that no page shows whole");
}
