//! Reads a document's parts in order and builds the record: items, passages, and what their sentences say.

mod actions;
mod attendance;
mod items;
mod lists_and_tables;
mod overview;
mod passages;
mod sentences;
mod statuses;

use crate::block::RichText;
use crate::context::{ImportContext, OpenMeeting};
use crate::findings::{ImportFinding, ImportFindingKind};
use crate::front_matter::FrontMatter;
use crate::grammar::attendance::RollKind;
use crate::grammar::classification::marked_heading;
use crate::grammar::sentence::TextUnit;
use crate::grammar::verb::{self, VerbStyle};
use crate::headlines::{ActionProgress, ParsedHeadlines};
use crate::layout::{DocumentPart, TextRole};
use crate::source::SourceLines;
use chrono::NaiveDate;
use items::CurrentItem;
use minutebook_domain::classification::{Classification, Scheme};
use minutebook_domain::meeting::{MinutesEdition, Verb};
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::{ActionRef, Name, PartyName};
use overview::{next_meeting_on, verb_style};
use std::collections::{BTreeMap, BTreeSet};

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
    pub(crate) minutes_approved: BTreeSet<(NaiveDate, MinutesEdition)>,
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
    /// Whether the text goes on with the record of a meeting.
    goes_on: bool,
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
    HeadlinesReader::new(parts, front, default).read(parts, front)
}

/// Reads the parts of a text that goes on with the record of a meeting.
pub(crate) fn read_on(parts: &[DocumentPart], front: &FrontMatter, meeting: &OpenMeeting) -> ParsedHeadlines {
    let mut reader = HeadlinesReader::new(parts, front, meeting.classification);
    let headlines = &mut reader.headlines;
    headlines.next_meeting_on = headlines.next_meeting_on.or(meeting.next_meeting_on);
    reader.goes_on = true;
    reader.decisions = meeting.numbers.decisions;
    reader.passages = meeting.numbers.passages;
    reader.matters = meeting.numbers.matters;
    reader.items.clone_from(&meeting.items);
    reader.people.clone_from(&meeting.people);
    reader.parties.clone_from(&meeting.parties);
    for action in &meeting.raised {
        reader.actions.entry(action.clone()).or_default().raised = true;
    }
    if let Some((number, title)) = &meeting.item {
        reader.go_on_with(*number, title);
    }
    reader.read(parts, front)
}

impl HeadlinesReader {
    fn new(parts: &[DocumentPart], front: &FrontMatter, default: Classification) -> Self {
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
            kind: front.kind,
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
        Self {
            headlines,
            current: None,
            decisions: 0,
            writing: verb_style(parts, front.reference.committee()),
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
            goes_on: false,
        }
    }

    fn read(mut self, parts: &[DocumentPart], front: &FrontMatter) -> ParsedHeadlines {
        self.collect_raised(parts);
        let first_item = parts.iter().position(|part| matches!(part, DocumentPart::Item(..)));
        let mut at = 0;
        while at < parts.len() {
            // A typed text may be a roll alone, of a meeting without items so far.
            let in_front = first_item.map_or(self.goes_on && self.current.is_none(), |first| at < first);
            at = self.part(parts, at, front, in_front);
        }
        self.close_item();
        self.headlines
    }
}

/// Whether a text introduces matters arising outside any item: `Matters Arising`, `**Matters arising (AMBER)**`.
fn begins_matters(text: &RichText) -> bool {
    let said = text.as_str();
    let title = said[marked_heading(said).text].trim_end_matches([':', ' ']);
    title.eq_ignore_ascii_case("matters arising") || title.eq_ignore_ascii_case("matter arising")
}

/// Whether only the Traffic Light Protocol has this label.
fn is_tlp(mark: Classification) -> bool {
    !Scheme::panel_information_policy().levels().iter().any(|level| level.label == mark.label())
}

impl HeadlinesReader {
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
}
