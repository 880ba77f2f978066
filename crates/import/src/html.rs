//! The text inside HTML tags, raw blocks and over-long table rows.

use crate::block::RichText;

/// What an inline tag contributes to the text.
pub(crate) enum TagText<'a> {
    Nothing,
    LineBreak,
    Comment(&'a str),
}

pub(crate) fn tag_text(html: &str) -> TagText<'_> {
    if let Some(comment) = html.strip_prefix("<!--") {
        let text = comment.strip_suffix("-->").unwrap_or(comment).trim();
        return if text.is_empty() { TagText::Nothing } else { TagText::Comment(text) };
    }
    let name = html.trim_start_matches(['<', '/']).trim_end_matches(['>', '/', ' ']);
    if name.eq_ignore_ascii_case("br") { TagText::LineBreak } else { TagText::Nothing }
}

/// Appends raw text whose first line is `line`.
pub(crate) fn push_lines(into: &mut RichText, raw: &str, line: u32) {
    for (number, text) in (line..).zip(raw.lines()) {
        into.break_line();
        into.push(text, number, false);
    }
}

/// Returns the text of an HTML block without its tags, and the text of each comment.
pub(crate) fn html_text(html: &str, first_line: u32) -> (RichText, Vec<RichText>) {
    let (mut shown, mut hidden) = (RichText::default(), Vec::new());
    let (mut rest, mut line) = (html, first_line);
    let count = |text: &str| u32::try_from(text.matches('\n').count()).unwrap_or(0);
    while !rest.is_empty() {
        let open = rest.find('<').unwrap_or(rest.len());
        let (text, tag_on) = rest.split_at(open);
        let decoded = decode_entities(text);
        for (index, part) in decoded.split('\n').enumerate() {
            if index > 0 {
                line += 1;
                shown.break_line();
            }
            shown.push(part, line, false);
        }
        let (end, is_comment) = if tag_on.starts_with("<!--") { ("-->", true) } else { (">", false) };
        let Some(close) = tag_on.find(end) else {
            // A tag that is never closed is text.
            push_lines(&mut shown, tag_on, line);
            break;
        };
        let tag = &tag_on[..close + end.len()];
        if is_comment {
            let mut comment = RichText::default();
            push_lines(&mut comment, tag.trim_start_matches("<!--").trim_end_matches("-->"), line);
            if !comment.is_empty() {
                hidden.push(comment.finished());
            }
        } else if !matches!(inline_name(tag), "sup" | "sub" | "b" | "i" | "em" | "strong" | "span" | "a" | "u") {
            shown.push(" ", line, false);
        }
        line += count(tag);
        rest = &tag_on[tag.len()..];
    }
    (shown.finished(), hidden)
}

fn inline_name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
}

fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&ndash;", "–"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// Returns the text of the cells beyond `columns` in a table's row.
pub(crate) fn cells_beyond(row: &str, columns: usize) -> String {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut seen = 0;
    let mut escaped = false;
    for (at, c) in row.char_indices() {
        if c == '|' && !escaped {
            seen += 1;
            if seen == columns {
                return row[at + 1..].replace(['|', '*', '\\'], " ").trim().to_owned();
            }
        }
        escaped = c == '\\' && !escaped;
    }
    String::new()
}
