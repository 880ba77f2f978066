//! Action logs: columns, cells, and the same events from CSV and from XLSX.

use chrono::NaiveDate;
use minutebook_import::action_log::{ActionLog, ActionLogError, KnownCommittee, log_events, read};
use minutebook_import::{ActionProgress, ImportContext};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn log(text: &str) -> ActionLog {
    read(text.as_bytes(), &ImportContext::default()).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
}

fn workbook(rows: &[Vec<&str>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Key").unwrap().write(0, 0, "Red is late").unwrap();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match NaiveDate::parse_from_str(cell, "%d/%m/%Y") {
                Ok(day) => {
                    let value = ExcelDateTime::parse_from_str(&day.to_string()).unwrap();
                    sheet.write_datetime_with_format(row, column, &value, &date).unwrap();
                }
                Err(_) => drop(sheet.write(row, column, *cell).unwrap()),
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn csv_and_xlsx_of_one_log_give_the_same_events() {
    let rows = vec![
        vec!["Ref", "Action", "Owner", "Due", "Status", "Raised", "Closed"],
        vec!["SSC72/01", "Circulate", "SECAS", "27/03/2019", "Open", "27/02/2019", ""],
        vec!["SSC72/02", "Write", "DCC", "27/03/2019", "Closed", "27/02/2019", "13/03/2019"],
    ];
    let csv: String = rows.iter().map(|row| row.join(",") + "\n").collect();
    let of = |log: &ActionLog| log_events(log, &KnownCommittee::default()).events;
    let sheets = read(&workbook(&rows), &ImportContext::default()).unwrap();
    assert_eq!(of(&sheets), of(&log(&csv)));
    assert_eq!(of(&sheets).len(), 3);
    assert!(sheets.findings.iter().any(|finding| finding.sheet.as_deref() == Some("Key")));
}

#[test]
fn headings_in_any_order_and_case_are_matched() {
    for header in [
        "REF,DESCRIPTION,RESPONSIBLE,TARGET DATE,STATE",
        "Action no.,Action,Action owner,Deadline,RAG",
        "ID,Text,Assigned to,Target completion,Status",
        "Reference,Action description,Lead,Due,Status",
        "Action number,Action,Owner(s),Due by,Status",
    ] {
        let log = log(&format!("A title\n\n{header}\nSSC72/01,Circulate,SECAS,27/03/2019,Open\n"));
        let entry = &log.entries[0];
        assert_eq!((entry.text.as_str(), entry.owners.len(), entry.row), ("Circulate", 1, 4), "{header}");
        assert_eq!(entry.due_on, NaiveDate::from_ymd_opt(2019, 3, 27), "{header}");
        assert_eq!(entry.status, Some(ActionProgress::Ongoing), "{header}");
    }
}

#[test]
fn dates_in_every_form_are_one_day() {
    for text in [
        "27/03/2019",
        "27 March 2019",
        "27-Mar-19",
        "27 mar 2019",
        "2019-03-27",
        "2019-03-27T00:00:00",
        "43551",
        "27.03.2019",
        "Wed 27th Mar 2019",
    ] {
        let log = log(&format!("Ref,Action,Due\nSSC72/01,Circulate,{text}\n"));
        assert_eq!(log.entries[0].due_on, NaiveDate::from_ymd_opt(2019, 3, 27), "{text}");
    }
    let refused = log("Ref,Action,Due\nSSC72/01,Circulate,3/27/2019\n");
    assert_eq!((refused.unrecognised[0].column.as_deref(), refused.unrecognised[0].row), (Some("C"), 2));
}

#[test]
fn statuses_are_read_as_committees_write_them() {
    let superseded = ActionProgress::Superseded("SSC73/02".parse().unwrap());
    for (text, expected) in [
        ("Open", Some(ActionProgress::Ongoing)),
        ("On-going", Some(ActionProgress::Ongoing)),
        ("On target", Some(ActionProgress::OnTarget)),
        ("OVERDUE", Some(ActionProgress::Overdue)),
        ("Closed - 13/03/2019", Some(ActionProgress::Complete)),
        ("Done", Some(ActionProgress::Complete)),
        ("Withdrawn", Some(ActionProgress::Withdrawn)),
        ("Superseded by SSC73/02", Some(superseded.clone())),
        ("Closed – superseded by SSC73/02", Some(superseded)),
        ("Carried forward", Some(ActionProgress::CarriedForward(None))),
        ("Superseded", None),
        ("On hold", None),
        ("Proposed for closure: closed", None),
    ] {
        assert_eq!(
            log(&format!("Ref,Action,Status\nSSC72/01,Circulate,{text}\n")).entries[0].status,
            expected,
            "{text}"
        );
    }
}

#[test]
fn every_encoding_and_delimiter_is_read() {
    let plain = "Ref,Action,Owner\nSSC72/01,Café,SECAS\n";
    let latin: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(plain.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [
        latin,
        wide,
        format!("\u{FEFF}{plain}").into_bytes(),
        plain.replace(',', ";").replace('\n', "\r\n").into_bytes(),
    ] {
        assert_eq!(read(&bytes, &ImportContext::default()).unwrap().entries[0].text, "Café");
    }
    assert!(matches!(read(b"a,b\n", &ImportContext::default()), Err(ActionLogError::NoHeader)));
}

/// Returns a workbook with the text of its members changed.
fn repacked(bytes: &[u8], change: impl Fn(&str, String) -> String) -> Vec<u8> {
    use std::io::{Cursor, Write};
    let mut package = minutebook_import::package::ZipPackage::open(bytes).unwrap();
    let names: Vec<String> = package.names().map(str::to_owned).collect();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        let text = String::from_utf8(package.read(&name).unwrap().unwrap()).unwrap();
        writer.start_file(&*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(change(&name, text).as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_string_table_that_declares_too_many_strings_is_refused() {
    let bytes = workbook(&[vec!["Ref", "Action", "Owner"], vec!["SSC72/01", "Circulate", "SECAS"]]);
    let lying = repacked(&bytes, |_, text| text.replace("uniqueCount=\"", "uniqueCount=\"99999999999"));
    let refusal = read(&lying, &ImportContext::default()).unwrap_err().to_string();
    assert!(refusal.contains("declares more strings than it holds"), "{refusal}");
}

#[test]
fn dates_counted_from_1904_are_read_as_shown() {
    let rows = [vec!["Ref", "Action", "Due"], vec!["SSC72/01", "Circulate", "27/03/2019"]];
    let of_1904 = repacked(&workbook(&rows), |name, text| {
        if name.ends_with("workbook.xml") { text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ") } else { text }
    });
    let log = read(&of_1904, &ImportContext::default()).unwrap();
    // The same number means a day four years and one day later.
    assert_eq!(log.entries[0].due_on, NaiveDate::from_ymd_opt(2023, 3, 28));
}

#[test]
fn merged_cells_formulas_and_sheets_are_read_as_shown() {
    let mut workbook = Workbook::new();
    let plain = Format::new();
    for (name, first) in [("Open", 1), ("Closed", 4)] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (column, title) in (0..).zip(["Ref", "Action", "Owner", "Status"]) {
            sheet.write(0, column, title).unwrap();
        }
        for row in 1..=3 {
            sheet.write(row, 0, format!("SSC72/{:02}", first + row - 1)).unwrap();
            sheet.write(row, 1, "Circulate").unwrap();
            let status = if name == "Open" { "Open" } else { "Closed" };
            sheet.write_formula(row, 3, rust_xlsxwriter::Formula::new("=IF(TRUE,A1)").set_result(status)).unwrap();
        }
        sheet.merge_range(1, 2, 3, 2, "SECAS", &plain).unwrap();
    }
    let log = read(&workbook.save_to_buffer().unwrap(), &ImportContext::default()).unwrap();
    assert_eq!(log.entries.len(), 6, "{:?}", log.findings);
    for entry in &log.entries {
        assert_eq!(entry.owners.iter().map(ToString::to_string).collect::<Vec<_>>(), ["SECAS"], "{}", entry.reference);
        let closed = entry.sheet.as_deref() == Some("Closed");
        assert_eq!(entry.status, Some(if closed { ActionProgress::Complete } else { ActionProgress::Ongoing }));
    }
}

#[test]
fn a_cell_at_the_far_end_of_a_sheet_costs_no_memory() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, (title, said)) in (0..).zip([("Ref", "SSC72/01"), ("Action", "Circulate"), ("Owner", "SECAS")]) {
        sheet.write(0, column, title).unwrap();
        sheet.write(1, column, said).unwrap();
    }
    sheet.write(1_048_575, 16_383, "at the end").unwrap();
    sheet.merge_range(2, 5, 3, 6, "a wide one", &Format::new()).unwrap();
    let bytes = repacked(&workbook.save_to_buffer().unwrap(), |_, text| text.replace("F3:G4", "F3:WQK1048571"));
    let log = read(&bytes, &ImportContext::default()).unwrap();
    assert_eq!(log.entries.len(), 1);
    let last = log.unrecognised.last().unwrap();
    assert_eq!((last.row, last.text.as_str()), (1_048_576, "at the end"));
}

#[test]
fn a_log_cut_inside_a_character_keeps_its_text() {
    let text = "Ref,Action,Owner\nSSC72/01,Café ‘K’,SECAS\nSSC72/02,Naïve é";
    for cut in text.rfind("Naïve").unwrap()..text.len() {
        let log = read(&text.as_bytes()[..cut], &ImportContext::default()).unwrap();
        assert_eq!(log.entries[0].text, "Café ‘K’", "cut at {cut}");
    }
}

#[test]
fn a_status_without_its_reference_is_completed_by_the_update() {
    let log = log("Ref,Action,Status,Update\nSSC72/01,Circulate,Superseded,Superseded by SSC73/02.\n");
    assert_eq!(log.entries[0].status, Some(ActionProgress::Superseded("SSC73/02".parse().unwrap())));
    assert_eq!(log.unrecognised, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_to_a_log_never_panics(at in 0usize..4000, byte: u8, cut in 0usize..4000, text in "\\PC{0,40}") {
        let csv = format!("Ref,Action,Due,Status,Raised,Closed\n{text},{text},{text},{text},{text},{text}\nSSC72/01,a,{text},{text},{text},{text}\n");
        let book = KnownCommittee::default();
        let _ = read(csv.as_bytes(), &ImportContext::default()).map(|log| log_events(&log, &book));
        let mut sheet = workbook(&[vec!["Ref", "Action", "Owner"], vec!["SSC72/01", &text, "SECAS"]]);
        let length = sheet.len();
        sheet[at % length] = byte;
        let _ = read(&sheet, &ImportContext::default()).map(|log| log_events(&log, &book));
        let _ = read(&sheet[..cut % length], &ImportContext::default());
    }
}

#[test]
fn hidden_sheets_and_rows_are_part_of_the_record() {
    let mut workbook = Workbook::new();
    for (name, reference) in [("Open", "SSC72/01"), ("Closed", "SSC71/01")] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (column, (title, said)) in (0..).zip([("Ref", reference), ("Action", "Circulate"), ("Owner", "SECAS")]) {
            sheet.write(0, column, title).unwrap();
            sheet.write(1, column, said).unwrap();
            sheet.write(2, column, said.replace("/01", "/02")).unwrap();
        }
        sheet.set_row_hidden(2).unwrap();
        if name == "Closed" {
            sheet.set_hidden(true);
        }
    }
    let log = read(&workbook.save_to_buffer().unwrap(), &ImportContext::default()).unwrap();
    let read: Vec<String> = log.entries.iter().map(|entry| entry.reference.to_string()).collect();
    assert_eq!(read, ["SSC72/01", "SSC72/02", "SSC71/01", "SSC71/02"]);
}

#[test]
fn unknown_status_words_are_reported_and_kept() {
    for said in ["Parked", "Superseded", "With legal", "???", "N/A"] {
        let log =
            log(&format!("Ref,Action,Owner,Status\nSSC72/01,Circulate,SECAS,{said}\nSSC72/02,Publish,SECAS,Closed\n"));
        assert_eq!(log.entries.len(), 2, "{said}");
        assert_eq!(log.entries[0].status, None, "{said}");
        let told = log.unrecognised.iter().any(|cell| cell.row == 2 && cell.text == said);
        assert!(told, "{said}: {:?}", log.unrecognised);
        assert_eq!(log.entries[1].status, Some(ActionProgress::Complete));
    }
}
