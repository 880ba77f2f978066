//! Damaged documents: nothing panics, the events stay legal, and no word is lost.

use super::sample::SAMPLE;
use super::support::{check, try_markdown, words, words_of_source};
use minutebook_import::{DocumentFormat, ImportContext, read};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Damage {
    Drop(usize),
    Double(usize),
    Swap(usize, usize),
    Join(usize),
    /// Moves the lines from one on to the front.
    Turn(usize),
    /// Every other line first, then the rest.
    Deal,
}

fn damage() -> impl Strategy<Value = Damage> {
    let line = 0usize..1000;
    prop_oneof![
        line.clone().prop_map(Damage::Drop),
        line.clone().prop_map(Damage::Double),
        (line.clone(), line.clone()).prop_map(|(a, b)| Damage::Swap(a, b)),
        line.clone().prop_map(Damage::Join),
        line.prop_map(Damage::Turn),
        Just(Damage::Deal),
    ]
}

fn damaged(text: &str, changes: &[Damage]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for change in changes {
        let count = lines.len();
        if count < 2 {
            break;
        }
        match *change {
            Damage::Drop(line) => {
                lines.remove(line % count);
            }
            Damage::Double(line) => {
                let again = lines[line % count].clone();
                lines.insert(line % count, again);
            }
            Damage::Turn(line) => lines.rotate_left(line % count),
            Damage::Deal => {
                let (even, odd): (Vec<_>, Vec<_>) = lines.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
                lines = even.into_iter().chain(odd).map(|(_, line)| line).collect();
            }
            Damage::Swap(a, b) => lines.swap(a % count, b % count),
            Damage::Join(line) => {
                let next = lines.remove((line + 1) % count);
                let at = line % (count - 1);
                lines[at] = format!("{} {next}", lines[at]);
            }
        }
    }
    lines.join("\n")
}

/// The real document, looked up once for all cases.
static REAL: std::sync::LazyLock<Option<String>> = std::sync::LazyLock::new(super::ssc::document);

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn documents_with_damaged_lines_lose_no_word(changes in prop::collection::vec(damage(), 1..12)) {
        let text = damaged(SAMPLE, &changes);
        if let Ok(headlines) = try_markdown(&text) {
            check(&headlines);
            let (mut kept, mut given) = (words(&headlines), words_of_source(&text));
            // A heading's `Item` is mark-up, like its full stop. A table without its header line is text with signs
            // between.
            kept.retain(|word| word != "item");
            given.retain(|word| word != "item");
            prop_assert_eq!(kept, given);
        }
    }

    #[test]
    fn damage_to_a_real_document_never_panics(changes in prop::collection::vec(damage(), 1..12), cut in 0usize..40_000) {
        let Some(document) = &*REAL else { return Ok(()) };
        let text = damaged(document, &changes);
        // The cut may fall inside a character.
        let bytes = &text.as_bytes()[..cut.min(text.len())];
        for (bytes, format) in [(text.as_bytes(), DocumentFormat::Markdown), (bytes, DocumentFormat::Markdown), (bytes, DocumentFormat::PlainText)] {
            if let Ok(headlines) = read(bytes, &ImportContext { format: Some(format), ..ImportContext::default() }) {
                check(&headlines);
            }
        }
    }

    #[test]
    fn damaged_bytes_never_panic(cut in 0usize..3000, at in 0usize..3000, byte in any::<u8>()) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        bytes.truncate(cut.max(500));
        let at = at % bytes.len();
        bytes[at] = byte;
        for format in [DocumentFormat::Markdown, DocumentFormat::PlainText] {
            if let Ok(headlines) = read(&bytes, &ImportContext { format: Some(format), ..ImportContext::default() }) {
                check(&headlines);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,300}") {
        let text = super::support::meeting(&format!("## 1. Tides (RED)\n\n{text}"));
        if let Ok(headlines) = try_markdown(&text) {
            check(&headlines);
        }
    }
}
