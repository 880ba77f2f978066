//! Control characters of recorded texts and of input, made visible for a terminal.
//!
//! A text that is printed as it is could move the cursor, change the title of the window, or turn the direction of what
//! follows. Each such character is shown as JSON writes it (`\u001b`), which also leaves a JSON document what it says.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns whether a terminal would act on a character, other than on a line feed or a tab: the controls C0, DEL and C1,
/// and the signs that embed, override or isolate a direction.
fn is_acted_on(sign: char) -> bool {
    (sign.is_control() && !matches!(sign, '\n' | '\t'))
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Shows the control characters of `text`. Lines may end with a carriage return and a line feed.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_acted_on) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let ends_line = sign == '\r' && signs.peek() == Some(&'\n');
        if is_acted_on(sign) && !ends_line {
            // Writing to a String cannot fail. Each of them has four digits at most.
            let _ = write!(shown, "\\u{:04x}", u32::from(sign));
        } else {
            shown.push(sign);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn control_characters_are_shown_and_all_else_stays() {
        for (text, shown) in [
            ("a\u{1b}[31mb", "a\\u001b[31mb"),
            ("\u{7}\u{8}\u{b}\u{7f}\u{9b}", "\\u0007\\u0008\\u000b\\u007f\\u009b"),
            ("\u{202a}\u{202e}\u{2066}\u{2069}", "\\u202a\\u202e\\u2066\\u2069"),
            ("over\rwritten\r", "over\\u000dwritten\\u000d"),
        ] {
            assert_eq!(visible(text), shown);
        }
        for text in ["", "a\tb\nc", "BEGIN:VCALENDAR\r\nEND\r\n", "Zoë – „é“ \u{200d}\u{feff}", "\\u001b"] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn a_json_document_says_the_same() {
        let value = serde_json::json!({"text": "a\u{1b}\u{7f}\u{9b}\u{202e}\"\\\n"});
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            assert_eq!(serde_json::from_str::<serde_json::Value>(&visible(&text)).unwrap(), value);
        }
    }
}
