//! What an import calls attention to.

use super::support::body;
use minutebook_import::Kind;

fn kinds(text: &str) -> Vec<Kind> {
    body(text).findings.into_iter().map(|finding| finding.kind).collect()
}

#[test]
fn each_kind_where_it_belongs() {
    for (text, expected) in [
        ("## 1. Tides (RED)\n\nThe TSC **NOTED** it.", vec![]),
        ("## 1. Tides\n\nThe TSC **NOTED** it.", vec![Kind::ItemWithoutClassification]),
        ("## 1. Tides (RED)\n\nThe TSC **AGREED** to ask the harbour master.", vec![Kind::AgreedWithoutAction]),
        ("## 1. Tides (RED)\n\nThe TSC **AGREED** that SECAS would ask.", vec![Kind::AgreedWithoutAction]),
        (
            "## 1. Tides (RED)\n\nThe TSC **AGREED** to ask.\n\n**ACTION TSC31/01:** SECAS to ask by 1 July 2024.",
            vec![],
        ),
        ("## 1. Tides (RED)\n\nThe TSC **AGREED** the tables.", vec![]),
        ("## 1. Tides (RED)\n\nThe tide was high. (AMBER)", vec![Kind::HigherClassification]),
        ("## 1. Tides (RED)\n\nThe tide was high. (WHITE)", vec![]),
        ("## 1. Tides (RED)\n\nThe TSC **RECOMMENDED** the tables.", vec![Kind::RecommendationUnaddressed]),
        ("## 1. Tides (RED)\n\nThe TSC **DEFERRED** the tables to 26 June 2024.", vec![Kind::DeferredToMeeting]),
        ("## 1. Tides (RED)\n\nThe tables will be considered at TSC on 26 June.", vec![Kind::DeferredToMeeting]),
        (
            "## 1. Tides (RED)\n\n**ACTION TSC31/01:** SECAS to ask by 1 May 2024.",
            vec![Kind::DateOutOfOrder, Kind::ActionWithoutDueDate],
        ),
        ("## 1. Tides (RED)\n\nText.\n\n## 1. Tides (RED)\n\nText.", vec![Kind::ItemNumberRepeated]),
        ("## 1. Tides (RED)\n\n[Tables](https://example.org/tables) were read.", vec![Kind::LinkTargetDropped]),
        ("## 1. Minutes (RED)\n\nThe TSC **APPROVED** the minutes.", vec![Kind::MinutesWithoutDate]),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn bytes_that_are_no_utf_8() {
    let mut bytes = super::support::meeting("## 1. Tides (RED)\n\nThe tide was high.").into_bytes();
    let end = bytes.len() - 3;
    bytes[end] = 0xFF;
    let headlines = minutebook_import::read(&bytes, &minutebook_import::Context::default()).unwrap();
    assert_eq!(headlines.findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [Kind::NotUtf8]);
}
