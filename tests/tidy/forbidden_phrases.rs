//! Doc comments, comments, messages and documents contain none of the phrases that readers stumble over.

use super::assert_none;
use super::sources::{documents, files};

/// Phrases of the old style: relative clauses without a noun, and passives without a subject.
const PHRASES: [&str; 9] = [
    "whoever",
    "that which",
    "what is so",
    "is no more",
    "stands so",
    "is had",
    "it is waited",
    "of those that",
    "the one that",
];

/// Text that is read as a whole, with the number of its first line: a doc comment, a paragraph, a literal.
type Passage = (usize, Vec<String>);

/// Groups neighbouring lines; a line that `text_of` does not take ends a passage.
fn passages(text: &str, text_of: impl Fn(&str) -> Option<String>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let mut continues = false;
    for (index, line) in text.lines().enumerate() {
        let taken = text_of(line);
        match taken {
            Some(taken) if continues => passages.last_mut().unwrap().1.push(taken),
            Some(taken) => passages.push((index + 1, vec![taken])),
            None => {
                continues = false;
                continue;
            }
        }
        continues = true;
    }
    passages
}

fn comment(line: &str) -> Option<String> {
    let line = line.trim_start();
    let text = ["///", "//!", "//"].into_iter().find_map(|mark| line.strip_prefix(mark))?;
    Some(text.trim().to_owned())
}

/// The code of a line that may hold part of a string literal. A backslash at its end joins it to the next line.
fn literal(line: &str) -> Option<String> {
    let code = line.trim();
    if code.starts_with("//") || !(code.contains('"') || code.ends_with('\\')) {
        return None;
    }
    Some(code.trim_end_matches('\\').trim().to_owned())
}

/// The phrases in these passages, as `path:line: phrase`.
fn found(path: &str, passages: &[Passage]) -> Vec<String> {
    let mut found = Vec::new();
    for (first, lines) in passages {
        let whole = lines.join(" ").to_lowercase();
        for phrase in PHRASES {
            for (at, _) in whole.match_indices(phrase) {
                let begins = !whole[..at].ends_with(char::is_alphanumeric);
                let ends = !whole[at + phrase.len()..].starts_with(char::is_alphanumeric);
                if begins && ends {
                    let mut length = 0;
                    let line = lines.iter().take_while(|line| {
                        length += line.to_lowercase().len() + 1;
                        length <= at
                    });
                    found.push(format!("{path}:{}: {phrase}", first + line.count()));
                }
            }
        }
    }
    found
}

#[test]
fn no_text_has_a_forbidden_phrase() {
    let mut all = Vec::new();
    for file in files("", "rs") {
        let comments = found(&file.path, &passages(&file.text, comment));
        // The literals of tests are data.
        let is_source = file.path.starts_with("src/") || file.path.contains("/src/");
        let literals = if is_source { found(&file.path, &passages(&file.text, literal)) } else { Vec::new() };
        all.extend(comments.into_iter().chain(literals));
    }
    let paragraph = |line: &str| (!line.trim().is_empty()).then(|| line.trim().to_owned());
    for file in documents() {
        all.extend(found(&file.path, &passages(&file.text, paragraph)));
    }
    assert_none(&all, "forbidden phrases");
}

#[test]
fn a_phrase_is_found_over_a_line_break() {
    let text = "/// Answers whoever\n/// asks, the one\n/// that waits.\nfn f() {}\n// Whoevers\n";
    assert_eq!(found("f.rs", &passages(text, comment)), ["f.rs:1: whoever", "f.rs:2: the one that"]);
}
