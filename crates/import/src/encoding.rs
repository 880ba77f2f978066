//! Bytes to text, whatever program wrote them.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A file's text.
#[derive(Debug)]
pub(crate) struct DecodedText<'a> {
    pub(crate) text: Cow<'a, str>,
    /// What the bytes were taken for, where they are no UTF-8 and say nothing of it themselves.
    pub(crate) taken_for: Option<&'static str>,
}

/// The text of a file: by its byte-order mark, else UTF-8, else Windows-1252, in which every byte means something. A
/// file of UTF-8 that was cut or damaged in a character stays one, with U+FFFD in the place of what is damaged: what it
/// holds whole is far more than what it does not.
pub(crate) fn decoded(bytes: &[u8]) -> DecodedText<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling(&bytes[mark..]).0;
        return DecodedText { text, taken_for: None };
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        let text = encoding.decode_without_bom_handling(bytes).0;
        return DecodedText { text, taken_for: Some(encoding.name()) };
    }
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return DecodedText { text, taken_for: None };
    }
    if is_damaged_utf_8(bytes) {
        return DecodedText { text: String::from_utf8_lossy(bytes), taken_for: None };
    }
    DecodedText { text: WINDOWS_1252.decode_without_bom_handling(bytes).0, taken_for: Some(WINDOWS_1252.name()) }
}

fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let cut_at_end = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    cut_at_end || whole > broken
}

/// Text in a language of Europe has a zero in almost every pair of bytes, and always on the same side.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(400)];
    let (mut first, mut second) = (0_usize, 0_usize);
    for pair in head.chunks_exact(2) {
        first += usize::from(pair[0] == 0 && pair[1] != 0);
        second += usize::from(pair[1] == 0 && pair[0] != 0);
    }
    let enough = head.len() / 4;
    match (first, second) {
        _ if head.len() < 8 => None,
        (0, zeros) if zeros > enough => Some(UTF_16LE),
        (zeros, 0) if zeros > enough => Some(UTF_16BE),
        _ => None,
    }
}
