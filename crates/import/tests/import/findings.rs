//! The findings of an import.

use super::support::body;
use minutebook_import::ImportFindingKind;

fn kinds(text: &str) -> Vec<ImportFindingKind> {
    body(text).findings.into_iter().map(|finding| finding.kind).collect()
}

#[test]
fn each_kind_of_finding_is_reported() {
    for (text, expected) in [
        ("## 1. Tides (RED)\n\nThe TSC **NOTED** it.", vec![]),
        ("## 1. Tides\n\nThe TSC **NOTED** it.", vec![ImportFindingKind::ItemWithoutClassification]),
        (
            "## 1. Tides (RED)\n\nThe TSC **AGREED** to ask the harbour master.",
            vec![ImportFindingKind::AgreedWithoutAction],
        ),
        ("## 1. Tides (RED)\n\nThe TSC **AGREED** that SECAS would ask.", vec![ImportFindingKind::AgreedWithoutAction]),
        (
            "## 1. Tides (RED)\n\nThe TSC **AGREED** to ask.\n\n**ACTION TSC31/01:** SECAS to ask by 1 July 2024.",
            vec![],
        ),
        ("## 1. Tides (RED)\n\nThe TSC **AGREED** the tables.", vec![]),
        ("## 1. Tides (RED)\n\nThe tide was high. (AMBER)", vec![ImportFindingKind::HigherClassification]),
        ("## 1. Tides (RED)\n\nThe tide was high. (WHITE)", vec![]),
        (
            "## 1. Tides (RED)\n\nThe TSC **RECOMMENDED** the tables.",
            vec![ImportFindingKind::RecommendationUnaddressed],
        ),
        (
            "## 1. Tides (RED)\n\nThe TSC **DEFERRED** the tables to 26 June 2024.",
            vec![ImportFindingKind::DeferredToMeeting],
        ),
        (
            "## 1. Tides (RED)\n\nThe tables will be considered at TSC on 26 June.",
            vec![ImportFindingKind::DeferredToMeeting],
        ),
        (
            "## 1. Tides (RED)\n\n**ACTION TSC31/01:** SECAS to ask by 1 May 2024.",
            vec![ImportFindingKind::DateOutOfOrder, ImportFindingKind::ActionWithoutDueDate],
        ),
        ("## 1. Tides (RED)\n\nText.\n\n## 1. Tides (RED)\n\nText.", vec![ImportFindingKind::ItemNumberRepeated]),
        (
            "## 1. Tides (RED)\n\n[Tables](https://example.org/tables) were read.",
            vec![ImportFindingKind::LinkTargetDropped],
        ),
        ("## 1. Minutes (RED)\n\nThe TSC **APPROVED** the minutes.", vec![ImportFindingKind::MinutesWithoutDate]),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn invalid_utf_8_is_replaced_and_reported() {
    let mut bytes = super::support::meeting("## 1. Tides (RED)\n\nThe tide was high.").into_bytes();
    let end = bytes.len() - 3;
    bytes[end] = 0xFF;
    let headlines = minutebook_import::read(&bytes, &minutebook_import::ImportContext::default()).unwrap();
    assert_eq!(headlines.findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [ImportFindingKind::NotUtf8]);
}

#[test]
fn a_null_character_is_left_out_and_reported_on_its_line() {
    let text = super::support::meeting("## 1. Tides (RED)\n\nThe tide\0 was hi\0gh.");
    let context = |file_name| minutebook_import::ImportContext { file_name, ..Default::default() };
    for name in ["headlines.md", "headlines.txt"] {
        let headlines = minutebook_import::read(text.as_bytes(), &context(name)).unwrap();
        let found: Vec<_> = headlines.findings.iter().map(|found| (found.kind, found.line)).collect();
        assert_eq!(found, [(ImportFindingKind::CharacterDropped, 11)], "{name}");
        let words = super::support::words(&headlines);
        assert!(words.ends_with(&["the", "tide", "was", "high"].map(str::to_owned)), "{name}: {words:?}");
    }
    let log = "Reference,Action,Owner\nSSC72/01,to a\0sk,SECAS\n";
    let log = minutebook_import::action_log::read(log.as_bytes(), &context("log.csv")).unwrap();
    let found = log.findings.iter().find(|found| found.kind == ImportFindingKind::CharacterDropped).unwrap();
    assert_eq!(found.place(), "B2");
}
