//! Items: what a heading begins, what is remembered while its texts are read, and what ends it.

use super::{HeadlinesReader, is_tlp};
use crate::block::{LineRange, RichText};
use crate::findings::ImportFindingKind;
use crate::grammar::heading::ItemHeading;
use crate::grammar::token::tokens;
use crate::grammar::{next_meeting, party, status};
use crate::headlines::{ParsedItem, ParsedRecord};
use crate::layout::{DocumentPart, TextRole};
use chrono::NaiveDate;
use minutebook_domain::party::Assessment;
use minutebook_domain::reference::PartyName;

/// The item being read.
#[derive(Debug, Default)]
pub(crate) struct CurrentItem {
    pub(crate) number: u32,
    pub(crate) assessment: Option<Assessment>,
    pub(crate) parties: Vec<PartyName>,
    /// Whether the title speaks of a status.
    pub(crate) about_status: bool,
    /// Whether its texts are matters arising. In an item that is also about minutes or actions, only its lists are.
    pub(super) matters: Option<OnlyLists>,
    /// The days of earlier meetings that its text mentioned last.
    pub(crate) days: Vec<NaiveDate>,
    pub(crate) comments: Option<bool>,
    /// What was agreed to be done: the line, the text and the decision's number.
    pub(crate) promised: Vec<(u32, String, u32)>,
    pub(crate) raised: bool,
    /// Whether the title is about attendance.
    pub(super) about_attendance: bool,
}

/// Whether only an item's lists are matters arising, and not its paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OnlyLists(pub(super) bool);

impl HeadlinesReader {
    pub(crate) fn item_number(&self) -> Option<u32> {
        self.current.as_ref().map(|current| current.number)
    }

    pub(super) fn item(&mut self, heading: &ItemHeading, lines: LineRange) {
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
        self.go_on_with(heading.number, &heading.title);
        if next_meeting::is_announced(&title_words) {
            self.set_next_meeting(lines);
        }
    }

    /// Begins to read the texts of an item.
    pub(super) fn go_on_with(&mut self, number: u32, title: &str) {
        let title_words = tokens(title, 0);
        let parties = party::names(&party::all(&title_words));
        let assessment = status::assessment(title);
        let title = title.to_lowercase();
        let also = title.contains("minutes") || title.contains("actions");
        self.current = Some(CurrentItem {
            number,
            assessment,
            about_status: status::kind(&title_words).is_some(),
            parties,
            matters: (title.contains("matters arising") || title.contains("matter arising")).then_some(OnlyLists(also)),
            about_attendance: ["attend", "apologies", "welcome", "present", "introductions"]
                .iter()
                .any(|word| title.split(|c: char| !c.is_alphabetic()).any(|said| said.starts_with(word))),
            ..CurrentItem::default()
        });
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

    pub(super) fn set_next_meeting(&mut self, lines: LineRange) {
        let known = self.headlines.records.iter().any(|placed| matches!(placed.record, ParsedRecord::NextMeeting(_)));
        if let Some(day) = self.headlines.next_meeting_on.filter(|_| !known) {
            self.record(ParsedRecord::NextMeeting(day), lines);
        }
    }

    /// Records the line that sets the next meeting, which also ends the last item.
    pub(super) fn next_meeting(&mut self, parts: &[DocumentPart], at: usize, text: &RichText) -> usize {
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
}
