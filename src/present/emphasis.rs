//! Bold text of the house style: decision verbs, marks, action labels, and the line of the next meeting.

use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::Verb;

/// A run of text and whether it is bold.
pub type Run<'t> = (bool, &'t str);

/// Splits a text into runs.
pub fn runs(text: &str) -> Vec<Run<'_>> {
    if text.starts_with("Next Meeting: ") && text.len() < 60 {
        return vec![(true, text)];
    }
    let mut runs = Vec::new();
    let label = action_label(text);
    if label > 0 {
        runs.push((true, &text[..label]));
    }
    let (mut from, mut at) = (label, label);
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_uppercase()).map(|start| at + start) {
        let end = text[start..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |end| start + end);
        at = end;
        let alone = !text[..start].ends_with(|c: char| c.is_alphanumeric());
        if alone && is_bold(&text[..start], &text[start..end]) {
            runs.push((false, &text[from..start]));
            runs.push((true, &text[start..end]));
            from = end;
        }
    }
    runs.push((false, &text[from..]));
    runs.retain(|(_, text)| !text.is_empty());
    runs
}

fn is_bold(before: &str, word: &str) -> bool {
    let mark = || word.parse::<Classification>().is_ok();
    Verb::WORDS.contains(&word)
        || (before.ends_with('(') || before.ends_with("marked as ")) && mark()
        || before.ends_with("document is classified as ") && mark()
}

/// Returns the length of a leading `ACTION SSC72/01:` or `ACTION SSC72/01`.
fn action_label(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("ACTION ") else { return 0 };
    let word = rest.split(' ').next().unwrap_or_default();
    let is_reference = word.contains('/') && word.contains(|c: char| c.is_ascii_digit());
    if is_reference && word.len() < rest.len() { "ACTION ".len() + word.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    #[test]
    fn verbs_marks_and_labels_are_bold() {
        let bold = |text: &'static str| {
            super::runs(text).into_iter().filter_map(|(bold, text)| bold.then_some(text)).collect::<Vec<_>>()
        };
        assert_eq!(bold("The SSC NOTED the update and AGREED it. (RED)"), ["NOTED", "AGREED", "RED"]);
        assert_eq!(bold("ACTION SSC72/01: SECAS to write."), ["ACTION SSC72/01:"]);
        assert_eq!(bold("This document is classified as White in accordance"), ["White"]);
        assert_eq!(bold("The RED lamp was UNNOTED, éNOTED."), [""; 0]);
    }
}
