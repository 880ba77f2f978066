//! The main part of the document, and the numbering of its lists.

use super::escaped;
use super::fixed::{DECLARATION, NAMESPACES};
use crate::present::emphasis::runs;
use minutebook_projections::headlines::HeadlinesBlock;

/// The width of the text between the margins of an A4 page, in twentieths of a point.
const TEXT_WIDTH: usize = 9638;

/// The ids of the list definitions in the numbering part.
const BULLETS: u8 = 0;
const NUMBERS: u8 = 1;

/// The number of list levels that the format allows.
const LEVELS: u32 = 9;

/// The bullets of the levels, repeated.
const SIGNS: [&str; 3] = ["•", "◦", "▪"];

/// The XML of the main part under construction.
#[derive(Default)]
pub struct BodyXml {
    xml: String,
    /// The definition of each list. Every list gets an instance of its own, so that consecutive lists stay apart.
    lists: Vec<u8>,
}

impl BodyXml {
    /// Adds a heading, on one line.
    pub fn heading(&mut self, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.paragraph("Heading1", "", &text, false);
    }

    /// Adds a block of a document.
    pub fn block(&mut self, block: &HeadlinesBlock) {
        match block {
            HeadlinesBlock::Title(text) => self.paragraph("Title", "", text, false),
            HeadlinesBlock::Reference(text) => self.paragraph("Subtitle", "", text, false),
            HeadlinesBlock::Paragraph(text) => self.paragraph("BodyText", "", text, true),
            HeadlinesBlock::List { ordered, entries, depths } => {
                self.lists.push(if *ordered { NUMBERS } else { BULLETS });
                let list = self.lists.len();
                let style = if *ordered { "ListNumber" } else { "ListBullet" };
                for (at, entry) in entries.iter().enumerate() {
                    let level = depths.get(at).copied().unwrap_or_default().min(LEVELS - 1);
                    let place = format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>");
                    self.paragraph(style, &place, entry, true);
                }
            }
            HeadlinesBlock::Table { header, rows } => self.table(header, rows, &[]),
        }
    }

    fn paragraph(&mut self, style: &str, properties: &str, text: &str, emphasised: bool) {
        self.xml.push_str(&format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>"));
        let text = text.trim();
        let stretches = if emphasised { runs(text) } else { vec![(false, text)] };
        for (bold, text) in stretches {
            self.run(bold, text);
        }
        self.xml.push_str("</w:p>");
    }

    fn run(&mut self, bold: bool, text: &str) {
        self.xml.push_str("<w:r>");
        if bold {
            self.xml.push_str("<w:rPr><w:b/></w:rPr>");
        }
        for (at, line) in text.split(['\n', '\r']).enumerate() {
            if at > 0 {
                self.xml.push_str("<w:br/>");
            }
            self.xml.push_str(&format!("<w:t xml:space=\"preserve\">{}</w:t>", escaped(line)));
        }
        self.xml.push_str("</w:r>");
    }

    /// Adds a table. Its columns share the width of the text as `shares` says, or else equally.
    pub fn table(&mut self, header: &[String], rows: &[Vec<String>], shares: &[usize]) {
        let columns = rows.iter().map(Vec::len).chain([header.len(), 1]).max().unwrap_or(1);
        let share = |column: usize| shares.get(column).copied().unwrap_or(1).max(1);
        let all: usize = (0..columns).map(share).sum();
        let width = |column: usize| TEXT_WIDTH * share(column) / all;
        self.xml.push_str(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"HeadlinesTable\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/>\
             <w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" \
             w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr><w:tblGrid>",
        );
        for column in 0..columns {
            self.xml.push_str(&format!("<w:gridCol w:w=\"{}\"/>", width(column)));
        }
        self.xml.push_str("</w:tblGrid>");
        for (at, row) in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)).enumerate() {
            let heads = if at == 0 { "<w:tblHeader/>" } else { "" };
            let style = if at == 0 { "TableHeading" } else { "TableText" };
            self.xml.push_str(&format!("<w:tr><w:trPr><w:cantSplit/>{heads}</w:trPr>"));
            for column in 0..columns {
                self.xml.push_str(&format!("<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr>", width(column)));
                self.paragraph(style, "", row.get(column).map_or("", String::as_str), true);
                self.xml.push_str("</w:tc>");
            }
            self.xml.push_str("</w:tr>");
        }
        // Tables without a paragraph between them would merge.
        self.xml.push_str("</w:tbl><w:p><w:pPr><w:pStyle w:val=\"AfterTable\"/></w:pPr></w:p>");
    }

    pub(super) fn finished(&self) -> String {
        format!(
            "{DECLARATION}<w:document {NAMESPACES}><w:body>{}<w:sectPr>\
             <w:headerReference w:type=\"default\" r:id=\"header\"/><w:footerReference w:type=\"default\" r:id=\"footer\"/>\
             <w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
             <w:pgMar w:top=\"1418\" w:right=\"1134\" w:bottom=\"1418\" w:left=\"1134\" w:header=\"624\" w:footer=\"567\" \
             w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
            self.xml
        )
    }

    /// Returns the numbering part: the definitions, and one instance for each list.
    pub(super) fn numbering(&self) -> String {
        let definition = |id: u8, format: &str, pattern: fn(u32) -> String| {
            let level = |level: u32| {
                format!(
                    "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/>\
                     <w:lvlText w:val=\"{}\"/><w:lvlJc w:val=\"left\"/>\
                     <w:pPr><w:ind w:left=\"{}\" w:hanging=\"341\"/></w:pPr></w:lvl>",
                    pattern(level),
                    (level + 1) * 454
                )
            };
            format!(
                "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"hybridMultilevel\"/>{}</w:abstractNum>",
                (0..LEVELS).map(level).collect::<String>()
            )
        };
        let lists = (1..).zip(&self.lists).map(|(id, definition): (usize, &u8)| {
            let anew = "<w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride>";
            format!("<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{definition}\"/>{anew}</w:num>")
        });
        let definitions = definition(BULLETS, "bullet", |level| SIGNS[level as usize % SIGNS.len()].to_owned())
            + &definition(NUMBERS, "decimal", |level| format!("%{}.", level + 1));
        format!("{DECLARATION}<w:numbering {NAMESPACES}>{definitions}{}</w:numbering>", lists.collect::<String>())
    }
}
