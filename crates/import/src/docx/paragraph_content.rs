//! The content of one paragraph: its runs, fields, notes, boxes and comments.

use super::styles::{ParagraphStyle, RunStyle};
use super::xml::XmlElement;
use super::{DocxSources, first_alternative};
use crate::block::RichText;
use crate::findings::{ImportFinding, ImportFindingKind, excerpt};

/// An open field, such as `HYPERLINK`, `PAGE` or `TOC`: an instruction, then its result.
#[derive(Debug, Default)]
pub(super) struct WordField {
    instruction: String,
    in_result: bool,
    is_contents: bool,
}

/// The content of a paragraph.
#[derive(Debug, Default)]
pub(super) struct ParagraphContent<'e, 'x> {
    pub(super) text: RichText,
    /// Hidden text.
    pub(super) hidden: RichText,
    /// References to notes: `footnote` or `endnote`, and the id.
    pub(super) notes: Vec<(&'static str, String)>,
    /// Boxes anchored in the paragraph.
    pub(super) boxes: Vec<&'e XmlElement<'x>>,
    /// Text that was deleted as a tracked change.
    deleted: String,
    comments: Vec<String>,
    left_out: bool,
}

/// Reads a paragraph's runs.
pub(super) struct RunReader<'r, 'e, 'x> {
    pub(super) sources: &'r DocxSources<'e, 'x>,
    pub(super) fields: &'r mut Vec<WordField>,
    pub(super) findings: &'r mut Vec<ImportFinding>,
    pub(super) line: u32,
    pub(super) style: &'r ParagraphStyle,
    /// The label that Word prints before the text.
    pub(super) label: Option<String>,
    pub(super) into: ParagraphContent<'e, 'x>,
}

impl ParagraphContent<'_, '_> {
    /// Creates the content of a paragraph that begins with `text`.
    pub(super) fn after(text: RichText) -> Self {
        Self { text, ..Self::default() }
    }
}

impl<'e, 'x> RunReader<'_, 'e, 'x> {
    /// Reads a paragraph.
    pub(super) fn read(mut self, paragraph: &'e XmlElement<'x>) -> ParagraphContent<'e, 'x> {
        self.content(paragraph, self.style.run);
        // A field without a result by the end of the paragraph has none.
        self.fields.retain(|field| field.in_result);
        let deleted = std::mem::take(&mut self.into.deleted);
        if !deleted.trim().is_empty() {
            self.find(ImportFindingKind::DeletedTextDropped, deleted.trim());
        }
        for id in std::mem::take(&mut self.into.comments) {
            let comment = self.sources.comments.get(&id).cloned().unwrap_or_default();
            self.find(ImportFindingKind::CommentDropped, &comment);
        }
        if self.into.left_out {
            self.find(ImportFindingKind::ContentsDropped, "it repeats the headings");
        }
        self.into
    }

    fn find(&mut self, kind: ImportFindingKind, text: &str) {
        self.findings.push(ImportFinding { line: self.line, kind, text: excerpt(text) });
    }

    fn content(&mut self, element: &'e XmlElement<'x>, run: RunStyle) {
        for child in element.elements() {
            match child.name {
                "r" => self.content(child, self.run_style(child)),
                "t" => self.push(&spaced(child), run),
                "tab" | "ptab" => self.push(" ", run),
                "br" | "cr" => self.into.text.break_line(),
                "noBreakHyphen" => self.push("-", run),
                "sym" => self.symbol(child, run),
                "fldChar" => self.field(child),
                "instrText" => self.instruction(&child.text()),
                "fldSimple" => {
                    self.fields.push(WordField {
                        instruction: child.attribute("instr").unwrap_or_default(),
                        ..WordField::default()
                    });
                    self.result();
                    self.content(child, run);
                    self.fields.pop();
                }
                "hyperlink" => {
                    let relation = child.attribute("id");
                    let relation = relation.and_then(|id| self.sources.relations.iter().find(|known| known.id == id));
                    if let Some(relation) = relation {
                        self.find(ImportFindingKind::LinkTargetDropped, &relation.target);
                    }
                    self.content(child, run);
                }
                "del" => deleted(child, &mut self.into.deleted),
                "footnoteReference" => self.note("footnote", child),
                "endnoteReference" => self.note("endnote", child),
                "commentReference" => self.into.comments.extend(child.attribute("id")),
                "txbxContent" => self.into.boxes.push(child),
                "AlternateContent" => first_alternative(child).into_iter().for_each(|chosen| self.content(chosen, run)),
                "docPr" => {
                    let description = child.attribute("descr").filter(|text| !text.trim().is_empty());
                    if let Some(description) = description {
                        self.find(ImportFindingKind::PictureDropped, &description);
                    }
                }
                "sdt" => {
                    if child.find(&["sdtPr", "showingPlcHdr"]).is_none() {
                        self.content(child, run);
                    }
                }
                // Properties; the phonetic guide above a word; text moved away, which is read where it went; deleted
                // text outside a deletion.
                "pPr" | "rPr" | "sdtPr" | "sdtEndPr" | "rt" | "moveFrom" | "delText" | "delInstrText" => {}
                _ => self.content(child, run),
            }
        }
    }

    /// Returns the style of a run. Bold toggles: a bold style inside a bold paragraph is not bold, unless the run says
    /// so itself.
    fn run_style(&self, run: &XmlElement<'_>) -> RunStyle {
        let properties = run.child("rPr");
        let named = properties.and_then(|properties| properties.value_of("rStyle"));
        let named = named.map_or_else(RunStyle::default, |id| self.sources.styles.run(&id));
        let direct = |name: &str| properties.and_then(|properties| properties.switch(name));
        RunStyle {
            bold: direct("b").unwrap_or(self.style.run.bold ^ named.bold),
            hidden: direct("vanish").unwrap_or(self.style.run.hidden ^ named.hidden),
        }
    }

    fn push(&mut self, text: &str, run: RunStyle) {
        if text.contains('\0') {
            self.findings.push(ImportFinding::null_dropped(self.line));
        }
        // A soft hyphen marks where a word may break; it is not part of the text.
        let text = text.replace(['\u{AD}', '\0'], "");
        if self.fields.iter().any(|field| !field.in_result) {
            return;
        }
        if self.fields.iter().any(|field| field.is_contents) {
            return;
        }
        if run.hidden {
            self.into.hidden.push(&text, self.line, run.bold);
            return;
        }
        if let Some(label) = self.label.take_if(|_| !text.trim().is_empty()) {
            self.into.text.push(&format!("{label} "), self.line, run.bold);
        }
        self.into.text.push(&text, self.line, run.bold);
    }

    fn symbol(&mut self, symbol: &XmlElement<'_>, run: RunStyle) {
        let code = symbol.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok()).unwrap_or(0);
        let font = symbol.attribute("font").unwrap_or_default();
        if let Some(sign) = sign(&font, code) {
            self.push(sign.encode_utf8(&mut [0; 4]), run);
        } else {
            self.push("\u{FFFD}", run);
            self.find(ImportFindingKind::SignNotKnown, &format!("character {code:X} of the font `{font}`"));
        }
    }

    fn field(&mut self, sign: &XmlElement<'_>) {
        match sign.attribute("fldCharType").as_deref() {
            Some("begin") => self.fields.push(WordField::default()),
            Some("separate") => self.result(),
            Some("end") => {
                self.fields.pop();
            }
            _ => {}
        }
    }

    fn instruction(&mut self, text: &str) {
        if let Some(field) = self.fields.last_mut().filter(|field| !field.in_result && field.instruction.len() < 4096) {
            field.instruction.push_str(text);
        }
    }

    /// Ends the instruction of the innermost field; what follows is its result.
    fn result(&mut self) {
        let Some(field) = self.fields.last_mut() else { return };
        field.in_result = true;
        let mut words = field.instruction.split_whitespace();
        match words.next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "TOC" => {
                field.is_contents = true;
                self.into.left_out = true;
            }
            "HYPERLINK" => {
                let target = words.next().unwrap_or_default().trim_matches('"').to_owned();
                if !target.is_empty() && !target.starts_with('\\') {
                    self.find(ImportFindingKind::LinkTargetDropped, &target);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, kind: &'static str, reference: &XmlElement<'_>) {
        self.into.notes.extend(reference.attribute("id").map(|id| (kind, id)));
    }
}

/// Closes an open table of contents at a heading, which is never one of its lines.
pub(super) fn close_contents(fields: &mut Vec<WordField>) {
    fields.retain(|field| !field.is_contents);
}

/// Collects the deleted words at any depth.
fn deleted(element: &XmlElement<'_>, into: &mut String) {
    for child in element.elements() {
        match child.name {
            "delText" | "t" => into.push_str(&child.text()),
            "tab" | "br" => into.push(' '),
            _ => deleted(child, into),
        }
    }
}

/// Returns an element's text. White space around it counts only with `xml:space="preserve"`.
fn spaced(element: &XmlElement<'_>) -> String {
    let text = element.text();
    if element.attribute("space").as_deref() == Some("preserve") {
        text
    } else {
        text.trim_matches([' ', '\t', '\n', '\r']).to_owned()
    }
}

/// Returns the character that a code of a symbol font stands for.
fn sign(font: &str, code: u32) -> Option<char> {
    let place = code & 0xFF;
    let font = font.to_ascii_lowercase();
    if font == "symbol" {
        let known = [
            (0xB7, '•'),
            (0xB0, '°'),
            (0xB1, '±'),
            (0xB3, '≥'),
            (0xA3, '≤'),
            (0xAE, '→'),
            (0xAC, '←'),
            (0xB4, '×'),
            (0xD7, '·'),
        ];
        let known = known.into_iter().find(|(at, _)| *at == place).map(|(_, sign)| sign);
        return known
            .or_else(|| char::from_u32(place).filter(|sign| sign.is_ascii_digit() || sign.is_ascii_punctuation()));
    }
    if font.starts_with("wingdings") {
        let known = [
            (0xFC, '✓'),
            (0xFE, '☑'),
            (0xFB, '✗'),
            (0xFD, '☒'),
            (0xA8, '☐'),
            (0x6F, '☐'),
            (0xE0, '→'),
            (0xA7, '▪'),
            (0x4A, '☺'),
        ];
        return known.into_iter().find(|(at, _)| *at == place).map(|(_, sign)| sign);
    }
    char::from_u32(code).filter(|sign| !sign.is_control() && !(0xE000..0xF900).contains(&code))
}
