//! Action logs: columns, cells, and the same events from CSV and from XLSX.

use chrono::NaiveDate;
use minutebook_import::action_log::{ActionLog, Book, LogRefusal, log_events, read};
use minutebook_import::{Context, Progress};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn log(text: &str) -> ActionLog {
    read(text.as_bytes(), &Context::default()).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
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
    let of = |log: &ActionLog| log_events(log, &Book::default()).events;
    let sheets = read(&workbook(&rows), &Context::default()).unwrap();
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
        assert_eq!(entry.status, Some(Progress::Ongoing), "{header}");
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
    let superseded = Progress::Superseded("SSC73/02".parse().unwrap());
    for (text, expected) in [
        ("Open", Some(Progress::Ongoing)),
        ("On-going", Some(Progress::Ongoing)),
        ("On target", Some(Progress::OnTarget)),
        ("OVERDUE", Some(Progress::Overdue)),
        ("Closed - 13/03/2019", Some(Progress::Complete)),
        ("Done", Some(Progress::Complete)),
        ("Withdrawn", Some(Progress::Withdrawn)),
        ("Superseded by SSC73/02", Some(superseded.clone())),
        ("Closed – superseded by SSC73/02", Some(superseded)),
        ("Carried forward", Some(Progress::CarriedForward(None))),
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
        assert_eq!(read(&bytes, &Context::default()).unwrap().entries[0].text, "Café");
    }
    assert_eq!(read(b"a,b\n", &Context::default()), Err(LogRefusal::NoHeader));
}

#[test]
fn a_table_of_strings_that_announces_more_than_it_holds_is_refused() {
    use std::io::{Cursor, Write};
    let bytes = workbook(&[vec!["Ref", "Action", "Owner"], vec!["SSC72/01", "Circulate", "SECAS"]]);
    let mut package = minutebook_import::package::Package::open(&bytes).unwrap();
    let names: Vec<String> = package.names().map(str::to_owned).collect();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        let text = String::from_utf8(package.read(&name).unwrap().unwrap()).unwrap();
        writer.start_file(&*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.replace("uniqueCount=\"", "uniqueCount=\"99999999999").as_bytes()).unwrap();
    }
    let lying = writer.finish().unwrap().into_inner();
    let refusal = read(&lying, &Context::default()).unwrap_err().to_string();
    assert!(refusal.contains("announces more strings than it holds"), "{refusal}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_to_a_log_makes_it_panic(at in 0usize..4000, byte: u8, cut in 0usize..4000, text in "\\PC{0,40}") {
        let csv = format!("Ref,Action,Due,Status,Raised,Closed\n{text},{text},{text},{text},{text},{text}\nSSC72/01,a,{text},{text},{text},{text}\n");
        let book = Book::default();
        let _ = read(csv.as_bytes(), &Context::default()).map(|log| log_events(&log, &book));
        let mut sheet = workbook(&[vec!["Ref", "Action", "Owner"], vec!["SSC72/01", &text, "SECAS"]]);
        let length = sheet.len();
        sheet[at % length] = byte;
        let _ = read(&sheet, &Context::default()).map(|log| log_events(&log, &book));
        let _ = read(&sheet[..cut % length], &Context::default());
    }
}
