//! Reads a document's parts in order and builds the record: items, passages, and what their sentences say.

mod actions;
mod attendance;
mod lists_and_tables;
mod sentences;
mod statuses;

use crate::block::{LineRange, RichText};
use crate::context::ImportContext;
use crate::findings::{ImportFinding, ImportFindingKind, UnrecognisedText, excerpt};
use crate::front_matter::FrontMatter;
use crate::grammar::attendance::RollKind;
use crate::grammar::classification::marked_heading;
use crate::grammar::heading::ItemHeading;
use crate::grammar::sentence::TextUnit;
use crate::grammar::token::{TextToken, opening, tokens};
use crate::grammar::verb::{self, VerbStyle};
use crate::grammar::{action, mention, next_meeting, party, reference, status};
use crate::headlines::{ActionProgress, ParsedHeadlines, ParsedItem, ParsedPassage, ParsedRecord, PlacedRecord};
use crate::layout::{DocumentPart, TextRole};
use crate::source::SourceLines;
use chrono::NaiveDate;
use minutebook_domain::classification::{Classification, Scheme};
use minutebook_domain::meeting::Verb;
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{ActionRef, CommitteeCode, Name, PartyName, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// The item being read.
#[derive(Debug, Default)]
pub(crate) struct CurrentItem {
    pub(crate) number: u32,
    pub(crate) assessment: Option<Assessment>,
    pub(crate) parties: Vec<PartyName>,
    /// Whether the title speaks of a status.
    pub(crate) about_status: bool,
    /// Whether its texts are matters arising. In an item that is also about minutes or actions, only its lists are.
    matters: Option<OnlyLists>,
    /// The days of earlier meetings that its text mentioned last.
    pub(crate) days: Vec<NaiveDate>,
    pub(crate) comments: Option<bool>,
    /// What was agreed to be done: the line, the text and the decision's number.
    pub(crate) promised: Vec<(u32, String, u32)>,
    pub(crate) raised: bool,
    /// Whether the title is about attendance.
    about_attendance: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OnlyLists(bool);

/// A sentence is followed over at most this many page breaks.
const MAX_CONTINUATIONS: usize = 8;

pub(crate) struct HeadlinesReader {
    pub(crate) headlines: ParsedHeadlines,
    pub(crate) current: Option<CurrentItem>,
    pub(crate) decisions: u32,
    /// How the document writes its verbs.
    pub(crate) writing: VerbStyle,
    /// The verb before the next list, which applies to each of its entries.
    leading: Option<Verb>,
    /// Whether a heading outside any item has opened a list of matters arising.
    loose_matters: bool,
    pub(crate) minutes_approved: BTreeSet<(NaiveDate, minutebook_domain::meeting::MinutesEdition)>,
    pub(crate) statuses: BTreeSet<(PartyName, StatusKind)>,
    /// The actions raised or mentioned in this document.
    pub(crate) actions: BTreeMap<ActionRef, ActionState>,
    /// The last place assigned to an action without a reference, and the places that the document writes.
    pub(crate) last_given: u32,
    pub(crate) places: BTreeSet<u32>,
    /// The people recorded so far, and the roll that the last label opened.
    people: BTreeSet<Name>,
    calling: Option<RollKind>,
    parties: BTreeSet<PartyName>,
    items: BTreeSet<u32>,
    passages: u32,
    matters: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ActionState {
    pub(crate) raised: bool,
    pub(crate) ended: bool,
    /// The last new due date or owners; repeating them changes nothing.
    pub(crate) changed: Option<ActionProgress>,
}

/// Reads the parts.
pub(crate) fn read(parts: &[DocumentPart], front: &FrontMatter, context: &ImportContext<'_>) -> ParsedHeadlines {
    let default = context.default_classification.unwrap_or_else(Classification::highest);
    let mut findings = front.findings.clone();
    if front.classification.is_none() {
        let text = "the document does not state its classification".to_owned();
        findings.push(ImportFinding {
            line: front.lines.0,
            kind: ImportFindingKind::DocumentWithoutClassification,
            text,
        });
    }
    let headlines = ParsedHeadlines {
        reference: front.reference.clone(),
        committee_name: front.committee_name.clone(),
        uses_tlp: front.classification.is_some_and(is_tlp),
        held_on: front.held_on,
        starts_at: front.starts_at,
        ends_at: front.ends_at,
        venue: front.venue.clone(),
        classification: front.classification,
        text_classification: front.classification.unwrap_or(default),
        next_meeting_on: next_meeting_on(parts, front.held_on),
        closed_at: None,
        convened_lines: front.lines,
        last_line: 1,
        source_lines: SourceLines::default(),
        records: Vec::new(),
        deferrals: Vec::new(),
        outstanding_actions: None,
        findings,
        unrecognised: Vec::new(),
    };
    let mut reader = HeadlinesReader {
        headlines,
        current: None,
        decisions: 0,
        writing: writing(parts, front.reference.committee()),
        leading: None,
        loose_matters: false,
        minutes_approved: BTreeSet::new(),
        statuses: BTreeSet::new(),
        actions: BTreeMap::new(),
        last_given: 0,
        places: BTreeSet::new(),
        people: BTreeSet::new(),
        calling: None,
        parties: BTreeSet::new(),
        items: BTreeSet::new(),
        passages: 0,
        matters: 0,
    };
    reader.collect_raised(parts);
    let first_item = parts.iter().position(|part| matches!(part, DocumentPart::Item(..)));
    let mut at = 0;
    while at < parts.len() {
        let in_front = first_item.is_some_and(|first| at < first);
        at = reader.part(parts, at, front, in_front);
    }
    reader.close_item();
    reader.headlines
}

/// Whether a text introduces matters arising outside any item: `Matters Arising`, `**Matters arising (AMBER)**`.
fn begins_matters(text: &RichText) -> bool {
    let said = text.as_str();
    let title = said[marked_heading(said).text].trim_end_matches([':', ' ']);
    title.eq_ignore_ascii_case("matters arising") || title.eq_ignore_ascii_case("matter arising")
}

/// Returns how the document writes its verbs: unmarked if none is in capitals or in bold.
fn writing(parts: &[DocumentPart], committee: &CommitteeCode) -> VerbStyle {
    let marked = |text: &RichText| {
        let mut unit = TextUnit::default();
        unit.push(text, 0);
        !unit.bold_verbs().is_empty() || verb::any_in(text.as_str())
    };
    let found = parts.iter().any(|part| match part {
        DocumentPart::Item(..) => false,
        DocumentPart::Text(_, text) => marked(text),
        DocumentPart::List(entries) => entries.iter().any(|entry| marked(&entry.text)),
        DocumentPart::Table(header, rows) => header.iter().chain(rows.iter().flatten()).any(marked),
    });
    if found { VerbStyle::Marked } else { VerbStyle::Plain(committee.clone()) }
}

/// Whether only the Traffic Light Protocol has this label.
fn is_tlp(mark: Classification) -> bool {
    !Scheme::panel_information_policy().levels().iter().any(|level| level.label == mark.label())
}

/// Returns the day of the next meeting. It is read first, because actions may be due by it.
fn next_meeting_on(parts: &[DocumentPart], held_on: NaiveDate) -> Option<NaiveDate> {
    let mut found = None;
    for (at, part) in parts.iter().enumerate() {
        let text = match part {
            DocumentPart::Text(TextRole::NextMeeting, text) => text.on_one_line(),
            DocumentPart::Item(heading, ..) if next_meeting::is_announced(&tokens(&heading.title, 0)) => {
                heading.title.clone()
            }
            _ => continue,
        };
        // The day may stand in the paragraph after the heading.
        let after = parts.get(at + 1).and_then(|part| match part {
            DocumentPart::Text(TextRole::Paragraph, text) if text.as_str().len() < 200 => Some(text.on_one_line()),
            _ => None,
        });
        let day = next_meeting::day(&tokens(&text, 0), held_on)
            .or_else(|| next_meeting::day(&tokens(after.as_deref().unwrap_or_default(), 0), held_on));
        found = day.filter(|day| *day > held_on).or(found);
    }
    found
}

impl HeadlinesReader {
    /// Collects the actions that the document raises, before any update is read.
    fn collect_raised(&mut self, parts: &[DocumentPart]) {
        let (committee, number) = (self.headlines.committee().clone(), self.headlines.reference.number());
        let mut see = |text: &str, in_table: bool| {
            let words = tokens(opening(text), 0);
            let at_start = || {
                reference::action(&words, 0, &committee).map(|(found, _)| action::WrittenReference::Reference(found))
            };
            let found = action::start(&words, &committee, number).map(|(found, _)| found);
            let found = match found.or_else(|| in_table.then(at_start).flatten()) {
                Some(action::WrittenReference::Reference(found)) => Some(found),
                Some(action::WrittenReference::Place(place)) => format!("{committee}{number}/{place:02}").parse().ok(),
                Some(action::WrittenReference::Missing) | None => None,
            };
            if let Some(found) = found {
                self.actions.entry(found).or_default();
            }
        };
        for part in parts {
            match part {
                DocumentPart::Text(_, text) => see(text.as_str(), false),
                DocumentPart::List(entries) => entries.iter().for_each(|entry| see(entry.text.as_str(), false)),
                DocumentPart::Table(_, rows) => rows.iter().flatten().for_each(|cell| see(cell.as_str(), true)),
                DocumentPart::Item(..) => {}
            }
        }
    }

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

    pub(crate) fn item_number(&self) -> Option<u32> {
        self.current.as_ref().map(|current| current.number)
    }

    /// Reads the part at `at` with those that continue it, and returns the index of the next one.
    fn part(&mut self, parts: &[DocumentPart], at: usize, front: &FrontMatter, in_front: bool) -> usize {
        match &parts[at] {
            DocumentPart::Item(heading, _, lines) => {
                self.item(heading, *lines);
                at + 1
            }
            DocumentPart::Text(TextRole::Hidden, text) => {
                self.paragraph(text);
                self.not_understood(text.line_at(0), &text.on_one_line());
                at + 1
            }
            DocumentPart::Text(TextRole::NextMeeting, text) => self.next_meeting(parts, at, text),
            DocumentPart::Text(TextRole::Furniture, text) => {
                self.paragraph(text);
                at + 1
            }
            DocumentPart::Text(_, text) if self.roll(text, parts.get(at + 1), in_front) => at + 1,
            DocumentPart::Text(_, text) if self.calling.is_some() => {
                self.paragraph(text);
                self.called(text);
                self.calling = None;
                at + 1
            }
            DocumentPart::Text(role, text)
                if in_front
                    && !begins_matters(text)
                    && (front.recognises(text.line_at(0)) || matches!(role, TextRole::Heading(_))) =>
            {
                self.paragraph(text);
                if !front.recognises(text.line_at(0)) {
                    self.not_understood(text.line_at(0), &text.on_one_line());
                }
                at + 1
            }
            DocumentPart::Text(_, text) => {
                let mut unit = TextUnit::default();
                unit.push(text, self.paragraph(text));
                let next = self.continued(parts, at + 1, &mut unit);
                let before = self.headlines.records.len();
                if let Some(verb) = verb::leading(unit.text(), unit.bold_verbs())
                    && let Some(DocumentPart::List(entries)) = parts.get(next)
                {
                    self.leading = Some(verb);
                    return self.list(parts, next, entries, front, in_front);
                }
                if begins_matters(text) {
                    self.loose_matters = true;
                    return next;
                }
                self.matter_or_text(&unit, false);
                if in_front && self.headlines.records.len() == before {
                    self.not_understood(text.line_at(0), unit.text());
                }
                next
            }
            DocumentPart::List(entries) => self.list(parts, at, entries, front, in_front),
            DocumentPart::Table(header, rows) => {
                self.table(header, rows, in_front);
                at + 1
            }
        }
    }

    fn item(&mut self, heading: &ItemHeading, lines: LineRange) {
        self.close_item();
        self.loose_matters = false;
        let title_words = tokens(&heading.title, 0);
        let found = party::all(&title_words);
        let parties = party::names(&found);
        if self.items.insert(heading.number) {
            self.register(&parties, lines);
            self.headlines.uses_tlp |= heading.mark.is_some_and(is_tlp);
            let references = self.references(&title_words, &parties);
            if heading.mark.is_none() {
                self.find(
                    lines.0,
                    ImportFindingKind::ItemWithoutClassification,
                    &format!("{}. {}", heading.number, heading.title),
                );
            }
            let item =
                ParsedItem { number: heading.number, title: heading.title.clone(), mark: heading.mark, references };
            self.record(ParsedRecord::Item(item), lines);
        } else {
            // The repeated heading becomes a paragraph; what follows belongs to the first item with the number.
            let mark = heading.mark.map_or_else(String::new, |mark| format!(" ({mark})"));
            let text = format!("{}. {}{mark}", heading.number, heading.title);
            self.paragraph(&RichText::plain(&text, lines.0));
            self.find(lines.0, ImportFindingKind::ItemNumberRepeated, &text);
        }
        let title = heading.title.to_lowercase();
        let also = title.contains("minutes") || title.contains("actions");
        self.current = Some(CurrentItem {
            number: heading.number,
            assessment: status::assessment(&heading.title),
            about_status: status::kind(&title_words).is_some(),
            parties,
            matters: (title.contains("matters arising") || title.contains("matter arising")).then_some(OnlyLists(also)),
            about_attendance: ["attend", "apologies", "welcome", "present", "introductions"]
                .iter()
                .any(|word| title.split(|c: char| !c.is_alphabetic()).any(|said| said.starts_with(word))),
            ..CurrentItem::default()
        });
        if next_meeting::is_announced(&title_words) {
            self.set_next_meeting(lines);
        }
    }

    /// Closes the item and reports the promises for which it raised no action.
    pub(crate) fn close_item(&mut self) {
        let Some(current) = self.current.take() else { return };
        if !current.raised {
            for (line, text, _) in current.promised {
                self.find(line, ImportFindingKind::AgreedWithoutAction, &format!("AGREED {text}"));
            }
        }
    }

    fn set_next_meeting(&mut self, lines: LineRange) {
        let known = self.headlines.records.iter().any(|placed| matches!(placed.record, ParsedRecord::NextMeeting(_)));
        if let Some(day) = self.headlines.next_meeting_on.filter(|_| !known) {
            self.record(ParsedRecord::NextMeeting(day), lines);
        }
    }

    /// Records the line that sets the next meeting, which also ends the last item.
    fn next_meeting(&mut self, parts: &[DocumentPart], at: usize, text: &RichText) -> usize {
        self.close_item();
        let line = text.line_at(0);
        self.paragraph(text);
        let own = next_meeting::day(&tokens(&text.on_one_line(), 0), self.headlines.held_on);
        if own.is_some_and(|day| day <= self.headlines.held_on) {
            self.find(line, ImportFindingKind::DateOutOfOrder, &text.on_one_line());
        }
        self.set_next_meeting(text.lines());
        if let (None, Some(DocumentPart::Text(TextRole::Paragraph, day))) = (own, parts.get(at + 1))
            && day.as_str().len() < 200
            && next_meeting::day(&tokens(&day.on_one_line(), 0), self.headlines.held_on).is_some()
        {
            self.paragraph(day);
            return at + 2;
        }
        at + 1
    }

    /// Records a paragraph and returns the number of its passage.
    fn paragraph(&mut self, text: &RichText) -> u32 {
        let (line, lines) = (text.on_one_line(), text.lines());
        let passage = self.passage(&[&line], lines);
        let number = passage.number;
        self.record(ParsedRecord::Paragraph(passage, line), lines);
        number
    }

    /// Returns the next passage, with the references in these texts.
    fn passage(&mut self, texts: &[&str], lines: LineRange) -> ParsedPassage {
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
    fn continued(&mut self, parts: &[DocumentPart], mut at: usize, unit: &mut TextUnit) -> usize {
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
            let (committee, number) = (self.headlines.committee().clone(), self.headlines.reference.number());
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
