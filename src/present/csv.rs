//! CSV that is safe to open in a spreadsheet.

/// Writes a header and rows as CSV (RFC 4180).
pub fn write(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row.into_iter().map(inert))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Adds a byte order mark if it is wished for: without one, Excel reads UTF-8 as the system's code page.
pub fn with_mark(csv: String, wished: Option<bool>) -> String {
    if wished == Some(true) { format!("\u{feff}{csv}") } else { csv }
}

/// Puts an apostrophe before a cell that a spreadsheet would run as a formula (OWASP, CSV Injection). Spreadsheets skip spaces and
/// line feeds before it, and those set to Chinese or Japanese read the full-width signs too.
fn inert(cell: String) -> String {
    let begins_blank = cell.starts_with(['\t', '\r', '\n']);
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if begins_blank || formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_formula_is_found_behind_blanks_and_in_full_width() {
        for cell in ["=1", "+1", "-1", "@a", "\t=1", "\r1", "\n=1", " \n =1", "\u{a0}=1", "＝1", "＋1", "－1", "＠a"]
        {
            assert_eq!(super::inert(cell.to_owned()), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", "a=1", "1-1", "SSC72/01", "a\nb", "‘=’"] {
            assert_eq!(super::inert(cell.to_owned()), cell);
        }
    }

    #[test]
    fn a_formula_is_made_inert_and_a_comma_is_quoted() {
        let rows = vec![vec!["=1+1".to_owned(), "a, \"b\"".to_owned()], vec!["@x".to_owned(), "plain".to_owned()]];
        assert_eq!(super::write(&["one", "two"], rows).unwrap(), "one,two\n'=1+1,\"a, \"\"b\"\"\"\n'@x,plain\n");
    }
}
