//! Word documents: what Word computes, what it hides, and hostile files.

use super::sample::{IN_OTHER_FORMATS, SAMPLES};
use super::support::{check, markdown, words};
use minutebook_domain::{Event, StreamId};
use minutebook_import::report::{FileReport, report};
use minutebook_import::{DocumentReadError, ImportContext, ImportFindingKind, ParsedHeadlines, docx, events, read};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Returns a package with this body and the styles, lists and notes that the bodies here refer to.
fn package(body: &str) -> Vec<u8> {
    let relation = |kind: &str, target: &str| {
        format!("<Relationship Id=\"{kind}\" Type=\"http://x/{kind}\" Target=\"{target}\"/>")
    };
    let kinds = ["styles", "numbering", "footnotes", "comments", "header"];
    let mut relations: String = kinds.map(|kind| relation(kind, &format!("{kind}.xml"))).concat();
    relations.push_str("<Relationship Id=\"link\" Type=\"http://x/hyperlink\" Target=\"https://tides.example/a\" TargetMode=\"External\"/>");
    let level = |at: u8, format: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/></w:lvl>"
        )
    };
    let numbering = format!(
        "<w:numbering xmlns:w=\"{MAIN}\"><w:abstractNum w:abstractNumId=\"0\">{}{}</w:abstractNum>\
         <w:abstractNum w:abstractNumId=\"1\">{}{}</w:abstractNum><w:abstractNum w:abstractNumId=\"2\">{}</w:abstractNum>\
         <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num>\
         <w:num w:numId=\"3\"><w:abstractNumId w:val=\"2\"/></w:num></w:numbering>",
        level(0, "decimal", "%1."),
        level(1, "decimal", "%1.%2"),
        level(0, "bullet", "\u{F0B7}"),
        level(1, "bullet", "o"),
        level(0, "decimal", "%1.")
    );
    let styles = format!(
        "<w:styles xmlns:w=\"{MAIN}\"><w:style w:type=\"paragraph\" w:styleId=\"berschrift2\"><w:name w:val=\"heading 2\"/>\
         <w:rPr><w:b/></w:rPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"Punkt\"><w:name w:val=\"Tagesordnungspunkt\"/>\
         <w:basedOn w:val=\"berschrift2\"/><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"Fett\"><w:name w:val=\"Fett\"/><w:rPr><w:b/></w:rPr></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"Titel\"><w:name w:val=\"Title\"/></w:style></w:styles>"
    );
    let footnotes = format!(
        "<w:footnotes xmlns:w=\"{MAIN}\"><w:footnote w:id=\"2\"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space=\"preserve\"> A foot of the page.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    );
    let comments = format!(
        "<w:comments xmlns:w=\"{MAIN}\"><w:comment w:id=\"0\" w:author=\"Ann\"><w:p><w:r><w:t>Surely not</w:t></w:r></w:p></w:comment></w:comments>"
    );
    let header = format!(
        "<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:r><w:t>Classification: GREEN</w:t></w:r></w:p><w:p><w:r><w:t>Printed in Harbourtown</w:t></w:r></w:p></w:hdr>"
    );
    zipped(&[
        (
            "_rels/.rels",
            "<Relationships><Relationship Id=\"a\" Type=\"http://x/officeDocument\" Target=\"/word/document2.xml\"/></Relationships>",
        ),
        ("word/_rels/document2.xml.rels", &format!("<Relationships>{relations}</Relationships>")),
        (
            "word/document2.xml",
            &format!(
                "<?xml version=\"1.0\"?><w:document xmlns:w=\"{MAIN}\"><w:body>{body}<w:sectPr/></w:body></w:document>"
            ),
        ),
        ("word/styles.xml", &styles),
        ("word/numbering.xml", &numbering),
        ("word/footnotes.xml", &footnotes),
        ("word/comments.xml", &comments),
        ("word/header.xml", &header),
    ])
}

fn text(text: &str) -> String {
    format!(
        "<w:r w:rsidR=\"00A1\"><w:t xml:space=\"preserve\">{}</w:t></w:r>",
        text.replace('&', "&amp;").replace('<', "&lt;")
    )
}

fn paragraph(properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>")
}

fn styled(style: &str, runs: &str) -> String {
    paragraph(&format!("<w:pStyle w:val=\"{style}\"/>"), runs)
}

fn listed(list: u8, depth: u8, runs: &str) -> String {
    paragraph(&format!("<w:numPr><w:ilvl w:val=\"{depth}\"/><w:numId w:val=\"{list}\"/></w:numPr>"), runs)
}

fn try_docx(bytes: &[u8]) -> Result<ParsedHeadlines, DocumentReadError> {
    read(bytes, &ImportContext { file_name: "headlines.docx", ..ImportContext::default() })
}

/// Returns the meeting with this body, after four paragraphs of front matter without a classification.
fn meeting(body: &str) -> ParsedHeadlines {
    let front = [
        styled("Titel", &text("Tidal Sub-Committee (TSC) Meeting Headlines")),
        paragraph("", &text("12 June 2024, 10:00 – 12:30, The Old Customs House")),
        styled("Titel", &text("TSC_31_1206 – TSC Meeting Headlines")),
        paragraph("", ""),
    ];
    let headlines = try_docx(&package(&(front.concat() + body))).unwrap_or_else(|refusal| panic!("{refusal}"));
    check(&headlines);
    headlines
}

fn findings_of(headlines: &ParsedHeadlines, kind: ImportFindingKind) -> Vec<(u32, String)> {
    let findings = headlines.findings.iter().filter(|finding| finding.kind == kind);
    findings.map(|finding| (finding.line, finding.text.clone())).collect()
}

fn all_words(headlines: &ParsedHeadlines) -> String {
    words(headlines).join(" ")
}

/// Returns the events without their lines.
fn recorded(headlines: &ParsedHeadlines) -> Vec<(StreamId, Event)> {
    events(headlines).into_iter().map(|sourced| (sourced.stream, sourced.event)).collect()
}

#[test]
fn headings_are_numbered_as_word_numbers_them() {
    let item = |title: &str| styled("Punkt", &text(title));
    let body = [
        item("Matters Arising"),
        listed(2, 0, &text("The TSC NOTED the survey. (RED)")),
        listed(2, 1, &text("In full.")),
        item("Mooring Plan (AMBER)"),
        listed(1, 1, &text("The TSC NOTED the plan.")),
        listed(1, 1, &text("The TSC AGREED the plan.")),
        item("Ropes"),
        listed(3, 0, &text("The old ropes were counted.")),
        listed(3, 0, &text("The TSC APPROVED new ropes.")),
    ];
    let headlines = meeting(&body.concat());
    let FileReport { items, decisions, matters_arising, classification, .. } = report(&headlines);
    let items: Vec<(u32, &str)> = items.iter().map(|item| (item.number, item.title.as_str())).collect();
    assert_eq!(items, [(1, "Matters Arising"), (2, "Mooring Plan"), (3, "Ropes")]);
    assert_eq!((decisions.len(), matters_arising.len()), (4, 1));
    assert_eq!(classification.unwrap().label(), "GREEN", "it stands in the header alone");
    assert!(
        all_words(&headlines).contains("2 1 the tsc noted the plan 2 2 the tsc agreed"),
        "{}",
        all_words(&headlines)
    );
    assert!(
        all_words(&headlines).contains("1 the old ropes were counted 2 the tsc approved"),
        "{}",
        all_words(&headlines)
    );
    assert_eq!(headlines.source_lines.line(5), "1. Matters Arising");
    assert_eq!(
        findings_of(&headlines, ImportFindingKind::PageFurnitureDropped),
        [(1, "Printed in Harbourtown".to_owned())]
    );
}

#[test]
fn bold_by_a_style_or_in_split_runs_makes_a_heading() {
    let bold = |words: &str| format!("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{words}</w:t></w:r>");
    let plain =
        format!("<w:r><w:rPr><w:b w:val=\"0\"/></w:rPr><w:t>{}</w:t></w:r>", "2. not a heading at all, as it goes on");
    let body = styled("Fett", &text("1. lamp oil and wicks, trimmed"))
        + &styled("Fett", &plain)
        + &paragraph("", &["2", ". ro", "pes and hawsers", ", new"].map(bold).concat());
    let items = report(&meeting(&body)).items;
    let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["lamp oil and wicks, trimmed", "ropes and hawsers, new"]);
}

#[test]
fn deleted_hidden_and_linked_text_and_comments_are_reported() {
    let runs = [
        text("The TSC "),
        "<w:ins w:id=\"1\"><w:r><w:t>NOTED</w:t></w:r></w:ins><w:del w:id=\"2\"><w:r><w:delText>REJECTED</w:delText></w:r></w:del>".into(),
        text(" the co\u{AD}op"),
        "<w:r><w:softHyphen/><w:t>erative</w:t><w:noBreakHyphen/><w:t>run</w:t><w:tab/><w:sym w:font=\"Symbol\" w:char=\"F0B3\"/></w:r>".into(),
        "<w:hyperlink r:id=\"link\"><w:r><w:t xml:space=\"preserve\"> tide table</w:t></w:r></w:hyperlink>".into(),
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> HYPERLINK \"https://tides.example/b\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:smartTag><w:r><w:t xml:space=\"preserve\"> and chart</w:t></w:r></w:smartTag><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>".into(),
        "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t xml:space=\"preserve\"> of 1</w:t></w:r><w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>st</w:t></w:r></w:sdtContent></w:sdt>".into(),
        text(" July.") + "<w:r><w:footnoteReference w:id=\"2\"/></w:r><w:r><w:commentReference w:id=\"0\"/></w:r>",
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>".into(),
    ];
    let contents = "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/></w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:r><w:t>1. Tides 1</w:t></w:r></w:p></w:sdtContent></w:sdt>";
    let headlines =
        meeting(&(contents.to_owned() + &styled("Punkt", &text("Tides (RED)")) + &paragraph("", &runs.concat())));
    let all = all_words(&headlines);
    let sentence = "the tsc noted the cooperative run tide table and chart of 1st july";
    assert!(all.ends_with(&format!("{sentence} a foot of the page in a box")), "{all}");
    assert_eq!(all.matches("tides").count(), 1, "{all}");
    assert_eq!(findings_of(&headlines, ImportFindingKind::DeletedTextDropped), [(6, "REJECTED".to_owned())]);
    assert_eq!(findings_of(&headlines, ImportFindingKind::CommentDropped), [(6, "Ann: Surely not".to_owned())]);
    assert_eq!(findings_of(&headlines, ImportFindingKind::ContentsDropped).len(), 1);
    let targets = ["https://tides.example/a", "https://tides.example/b"].map(|target| (6, target.to_owned()));
    assert_eq!(findings_of(&headlines, ImportFindingKind::LinkTargetDropped), targets);
}

#[test]
fn merged_cells_nested_tables_and_frames_are_read() {
    let cell = |properties: &str, content: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>");
    let plain = |words: &str| cell("", &paragraph("", &text(words)));
    let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl><w:p/>", plain("inner"), plain("cells"));
    let table = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr>{}{}{}</w:tr></w:tbl>",
        cell("<w:gridSpan w:val=\"2\"/>", &paragraph("", &text("Lamp"))),
        plain("Oil"),
        cell("<w:vMerge w:val=\"restart\"/>", &paragraph("", &text("North"))),
        plain("a"),
        cell("", &inner),
        cell("<w:vMerge/>", "<w:p/>"),
        plain("b"),
        plain("c"),
    );
    let frame = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", plain("The TSC NOTED the frame."));
    let headlines = meeting(&(styled("Punkt", &text("Lamp Oil (GREEN)")) + &table + &frame));
    let tables: Vec<_> = headlines
        .records
        .iter()
        .filter_map(|placed| match &placed.record {
            minutebook_import::ParsedRecord::Table(_, header, rows) => Some((header.clone(), rows.clone())),
            _ => None,
        })
        .collect();
    let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    assert_eq!(tables, [(row(["Lamp", "", "Oil"]), vec![row(["North", "a", "inner cells"]), row(["", "b", "c"])])]);
    assert_eq!(report(&headlines).decisions.len(), 1, "the frame is no table");
}

/// Returns a sample as Word stores it: each sentence in several runs, bold where Markdown is bold.
fn as_word_writes(source: &str) -> Vec<u8> {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let (mut body, mut runs, mut bold) = (String::new(), String::new(), false);
    let (mut heading, mut lists, mut depth, mut cells) = (None, 0_u8, 0_u8, String::new());
    let mut list = 2;
    for event in Parser::new_ext(source, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Strong) => bold = true,
            Event::End(TagEnd::Strong) => bold = false,
            Event::Text(words) => {
                // Runs end anywhere, as an editor leaves them.
                let middle = words.char_indices().nth(words.chars().count() / 2).map_or(0, |(at, _)| at);
                for part in [&words[..middle], &words[middle..]] {
                    let part = part.replace('&', "&amp;").replace('<', "&lt;");
                    let bold = if bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
                    runs.push_str(&format!(
                        "<w:r w:rsidRPr=\"0B\">{bold}<w:t xml:space=\"preserve\">{part}</w:t></w:r><w:proofErr/>"
                    ));
                }
            }
            Event::SoftBreak | Event::HardBreak => runs.push_str("<w:r><w:br/></w:r>"),
            Event::Start(Tag::Heading { .. }) => heading = Some("berschrift2"),
            Event::End(TagEnd::Heading(_)) => {
                body.push_str(&styled(heading.take().unwrap(), &std::mem::take(&mut runs)));
            }
            Event::Start(Tag::List(first)) => {
                if depth > 0 {
                    body.push_str(&listed(list, depth - 1, &std::mem::take(&mut runs)));
                }
                list = if first.is_some() { 3 } else { 2 };
                lists += 1;
                depth += 1;
            }
            Event::End(TagEnd::List(_)) => depth -= 1,
            Event::End(TagEnd::Item) if !runs.is_empty() => {
                body.push_str(&listed(list, depth - 1, &std::mem::take(&mut runs)));
            }
            Event::End(TagEnd::Paragraph) => body.push_str(&paragraph("", &std::mem::take(&mut runs))),
            Event::Start(Tag::Table(_)) => body.push_str("<w:tbl>"),
            Event::End(TagEnd::TableCell) => {
                cells.push_str(&format!("<w:tc>{}</w:tc>", paragraph("", &std::mem::take(&mut runs))));
            }
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                body.push_str(&format!("<w:tr>{}</w:tr>", std::mem::take(&mut cells)));
            }
            Event::End(TagEnd::Table) => body.push_str("</w:tbl>"),
            _ => {}
        }
    }
    assert!(lists > 0);
    package(&body)
}

#[test]
fn word_documents_give_the_events_of_markdown() {
    for source in SAMPLES.into_iter().chain([IN_OTHER_FORMATS]).map(str::to_owned).chain(super::ssc::document()) {
        let from_word = try_docx(&as_word_writes(&source)).unwrap();
        check(&from_word);
        assert_eq!(recorded(&from_word), recorded(&markdown(&source)));
    }
}

#[test]
fn libreoffice_documents_give_the_events_of_markdown() {
    let from_libreoffice = try_docx(include_bytes!("../samples/TSC_31_1206.docx")).unwrap();
    check(&from_libreoffice);
    assert_eq!(recorded(&from_libreoffice), recorded(&markdown(IN_OTHER_FORMATS)));
}

#[test]
fn files_that_are_no_word_document_are_refused() {
    let refused = |bytes: &[u8], name: &str| {
        let refusal = read(bytes, &ImportContext { file_name: name, ..ImportContext::default() }).unwrap_err();
        refusal.to_string()
    };
    let cases: [(Vec<u8>, &str, &str); 6] = [
        (b"plain text".to_vec(), "a.docx", "not a ZIP package"),
        (b"PK\x03\x04 and nothing".to_vec(), "a.docx", "ZIP package"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec(), "a.doc", "before 2007"),
        (zipped(&[("xl/workbook.xml", "<a/>")]), "a.docx", "word/document.xml"),
        (zipped(&[("word/document.xml", "<a><b></a>")]), "a.docx", "cannot be read"),
        (zipped(&[("word/document.xml", "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>")]), "a.docx", "document type"),
    ];
    for (bytes, name, said) in cases {
        assert!(refused(&bytes, name).contains(said), "{said}: {}", refused(&bytes, name));
    }
}

#[test]
fn hostile_documents_are_read_or_refused() {
    let nested = |tag: &str, times: usize| {
        format!("{}{}", format!("<w:{tag}>").repeat(times), format!("</w:{tag}>").repeat(times))
    };
    for tag in ["sdt", "p", "r", "tbl", "smartTag", "del", "txbxContent"] {
        let result = try_docx(&package(&nested(tag, 100_000)));
        assert!(matches!(result, Err(DocumentReadError::Docx(docx::DocxError::TooDeep { .. }))), "{tag}: {result:?}");
        assert!(try_docx(&package(&nested(tag, 190))).is_err(), "{tag}: no text");
    }
    let many = package(&"<w:p/>".repeat(docx::MAX_ELEMENTS));
    assert!(matches!(try_docx(&many), Err(DocumentReadError::Docx(docx::DocxError::TooManyElements { .. }))));
    let attributes = (0..200_000).map(|number| format!(" a{number}=\"1\"")).collect::<Vec<_>>().concat();
    assert!(matches!(try_docx(&package(&format!("<w:p{attributes}/>"))), Err(DocumentReadError::Empty)));
    let wide = format!(
        "<w:tbl><w:tr>{}</w:tr></w:tbl>",
        "<w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr><w:p/></w:tc>"
    );
    assert!(matches!(try_docx(&package(&wide)), Err(DocumentReadError::Empty)));
    // A field that is never closed hides no text.
    let open = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(1000);
    let headlines = meeting(&(styled("Punkt", &(open + &text("Tides"))) + &paragraph("", &text("The TSC NOTED it."))));
    assert!(all_words(&headlines).ends_with("the tsc noted it"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A whole package whose document is cut or overwritten.
    #[test]
    fn damaged_xml_is_read_or_refused(cut in 0_usize..40_000, at in 0_usize..40_000, sign in "[<>/&\"=a0 ]") {
        let mut archive = zip::ZipArchive::new(Cursor::new(include_bytes!("../samples/TSC_31_1206.docx"))).unwrap();
        let mut whole = String::new();
        std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut whole).unwrap();
        let floor = |place: usize| (0..=place % whole.len()).rev().find(|place| whole.is_char_boundary(*place)).unwrap();
        let at = floor(at);
        let end = if cut % 4 == 0 { floor(cut).max(at) } else { whole.len() };
        let damaged = format!("{}{sign}{}", &whole[..at], &whole[at..end]);
        if let Ok(headlines) = try_docx(&zipped(&[("word/document.xml", &damaged)])) {
            check(&headlines);
        }
    }
}
