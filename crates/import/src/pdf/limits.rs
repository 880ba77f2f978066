//! Limits for a PDF: its streams are measured before they are unpacked, and the interpreter's steps are counted.

use super::{MAX_PAGES, MAX_UNPACKED_BYTES, PdfError};
use flate2::read::ZlibDecoder;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Array, Stream};
use std::borrow::Cow;
use std::io::{Cursor, Read};

/// The most letters of a document.
pub(super) const MAX_GLYPHS: u64 = 1_000_000;

/// The most steps of the interpreter for a document.
const MAX_STEPS: u64 = 4_000_000;

/// The work done for one document so far.
#[derive(Debug, Default)]
pub(super) struct WorkCounters {
    steps: std::cell::Cell<u64>,
    glyphs: std::cell::Cell<u64>,
}

/// The payload with which the interpreter is unwound once a limit is reached.
pub(super) struct WorkLimitReached;

#[derive(Debug, Clone, Copy)]
pub(super) struct WorkBudget<'s>(pub(super) &'s WorkCounters);

impl WorkBudget<'_> {
    /// Counts a step. The interpreter cannot be stopped, and drawings that call each other run forever, so the limit
    /// unwinds out of it; `interpret::pages` catches that.
    pub(super) fn one(self) {
        self.steps(1);
    }

    /// Counts a group or clip, which may nest and costs more than a stroke.
    pub(super) fn opening(self) {
        self.steps(100);
    }

    fn steps(self, number: u64) {
        let steps = self.0.steps.get() + number;
        self.0.steps.set(steps);
        if steps > MAX_STEPS {
            std::panic::resume_unwind(Box::new(WorkLimitReached));
        }
    }

    /// Counts a letter and returns the count.
    pub(super) fn glyphs(self) -> u64 {
        let glyphs = self.0.glyphs.get() + 1;
        self.0.glyphs.set(glyphs);
        if glyphs > MAX_GLYPHS {
            std::panic::resume_unwind(Box::new(WorkLimitReached));
        }
        glyphs
    }
}

/// Unpacks every stream of the file into nothing, layer by layer, before anything trusts the sizes that the file
/// declares.
pub(super) fn measure(bytes: &[u8]) -> Result<(), PdfError> {
    const STREAM: &[u8] = b"stream";
    let mut left = MAX_UNPACKED_BYTES;
    for at in memchr::memmem::find_iter(bytes, STREAM) {
        let data = &bytes[at + STREAM.len()..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        left = unpacked(data, left)?;
    }
    Ok(())
}

/// Returns how much of `left` remains after unpacking the data.
fn unpacked(data: &[u8], mut left: usize) -> Result<usize, PdfError> {
    const MAX_LAYERS: usize = 4;
    let mut layer = Cow::Borrowed(data);
    for _ in 0..MAX_LAYERS {
        let mut held = Vec::new();
        {
            let Some(inside) = inflated(&layer).or_else(|| plain_from_ascii(&layer)) else { return Ok(left) };
            // Data that only looks compressed ends in an error; the reader would use what came before it.
            let _ = inside.take(left as u64 + 1).read_to_end(&mut held);
        }
        left = left.checked_sub(held.len()).ok_or(PdfError::TooMuchWork)?;
        if held.is_empty() {
            return Ok(left);
        }
        layer = Cow::Owned(held);
    }
    Err(PdfError::TooMuchWork)
}

/// Returns a decompressor if the data begins like zlib data.
fn inflated(data: &[u8]) -> Option<Box<dyn Read + '_>> {
    let [first, second, ..] = data else { return None };
    let packed = first & 0x0F == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31);
    packed.then(|| Box::new(ZlibDecoder::new(data)) as Box<dyn Read>)
}

/// Decodes base 85 or hexadecimal digits, if the data holds nothing else.
fn plain_from_ascii(data: &[u8]) -> Option<Box<dyn Read + '_>> {
    let end = data.iter().position(|b| matches!(b, b'~' | b'>')).filter(|end| *end > 0)?;
    let text: Vec<u8> = data[..end].iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    if data[end] == b'>' {
        let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let bytes: Option<Vec<u8>> =
            text.chunks(2).map(|two| Some(digit(two[0])? << 4 | digit(*two.get(1)?)?)).collect();
        return bytes.map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn Read>);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for b in text {
        match b {
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(b - b'!')),
            _ => return None,
        }
        if group.len() == 5 {
            let number = group.drain(..).fold(0_u32, |number, digit| number.wrapping_mul(85).wrapping_add(digit));
            bytes.extend(number.to_be_bytes());
        }
    }
    Some(Box::new(Cursor::new(bytes)))
}

/// Measures the content streams of the pages, which a file may name any number of times. Filters that `measure` does
/// not unpack count at their worst case.
pub(super) fn measure_contents(pdf: &Pdf) -> Result<(), PdfError> {
    let mut left = MAX_UNPACKED_BYTES;
    for page in pdf.pages().iter().take(MAX_PAGES) {
        let single = page.raw().get::<Stream<'_>>(&b"Contents"[..]);
        let several = page.raw().get::<Array<'_>>(&b"Contents"[..]);
        let several = several.iter().flat_map(Array::iter::<Stream<'_>>);
        for stream in single.into_iter().chain(several) {
            let raw = stream.raw_data();
            left = left.checked_sub(at_most(&stream, raw.len())).ok_or(PdfError::TooMuchWork)?;
            let before = left;
            left = unpacked(&raw, left)?;
            left = left.checked_sub(usize::from(before == left) * raw.len()).ok_or(PdfError::TooMuchWork)?;
        }
    }
    Ok(())
}

/// Returns the worst case of the filters that are not unpacked. The filter's type is private to its crate, so its
/// debug name identifies it.
fn at_most(stream: &Stream<'_>, raw: usize) -> usize {
    stream.filters().iter().fold(0, |size: usize, filter| match format!("{filter:?}").as_str() {
        "LzwDecode" => size.max(raw).saturating_mul(2731),
        "RunLengthDecode" => size.max(raw).saturating_mul(64),
        _ => size,
    })
}
