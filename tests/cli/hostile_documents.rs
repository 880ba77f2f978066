//! Documents made to break the importer, at full size, through the program: it ends in time, within its memory, and
//! the book then holds the document whole or nothing of it.

use crate::fixtures::cli::Cli;
use std::io::{Cursor, Write};
use std::process::{Command, Stdio};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Far above what an unoptimised build takes on a busy machine, and far below what anything worse than linear would.
const SECONDS: &str = "240";

/// The address space that the whole program may take, in KiB: the limit that ARCHITECTURE.md states.
const MEMORY_KIB: u64 = 2 * 1024 * 1024;

const FRONT: &str = "This document is classified as **White** in accordance with the Panel Information Policy.\n\n\
    ### TSC\\_31\\_1206 – TSC Meeting Headlines\n\n12 June 2024, 10:00 – 12:30\n\n#### 1. Tides (RED)\n\n";

/// Whether the document was recorded.
fn survives(name: &str, body: &[u8]) -> bool {
    survives_as("headlines.md", name, &[FRONT.as_bytes(), body].concat())
}

fn survives_as(file: &str, name: &str, bytes: &[u8]) -> bool {
    let cli = Cli::new();
    cli.done(&["record", "committee", "TSC", "--name", "Tidal Sub-Committee", "--default-classification", "WHITE"]);
    let before = cli.events().len();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    std::fs::write(&path, bytes).unwrap();
    let limited = format!("ulimit -v {MEMORY_KIB} && exec timeout {SECONDS} \"$0\" import \"$1\"");
    let program = env!("CARGO_BIN_EXE_minutebook");
    let mut command = Command::new("sh");
    command.args(["-c", &limited, program]).arg(&path).current_dir(cli.folder.path()).stdin(Stdio::null());
    command.env("MINUTEBOOK_ACTOR", "jane");
    let output = command.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    let recorded = cli.events();
    let ended = recorded.iter().any(|event| event["type"] == "MeetingClosed");
    match output.status.code() {
        Some(0) => assert!(ended, "{name}: the document is not in the book whole"),
        Some(1) => assert_eq!(recorded.len(), before, "{name}: half a document is in the book: {err}"),
        other => panic!("{name}: ended with {other:?}: {err}"),
    }
    println!("{name}: {:?} {}", output.status.code(), err.lines().next().unwrap_or_default());
    ended
}

#[test]
fn lines_of_ten_megabytes() {
    survives("one word", &vec![b'a'; 10_000_000]);
    survives("a sentence without end", "the tide rose ".repeat(700_000).as_bytes());
}

#[test]
fn a_hundred_thousand_deep() {
    for sign in ["- ", "> ", "*a ", "[", "![", "(", "**", "_"] {
        survives(sign, sign.repeat(100_000).as_bytes());
    }
    let deeper: Vec<String> = (0..2_000).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    survives("bullets below each other", deeper.concat().as_bytes());
}

#[test]
fn input_that_could_take_quadratic_time() {
    for sign in ["[[[[", "![](", "<!--", "***a", "<a href=\"", "`a ``", "~~a", "[a]: b\n", "&#"] {
        survives(sign, sign.repeat(100_000).as_bytes());
    }
    let columns = 100_000;
    let table = ["|a".repeat(columns), "|-".repeat(columns), "|b".repeat(columns)].join("\n");
    survives("a wide table", table.as_bytes());
}

#[test]
fn at_the_limit_and_beyond_it() {
    let largest = minutebook_import::MAX_DOCUMENT_BYTES;
    survives("at the limit", &vec![b'\n'; largest - FRONT.len()]);
    survives("beyond the limit", &vec![b'a'; largest]);
    let cut = survives("cut in a character", "The tide rose – ‘".as_bytes().split_last().unwrap().1);
    assert!(cut, "a document that is only damaged is recorded within the same limits");
}

#[test]
fn a_document_of_short_paragraphs() {
    let largest = minutebook_import::MAX_DOCUMENT_BYTES;
    for paragraph in ["a\n\n", "- a\n", "|a|b|\n", "*a "] {
        let repeated = paragraph.repeat((largest - FRONT.len()) / paragraph.len());
        assert!(!survives(paragraph, repeated.as_bytes()));
    }
    assert!(!survives("decisions", "The Panel **AGREED** to do this.\n\n".repeat(5000).as_bytes()));
}

/// A package of these members, each the parts one after the other.
fn zipped(members: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, parts) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        parts.iter().for_each(|part| writer.write_all(part).unwrap());
    }
    writer.finish().unwrap().into_inner()
}

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/// A package of Office's with this member and those that lead to it.
fn office(main: &str, content_type: &str, others: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let types = format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/{main}\" ContentType=\"{content_type}\"/></Types>"
    );
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
         Target=\"{main}\"/></Relationships>"
    );
    let mut members: Vec<(&str, &[&[u8]])> = Vec::new();
    let (types, relations) = ([types.as_bytes()], [relations.as_bytes()]);
    members.push(("[Content_Types].xml", &types));
    members.push(("_rels/.rels", &relations));
    members.extend(others);
    zipped(&members)
}

#[test]
fn bombs_of_word_and_excel() {
    let mebibyte = vec![b' '; 1024 * 1024];
    let blanks: Vec<&[u8]> = vec![&mebibyte; 300];
    let laughs: String = (1..30).fold("<!DOCTYPE d [<!ENTITY e0 \"ha\">".to_owned(), |text, level| {
        let below = format!("&e{};", level - 1).repeat(10);
        text + &format!("<!ENTITY e{level} \"{below}\">")
    });
    let laughing = format!(
        "{laughs}]><w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>&e29;</w:t></w:r></w:p></w:body></w:document>"
    );
    let paragraphs = "<w:p><w:r><w:t>a</w:t></w:r></w:p>".repeat(30_000);
    let open = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>";
    let many: Vec<&[u8]> = std::iter::once(open.as_bytes()).chain(vec![paragraphs.as_bytes(); 40]).collect();
    let deep = format!("{open}{}", "<w:tbl><w:tr><w:tc>".repeat(100_000));
    for (name, document) in [
        ("a document of blanks", &blanks[..]),
        ("entities in entities", &[laughing.as_bytes()]),
        ("a million paragraphs", &many),
        ("tables in tables", &[deep.as_bytes()]),
    ] {
        let bytes = office("word/document.xml", WORD, &[("word/document.xml", document)]);
        assert!(!survives_as("headlines.docx", name, &bytes), "{name}");
        let bytes =
            office("xl/workbook.xml", SHEET, &[("xl/workbook.xml", document), ("xl/sharedStrings.xml", document)]);
        assert!(!survives_as("log.xlsx", name, &bytes), "{name}");
    }
}
