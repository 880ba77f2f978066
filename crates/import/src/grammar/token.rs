//! Words, numbers and signs of a text, with their offsets.

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Begins with a letter: `SSC72`, `noted`.
    Word,
    /// Digits only. The `th` of `25th` is a separate word that touches the number.
    Number,
    /// Any other character except white space.
    Sign,
}

/// A word, number or sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextToken<'a> {
    pub(crate) text: &'a str,
    pub(crate) start: usize,
    pub(crate) kind: TokenKind,
}

impl<'a> TextToken<'a> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether the token is this word, without regard to case.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// Whether the token is one of these words, without regard to case.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Returns the value of a number with at most `digits` digits.
    pub(crate) fn number(&self, digits: usize) -> Option<u32> {
        (self.kind == TokenKind::Number && self.text.len() <= digits).then(|| self.text.parse().ok()).flatten()
    }

    /// Whether the token is a capitalised word.
    pub(crate) fn is_capitalised(&self) -> bool {
        self.kind == TokenKind::Word && self.text.starts_with(char::is_uppercase)
    }

    /// Whether the token is a hyphen or a dash of any length.
    pub(crate) fn is_dash(&self) -> bool {
        is_dash(self.text)
    }

    /// Whether `next` follows with nothing between.
    pub(crate) fn touches(&self, next: &TextToken<'a>) -> bool {
        self.end() == next.start
    }
}

/// Whether the text is one hyphen or dash.
pub(crate) fn is_dash(text: &str) -> bool {
    matches!(text, "-" | "‐" | "‑" | "‒" | "–" | "—" | "―" | "−")
}

/// Splits a text into tokens; `base` is the offset of its first byte.
pub(crate) fn tokens(text: &str, base: usize) -> Vec<TextToken<'_>> {
    let mut found = Vec::with_capacity(text.len() / 5 + 1);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        let kind = if byte.is_ascii_digit() {
            at = while_ascii(bytes, at + 1, u8::is_ascii_digit);
            TokenKind::Number
        } else {
            let Some(c) = char_at(text, at) else { break };
            at += c.len_utf8();
            if c.is_whitespace() {
                continue;
            }
            if c.is_alphanumeric() {
                at = end_of_word(text, at);
                TokenKind::Word
            } else {
                TokenKind::Sign
            }
        };
        found.push(TextToken { text: &text[start..at], start: base + start, kind });
    }
    found
}

fn while_ascii(bytes: &[u8], from: usize, is: fn(&u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| !is(byte)).map_or(bytes.len(), |length| from + length)
}

/// Returns where the word that continues at byte `at` ends.
fn end_of_word(text: &str, mut at: usize) -> usize {
    loop {
        at = while_ascii(text.as_bytes(), at, u8::is_ascii_alphanumeric);
        // Most words are ASCII and need no decoding.
        match text.as_bytes().get(at) {
            Some(byte) if !byte.is_ascii() => match char_at(text, at) {
                Some(c) if c.is_alphanumeric() => at += c.len_utf8(),
                _ => return at,
            },
            _ => return at,
        }
    }
}

/// Returns the character at byte `at`. Most text is ASCII and needs no decoding.
#[inline]
fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// Returns the first 120 bytes or so, enough to tell the kind of a line.
pub(crate) fn opening(text: &str) -> &str {
    const ENOUGH: usize = 120;
    if text.len() <= ENOUGH {
        return text;
    }
    let end = (ENOUGH..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    &text[..end]
}

/// Whether the tokens from `at` on begin with these words, without regard to case.
pub(crate) fn begins(tokens: &[TextToken<'_>], at: usize, words: &[&str]) -> bool {
    tokens.len() >= at + words.len() && tokens[at..].iter().zip(words).all(|(token, word)| token.is(word))
}

/// Returns the index of the first token at or after `offset`.
pub(crate) fn index_at(tokens: &[TextToken<'_>], offset: usize) -> usize {
    tokens.partition_point(|token| token.start < offset)
}
