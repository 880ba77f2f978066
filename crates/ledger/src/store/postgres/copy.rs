//! Rows in the form that COPY reads.

use std::io::Write as _;

/// Lines in the text format of COPY: one for each row, with tabs between the columns.
#[derive(Default)]
pub(super) struct CopyLines(Vec<u8>);

impl CopyLines {
    pub(super) fn number(&mut self, number: i64) -> &mut Self {
        // Writing to a Vec does not fail.
        let _ = write!(self.0, "{number}\t");
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            match byte {
                b'\\' => self.0.extend_from_slice(b"\\\\"),
                b'\t' => self.0.extend_from_slice(b"\\t"),
                b'\n' => self.0.extend_from_slice(b"\\n"),
                b'\r' => self.0.extend_from_slice(b"\\r"),
                byte => self.0.push(byte),
            }
        }
        self.0.push(b'\t');
        self
    }

    pub(super) fn optional(&mut self, text: Option<&str>) -> &mut Self {
        let Some(text) = text else {
            self.0.extend_from_slice(b"\\N\t");
            return self;
        };
        self.text(text)
    }

    /// Adds words with spaces between them as a text search vector. They hold letters, digits and `§` alone, so quotes
    /// around each suffice.
    pub(super) fn words(&mut self, words: &str) -> &mut Self {
        let quoted = words.split(' ').flat_map(|word| ["'", word, "' "]).collect::<String>();
        self.text(quoted.trim_end())
    }

    /// Ends the line.
    pub(super) fn end(&mut self) {
        if let Some(last) = self.0.last_mut() {
            *last = b'\n';
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}
