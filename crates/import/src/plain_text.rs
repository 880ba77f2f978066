//! Plain text to blocks: blank lines separate paragraphs, a bullet begins a list entry, and an underlined line is a
//! heading.

use crate::block::{ListEntry, RichText, SourceBlock};

const BULLETS: [&str; 9] = ["•", "‣", "◦", "▪", "·", "-", "*", "–", "o"];

/// Reads plain text.
pub(crate) fn read(text: &str) -> Vec<SourceBlock> {
    let mut blocks = Vec::new();
    let mut paragraph = RichText::default();
    let mut entries: Vec<ListEntry> = Vec::new();
    // Blank lines may separate the entries of a list; other text after a blank line ends it.
    let mut after_blank = true;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            close(&mut paragraph, &mut blocks);
            after_blank = true;
            continue;
        }
        if let Some(level) = underline(trimmed) {
            underlined(level, &mut paragraph, &mut blocks);
            after_blank = true;
            continue;
        }
        if let Some(text) = bullet(trimmed) {
            close(&mut paragraph, &mut blocks);
            entries.push(ListEntry { depth: 0, number: None, text: RichText::plain(text, number) });
        } else if !after_blank && line.starts_with([' ', '\t']) && !entries.is_empty() {
            if let Some(entry) = entries.last_mut() {
                entry.text.append(&RichText::plain(trimmed, number));
            }
        } else {
            // An entry may continue at the margin in lower case; other text at the margin is a paragraph.
            let goes_on = !after_blank && trimmed.starts_with(char::is_lowercase);
            match entries.last_mut() {
                Some(entry) if goes_on => entry.text.append(&RichText::plain(trimmed, number)),
                _ => {
                    close_list(&mut entries, &mut blocks);
                    paragraph.append(&RichText::plain(trimmed, number));
                }
            }
        }
        after_blank = false;
    }
    close(&mut paragraph, &mut blocks);
    close_list(&mut entries, &mut blocks);
    blocks
}

/// Returns the level of the heading above a line of signs.
fn underline(line: &str) -> Option<u8> {
    let sign = line.chars().next().filter(|sign| matches!(sign, '=' | '-' | '_' | '~' | '*' | '–' | '—'))?;
    let all = line.chars().all(|c| c == sign) && line.chars().count() >= 3;
    all.then_some(if sign == '=' { 1 } else { 2 })
}

/// The paragraph's last line becomes the heading. A line of signs on its own is a rule.
fn underlined(level: u8, paragraph: &mut RichText, blocks: &mut Vec<SourceBlock>) {
    let text = std::mem::take(paragraph).finished();
    let last = text.as_str().rfind('\n').map_or(0, |at| at + 1);
    close(&mut text.slice(0..last), blocks);
    let heading = text.slice(last..text.as_str().len());
    if !heading.is_empty() {
        blocks.push(SourceBlock::Heading(level, heading));
    }
}

fn bullet(line: &str) -> Option<&str> {
    let rest = BULLETS.iter().find_map(|sign| line.strip_prefix(sign))?;
    (rest.starts_with([' ', '\t']) && !rest.trim().is_empty()).then(|| rest.trim())
}

fn close(paragraph: &mut RichText, blocks: &mut Vec<SourceBlock>) {
    let text = std::mem::take(paragraph).finished();
    if !text.is_empty() {
        blocks.push(SourceBlock::Paragraph(text));
    }
}

fn close_list(entries: &mut Vec<ListEntry>, blocks: &mut Vec<SourceBlock>) {
    if !entries.is_empty() {
        blocks.push(SourceBlock::List(std::mem::take(entries)));
    }
}
