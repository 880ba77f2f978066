//! The one form by which words and names are compared. What is stored stays as it was written.
//!
//! The form is Unicode's NFKC_Casefold (UAX #31), which ignores case, ligatures, widths and characters that print nothing,
//! and takes one apostrophe for another, one dash for another, one double quote for another and one space for another. The
//! dot of a lower-case `İ` is left out, so that `istanbul` finds `İSTANBUL`.
//!
//! `caseless` folds case and `unicode-normalization` composes. No small crate has the characters that print nothing
//! (Default_Ignorable_Code_Point in DerivedCoreProperties.txt); those are listed here.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// U+0307, which the folded `İ` has after its `i`.
const DOT_ABOVE: char = '\u{307}';

/// Returns a text in the form by which texts are compared.
pub fn comparison_form(text: &str) -> String {
    if text.is_ascii() {
        return spaced(text.chars().map(|c| unified(c.to_ascii_lowercase())));
    }
    let visible = text.chars().filter(|c| !is_ignorable(*c)).map(unified);
    let folded = visible.nfkc().default_case_fold().nfkc().map(unified);
    let mut last = ' ';
    spaced(folded.filter(move |c| {
        let before = std::mem::replace(&mut last, *c);
        !is_ignorable(*c) && (*c != DOT_ABOVE || before != 'i')
    }))
}

/// Returns whether two names are the same but for how they are written.
pub fn is_same_name(one: &str, other: &str) -> bool {
    one == other || comparison_form(one) == comparison_form(other)
}

/// Returns the words of a text in its comparison form: runs of letters and digits, with their marks.
pub fn words_of(form: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    form.split(move |c| !is_part(c)).filter(|word| word.chars().any(char::is_alphanumeric))
}

/// Makes each run of spaces one space, and leaves out those at the ends.
fn spaced(chars: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    for c in chars {
        if !c.is_whitespace() {
            text.push(c);
        } else if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Returns the one apostrophe, dash or double quote that stands for all.
fn unified(c: char) -> char {
    match c {
        '\u{60}' | '\u{b4}' | '\u{2b9}'..='\u{2bd}' | '\u{2c8}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' => {
            '\''
        }
        '\u{ab}' | '\u{bb}' | '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{2036}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' => '-',
        c => c,
    }
}

/// Returns whether a character prints nothing: a soft hyphen, a joiner, a byte order mark, a variation selector.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_written_in_different_ways_have_one_form() {
        for (one, other) in [
            ("Café Zürich", "Cafe\u{301} Zu\u{308}rich"),
            ("Sean O’Brien", "Sean O'Brien"),
            ("Sean OʼBrien", "sean  o`brien"),
            ("ΒΟΡΡΑΣ", "βορρας"),
            ("Straße", "STRASSE"),
            ("İSTANBUL", "istanbul"),
            ("the ﬁrst oﬃce, № 5", "the first office, no 5"),
            ("２０２４", "2024"),
            ("co\u{ad}ordinate", "coordinate"),
            ("\u{feff}Mu\u{200d}ñoz", "muñoz"),
            ("SECMP–0037", "secmp-0037"),
            ("“Other\u{a0}User”", "\"other user\""),
        ] {
            assert!(is_same_name(one, other), "{:?} {:?}", comparison_form(one), comparison_form(other));
            assert_eq!(comparison_form(&comparison_form(one)), comparison_form(one), "{one}");
        }
        for (one, other) in [("Muñoz", "Munoz"), ("ada", "adam"), ("O'Brien", "OBrien")] {
            assert!(!is_same_name(one, other), "{one} {other}");
        }
    }

    #[test]
    fn words_are_letters_and_digits_with_their_marks() {
        let words = |text: &str| words_of(&comparison_form(text)).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words("Sean O’Brien, № 5½"), ["sean", "o", "brien", "no", "51", "2"]);
        assert_eq!(words("👩\u{200d}👩 - \u{301} ¶"), Vec::<String>::new());
        assert_eq!(words("हिन्दी"), ["हिन्दी"]);
    }
}
