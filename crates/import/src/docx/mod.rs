//! DOCX to blocks. A line is a paragraph of the body: line 12 is the twelfth, empty paragraphs and those in tables and
//! boxes included. A note has the line of the paragraph that refers to it.
//!
//! What Word computes is computed here too: numbers of headings and lists, the effect of styles, the text after
//! tracked changes. What is left out is reported as a finding.

mod body;
mod error;
mod numbering;
mod paragraph_content;
mod parts;
mod styles;
mod tables;
mod xml;

use crate::block::{RichText, SourceBlock, texts};
use crate::findings::{ImportFinding, ImportFindingKind, excerpt};
use crate::grammar::classification;
use crate::source::SourceLines;
use body::BodyReader;
pub use error::{DocxError, XmlFault};
use numbering::Numbering;
use parts::{PackageParts, PartRelation};
use std::collections::{HashMap, HashSet};
use styles::StyleTable;
pub use xml::{MAX_DEPTH, MAX_ELEMENTS};
use xml::{XmlElement, parse};

/// A Word document's text.
#[derive(Debug)]
pub(crate) struct DocxDocument {
    pub(crate) blocks: Vec<SourceBlock>,
    /// The texts of the pages' headers and footers, each once.
    pub(crate) furniture: Vec<RichText>,
    pub(crate) findings: Vec<ImportFinding>,
    pub(crate) lines: SourceLines,
}

/// The parts that paragraphs refer to.
pub(crate) struct DocxSources<'e, 'x> {
    styles: StyleTable,
    relations: Vec<PartRelation>,
    notes: HashMap<(&'static str, String), &'e XmlElement<'x>>,
    comments: HashMap<String, String>,
}

/// Whether the file is a Word document by its content or its name, so that a damaged one is reported as such.
pub(crate) fn is_meant(bytes: &[u8], file_name: &str) -> bool {
    let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(b"PK\x05\x06")
        || bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
        || matches!(extension.as_str(), "docx" | "docm" | "dotx" | "doc")
}

/// Reads a Word document.
pub(crate) fn read(bytes: &[u8]) -> Result<DocxDocument, DocxError> {
    if !bytes.starts_with(b"PK") && !bytes.starts_with(b"\xD0\xCF") {
        return Err(DocxError::NoPackage);
    }
    let mut parts = PackageParts::open(bytes)?;
    let main = parts.main()?;
    let mut texts_of = |kind: &str| parts.of_kind(kind);
    let (styles, numbering) = (texts_of("styles")?, texts_of("numbering")?);
    let (footnotes, endnotes, comments) = (texts_of("footnotes")?, texts_of("endnotes")?, texts_of("comments")?);
    let (headers, footers) = (texts_of("header")?, texts_of("footer")?);
    let main = parse("word/document.xml", &main)?;
    let footnotes = trees_of(&footnotes)?;
    let endnotes = trees_of(&endnotes)?;
    let comments = trees_of(&comments)?;
    let sources = DocxSources {
        styles: trees_of(&styles)?.first().map(StyleTable::read).unwrap_or_default(),
        relations: parts.relations.clone(),
        notes: notes("footnote", &footnotes).chain(notes("endnote", &endnotes)).collect(),
        comments: comments.iter().flat_map(XmlElement::elements).filter_map(comment).collect(),
    };
    let mut numbering = trees_of(&numbering)?.first().map(Numbering::read).unwrap_or_default();
    let mut body = BodyReader::new(&sources, &mut numbering);
    main.child("body").into_iter().for_each(|content| body.content(content));
    body.finish();
    let (blocks, mut findings) = (body.blocks, body.findings);
    let lines: SourceLines = body.lines.iter().map(String::as_str).collect();
    let headers = trees_of(&headers)?;
    let footers = trees_of(&footers)?;
    let furniture = furniture(headers.iter().chain(&footers), &sources);
    report_furniture(&furniture, &blocks, &mut findings);
    Ok(DocxDocument { blocks, furniture, findings, lines })
}

fn trees_of(texts: &[(String, String)]) -> Result<Vec<XmlElement<'_>>, DocxError> {
    texts.iter().map(|(name, text)| parse(name, text)).collect()
}

fn notes<'e, 'x>(
    kind: &'static str,
    trees: &'e [XmlElement<'x>],
) -> impl Iterator<Item = ((&'static str, String), &'e XmlElement<'x>)> {
    let notes = trees.iter().flat_map(XmlElement::elements);
    notes.filter_map(move |note| Some(((kind, note.attribute("id")?), note)))
}

fn comment(element: &XmlElement<'_>) -> Option<(String, String)> {
    let mut text = element.attribute("author").unwrap_or_default();
    text.push(':');
    for paragraph in element.elements() {
        text.push(' ');
        all_text(paragraph, &mut text);
    }
    Some((element.attribute("id")?, text))
}

fn all_text(element: &XmlElement<'_>, into: &mut String) {
    for child in element.elements() {
        if child.name == "t" {
            into.push_str(&child.text());
        }
        all_text(child, into);
    }
}

/// Returns the first of several alternatives for different versions of Word. They hold the same text.
fn first_alternative<'e, 'x>(element: &'e XmlElement<'x>) -> Option<&'e XmlElement<'x>> {
    element.child("Choice").or_else(|| element.child("Fallback"))
}

/// Returns the texts of headers and footers, each once.
fn furniture<'e, 'x: 'e>(
    trees: impl Iterator<Item = &'e XmlElement<'x>>,
    sources: &DocxSources<'e, 'x>,
) -> Vec<RichText> {
    let mut furniture: Vec<RichText> = Vec::new();
    for tree in trees {
        let mut numbering = Numbering::default();
        let mut part = BodyReader::new(sources, &mut numbering);
        part.content(tree);
        part.finish();
        for text in texts(&part.blocks) {
            let text = RichText::plain(&text.on_one_line(), 1);
            if !furniture.contains(&text) && furniture.len() < 100 {
                furniture.push(text);
            }
        }
    }
    furniture
}

/// Reports a header or footer with words that the text lacks. One that states the classification is used, not
/// reported.
fn report_furniture(furniture: &[RichText], blocks: &[SourceBlock], findings: &mut Vec<ImportFinding>) {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let in_text: HashSet<String> = texts(blocks).iter().flat_map(|text| words(text.as_str())).collect();
    for text in furniture.iter().map(RichText::as_str) {
        let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        let is_known = |word: &String| {
            number(word) || matches!(word.as_str(), "page" | "of" | "classification") || in_text.contains(word)
        };
        let says_nothing_else =
            text.starts_with(crate::footer::RENDERED_BY) || classification::of_document(text).is_some();
        if !says_nothing_else && !words(text).iter().all(is_known) {
            findings.push(ImportFinding {
                line: 1,
                kind: ImportFindingKind::PageFurnitureDropped,
                text: excerpt(text),
            });
        }
    }
}
