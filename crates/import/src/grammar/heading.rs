//! Headings of agenda items: `3. Title (RED)`, `3) Title`, `Item 3: Title`; as a heading, in bold, or as a plain line.

use super::classification::marked_heading;
use super::token::{TextToken, TokenKind, tokens};
use super::{date, verb};
use minutebook_domain::classification::Classification;

/// How a line is set that may be a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadingStyle {
    /// As a heading or in bold.
    Prominent,
    /// As plain text.
    Plain,
}

/// An agenda item's heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemHeading {
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) mark: Option<Classification>,
}

/// The most by which a heading's number may exceed that of the item before it.
const MAX_GAP: u32 = 60;

/// The longest heading, in bytes.
const MAX_LENGTH: usize = 600;

/// Reads an item's heading; `last` is the number of the item before it, or 0.
pub(crate) fn item(text: &str, setting: HeadingStyle, last: u32) -> Option<ItemHeading> {
    // A heading begins with its number, with `Item` or with `Agenda Item`.
    if text.len() > MAX_LENGTH || !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'I' | 'i' | 'A' | 'a'))
    {
        return None;
    }
    let words = tokens(text, 0);
    let (number, labelled, next) = number(&words)?;
    let (separated, next) = separator(&words, next);
    // `Item 3 Title` and `## 3 Title` need no sign after the number; a year or a date is not a number here.
    let bare = !separated && !labelled;
    let far = if bare { 3 } else { MAX_GAP };
    if number == 0 || number > last.saturating_add(far) || (bare && setting == HeadingStyle::Plain) {
        return None;
    }
    heading(text, &words, next, number, setting, last, labelled)
}

/// Reads the heading `3. Title`, which a Markdown parser takes for a list of one entry.
pub(crate) fn listed(number: u64, text: &str, setting: HeadingStyle, last: u32) -> Option<ItemHeading> {
    let number = u32::try_from(number).ok().filter(|number| *number == last + 1)?;
    if text.len() > MAX_LENGTH {
        return None;
    }
    heading(text, &tokens(text, 0), 0, number, setting, last, false)
}

fn heading(
    text: &str,
    words: &[TextToken<'_>],
    next: usize,
    number: u32,
    setting: HeadingStyle,
    last: u32,
    labelled: bool,
) -> Option<ItemHeading> {
    let first = words.get(next)?;
    if !labelled
        && (date::starting(words, 0).is_some()
            || first.kind == TokenKind::Number && next > 0 && words[next - 1].touches(first))
    {
        return None;
    }
    let rest = &text[first.start..];
    let found = marked_heading(rest);
    let title = rest[found.text.clone()].trim().trim_end_matches([':', '*']).trim_end();
    let words_in_title = title.split_whitespace().count();
    if title.is_empty() || !title.contains(char::is_alphanumeric) || words_in_title > 45 {
        return None;
    }
    if setting == HeadingStyle::Plain {
        let in_turn = number == last + 1;
        let marked = found.mark.is_some() && number > last;
        if !(in_turn || marked) || !looks_like_title(title, found.mark.is_some() || labelled) {
            return None;
        }
    }
    Some(ItemHeading { number, title: title.to_owned(), mark: found.mark })
}

/// Returns a heading's number, whether `Item` stands before it, and the token after it.
fn number(words: &[TextToken<'_>]) -> Option<(u32, bool, usize)> {
    let mut at = usize::from(words.first()?.is("agenda"));
    let labelled = words.get(at)?.is("item");
    if labelled {
        at += 1;
        while words.get(at).is_some_and(|t| t.is_any(&["no", "number"]) || t.text == ".") {
            at += 1;
        }
    } else if at > 0 {
        return None;
    }
    Some((words.get(at)?.number(4)?, labelled, at + 1))
}

fn separator(words: &[TextToken<'_>], at: usize) -> (bool, usize) {
    let mut next = at;
    while next < at + 2 && words.get(next).is_some_and(|t| matches!(t.text, "." | ")" | ":" | "–" | "—" | "-" | "|"))
    {
        next += 1;
    }
    (next > at, next)
}

/// Whether a plain line reads as a title: short, not a sentence, and in title case unless a mark or `Item` shows it.
fn looks_like_title(title: &str, shown: bool) -> bool {
    let ends_as_text = title.ends_with(['.', ';', ',', ':', '!', '?']);
    let words: Vec<&str> = title.split_whitespace().filter(|word| word.chars().count() > 3).collect();
    let capitals = words.iter().filter(|word| word.contains(char::is_uppercase)).count();
    let title_case = capitals * 2 >= words.len() || is_customary(title);
    let starts = title.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
    !ends_as_text && starts && words.len() <= 25 && (shown || title_case) && !verb::any_in(title)
}

/// Whether the title is one that most agendas have.
fn is_customary(title: &str) -> bool {
    const CUSTOMARY: [&str; 14] = [
        "any other business",
        "aob",
        "matters arising",
        "date of next meeting",
        "date of the next meeting",
        "next meeting",
        "apologies",
        "welcome",
        "introductions",
        "declarations of interest",
        "minutes of",
        "previous minutes",
        "previous meeting",
        "actions",
    ];
    let title = title.to_lowercase();
    CUSTOMARY.iter().any(|known| title.starts_with(known))
}
