//! Folds a meeting's events into the document that an audience may read.

use super::already_printed::{announces_next_meeting, plain, plain_block};
use super::people::AttendanceRoll;
use super::statuses::{self, MeetingStatus};
use super::{
    HeadlinesBlock, ItemSection, MeetingDocument, MeetingDocumentError, MeetingRecord, Particulars, PrintedAction,
    PrintedDecision, PrintedMatter, sentences,
};
use chrono::NaiveTime;
use minutebook_domain::action::{ActionEvent, ActionRaised};
use minutebook_domain::classification::{Classification, Classified, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::{
    DecisionRecorded, DocumentKind, MatterArisingNoted, MeetingConvened, MeetingEvent, MinutesApproved, MinutesEdition,
};
use minutebook_domain::reference::{ActionRef, DecisionId, ItemLabel, Prose};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the document for an audience with this clearance.
pub fn document(record: &MeetingRecord<'_>, clearance: Clearance) -> Result<MeetingDocument, MeetingDocumentError> {
    let history = in_force(record.meeting);
    let convened = history.iter().find_map(|event| match event {
        MeetingEvent::MeetingConvened(convened) => Some(convened),
        _ => None,
    });
    let convened = convened.ok_or(MeetingDocumentError::NotConvened)?;
    if !clearance.permits(convened.classification) {
        return Err(MeetingDocumentError::AboveClearance);
    }
    let mut fold = DocumentFold::new(convened, record, clearance, &history);
    for event in &history {
        fold.event(event);
    }
    let approvals = std::mem::take(&mut fold.approved);
    fold.approvals(&approvals);
    fold.remaining_statuses();
    fold.actions(record.actions);
    fold.notices();
    fold.close();
    Ok(fold.finished(record.quorum))
}

/// The visible extent of a passage.
enum Shown {
    Whole,
    /// Only these words are visible.
    Partly(String),
}

/// The part of the document where a text is printed.
#[derive(Clone, Copy)]
pub(super) enum Section {
    Front,
    Item(usize),
    Trailing,
    /// Nowhere: the title of its item is hidden.
    Hidden,
}

#[expect(clippy::struct_excessive_bools, reason = "each is an independent observation")]
pub(super) struct DocumentFold<'e> {
    clearance: Clearance,
    pub(super) document: MeetingDocument,
    /// For each item number the index among the visible items, `None` for a hidden item.
    items: BTreeMap<ItemLabel, Option<usize>>,
    passages: BTreeMap<u32, Shown>,
    superseded: BTreeMap<DecisionId, DecisionId>,
    begun: bool,
    /// Whether the latest block is a list of matters without passages.
    in_matters: bool,
    /// Whether the record was imported from a published document, whose own words are complete.
    pub(super) as_published: bool,
    /// The words of each printed block.
    printed: Vec<String>,
    people: AttendanceRoll,
    /// The statuses that no printed text mentions yet.
    pub(super) statuses: Vec<MeetingStatus>,
    approved: Vec<&'e MinutesApproved>,
    /// Whether a decision in prose mentions minutes.
    pub(super) minutes_in_prose: bool,
    closed_at: Option<NaiveTime>,
    /// What the front says of a cancellation or a postponement.
    calendar: Vec<String>,
    /// Whether the audience may know of confidential minutes of the meeting.
    confidential_minutes: bool,
}

impl<'e> DocumentFold<'e> {
    fn new(
        convened: &MeetingConvened,
        record: &MeetingRecord<'_>,
        clearance: Clearance,
        history: &[&MeetingEvent],
    ) -> Self {
        let particulars = Particulars {
            reference: convened.reference.clone(),
            kind: if record.is_minutes { DocumentKind::Minutes } else { DocumentKind::Headlines },
            committee_name: record.committee_name.cloned(),
            held_on: convened.held_on,
            starts_at: convened.starts_at,
            ends_at: convened.ends_at,
            venue: convened.venue.clone(),
            classification: convened.classification,
            cancelled: false,
            postponed_from: None,
        };
        let superseded = history.iter().filter_map(|event| match event {
            MeetingEvent::DecisionSuperseded(event) => Some((event.decision.clone(), event.by.clone())),
            _ => None,
        });
        Self {
            clearance,
            document: MeetingDocument {
                particulars,
                holds: convened.classification,
                front: Vec::new(),
                items: Vec::new(),
                trailing: Vec::new(),
                decisions: Vec::new(),
                matters: Vec::new(),
                actions: Vec::new(),
                next_meeting_on: None,
            },
            items: BTreeMap::new(),
            passages: BTreeMap::new(),
            superseded: superseded.collect(),
            begun: false,
            in_matters: false,
            as_published: false,
            printed: Vec::new(),
            people: AttendanceRoll::default(),
            statuses: statuses::of_meeting(&convened.reference, record.parties, clearance),
            approved: Vec::new(),
            minutes_in_prose: false,
            closed_at: None,
            calendar: Vec::new(),
            confidential_minutes: false,
        }
    }

    fn event(&mut self, event: &'e MeetingEvent) {
        match event {
            MeetingEvent::AgendaItemTabled(item) => {
                self.begun = true;
                let title = self.text(&item.title, Section::Trailing);
                let place = title.map(|title| {
                    let (number, mark) = (item.number, item.classification);
                    self.document.items.push(ItemSection { number, title, mark, content: Vec::new() });
                    self.document.items.len() - 1
                });
                self.items.insert(item.number, place);
            }
            MeetingEvent::ParagraphRecorded(paragraph) => {
                let place = self.place(paragraph.item);
                if let Some(text) = self.text(&paragraph.text, place) {
                    self.passage(paragraph.passage, Shown::Whole, place, HeadlinesBlock::Paragraph(text));
                }
            }
            MeetingEvent::ListRecorded(list) => {
                let place = self.place(list.item);
                let (mut entries, mut depths, mut deepest) = (Vec::new(), Vec::new(), 0);
                for (at, entry) in list.entries.iter().enumerate() {
                    let Some(text) = self.text(entry, place) else { continue };
                    // An entry under a hidden one moves up.
                    let depth = list.depths.get(at).map_or(0, |depth| (*depth).min(deepest));
                    deepest = depth + 1;
                    entries.push(text);
                    depths.push(depth);
                }
                if depths.iter().all(|depth| *depth == 0) {
                    depths.clear();
                }
                let whole = entries.len() == list.entries.len();
                let shown = if whole { Shown::Whole } else { Shown::Partly(plain(&entries.join(" "))) };
                if !entries.is_empty() {
                    let block = HeadlinesBlock::List { ordered: list.ordered, entries, depths };
                    self.passage(list.passage, shown, place, block);
                }
            }
            MeetingEvent::TableRecorded(table) => {
                let place = self.place(table.item);
                if let Some(cells) = self.disclosed(&table.table, place).cloned() {
                    let block = HeadlinesBlock::Table { header: cells.header, rows: cells.rows };
                    self.passage(table.passage, Shown::Whole, place, block);
                }
            }
            MeetingEvent::MatterArisingNoted(matter) => self.matter(matter),
            MeetingEvent::DecisionRecorded(decision) => self.decision(decision),
            MeetingEvent::NextMeetingSet(next) => self.document.next_meeting_on = Some(next.on),
            MeetingEvent::MinutesApproved(approved) => self.approved.push(approved),
            MeetingEvent::AttendanceRecorded(attendance) => self.people.attended(attendance),
            MeetingEvent::ApologiesRecorded(apologies) => self.people.sent_apologies(apologies),
            MeetingEvent::InterestDeclared(interest) => self.interest(interest),
            MeetingEvent::MeetingClosed(closed) => self.closed_at = closed.closed_at,
            MeetingEvent::MeetingCancelled(cancelled) => {
                let note = cancelled.note.as_ref().and_then(|note| self.text(note, Section::Front));
                self.calendar.push(sentences::cancelled(cancelled.cancelled_on, note.as_deref()));
                self.document.particulars.cancelled = true;
            }
            MeetingEvent::MeetingPostponed(postponed) => {
                let note = postponed.note.as_ref().and_then(|note| self.text(note, Section::Front));
                let of = &mut self.document.particulars;
                self.calendar.push(sentences::postponed(of.held_on, postponed.to, note.as_deref()));
                of.postponed_from.get_or_insert(of.held_on);
                of.held_on = postponed.to;
                of.ends_at = postponed.ends_after(of.ends_at);
                of.starts_at = postponed.starts_at.or(of.starts_at);
                of.venue = postponed.venue.clone().or_else(|| of.venue.take());
            }
            MeetingEvent::MinutesDrafted(drafted) => {
                self.confidential_minutes |= drafted.edition == MinutesEdition::ConfidentialDraft;
            }
            // `new` reads the first; the others are no part of the headlines.
            MeetingEvent::MeetingConvened(_)
            | MeetingEvent::DecisionSuperseded(_)
            | MeetingEvent::HeadlinesPublished(_)
            | MeetingEvent::MeetingRenumbered(_)
            | MeetingEvent::EventCorrected(_) => {}
        }
    }

    pub(super) fn committee(&self) -> String {
        self.document.particulars.committee().to_string()
    }

    /// Returns the words of each block printed so far.
    pub(super) fn printed(&self) -> impl Iterator<Item = &str> {
        self.printed.iter().map(String::as_str)
    }

    /// Returns the section for a record without an item: the item whose title holds the word, or the end.
    pub(super) fn place_of_business(&self, word: &str) -> Section {
        let word = format!(" {word} ");
        let item = self.document.items.iter().position(|item| plain(&item.title).contains(&word));
        item.map_or(Section::Trailing, Section::Item)
    }

    pub(super) fn place(&self, item: Option<ItemLabel>) -> Section {
        match item.map(|item| self.items.get(&item)) {
            None if !self.begun => Section::Front,
            None | Some(None) => Section::Trailing,
            Some(Some(Some(item))) => Section::Item(*item),
            Some(Some(None)) => Section::Hidden,
        }
    }

    /// Returns a text if the clearance permits it. Every text of an event enters the document through here.
    pub(super) fn disclosed<'t, T>(&mut self, text: &'t Classified<T>, place: Section) -> Option<&'t T> {
        let disclosed = self.readable(text, place);
        if disclosed.is_some() {
            self.document.holds = self.document.holds.max(text.classification());
        }
        disclosed
    }

    /// Returns a text if the clearance permits it, to see whether it is to be printed.
    pub(super) fn readable<'t, T>(&self, text: &'t Classified<T>, place: Section) -> Option<&'t T> {
        text.disclose(self.clearance).filter(|_| !matches!(place, Section::Hidden))
    }

    /// Returns a text as it is printed. A text above the document's own classification carries its mark, so that readers of
    /// a confidential edition see which sentences must not go further.
    fn text(&mut self, text: &Classified<Prose>, place: Section) -> Option<String> {
        let above = self.above(text.classification());
        self.disclosed(text, place).map(|text| sentences::with_mark(text.as_str(), above))
    }

    pub(super) fn above(&self, classification: Classification) -> Option<Classification> {
        Some(classification).filter(|mark| mark.rank() > self.document.particulars.classification.rank())
    }

    fn passage(&mut self, number: u32, shown: Shown, place: Section, block: HeadlinesBlock) {
        self.passages.insert(number, shown);
        self.as_published |= matches!(place, Section::Front);
        self.print(place, block);
    }

    pub(super) fn print(&mut self, place: Section, block: HeadlinesBlock) {
        self.in_matters = false;
        if !matches!(place, Section::Hidden) {
            self.printed.push(plain_block(&block));
        }
        match place {
            Section::Front => self.document.front.push(block),
            Section::Item(item) => self.document.items[item].content.push(block),
            Section::Trailing => self.document.trailing.push(block),
            Section::Hidden => {}
        }
    }

    /// Returns whether the passage that holds this text has been printed.
    fn is_printed(&self, passage: Option<u32>, text: &str) -> bool {
        match passage.and_then(|passage| self.passages.get(&passage)) {
            Some(Shown::Whole) => true,
            Some(Shown::Partly(words)) => words.contains(&plain(text)),
            None => false,
        }
    }

    fn matter(&mut self, matter: &MatterArisingNoted) {
        let place = self.place(matter.item);
        let mark = matter.marked.or_else(|| self.above(matter.text.classification()));
        let Some(text) = self.disclosed(&matter.text, place) else { return };
        let found = PrintedMatter { item: matter.item, text: text.to_string(), mark };
        if !self.is_printed(matter.passage, text.as_str()) {
            self.matter_without_passage(place, sentences::matter(&found));
        }
        self.document.matters.push(found);
    }

    /// Gathers consecutive matters in one list, with a lead-in of the house style.
    fn matter_without_passage(&mut self, place: Section, entry: String) {
        let section = if let Section::Item(item) = place { self.document.items.get_mut(item) } else { None };
        match section.and_then(|section| section.content.last_mut()) {
            Some(HeadlinesBlock::List { entries, .. }) if self.in_matters => {
                self.printed.push(plain(&entry));
                entries.push(entry);
            }
            last => {
                let begins = last.is_none();
                if let (true, Section::Item(item)) = (begins, place)
                    && plain(&self.document.items[item].title).contains(" matters arising ")
                {
                    self.print(place, HeadlinesBlock::Paragraph(sentences::MATTERS.to_owned()));
                }
                self.print(place, HeadlinesBlock::bullets(vec![entry]));
            }
        }
        self.in_matters = true;
    }

    fn decision(&mut self, decision: &DecisionRecorded) {
        let place = self.place(decision.item);
        let Some(text) = self.disclosed(&decision.text, place) else { return };
        let id = DecisionId::new(self.document.particulars.reference.clone(), decision.number);
        let found = PrintedDecision {
            superseded_by: self.superseded.get(&id).cloned(),
            id,
            item: decision.item,
            verb: decision.verb,
            text: text.to_string(),
            subjects: decision.subjects.clone(),
            recommended_to: decision.recommended_to.clone(),
            deferred_to: decision.deferred_to,
            supersedes: decision.supersedes.clone(),
            classification: decision.text.classification(),
        };
        self.minutes_in_prose |= decision.passage.is_some() && plain(text.as_str()).contains(" minutes ");
        self.drop_stated_statuses(decision, &found.id);
        if !self.is_printed(decision.passage, text.as_str()) {
            let value = self.value_agreed_by(&found.id, text.as_str());
            let mut highest = found.classification;
            let mut agreed = found.clone();
            if let Some((value, classification)) = value {
                agreed.text = format!("{} as {value}", found.text.trim().trim_end_matches('.'));
                highest = highest.max(classification);
                self.document.holds = self.document.holds.max(classification);
            }
            let sentence = sentences::decision(&self.committee(), &agreed, decision.delegated_to.as_ref());
            let sentence = sentences::with_mark(&sentence, self.above(highest));
            self.print(place, HeadlinesBlock::Paragraph(sentence));
        }
        self.document.decisions.push(found);
    }

    /// Prints the actions that the meeting raised, then the updates of these and of earlier ones.
    fn actions(&mut self, streams: &[Vec<ActionEvent>]) {
        let mut readable = BTreeSet::new();
        let mut known: Vec<(&ActionRef, Vec<&ActionEvent>)> = Vec::new();
        for stream in streams {
            let events = in_force(stream);
            let mut raisings = events.iter().filter_map(|event| match event {
                ActionEvent::ActionRaised(raised) => Some(raised),
                _ => None,
            });
            let Some(raised) = raisings.clone().next() else { continue };
            let own = &self.document.particulars.reference;
            if let Some(raised) = raisings.find(|raised| raised.raised_in.as_ref() == Some(own)) {
                self.action(raised);
            }
            if raised.text.disclose(self.clearance).is_some() {
                readable.insert(raised.reference.clone());
                known.push((&raised.reference, events));
            }
        }
        for (reference, events) in known {
            self.action_updates(reference, &events, &readable);
        }
    }

    fn action(&mut self, action: &ActionRaised) {
        let place = self.place(action.item);
        let mark = action.marked.or_else(|| self.above(action.text.classification()));
        let Some(text) = self.disclosed(&action.text, place) else { return };
        let found = PrintedAction {
            reference: action.reference.clone(),
            item: action.item,
            text: text.to_string(),
            owners: action.owners.clone(),
            due_on: action.due_on,
            mark,
        };
        let line = plain(&format!("action {}", action.reference));
        let words = plain(text.as_str());
        if !self.printed().any(|printed| printed.starts_with(&line) || printed.contains(&words)) {
            self.print(place, HeadlinesBlock::Paragraph(sentences::action(&found)));
        }
        self.document.actions.push(found);
    }

    /// States at the end of the last item when the chair closed the meeting, unless the prose does.
    fn close(&mut self) {
        let Some(at) = self.closed_at else { return };
        let is_stated = self.printed().any(|words| words.contains(" closed ") || words.contains(" meeting ended "));
        if !is_stated {
            let last = self.document.items.len().checked_sub(1);
            self.print(last.map_or(Section::Trailing, Section::Item), HeadlinesBlock::Paragraph(sentences::closed(at)));
        }
    }

    /// States the mark of every item of a live meeting that is marked above the audience, unless its prose does. Whether the
    /// item has a text that they may not read is not told.
    fn notices(&mut self) {
        if self.as_published {
            return;
        }
        let notice = |mark| sentences::marked_item(mark, self.confidential_minutes);
        for section in &mut self.document.items {
            let Some(mark) = section.mark.filter(|mark| !self.clearance.permits(*mark)) else { continue };
            let is_stated =
                |block: &HeadlinesBlock| plain_block(block).contains(&plain(&format!("item was marked as {mark}")));
            if !section.content.iter().any(is_stated) {
                section.content.insert(0, HeadlinesBlock::Paragraph(notice(mark)));
            }
        }
    }

    fn finished(mut self, quorum: Option<u32>) -> MeetingDocument {
        self.document.complete_front();
        self.document.announce(std::mem::take(&mut self.calendar));
        let rolls = self.document.attendance_texts();
        self.document.front.extend(std::mem::take(&mut self.people).blocks(quorum, &rolls));
        let announced = self.printed().any(announces_next_meeting)
            || self.document.items.iter().any(|item| plain(&item.title).contains(" next meeting "));
        if let Some(on) = self.document.next_meeting_on.filter(|_| !announced) {
            // The line ends the last item; the trailing blocks belong to none.
            self.document.trailing.insert(0, HeadlinesBlock::Paragraph(sentences::next_meeting(on)));
        }
        self.document
    }
}
