//! Bytes to text, in whatever encoding a program wrote them.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A file's text.
#[derive(Debug)]
pub(crate) struct DecodedText<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The encoding that was assumed; `None` for UTF-8 and for a file with a byte-order mark.
    pub(crate) assumed: Option<&'static str>,
}

/// Decodes a file: by its byte-order mark, else as UTF-8, else as Windows-1252, in which every byte has a meaning.
///
/// UTF-8 with a few damaged characters stays UTF-8, with U+FFFD for each of them: read as Windows-1252 it would lose
/// every character outside ASCII.
pub(crate) fn decode(bytes: &[u8]) -> DecodedText<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling(&bytes[mark..]).0;
        return DecodedText { text, assumed: None };
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        let text = encoding.decode_without_bom_handling(bytes).0;
        return DecodedText { text, assumed: Some(encoding.name()) };
    }
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return DecodedText { text, assumed: None };
    }
    if is_damaged_utf_8(bytes) {
        return DecodedText { text: String::from_utf8_lossy(bytes), assumed: None };
    }
    DecodedText { text: WINDOWS_1252.decode_without_bom_handling(bytes).0, assumed: Some(WINDOWS_1252.name()) }
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

/// In UTF-16, European text has a zero byte in almost every pair, always on the same side.
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
