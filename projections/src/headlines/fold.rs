//! The fold: a meeting's events, in the order of its record, to the document that an audience may read.

use super::already_printed::{announces_next_meeting, plain, plain_block};
use super::people::People;
use super::statuses::{self, Status};
use super::{
    Action, Block, Decision, ItemSection, Matter, MeetingDocument, NoDocument, Particulars, Record, sentences,
};
use chrono::NaiveTime;
use minutebook_domain::action::{ActionEvent, ActionRaised};
use minutebook_domain::classification::{Classification, Classified, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::{
    DecisionRecorded, MatterArisingNoted, MeetingConvened, MeetingEvent, MinutesApproved,
};
use minutebook_domain::reference::{ActionRef, DecisionId, Prose};
use std::collections::{BTreeMap, BTreeSet};

/// The document that an audience with this clearance may read.
pub fn document(record: &Record<'_>, clearance: Clearance) -> Result<MeetingDocument, NoDocument> {
    let history = in_force(record.meeting);
    let convened = history.iter().find_map(|event| match event {
        MeetingEvent::MeetingConvened(convened) => Some(convened),
        _ => None,
    });
    let convened = convened.ok_or(NoDocument::NotConvened)?;
    if !clearance.permits(convened.classification) {
        return Err(NoDocument::AboveClearance);
    }
    let mut fold = Fold::new(convened, record, clearance, &history);
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

/// How much of a passage the audience reads.
enum Shown {
    Whole,
    /// Only these words of it.
    Partly(String),
}

/// Where a text is printed.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Front,
    Item(usize),
    Trailing,
    /// Under an item whose title the audience may not read: nowhere.
    Hidden,
}

#[expect(clippy::struct_excessive_bools, reason = "each is one thing that was seen on the way")]
pub(super) struct Fold<'e> {
    clearance: Clearance,
    pub(super) document: MeetingDocument,
    /// Every item's number, and its place among those that the audience may know of.
    items: BTreeMap<u32, Option<usize>>,
    /// The items that have text above the clearance.
    withheld: BTreeSet<usize>,
    passages: BTreeMap<u32, Shown>,
    superseded: BTreeMap<DecisionId, DecisionId>,
    begun: bool,
    /// Whether the block printed last is a list of matters that have no passage of their own.
    in_matters: bool,
    /// Whether the record has a published document's own words: it was imported, and says all it means to say.
    pub(super) as_published: bool,
    /// The words of what is printed, block by block.
    said: Vec<String>,
    people: People,
    /// The statuses that nothing printed has spoken of yet.
    pub(super) statuses: Vec<Status>,
    approved: Vec<&'e MinutesApproved>,
    /// Whether a decision that stands in prose speaks of minutes.
    pub(super) minutes_in_prose: bool,
    closed_at: Option<NaiveTime>,
}

impl<'e> Fold<'e> {
    fn new(convened: &MeetingConvened, record: &Record<'_>, clearance: Clearance, history: &[&MeetingEvent]) -> Self {
        let particulars = Particulars {
            reference: convened.reference.clone(),
            committee_name: record.committee_name.cloned(),
            held_on: convened.held_on,
            starts_at: convened.starts_at,
            ends_at: convened.ends_at,
            venue: convened.venue.clone(),
            classification: convened.classification,
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
            withheld: BTreeSet::new(),
            passages: BTreeMap::new(),
            superseded: superseded.collect(),
            begun: false,
            in_matters: false,
            as_published: false,
            said: Vec::new(),
            people: People::default(),
            statuses: statuses::of_meeting(&convened.reference, record.parties, clearance),
            approved: Vec::new(),
            minutes_in_prose: false,
            closed_at: None,
        }
    }

    fn event(&mut self, event: &'e MeetingEvent) {
        match event {
            MeetingEvent::AgendaItemTabled(item) => {
                self.begun = true;
                let title = self.text(&item.title, Place::Trailing);
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
                    self.passage(paragraph.passage, Shown::Whole, place, Block::Paragraph(text));
                }
            }
            MeetingEvent::ListRecorded(list) => {
                let place = self.place(list.item);
                let (mut entries, mut depths, mut deepest) = (Vec::new(), Vec::new(), 0);
                for (at, entry) in list.entries.iter().enumerate() {
                    let Some(text) = self.text(entry, place) else { continue };
                    // Under an entry that is not shown there is nothing to be nested under.
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
                    let block = Block::List { ordered: list.ordered, entries, depths };
                    self.passage(list.passage, shown, place, block);
                }
            }
            MeetingEvent::TableRecorded(table) => {
                let place = self.place(table.item);
                if let Some(cells) = self.disclosed(&table.table, place).cloned() {
                    let block = Block::Table { header: cells.header, rows: cells.rows };
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
            // The particulars are taken from it before; the others are no part of what the meeting said.
            MeetingEvent::MeetingConvened(_)
            | MeetingEvent::DecisionSuperseded(_)
            | MeetingEvent::MinutesDrafted(_)
            | MeetingEvent::HeadlinesPublished(_)
            | MeetingEvent::EventCorrected(_) => {}
        }
    }

    pub(super) fn committee(&self) -> String {
        self.document.particulars.committee().to_string()
    }

    /// The words of each block that is printed so far.
    pub(super) fn said(&self) -> impl Iterator<Item = &str> {
        self.said.iter().map(String::as_str)
    }

    /// Where what has no item of its own is printed: under the item whose title speaks of such business.
    pub(super) fn place_of_business(&self, word: &str) -> Place {
        let word = format!(" {word} ");
        let item = self.document.items.iter().position(|item| plain(&item.title).contains(&word));
        item.map_or(Place::Trailing, Place::Item)
    }

    pub(super) fn place(&self, item: Option<u32>) -> Place {
        match item.map(|item| self.items.get(&item)) {
            None if !self.begun => Place::Front,
            None | Some(None) => Place::Trailing,
            Some(Some(Some(item))) => Place::Item(*item),
            Some(Some(None)) => Place::Hidden,
        }
    }

    /// The one way from an event's text into the document.
    pub(super) fn disclosed<'t, T>(&mut self, text: &'t Classified<T>, place: Place) -> Option<&'t T> {
        let disclosed = text.disclose(self.clearance).filter(|_| !matches!(place, Place::Hidden));
        if disclosed.is_some() {
            self.document.holds = self.document.holds.max(text.classification());
        } else if let Place::Item(item) = place {
            self.withheld.insert(item);
        }
        disclosed
    }

    /// A text as it is printed. One that is more confidential than the document is for says so itself: a reader of
    /// the confidential edition must see which of its sentences may not go further.
    fn text(&mut self, text: &Classified<Prose>, place: Place) -> Option<String> {
        let above = self.above(text.classification());
        self.disclosed(text, place).map(|text| sentences::with_mark(text.as_str(), above))
    }

    pub(super) fn above(&self, classification: Classification) -> Option<Classification> {
        Some(classification).filter(|mark| mark.rank() > self.document.particulars.classification.rank())
    }

    fn passage(&mut self, number: u32, shown: Shown, place: Place, block: Block) {
        self.passages.insert(number, shown);
        self.as_published |= matches!(place, Place::Front);
        self.print(place, block);
    }

    pub(super) fn print(&mut self, place: Place, block: Block) {
        self.in_matters = false;
        if !matches!(place, Place::Hidden) {
            self.said.push(plain_block(&block));
        }
        match place {
            Place::Front => self.document.front.push(block),
            Place::Item(item) => self.document.items[item].content.push(block),
            Place::Trailing => self.document.trailing.push(block),
            Place::Hidden => {}
        }
    }

    /// Whether the audience reads this text in the passage it stands in.
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
        let found = Matter { item: matter.item, text: text.to_string(), mark };
        if !self.is_printed(matter.passage, text.as_str()) {
            self.matter_without_passage(place, sentences::matter(&found));
        }
        self.document.matters.push(found);
    }

    /// Matters that follow each other make one list, which the house style leads to.
    fn matter_without_passage(&mut self, place: Place, entry: String) {
        let section = if let Place::Item(item) = place { self.document.items.get_mut(item) } else { None };
        match section.and_then(|section| section.content.last_mut()) {
            Some(Block::List { entries, .. }) if self.in_matters => {
                self.said.push(plain(&entry));
                entries.push(entry);
            }
            last => {
                let begins = last.is_none();
                if let (true, Place::Item(item)) = (begins, place)
                    && plain(&self.document.items[item].title).contains(" matters arising ")
                {
                    self.print(place, Block::Paragraph(sentences::MATTERS.to_owned()));
                }
                self.print(place, Block::bullets(vec![entry]));
            }
        }
        self.in_matters = true;
    }

    fn decision(&mut self, decision: &DecisionRecorded) {
        let place = self.place(decision.item);
        let Some(text) = self.disclosed(&decision.text, place) else { return };
        let id = DecisionId::new(self.document.particulars.reference.clone(), decision.number);
        let found = Decision {
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
        self.said_by_decision(decision, &found.id);
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
            self.print(place, Block::Paragraph(sentence));
        }
        self.document.decisions.push(found);
    }

    /// Prints the actions that were raised here, and then what became of these and of earlier ones.
    fn actions(&mut self, streams: &[Vec<ActionEvent>]) {
        let mut readable = BTreeSet::new();
        let mut known: Vec<(&ActionRef, Vec<&ActionEvent>)> = Vec::new();
        for stream in streams {
            let events = in_force(stream);
            let raised = events.iter().find_map(|event| match event {
                ActionEvent::ActionRaised(raised) => Some(raised),
                _ => None,
            });
            let Some(raised) = raised else { continue };
            if raised.raised_in.as_ref() == Some(&self.document.particulars.reference) {
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
        let found = Action {
            reference: action.reference.clone(),
            item: action.item,
            text: text.to_string(),
            owners: action.owners.clone(),
            due_on: action.due_on,
            mark,
        };
        let line = plain(&format!("action {}", action.reference));
        let words = plain(text.as_str());
        if !self.said().any(|said| said.starts_with(&line) || said.contains(&words)) {
            self.print(place, Block::Paragraph(sentences::action(&found)));
        }
        self.document.actions.push(found);
    }

    /// Says at the end of the last item when the chair closed the meeting.
    fn close(&mut self) {
        let Some(at) = self.closed_at else { return };
        let said = self.said().any(|said| said.contains(" closed ") || said.contains(" meeting ended "));
        if !said {
            let last = self.document.items.len().checked_sub(1);
            self.print(last.map_or(Place::Trailing, Place::Item), Block::Paragraph(sentences::closed(at)));
        }
    }

    /// Says of every item with text that the audience may not read where that text is, unless its prose says so. An
    /// item of a meeting recorded live that has a mark and no text at all is one whose text nobody put into the book.
    fn notices(&mut self) {
        if !self.as_published {
            let empty = self.document.items.iter().enumerate().filter(|(_, item)| item.content.is_empty());
            self.withheld.extend(empty.map(|(at, _)| at));
        }
        for item in &self.withheld {
            let section = &mut self.document.items[*item];
            let Some(mark) = section.mark.filter(|mark| !self.clearance.permits(*mark)) else { continue };
            let says_so = |block: &Block| plain_block(block).contains(&plain(&format!("item was marked as {mark}")));
            if !section.content.iter().any(says_so) {
                section.content.insert(0, Block::Paragraph(sentences::recorded_elsewhere(mark)));
            }
        }
    }

    fn finished(mut self, quorum: Option<u32>) -> MeetingDocument {
        self.document.complete_front();
        let rolls = self.document.texts_that_may_call_a_roll();
        self.document.front.extend(std::mem::take(&mut self.people).blocks(quorum, &rolls));
        let announced = self.said().any(announces_next_meeting)
            || self.document.items.iter().any(|item| plain(&item.title).contains(" next meeting "));
        if let Some(on) = self.document.next_meeting_on.filter(|_| !announced) {
            // It ends the last item: what stands after it belongs to none.
            self.document.trailing.insert(0, Block::Paragraph(sentences::next_meeting(on)));
        }
        self.document
    }
}
