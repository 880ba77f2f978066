//! CSV: the encoding, the delimiter, and rows numbered as a spreadsheet program numbers them.

use super::columns::header;
use super::error::ActionLogError;
use super::sheet::{LogTooLarge, MAX_ROWS, Sheet, SheetCell, SheetRow, SizeBudget};
use crate::encoding::decode;

/// The delimiters to try, the most common first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a file with the first delimiter that gives it the header of an action log.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, ActionLogError> {
    let text = decode(bytes).text;
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

/// Splits a text, whose line ends are bare newlines, into rows.
fn parted(text: &str, delimiter: u8) -> Result<Sheet, LogTooLarge> {
    let mut reader =
        ::csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut allowance = SizeBudget::default();
    let mut record = ::csv::StringRecord::new();
    // Newlines inside quoted fields are lines of the file but not rows of the sheet.
    let mut inside = 0;
    while let Ok(true) = reader.read_record(&mut record) {
        let newlines = record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
        let consumed = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len());
        let ended = u64::from(text.as_bytes()[..consumed].last() == Some(&b'\n'));
        let number = (reader.position().line() - ended).saturating_sub(newlines + inside);
        inside += newlines;
        let mut row = SheetRow { number: u32::try_from(number).unwrap_or(u32::MAX), cells: Vec::new() };
        for (column, field) in record.iter().enumerate().filter(|(_, field)| !field.trim().is_empty()) {
            allowance.take(field.len()).ok_or(LogTooLarge)?;
            row.cells.push((u32::try_from(column).unwrap_or(u32::MAX), SheetCell::Text(field.trim().to_owned())));
        }
        if !row.cells.is_empty() {
            sheet.rows.push(row);
        }
        if sheet.rows.len() > MAX_ROWS {
            return Err(LogTooLarge);
        }
    }
    Ok(sheet)
}
