//! Lists, tables and matters arising.

use super::items::OnlyLists;
use super::{HeadlinesReader, is_tlp};
use crate::block::{ListEntry, RichText};
use crate::front_matter::FrontMatter;
use crate::grammar::sentence::TextUnit;
use crate::grammar::token::{opening, tokens};
use crate::grammar::{action, action_table, classification, party};
use crate::headlines::{ParsedMatter, ParsedRecord};
use crate::layout::DocumentPart;
use crate::typed_lists;
use minutebook_domain::meeting::Verb;

impl HeadlinesReader {
    pub(super) fn list(
        &mut self,
        parts: &[DocumentPart],
        at: usize,
        entries: &[ListEntry],
        front: &FrontMatter,
        in_front: bool,
    ) -> usize {
        let span = entries.iter().map(|entry| entry.text.lines());
        let lines = span.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((1, 1));
        let flat = entries.iter().all(|entry| entry.depth == 0 && !entry.text.is_empty());
        let ordered = flat && entries.iter().zip(1..).all(|(entry, number)| entry.number == Some(number));
        let depth = |entry: &ListEntry| u32::try_from(entry.depth).unwrap_or(u32::MAX);
        let texts = entries.iter().map(|entry| (depth(entry), printed(entry, ordered)));
        let texts: Vec<(u32, String)> = texts.filter(|(_, text)| !text.is_empty()).collect();
        let passage = self.passage(&texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), lines);
        let number = passage.number;
        self.record(ParsedRecord::List(passage, ordered, texts), lines);
        let leading = self.leading.take();
        if self.called_list(entries) {
            return at + 1;
        }
        let mut next = at + 1;
        let mut place = 0;
        while place < entries.len() {
            // Nested entries belong to the entry above them.
            let nested = entries[place + 1..].iter().take_while(|entry| entry.depth > entries[place].depth).count();
            let group = &entries[place..=place + nested];
            let mut units: Vec<TextUnit> = Vec::with_capacity(group.len());
            for entry in group {
                let mut unit = TextUnit::default();
                if let Some(verb) = leading.filter(|_| entry.depth == group[0].depth) {
                    unit.push(&RichText::plain(verb.word(), entry.text.line_at(0)), number);
                }
                unit.push(&unnumbered(&entry.text), number);
                units.push(unit);
            }
            place += group.len();
            if let (Some(last), true) = (units.last_mut(), place == entries.len()) {
                next = self.continued(parts, next, last);
            }
            let recorded = self.headlines.records.len();
            self.matter(&units, true);
            for unit in &units {
                self.extract(unit);
            }
            if in_front && self.headlines.records.len() == recorded {
                for entry in group.iter().filter(|entry| !front.recognises(entry.text.line_at(0))) {
                    self.not_understood(entry.text.line_at(0), &entry.text.on_one_line());
                }
            }
        }
        next
    }

    pub(super) fn matter_or_text(&mut self, unit: &TextUnit, in_list: bool) {
        self.matter(std::slice::from_ref(unit), in_list);
        self.extract(unit);
    }

    /// Records a matter arising if the texts are one: the first with the entries nested under it.
    fn matter(&mut self, units: &[TextUnit], in_list: bool) {
        let loose = self.loose_matters.then_some(OnlyLists(true));
        let Some(only_lists) = self.current.as_ref().and_then(|current| current.matters).or(loose) else { return };
        let Some(first) = units.first() else { return };
        let found = classification::marked(first.text());
        let beginning = tokens(opening(first.text()), 0);
        let introduces =
            !in_list && (first.text().trim_end().ends_with([':', ';']) || introduces_matters(first.text()));
        let is_action = action::start(&beginning, self.headlines.committee(), self.headlines.number()).is_some();
        if introduces || is_action || (only_lists.0 && !in_list) || first.text().is_empty() {
            return;
        }
        let mut text = first.text()[found.text].trim().to_owned();
        for nested in &units[1..] {
            text = format!("{text} {}", nested.text());
        }
        let words = tokens(&text, 0);
        let parties = party::names(&party::all(&words));
        let references = self.references(&words, &parties);
        self.headlines.uses_tlp |= found.mark.is_some_and(is_tlp);
        self.matters += 1;
        let (number, item, mark, passage) = (self.matters, self.item_number(), found.mark, first.passage_at(0));
        let matter = ParsedMatter { number, item, text, mark, passage, references };
        let last = units.last().unwrap_or(first);
        self.record(ParsedRecord::Matter(matter), (first.line_at(0), last.line_at(last.text().len())));
    }

    pub(super) fn table(&mut self, header: &[RichText], rows: &[Vec<RichText>], in_front: bool) {
        let texts = |cells: &[RichText]| cells.iter().map(RichText::on_one_line).collect::<Vec<String>>();
        let (head, body): (Vec<String>, Vec<Vec<String>>) =
            (texts(header), rows.iter().map(|row| texts(row)).collect());
        let all: Vec<&RichText> = header.iter().chain(rows.iter().flatten()).filter(|cell| !cell.is_empty()).collect();
        let lines = all.iter().map(|cell| cell.lines()).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((1, 1));
        let cells: Vec<&str> = head.iter().chain(body.iter().flatten()).map(String::as_str).collect();
        let passage = self.passage(&cells, lines);
        let number = passage.number;
        self.record(ParsedRecord::Table(passage, head.clone(), body), lines);
        if let Some(columns) = action_table::columns(&head) {
            for row in rows {
                self.action_row(row, columns);
            }
            return;
        }
        if self.roll_table(&head, rows, in_front) {
            return;
        }
        for row in rows {
            // `Large Supplier F | Director's Letter | APPROVED` is one statement.
            if row.iter().any(|cell| cell.as_str().parse::<Verb>().is_ok()) {
                let mut unit = TextUnit::default();
                row.iter().filter(|cell| !cell.is_empty()).for_each(|cell| unit.push(cell, number));
                self.extract(&unit);
                continue;
            }
            for cell in row {
                let mut unit = TextUnit::default();
                unit.push(cell, number);
                self.extract(&unit);
            }
        }
    }
}

/// Returns an entry as text, with its number unless the list as a whole numbers its entries the same way.
fn printed(entry: &ListEntry, ordered: bool) -> String {
    let text = entry.text.on_one_line();
    match entry.number {
        Some(number) if !ordered => format!("{number}. {text}").trim().to_owned(),
        _ => text,
    }
}

/// Returns an entry without the number or letter at its beginning, which only orders the list.
fn unnumbered(text: &RichText) -> RichText {
    let written = text.as_str();
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    match written[digits..].strip_prefix(". ") {
        Some(rest) if digits > 0 => text.slice(written.len() - rest.len()..written.len()),
        _ => typed_lists::without_label(text),
    }
}

/// Whether a paragraph introduces the matters, says that there were none, or explains how they are recorded.
fn introduces_matters(text: &str) -> bool {
    let text = text.to_lowercase();
    let leads = text.contains("following") && text.contains("matters") || text.contains("matters arising");
    let how = text.contains("item was marked") || text.contains("item is marked");
    leads || how
}
