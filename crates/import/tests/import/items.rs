//! Item headings, page furniture, the line that sets the next meeting, and what looks like them.

use super::support::{body, check, markdown, meeting, plain, words, words_of_source};
use minutebook_import::report::report;

#[test]
fn item_headings_are_read_in_every_form() {
    for heading in [
        "# 1. Budget",
        "## 1. Budget",
        "###### 1. Budget",
        "## **1. Budget**",
        "## 1) Budget",
        "## 1 Budget",
        "## 1 – Budget",
        "## 1: Budget",
        "## Item 1: Budget",
        "## Agenda Item 1 – Budget",
        "## Item 1 Budget",
        "**1. Budget**",
        "**1) Budget**",
        "**1.** **Budget**",
        "**Item 1: Budget**",
        "Item 1: Budget",
        "Agenda item 1 - Budget",
        "1\\. Budget",
        "1. Budget",
        "1) Budget",
        "1. **Budget**",
        "1\\) Budget (RED)",
        "1. Budget\n---",
    ] {
        let report = body(&format!("{heading}\n\nThe TSC **NOTED** the budget."));
        let items: Vec<_> = report.items.iter().map(|item| (item.number, item.title.as_str())).collect();
        assert_eq!(items, [(1, "Budget")], "{heading}");
        assert_eq!(report.decisions[0].item, Some(1), "{heading}");
    }
}

#[test]
fn lines_that_are_no_heading_stay_text() {
    for text in [
        "**2024 was a good year**",
        "## 2024 Budget",
        "**10:00 – 12:00**",
        "### 1.1 Background",
        "**Background**",
        "1. the committee met;\n2. the committee left.",
        "The committee met on 3. Later it left.",
        "**12 June 2024**",
        "Item 2 was withdrawn by its owner.",
    ] {
        let report = body(&format!("## 1. Budget (RED)\n\n{text}\n\nThe TSC **NOTED** it."));
        assert_eq!(report.items.len(), 1, "{text}");
    }
}

#[test]
fn plain_headings_in_a_list_are_read() {
    let report = body(
        "1. Matters Arising\n\n- The gate was mended. (RED)\n\n2. Minutes and Actions Outstanding\n\nThe TSC **NOTED** them.\n\n3. Tide Tables (AMBER)\n\nText.",
    );
    let items: Vec<_> = report.items.iter().map(|item| (item.number, item.title.as_str())).collect();
    assert_eq!(items, [(1, "Matters Arising"), (2, "Minutes and Actions Outstanding"), (3, "Tide Tables")]);
    assert_eq!(report.matters_arising.len(), 1);
}

#[test]
fn headings_without_blank_lines_are_read() {
    let text = meeting(
        "**1. Matters Arising**\n- The gate was mended. (RED)\n- The TSC **NOTED** the rope.\n**2. Tide Tables (AMBER)**\nThe TSC **AGREED** the tables\nfor 2025.\n**ACTION TSC31/01:** SECAS to print them by 1 July 2024.\n**Next Meeting: 26 June 2024**\n",
    );
    let headlines = markdown(&text);
    check(&headlines);
    assert_eq!(words(&headlines), words_of_source(&text));
    let report = report(&headlines);
    assert_eq!(report.items.len(), 2);
    assert_eq!(report.matters_arising.len(), 2);
    assert_eq!(report.decisions.len(), 2);
    assert_eq!(report.decisions[1].text, "the tables for 2025");
    assert_eq!(report.actions.len(), 1);
    assert_eq!(report.next_meeting_on.unwrap().to_string(), "2024-06-26");
}

#[test]
fn page_furniture_does_not_break_a_sentence() {
    for header in [
        "TSC\\_31\\_1206 – TSC Meeting Headlines",
        "TSC\\_31\\_1206 – TSC Meeting  \nHeadlines",
        "**TSC_31_1206 – TSC Meeting Headlines**",
        "### TSC\\_31\\_1206 – TSC Meeting Headlines",
        "Page 3 of 7",
        "TSC_31_1206 – TSC Meeting Headlines Page 3 of 7",
        "Tidal Sub-Committee (TSC) Meeting Headlines",
    ] {
        for (before, after) in [
            ("The TSC considered the height of the tide and **AGREED**", "the new tables for the harbour."),
            ("The TSC considered the height of the tide and **AGREED** the new", "tables for the harbour."),
            ("The TSC considered the height of the tide and", "**AGREED** the new tables for the harbour."),
        ] {
            let text =
                meeting(&format!("## 1. Tides (RED)\n\n{before}\n\n{header}\n\n{after}\n\nThe TSC **NOTED** it."));
            let headlines = markdown(&text);
            check(&headlines);
            assert_eq!(words(&headlines), words_of_source(&text));
            let report = report(&headlines);
            assert_eq!(report.items.len(), 1, "{header}");
            assert_eq!(report.decisions.len(), 2, "{header} {before}");
            assert!(
                report.decisions[0].text.ends_with("tables for the harbour"),
                "{header}: {:?}",
                report.decisions[0]
            );
            assert!(report.unrecognised.is_empty(), "{header}");
        }
    }
    let within = "## 1. Tides (RED)\n\nThe TSC considered the tide and **AGREED** the\nTSC\\_31\\_1206 – TSC Meeting\nHeadlines\nnew tables.";
    let report = body(within);
    assert_eq!(report.decisions[0].text, "the new tables");
}

#[test]
fn the_next_meeting_is_read_in_every_form() {
    for line in [
        "**Next Meeting: 26 June 2024**",
        "Next Meeting: 26 June 2024",
        "Next meeting – Wednesday, 26 June",
        "#### Next Meeting: 26th June 2024",
        "**Next TSC Meeting:** 26/06/2024",
        "The next meeting will be held on 26 June 2024.",
        "The next TSC meeting is on Wednesday 26<sup>th</sup> June at 10:00.",
        "Date of next meeting: 2024-06-26",
        "**Date of Next Meeting**\n\n26 June 2024",
        "## Next Meeting\n\nWednesday 26 June 2024, 10:00",
        "## 2. Date of Next Meeting\n\nThe next meeting will be on 26 June 2024.",
        "**2. Next Meeting: 26 June 2024**",
    ] {
        let report = body(&format!("## 1. Tides (RED)\n\nThe TSC **NOTED** it.\n\n{line}"));
        assert_eq!(report.next_meeting_on.map(|day| day.to_string()).as_deref(), Some("2024-06-26"), "{line}");
        assert!(report.unrecognised.is_empty(), "{line}");
    }
}

#[test]
fn text_after_the_last_item_belongs_to_no_item() {
    let report = body(
        "## 1. Tides (RED)\n\nThe TSC **NOTED** it.\n\n**Next Meeting: 26 June 2024**\n\nQuestions go to the secretary, who has NOTED them.",
    );
    assert_eq!(report.decisions.iter().map(|d| d.item).collect::<Vec<_>>(), [Some(1), None]);
}

#[test]
fn plain_text_is_read_like_markdown() {
    let text = "This document is classified as White in accordance with the Panel Information Policy.\n\nTidal Sub-Committee (TSC) Meeting Headlines\n\n12 June 2024, 10:00 - 12:30, The Old Customs House,\nQuay Street\n\nTSC_31_1206 - TSC Meeting Headlines\n\n1. Matters Arising\n\nUpdates were noted on the following Matters Arising;\n\n• The TSC NOTED the rope. (RED)\n• The gate was mended\n  at last.\n- A third.\n\n2. Tide Tables (AMBER)\nThe TSC NOTED the update and AGREED the tables\nfor 2025.\n\n3) Full User Security Assessment - Other User 'L' (RED)\n\nThe TSC AGREED the Assurance Status for Other User 'L'.\n\nACTION TSC31/01: SECAS to print them by 1 July 2024.\nACTION TSC31/02 - The Chair to sign them. Due: 02/07/2024\n\nNext Meeting: 26 June 2024\n";
    let headlines = plain(text);
    check(&headlines);
    assert_eq!(words(&headlines), words_of_source(text));
    let report = report(&headlines);
    assert_eq!(report.venue.unwrap().as_str(), "The Old Customs House, Quay Street");
    assert_eq!(
        report.items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(),
        ["Matters Arising", "Tide Tables", "Full User Security Assessment - Other User 'L'"]
    );
    assert_eq!(report.matters_arising.len(), 3);
    assert_eq!(report.matters_arising[1].text, "The gate was mended at last.");
    assert_eq!(report.decisions.len(), 4);
    assert_eq!(report.statuses.len(), 1);
    assert_eq!(report.actions.len(), 2);
    assert_eq!(report.next_meeting_on.unwrap().to_string(), "2024-06-26");
    assert!(report.unrecognised.is_empty(), "{:?}", report.unrecognised);
}
