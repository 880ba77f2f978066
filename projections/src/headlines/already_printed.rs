//! Compares texts by their words, so that a document does not state twice what its prose already states.

use super::HeadlinesBlock;

/// Returns the words in lower case, each with a space on either side.
pub(super) fn plain(text: &str) -> String {
    let mut words = String::from(" ");
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.push_str(&word.to_lowercase());
        words.push(' ');
    }
    words
}

/// Returns the words of a block.
pub(super) fn plain_block(block: &HeadlinesBlock) -> String {
    match block {
        HeadlinesBlock::Title(text) | HeadlinesBlock::Reference(text) | HeadlinesBlock::Paragraph(text) => plain(text),
        HeadlinesBlock::List { entries, .. } => plain(&entries.join(" ")),
        HeadlinesBlock::Table { header, rows } => {
            let cells: Vec<&str> = header.iter().chain(rows.iter().flatten()).map(String::as_str).collect();
            plain(&cells.join(" "))
        }
    }
}

/// Returns whether the words begin like a line that announces the next meeting.
pub(super) fn announces_next_meeting(words: &str) -> bool {
    [" next meeting ", " the next meeting ", " date of next meeting ", " date of the next meeting "]
        .iter()
        .any(|beginning| words.starts_with(beginning))
}
