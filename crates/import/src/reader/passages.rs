//! Passages: each text is recorded with its lines and references; a sentence that a page break divides is joined.

use super::HeadlinesReader;
use crate::block::{LineRange, RichText};
use crate::findings::{ImportFinding, ImportFindingKind, UnrecognisedText, excerpt};
use crate::grammar::sentence::TextUnit;
use crate::grammar::token::{TextToken, opening, tokens};
use crate::grammar::{action, mention, party, reference};
use crate::headlines::{ParsedPassage, ParsedRecord, PlacedRecord};
use crate::layout::{DocumentPart, TextRole};
use minutebook_domain::reference::{PartyName, Reference};
use std::collections::BTreeSet;

/// A sentence is followed over at most this many page breaks.
const MAX_CONTINUATIONS: usize = 8;

impl HeadlinesReader {
    pub(crate) fn record(&mut self, record: ParsedRecord, lines: LineRange) {
        self.headlines.last_line = self.headlines.last_line.max(lines.1);
        self.headlines.records.push(PlacedRecord { record, lines });
    }

    pub(crate) fn find(&mut self, line: u32, kind: ImportFindingKind, text: &str) {
        self.headlines.findings.push(ImportFinding { line, kind, text: excerpt(text) });
    }

    pub(crate) fn not_understood(&mut self, line: u32, text: &str) {
        self.headlines.unrecognised.push(UnrecognisedText { line, text: text.to_owned() });
        self.find(line, ImportFindingKind::NotUnderstood, text);
    }

    /// Records a paragraph and returns the number of its passage.
    pub(super) fn paragraph(&mut self, text: &RichText) -> u32 {
        let (line, lines) = (text.on_one_line(), text.lines());
        let passage = self.passage(&[&line], lines);
        let number = passage.number;
        self.record(ParsedRecord::Paragraph(passage, line), lines);
        number
    }

    /// Returns the next passage, with the references in these texts.
    pub(super) fn passage(&mut self, texts: &[&str], lines: LineRange) -> ParsedPassage {
        let mut references: Vec<Reference> = Vec::new();
        let mut seen = BTreeSet::new();
        for text in texts {
            let words = tokens(text, 0);
            let parties = party::names(&party::all(&words));
            self.register(&parties, lines);
            references.extend(self.references(&words, &parties).into_iter().filter(|found| seen.insert(found.clone())));
        }
        self.passages += 1;
        ParsedPassage { number: self.passages, item: self.item_number(), references }
    }

    pub(crate) fn register(&mut self, parties: &[PartyName], lines: LineRange) {
        for name in parties {
            if self.parties.insert(name.clone()) {
                self.record(ParsedRecord::Party(name.clone()), lines);
            }
        }
    }

    /// Returns the references in a text: modifications, sections, other meetings, actions and parties.
    pub(crate) fn references(&self, words: &[TextToken<'_>], parties: &[PartyName]) -> Vec<Reference> {
        let own = self.headlines.reference.to_string();
        let mut references: Vec<Reference> =
            mention::all(words).into_iter().filter(|found| found.as_str() != own).collect();
        let actions =
            reference::actions(words, self.headlines.committee()).into_iter().map(|(action, _)| action.to_string());
        let others = actions.chain(parties.iter().map(ToString::to_string));
        let mut seen: BTreeSet<Reference> = references.iter().cloned().collect();
        references
            .extend(others.filter_map(|text| text.parse().ok()).filter(|found: &Reference| seen.insert(found.clone())));
        references
    }

    /// Appends the paragraphs that continue a broken sentence, after page furniture or a stray blank line. Returns the
    /// index of the next part.
    pub(super) fn continued(&mut self, parts: &[DocumentPart], mut at: usize, unit: &mut TextUnit) -> usize {
        for _ in 0..MAX_CONTINUATIONS {
            if !unit.breaks_off() {
                break;
            }
            let furniture = parts[at..]
                .iter()
                .take_while(|part| matches!(part, DocumentPart::Text(TextRole::Furniture, _)))
                .count();
            let Some(DocumentPart::Text(TextRole::Paragraph, text)) = parts.get(at + furniture) else { break };
            let goes_on = text.as_str().starts_with(char::is_lowercase) || (furniture > 0 && unit.text().len() > 40);
            let (committee, number) = (self.headlines.committee().clone(), self.headlines.number());
            if !goes_on || action::start(&tokens(opening(text.as_str()), 0), &committee, number).is_some() {
                break;
            }
            for part in &parts[at..at + furniture] {
                if let DocumentPart::Text(_, header) = part {
                    self.paragraph(header);
                }
            }
            let passage = self.paragraph(text);
            unit.push(text, passage);
            at += furniture + 1;
        }
        at
    }
}
