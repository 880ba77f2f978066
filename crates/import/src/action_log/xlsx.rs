//! XLSX: the cells of every sheet, from a package within its limits.
//!
//! The sizes that a workbook declares (its dimensions, its number of strings) are never trusted: memory is allocated
//! for the cells that come.

use super::error::ActionLogError;
use super::sheet::{LogTooLarge, MAX_ROWS, Sheet, SheetCell, SheetRow, SizeBudget};
use crate::package::{MemberError, PackageError, ZipPackage};
use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, Xlsx};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Cursor;

/// The most merged regions that are read of a sheet.
const MAX_MERGED: usize = 100_000;

/// Reads every worksheet.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, ActionLogError> {
    let mut package = ZipPackage::open(bytes)?;
    check_shared_strings(&mut package)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes))?;
    let named = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = named.map(|sheet| sheet.name.clone()).collect();
    let mut sheets = Vec::with_capacity(names.len());
    let mut allowance = SizeBudget::default();
    let mut rows_left = MAX_ROWS;
    for name in names {
        let mut rows: BTreeMap<u32, BTreeMap<u32, SheetCell>> = BTreeMap::new();
        let mut cells = workbook.worksheet_cells_reader(&name)?;
        while let Some(found) = cells.next_cell()? {
            let (row, column) = found.get_position();
            let Some(cell) = cell(found.get_value()) else { continue };
            allowance.take(cell.text().len()).ok_or(LogTooLarge)?;
            rows.entry(row).or_default().insert(column, cell);
        }
        drop(cells);
        // If the merged regions cannot be read, only their first cells hold the text.
        let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
        fill_down(&mut rows, &merged, &mut allowance)?;
        rows_left = rows_left.checked_sub(rows.len()).ok_or(LogTooLarge)?;
        let rows = rows
            .into_iter()
            .map(|(row, cells)| SheetRow { number: row.saturating_add(1), cells: cells.into_iter().collect() });
        sheets.push(Sheet { name: Some(name), rows: rows.collect() });
    }
    Ok(sheets)
}

/// Copies a merged cell into the rows below it, as when one meeting raised three actions. Only rows that hold
/// something else are filled.
fn fill_down(
    rows: &mut BTreeMap<u32, BTreeMap<u32, SheetCell>>,
    merged: &[Dimensions],
    allowance: &mut SizeBudget,
) -> Result<(), LogTooLarge> {
    let mut looked_at = 0;
    for Dimensions { start: (first, column), end: (last, _) } in merged.iter().copied().take(MAX_MERGED) {
        let Some(said) = rows.get(&first).and_then(|row| row.get(&column)).cloned() else { continue };
        if last <= first {
            continue;
        }
        for (_, row) in rows.range_mut(first + 1..=last) {
            looked_at += 1;
            if looked_at > MAX_ROWS {
                return Err(LogTooLarge);
            }
            if let Entry::Vacant(beneath) = row.entry(column) {
                allowance.take(said.text().len()).ok_or(LogTooLarge)?;
                beneath.insert(said.clone());
            }
        }
    }
    Ok(())
}

fn cell(value: &DataRef<'_>) -> Option<SheetCell> {
    let text = |text: &str| {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        (!text.is_empty()).then(|| SheetCell::Text(text.to_owned()))
    };
    match value {
        DataRef::Empty => None,
        DataRef::SharedString(value) => text(value),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => text(value),
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet's numbers are floats")]
        DataRef::Int(value) => Some(SheetCell::Number(*value as f64)),
        DataRef::Float(value) => Some(SheetCell::Number(*value)),
        DataRef::Bool(value) => Some(SheetCell::Text(if *value { "Yes" } else { "No" }.to_owned())),
        DataRef::DateTime(value) => Some(day(*value).map_or(SheetCell::Number(value.as_f64()), SheetCell::Date)),
        DataRef::Error(error) => Some(SheetCell::Error(error.to_string())),
    }
}

/// Returns the day of a date cell, counted from 1900 or 1904 as the workbook says.
fn day(value: ExcelDateTime) -> Option<NaiveDate> {
    if !value.is_datetime() || !(1.0..2_958_466.0).contains(&value.as_f64()) {
        return None;
    }
    let (year, month, day, ..) = value.to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
}

/// Refuses a table of shared strings that declares more strings than it can hold: the workbook reader would allocate
/// memory for all of them.
fn check_shared_strings(package: &mut ZipPackage<'_>) -> Result<(), PackageError> {
    let strings = |name: &&str| name.to_ascii_lowercase().replace('\\', "/").ends_with("sharedstrings.xml");
    let members: Vec<String> = package.names().filter(strings).map(str::to_owned).collect();
    for member in members {
        let Some(bytes) = package.read(&member)? else { continue };
        let announced = b"uniqueCount";
        let mut counts =
            bytes.windows(announced.len()).enumerate().filter(|(_, window)| window == announced).map(|(at, _)| {
                let after = bytes[at + announced.len()..].iter().skip_while(|byte| !byte.is_ascii_digit());
                after
                    .take_while(|byte| byte.is_ascii_digit())
                    .take(20)
                    .fold(0_u128, |count, digit| count * 10 + u128::from(digit - b'0'))
            });
        // The shortest string takes five bytes, `<si/>`. A zero byte means an encoding in which the count cannot be
        // found.
        if counts.any(|count| count > bytes.len() as u128) || bytes.contains(&0) {
            return Err(PackageError::Member { member, source: MemberError::Strings });
        }
    }
    Ok(())
}
