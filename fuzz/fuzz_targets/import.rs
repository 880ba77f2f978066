//! Reads any bytes as headlines and as an action log. Each is read or refused, and what is read gives events and a
//! report.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minutebook_import::action_log;
use minutebook_import::{ImportContext, DocumentFormat, establishment, events, read, report::report};

fuzz_target!(|bytes: &[u8]| {
    for format in [DocumentFormat::Markdown, DocumentFormat::PlainText] {
        let context = ImportContext { file_name: "TSC_31_1206.md", format: Some(format), ..ImportContext::default() };
        if let Ok(headlines) = read(bytes, &context) {
            let lines = bytes.split(|byte| *byte == b'\n').count().max(1);
            assert!(establishment(&headlines).is_some());
            for sourced in events(&headlines) {
                assert!(sourced.event.belongs_to(&sourced.stream));
                let (first, last) = sourced.lines;
                assert!(first >= 1 && first <= last && last as usize <= lines, "{first} to {last} of {lines}");
            }
            let _ = report(&headlines);
        }
    }
    let context = ImportContext { file_name: "log.csv", ..ImportContext::default() };
    if let Ok(log) = action_log::read(bytes, &context) {
        let rows = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
        assert!(log.entries.iter().all(|entry| entry.row as usize <= rows), "rows beyond {rows}");
    }
});
