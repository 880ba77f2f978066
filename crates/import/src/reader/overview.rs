//! What the reader must know of the whole document before it reads the parts: the style of the verbs, the day of the next
//! meeting, and the actions that are raised.

use super::HeadlinesReader;
use crate::block::RichText;
use crate::grammar::sentence::TextUnit;
use crate::grammar::token::{opening, tokens};
use crate::grammar::verb::{self, VerbStyle};
use crate::grammar::{action, next_meeting, reference};
use crate::layout::{DocumentPart, TextRole};
use chrono::NaiveDate;
use minutebook_domain::reference::CommitteeCode;

/// Returns how the document writes its verbs: unmarked if none is in capitals or in bold.
pub(super) fn verb_style(parts: &[DocumentPart], committee: &CommitteeCode) -> VerbStyle {
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

/// Returns the day of the next meeting. It is read first, because actions may be due by it.
pub(super) fn next_meeting_on(parts: &[DocumentPart], held_on: NaiveDate) -> Option<NaiveDate> {
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
    pub(super) fn collect_raised(&mut self, parts: &[DocumentPart]) {
        let (committee, number) = (self.headlines.committee().clone(), self.headlines.number());
        let mut collect = |text: &str, in_table: bool| {
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
                DocumentPart::Text(_, text) => collect(text.as_str(), false),
                DocumentPart::List(entries) => entries.iter().for_each(|entry| collect(entry.text.as_str(), false)),
                DocumentPart::Table(_, rows) => rows.iter().flatten().for_each(|cell| collect(cell.as_str(), true)),
                DocumentPart::Item(..) => {}
            }
        }
    }
}
