//! Actions in lines and in table rows: raised, restated, updated.

use super::HeadlinesReader;
use crate::block::RichText;
use crate::findings::ImportFindingKind;
use crate::grammar::action::{self, WrittenReference};
use crate::grammar::action_table::ActionColumns;
use crate::grammar::action_update;
use crate::grammar::sentence::TextUnit;
use crate::grammar::token::tokens;
use crate::grammar::{classification, party, reference};
use crate::headlines::{ActionProgress, ActionUpdate, ParsedAction, ParsedRecord};
use minutebook_domain::reference::ActionRef;
use std::collections::BTreeSet;
use std::ops::Range;

/// Assigned places stay below this; a place has at most four digits.
const MAX_PLACE: u32 = 10_000;

impl HeadlinesReader {
    pub(super) fn action_line(&mut self, unit: &TextUnit, range: Range<usize>) {
        let text = unit.text()[range.clone()].trim_end();
        let lines = unit.lines(&range);
        let Some(line) = action::line(text, &self.headlines.committee().clone(), self.headlines.number(), self.days())
        else {
            self.not_understood(lines.0, text);
            return;
        };
        let given = line.reference == WrittenReference::Missing;
        let reference = match line.reference {
            WrittenReference::Reference(reference) => Some(reference),
            WrittenReference::Place(place) => self.numbered(place),
            WrittenReference::Missing => self.next_free(),
        };
        let Some(reference) = reference else {
            self.not_understood(lines.0, text);
            return;
        };
        let seen = self.actions.get(&reference).cloned().unwrap_or_default();
        let earlier = reference.meeting_number() < self.headlines.number();
        if earlier || seen.raised || reference.committee() != self.headlines.committee() {
            self.restated(&reference, &line.text, lines, seen.raised);
            return;
        }
        if given {
            self.find(
                lines.0,
                ImportFindingKind::ActionWithoutReference,
                &format!("recorded as {reference}: {}", line.text),
            );
        }
        let item = self.item_number();
        let decision = self.current.as_ref().and_then(|current| current.promised.last().map(|promised| promised.2));
        let words = tokens(&line.text, 0);
        let parties = party::names(&party::all(&words));
        let references = self.references(&words, &parties);
        let (mark, owners, due_on, text) = (line.mark, line.owners, line.due_on, line.text);
        self.raise(ParsedAction { reference, text, owners, due_on, mark, item, decision, references }, lines);
    }

    fn numbered(&self, place: u32) -> Option<ActionRef> {
        format!("{}{}/{place:02}", self.headlines.committee(), self.headlines.number()).parse().ok()
    }

    /// Returns the lowest place that no action of the document has.
    fn next_free(&mut self) -> Option<ActionRef> {
        let (committee, number) = (self.headlines.committee(), self.headlines.number());
        let place = |known: &ActionRef| {
            let ours = known.committee() == committee && known.meeting_number() == number;
            ours.then(|| known.to_string().rsplit_once('/')?.1.parse::<u32>().ok()).flatten()
        };
        // `collect_raised` has already seen every reference in the document, so assigned places only count upwards.
        let taken: BTreeSet<u32> = match self.last_given {
            0 => self.actions.keys().filter_map(place).collect(),
            _ => std::mem::take(&mut self.places),
        };
        let free = (self.last_given + 1..MAX_PLACE).find(|place| !taken.contains(place));
        self.places = taken;
        self.last_given = free.unwrap_or(MAX_PLACE);
        self.numbered(free?)
    }

    fn raise(&mut self, mut action: ParsedAction, lines: (u32, u32)) {
        if action.text.is_empty() {
            self.not_understood(lines.0, &action.reference.to_string());
            return;
        }
        if let Some(due) = action.due_on.filter(|due| *due < self.headlines.held_on) {
            self.find(
                lines.0,
                ImportFindingKind::DateOutOfOrder,
                &format!("{} is due on {due}, before the meeting", action.reference),
            );
            action.due_on = None;
        }
        let about = format!("{}: {}", action.reference, action.text);
        if action.owners.is_empty() {
            self.find(lines.0, ImportFindingKind::ActionWithoutOwner, &about);
        }
        if action.due_on.is_none() {
            self.find(lines.0, ImportFindingKind::ActionWithoutDueDate, &about);
        }
        self.actions.entry(action.reference.clone()).or_default().raised = true;
        if let Some(current) = &mut self.current {
            current.raised = true;
        }
        self.record(ParsedRecord::Action(action), lines);
    }

    /// Reads a line that repeats an earlier meeting's action, perhaps with an update.
    fn restated(&mut self, reference: &ActionRef, text: &str, lines: (u32, u32), raised_here: bool) {
        let words = tokens(text, 0);
        let (committee, held_on) = (self.headlines.committee().clone(), self.headlines.held_on);
        let stated = || {
            let each = |at| action_update::progress(text, &words, at, &committee, held_on);
            (0..words.len()).filter_map(each).map(|(progress, _)| progress)
        };
        // In `in progress; the due date was moved to 30 September` the second statement is the update.
        let progress = stated().find(|progress| *progress != ActionProgress::Ongoing).or_else(|| stated().next());
        if reference.committee() != &committee || (raised_here && progress.is_none()) {
            self.find(lines.0, ImportFindingKind::ActionReferenceRefused, &format!("{reference}: {text}"));
            return;
        }
        let note = Some(text.to_owned()).filter(|text| !text.is_empty());
        self.update(reference.clone(), progress.unwrap_or(ActionProgress::Ongoing), note, lines);
    }

    pub(super) fn update(
        &mut self,
        reference: ActionRef,
        progress: ActionProgress,
        note: Option<String>,
        lines: (u32, u32),
    ) {
        let seen = self.actions.entry(reference.clone()).or_default();
        let refused = seen.ended != (progress == ActionProgress::Reopened) && seen.ended;
        let itself = matches!(&progress, ActionProgress::Superseded(by) if *by == reference);
        let again = seen.changed.as_ref() == Some(&progress);
        if refused || itself || again || (progress == ActionProgress::Ongoing && note.is_none()) {
            let text = format!("{reference} has changed already, and cannot also be {}", progress.words());
            self.find(lines.0, ImportFindingKind::ActionUpdateRefused, &text);
            return;
        }
        seen.ended = progress.ends_it();
        if matches!(progress, ActionProgress::DueDateMoved(_) | ActionProgress::Reassigned(_)) {
            seen.changed = Some(progress.clone());
        }
        self.record(ParsedRecord::Update(ActionUpdate { reference, progress, note }), lines);
    }

    pub(crate) fn action_row(&mut self, row: &[RichText], columns: ActionColumns) {
        let cell =
            |column: Option<usize>| column.and_then(|at| row.get(at)).map(RichText::on_one_line).unwrap_or_default();
        let line = row.iter().find(|cell| !cell.is_empty()).map_or((1, 1), RichText::lines);
        let named = cell(Some(columns.reference));
        let words = tokens(&named, 0);
        let committee = self.headlines.committee().clone();
        let at = usize::from(words.first().is_some_and(|t| t.is("action")));
        let found = reference::action(&words, at, &committee);
        let Some((reference, end)) = found else {
            let all: Vec<String> = row.iter().map(RichText::on_one_line).filter(|cell| !cell.is_empty()).collect();
            if !all.is_empty() {
                self.not_understood(line.0, &all.join(" | "));
            }
            return;
        };
        let status_text = cell(columns.status);
        let update = cell(columns.update);
        let progress = [&status_text, &update].into_iter().find_map(|text| self.progress_in(text));
        let ours = reference.meeting_number() == self.headlines.number() && reference.committee() == &committee;
        let seen = self.actions.get(&reference).cloned().unwrap_or_default();
        if ours && !seen.raised {
            let rest = named
                .get(words[end - 1].end()..)
                .unwrap_or_default()
                .trim_start_matches([':', ' ', '–', '-'])
                .to_owned();
            let described = if columns.text.is_some() { cell(columns.text) } else { rest };
            let marked = classification::marked(&described);
            let mark = classification::labels(&tokens(&cell(columns.mark), 0)).or(marked.mark);
            let text = described[marked.text].to_owned();
            let due_on = action::due(&tokens(&cell(columns.due), 0), self.days());
            let owners = action::owners_in(&cell(columns.owner)).unwrap_or_default();
            let item = self.item_number();
            let text_words = tokens(&text, 0);
            let references = self.references(&text_words, &party::names(&party::all(&text_words)));
            let action = ParsedAction {
                reference: reference.clone(),
                text,
                owners,
                due_on,
                mark,
                item,
                decision: None,
                references,
            };
            self.raise(action, line);
            if let Some(progress) = progress.filter(|progress| !matches!(progress, ActionProgress::Ongoing)) {
                self.update(reference, progress, Some(update).filter(|text| !text.is_empty()), line);
            }
            return;
        }
        let note = [update, status_text].into_iter().find(|text| !text.is_empty());
        if let Some(progress) = progress.or_else(|| note.is_some().then_some(ActionProgress::Ongoing)) {
            self.update(reference, progress, note, line);
        }
    }

    fn progress_in(&self, text: &str) -> Option<ActionProgress> {
        let words = tokens(text, 0);
        let (committee, held_on) = (self.headlines.committee(), self.headlines.held_on);
        (0..words.len())
            .find_map(|at| action_update::progress(text, &words, at, committee, held_on))
            .map(|found| found.0)
    }
}
