//! CSV: the encoding, the delimiter, and rows that are numbered as a spreadsheet program numbers them.

use super::columns::header;
use super::sheet::{Allowance, Cell, MAX_ROWS, Row, Sheet};
use super::{LogRefusal, TooMuch};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// What parts the fields, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a file, with the delimiter under which it has a header of an action log.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, LogRefusal> {
    let text = decoded(bytes);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut first = None;
    for delimiter in DELIMITERS {
        let sheet = parted(&text, delimiter)?;
        if header(&sheet).is_some() {
            return Ok(vec![sheet]);
        }
        first.get_or_insert(sheet);
    }
    Ok(first.into_iter().collect())
}

/// The text of the file: by its byte-order mark, else UTF-8, else Windows-1252, in which every byte means something. A
/// file of UTF-8 that was cut or damaged in a character stays one: what it holds whole is far more than what it does not.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return text;
    }
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if whole > broken { String::from_utf8_lossy(bytes) } else { WINDOWS_1252.decode_without_bom_handling(bytes).0 }
}

/// The rows, with this delimiter. `text` has bare newlines.
fn parted(text: &str, delimiter: u8) -> Result<Sheet, TooMuch> {
    let mut reader =
        ::csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut allowance = Allowance::default();
    let mut record = ::csv::StringRecord::new();
    // A quoted field may hold newlines: they are lines of the file, and no rows of the sheet.
    let mut inside = 0;
    while let Ok(true) = reader.read_record(&mut record) {
        let newlines = record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
        let consumed = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len());
        let ended = u64::from(text.as_bytes()[..consumed].last() == Some(&b'\n'));
        let number = (reader.position().line() - ended).saturating_sub(newlines + inside);
        inside += newlines;
        let mut row = Row { number: u32::try_from(number).unwrap_or(u32::MAX), cells: Vec::new() };
        for (column, field) in record.iter().enumerate().filter(|(_, field)| !field.trim().is_empty()) {
            allowance.take(field.len()).ok_or(TooMuch)?;
            row.cells.push((u32::try_from(column).unwrap_or(u32::MAX), Cell::Text(field.trim().to_owned())));
        }
        if !row.cells.is_empty() {
            sheet.rows.push(row);
        }
        if sheet.rows.len() > MAX_ROWS {
            return Err(TooMuch);
        }
    }
    Ok(sheet)
}
