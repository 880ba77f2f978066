//! A part of the package as a tree of elements, without namespace prefixes: Word's older and newer namespaces do not
//! differ in what is read here.
//!
//! Depth and size are bounded, so recursion over the tree is safe. Only the five entities of XML itself are expanded.

use super::error::{DocxError, XmlFault};
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;

/// The deepest nesting of elements. Word's own documents stay below a hundred.
pub const MAX_DEPTH: usize = 200;

/// The most elements of a part, which take some hundred megabytes as a tree. A page of text has about two hundred.
pub const MAX_ELEMENTS: usize = 1_000_000;

/// An element with its attributes and children.
#[derive(Debug, Default)]
pub(super) struct XmlElement<'x> {
    pub(super) name: &'x str,
    attributes: &'x str,
    pub(super) children: Vec<XmlNode<'x>>,
}

/// A child of an element.
#[derive(Debug)]
pub(super) enum XmlNode<'x> {
    Element(XmlElement<'x>),
    Text(Cow<'x, str>),
}

impl<'x> XmlElement<'x> {
    /// Returns the child elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &XmlElement<'x>> {
        self.children.iter().filter_map(|child| match child {
            XmlNode::Element(element) => Some(element),
            XmlNode::Text(_) => None,
        })
    }

    /// Returns the first child element of this name.
    pub(super) fn child(&self, name: &str) -> Option<&XmlElement<'x>> {
        self.elements().find(|element| element.name == name)
    }

    /// Returns the element at the end of a path of names.
    pub(super) fn find(&self, path: &[&str]) -> Option<&XmlElement<'x>> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Returns an attribute by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let start = BytesStart::from_content(self.attributes, 0);
        let mut attributes = start.attributes();
        // Duplicate names do not matter here, and checking for them is slow with many attributes.
        let mut readable = attributes.with_checks(false).filter_map(Result::ok);
        let found = readable.find(|attribute| attribute.key.local_name().into_inner() == name)?;
        Some(unescape(&found.value).map_or_else(|_| found.value.to_string(), Cow::into_owned))
    }

    /// Returns the attribute `val`, in which Word keeps most values.
    pub(super) fn value(&self) -> Option<String> {
        self.attribute("val")
    }

    /// Returns the attribute `val` of the first child element of this name.
    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        self.child(name)?.value()
    }

    /// Whether an on/off property is on; `None` if it is absent.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        let property = self.child(name)?;
        Some(property.value().is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off" | "none")))
    }

    /// Returns the text directly inside the element.
    pub(super) fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|child| match child {
                XmlNode::Text(text) => Some(text.as_ref()),
                XmlNode::Element(_) => None,
            })
            .collect()
    }
}

/// Decodes a part: UTF-8, or UTF-16 with a byte-order mark.
pub(super) fn decode<'b>(part: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, DocxError> {
    let undecodable = || DocxError::Xml { part: part.to_owned(), source: XmlFault::Encoding };
    let units = |order: fn([u8; 2]) -> u16| bytes[2..].chunks_exact(2).map(|pair| order([pair[0], pair[1]])).collect();
    let wide: Vec<u16> = match bytes {
        [0xFF, 0xFE, ..] => units(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => units(u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            let text = std::str::from_utf8(bytes).map_err(|_| undecodable())?;
            return Ok(Cow::Borrowed(text));
        }
    };
    String::from_utf16(&wide).map(Cow::Owned).map_err(|_| undecodable())
}

/// Parses a part.
pub(super) fn parse<'x>(part: &str, text: &'x str) -> Result<XmlElement<'x>, DocxError> {
    let broken = |source| DocxError::Xml { part: part.to_owned(), source };
    let mut reader = Reader::from_str(text);
    let mut open = vec![XmlElement::default()];
    let mut count = 0;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|source| broken(XmlFault::Syntax { at, source }))?;
        if matches!(event, Event::Start(_) | Event::Empty(_)) {
            count += 1;
            if count > MAX_ELEMENTS {
                return Err(DocxError::TooManyElements { part: part.to_owned() });
            }
        }
        match event {
            Event::Start(_) if open.len() > MAX_DEPTH => return Err(DocxError::TooDeep { part: part.to_owned() }),
            Event::Start(_) => open.push(element(text, at)),
            Event::Empty(_) => push(&mut open, XmlNode::Element(element(text, at))),
            Event::End(_) => {
                if let Some(closed) = open.pop() {
                    push(&mut open, XmlNode::Element(closed));
                }
            }
            Event::Text(text) => push(&mut open, XmlNode::Text(text.into_inner())),
            Event::CData(text) => push(&mut open, XmlNode::Text(text.into_inner())),
            Event::GeneralRef(reference) => {
                let text = unescape(&format!("&{};", reference.into_inner())).map(Cow::into_owned);
                let text = text.map_err(|source| broken(XmlFault::Entity { at, source }))?;
                push(&mut open, XmlNode::Text(Cow::Owned(text)));
            }
            Event::DocType(_) => return Err(broken(XmlFault::DocumentType)),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    match open.pop() {
        Some(root) if open.is_empty() => root.children.into_iter().find_map(|child| match child {
            XmlNode::Element(element) => Some(element),
            XmlNode::Text(_) => None,
        }),
        _ => return Err(broken(XmlFault::Truncated)),
    }
    .ok_or_else(|| broken(XmlFault::NoElement))
}

fn push<'x>(open: &mut [XmlElement<'x>], node: XmlNode<'x>) {
    if let Some(last) = open.last_mut() {
        last.children.push(node);
    }
}

/// Returns the element whose tag begins at `at`. It borrows from the text, because copies of all attributes would take
/// most of a document's memory.
fn element(text: &str, at: usize) -> XmlElement<'_> {
    let tag = text.get(at + 1..).unwrap_or_default();
    let name_ends = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(tag.len());
    let (name, rest) = tag.split_at(name_ends);
    XmlElement {
        name: name.rsplit(':').next().unwrap_or_default(),
        attributes: rest[..end_of_tag(rest)].trim_end_matches('/'),
        children: Vec::new(),
    }
}

/// Returns the end of the tag, skipping any `>` inside a quoted value.
fn end_of_tag(rest: &str) -> usize {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    rest.len()
}
