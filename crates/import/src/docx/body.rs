//! The body of a Word document, paragraph by paragraph, to blocks.

use super::numbering::{NumberLabel, Numbering};
use super::paragraph_content::{ParagraphContent, RunReader, WordField, close_contents};
use super::styles::ParagraphStyle;
use super::xml::XmlElement;
use super::{DocxSources, first_alternative};
use crate::block::{ListEntry, RichText, SourceBlock};
use crate::findings::{ImportFinding, ImportFindingKind};

/// Bullets that are typed instead of set as a list.
const TYPED_BULLETS: [char; 5] = ['•', '‣', '◦', '▪', '·'];

/// Reads the body, or another part, into blocks.
pub(super) struct BodyReader<'r, 'e, 'x> {
    pub(super) sources: &'r DocxSources<'e, 'x>,
    pub(super) numbering: &'r mut Numbering,
    pub(super) blocks: Vec<SourceBlock>,
    pub(super) findings: Vec<ImportFinding>,
    /// The text of each paragraph.
    pub(super) lines: Vec<String>,
    list: Vec<ListEntry>,
    /// The list of the outermost open entries.
    list_id: String,
    fields: Vec<WordField>,
    /// The start of a paragraph whose mark was deleted as a tracked change; the next paragraph continues it.
    joined: RichText,
    notes: Vec<(&'static str, String)>,
    /// Whether a note is being read. Its paragraphs have the line of the paragraph that refers to it.
    in_note: bool,
    /// The number of tables around the current paragraph.
    pub(super) tables: usize,
}

impl<'r, 'e, 'x> BodyReader<'r, 'e, 'x> {
    pub(super) fn new(sources: &'r DocxSources<'e, 'x>, numbering: &'r mut Numbering) -> Self {
        Self {
            sources,
            numbering,
            blocks: Vec::new(),
            findings: Vec::new(),
            lines: Vec::new(),
            list: Vec::new(),
            list_id: String::new(),
            fields: Vec::new(),
            joined: RichText::default(),
            notes: Vec::new(),
            in_note: false,
            tables: 0,
        }
    }

    pub(super) fn line(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX).max(1)
    }

    pub(super) fn find(&mut self, kind: ImportFindingKind, text: &str) {
        self.findings.push(ImportFinding { line: self.line(), kind, text: text.to_owned() });
    }

    /// Reads the content of a body, cell, box or note.
    pub(super) fn content(&mut self, element: &'e XmlElement<'x>) {
        for child in element.elements() {
            match child.name {
                "p" => self.paragraph(child),
                "tbl" => self.table(child),
                "sdt" if is_contents(child) => {
                    self.find(ImportFindingKind::ContentsDropped, "it repeats the headings");
                }
                "AlternateContent" => first_alternative(child).into_iter().for_each(|chosen| self.content(chosen)),
                "altChunk" => self.find(ImportFindingKind::PictureDropped, "an embedded document is not read"),
                "del" | "moveFrom" | "sectPr" | "sdtPr" | "sdtEndPr" | "tcPr" | "pPr" => {}
                _ => self.content(child),
            }
        }
    }

    /// Returns the blocks of a cell, apart from the blocks around it.
    pub(super) fn blocks_of(&mut self, element: &'e XmlElement<'x>) -> Vec<SourceBlock> {
        let before = std::mem::take(&mut self.blocks);
        self.content(element);
        self.close_list();
        std::mem::replace(&mut self.blocks, before)
    }

    fn paragraph(&mut self, paragraph: &'e XmlElement<'x>) {
        if !self.in_note {
            self.lines.push(String::new());
        }
        let properties = paragraph.child("pPr");
        let style = properties.and_then(|properties| properties.value_of("pStyle"));
        let style = self.sources.styles.paragraph(style.as_deref());
        let level = level(properties, &style);
        if level.is_some() {
            close_contents(&mut self.fields);
        }
        let place = self.place_in_list(properties, &style);
        let label = place.as_ref().and_then(|(list, depth)| self.numbering.count(list, *depth));
        let printed = match &label {
            Some(NumberLabel::Number(_, text)) if level.is_some() => Some(text.clone()),
            Some(NumberLabel::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let into = ParagraphContent::after(std::mem::take(&mut self.joined));
        let (line, sources) = (self.line(), self.sources);
        let (fields, findings) = (&mut self.fields, &mut self.findings);
        let reader = RunReader { sources, fields, findings, line, style: &style, label: printed, into };
        let runs = reader.read(paragraph);
        if properties.is_some_and(|properties| properties.find(&["rPr", "del"]).is_some()) {
            self.joined = runs.text;
            return;
        }
        let text = runs.text.finished();
        if let Some(line) = self.lines.last_mut().filter(|_| !self.in_note) {
            line.push_str(&text.on_one_line());
        }
        self.notes.extend(runs.notes);
        if !text.is_empty() && !self.is_contents(&style) {
            self.place(text, level, &style, place, label);
        }
        let hidden = runs.hidden.finished();
        if !hidden.is_empty() {
            self.blocks.push(SourceBlock::Hidden(hidden));
        }
        if !runs.boxes.is_empty() {
            self.close_list();
            runs.boxes.into_iter().for_each(|content| self.content(content));
            self.close_list();
        }
    }

    fn is_contents(&mut self, style: &ParagraphStyle) -> bool {
        if style.contents && !self.findings.iter().any(|finding| finding.kind == ImportFindingKind::ContentsDropped) {
            self.find(ImportFindingKind::ContentsDropped, "it repeats the headings");
        }
        style.contents
    }

    /// Returns the list that a paragraph is in, and its depth; the paragraph's own properties override its style's.
    fn place_in_list(&self, properties: Option<&XmlElement<'_>>, style: &ParagraphStyle) -> Option<(String, u8)> {
        let own = properties.and_then(|properties| properties.child("numPr"));
        let list = own.and_then(|own| own.value_of("numId")).or_else(|| style.list.clone())?;
        let depth = own.and_then(|own| own.value_of("ilvl")?.parse().ok());
        let depth = depth.or_else(|| self.numbering.level_of_style(&list, &style.id)).or(style.depth).unwrap_or(0);
        self.numbering.has(&list).then_some((list, depth))
    }

    /// Adds a paragraph as a heading, a list entry or a paragraph.
    fn place(
        &mut self,
        text: RichText,
        level: Option<u8>,
        style: &ParagraphStyle,
        place: Option<(String, u8)>,
        label: Option<NumberLabel>,
    ) {
        if let Some(level) = level {
            self.push(SourceBlock::Heading(level, text));
            return;
        }
        let number = match &label {
            Some(NumberLabel::Number(number, _)) => Some(*number),
            _ => None,
        };
        match (place, label) {
            (Some((list, depth)), Some(NumberLabel::Bullet | NumberLabel::Number(..))) => {
                // A count that starts again begins another list.
                let anew = self.list.iter().rev().find(|entry| entry.depth == 0).and_then(|entry| entry.number);
                let anew = depth == 0 && anew.zip(number).is_some_and(|(before, number)| number != before + 1);
                if depth == 0 && list != self.list_id || anew {
                    self.close_list();
                    self.list_id = list;
                }
                // An entry is at most one level below the one before it.
                let deepest = self.list.last().map_or(0, |entry| entry.depth + 1);
                self.list.push(ListEntry { depth: usize::from(depth).min(deepest), number, text });
            }
            // A letter labels an entry; a number such as `1.2` labels a paragraph.
            (Some((_, depth)), Some(NumberLabel::Text(label)))
                if depth > 0 && !label.contains(|c: char| c.is_ascii_digit()) =>
            {
                let deepest = self.list.last().map_or(0, |entry| entry.depth + 1);
                self.list.push(ListEntry { depth: usize::from(depth).min(deepest), number: None, text });
            }
            _ if style.continues && !self.list.is_empty() => {
                if let Some(entry) = self.list.last_mut() {
                    entry.text.append(&text);
                }
            }
            _ => match typed_bullet(&text) {
                Some(text) => {
                    if self.list_id != "typed" {
                        self.close_list();
                        "typed".clone_into(&mut self.list_id);
                    }
                    self.list.push(ListEntry { depth: 0, number: None, text });
                }
                None => self.push(SourceBlock::Paragraph(text)),
            },
        }
    }

    pub(super) fn push(&mut self, block: SourceBlock) {
        self.close_list();
        self.blocks.push(block);
        self.read_notes();
    }

    fn close_list(&mut self) {
        self.list_id.clear();
        if !self.list.is_empty() {
            let entries = std::mem::take(&mut self.list);
            self.blocks.push(SourceBlock::List(entries));
            self.read_notes();
        }
    }

    /// Reads the notes that the last block refers to. Notes in a table follow the table.
    fn read_notes(&mut self) {
        if self.in_note || self.tables > 0 {
            return;
        }
        self.in_note = true;
        for reference in std::mem::take(&mut self.notes) {
            if let Some(note) = self.sources.notes.get(&reference) {
                self.content(note);
                self.close_list();
            }
        }
        self.in_note = false;
    }

    /// Closes what is still open at the end.
    pub(super) fn finish(&mut self) {
        let joined = std::mem::take(&mut self.joined).finished();
        if !joined.is_empty() {
            self.push(SourceBlock::Paragraph(joined));
        }
        self.close_list();
        self.read_notes();
    }
}

fn level(properties: Option<&XmlElement<'_>>, style: &ParagraphStyle) -> Option<u8> {
    let own = properties.and_then(|properties| properties.value_of("outlineLvl")?.parse::<u8>().ok());
    own.map_or(style.level, |own| (own < 9).then_some(own + 1))
}

fn is_contents(sdt: &XmlElement<'_>) -> bool {
    let gallery = sdt.find(&["sdtPr", "docPartObj", "docPartGallery"]).and_then(XmlElement::value);
    gallery.is_some_and(|gallery| gallery.eq_ignore_ascii_case("table of contents"))
}

fn typed_bullet(text: &RichText) -> Option<RichText> {
    let rest = text.as_str().strip_prefix(TYPED_BULLETS)?;
    let start = text.as_str().len() - rest.len();
    (rest.starts_with([' ', '\n']) && !rest.trim().is_empty()).then(|| text.slice(start..text.as_str().len()))
}
