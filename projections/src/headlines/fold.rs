//! The fold: a meeting's events, in the order of its record, to the document that an audience may read.

use super::said::{announces_next_meeting, plain, plain_block};
use super::{Action, Block, Decision, ItemSection, Matter, MeetingDocument, NoDocument, Particulars, sentences};
use minutebook_domain::action::ActionRaised;
use minutebook_domain::classification::{Classification, Classified, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::{DecisionRecorded, MatterArisingNoted, MeetingConvened, MeetingEvent};
use minutebook_domain::reference::{DecisionId, Name, Prose};
use std::collections::{BTreeMap, BTreeSet};

/// The document that an audience with this clearance may read.
///
/// `stream` is the meeting's whole stream, corrections included; `actions` are those raised at the meeting, as they
/// stand with their corrections taken in, in the order they were raised.
pub fn document(
    stream: &[MeetingEvent],
    actions: &[ActionRaised],
    committee_name: Option<&Name>,
    clearance: Clearance,
) -> Result<MeetingDocument, NoDocument> {
    let history = in_force(stream);
    let convened = history.iter().find_map(|event| match event {
        MeetingEvent::MeetingConvened(convened) => Some(convened),
        _ => None,
    });
    let convened = convened.ok_or(NoDocument::NotConvened)?;
    if !clearance.permits(convened.classification) {
        return Err(NoDocument::AboveClearance);
    }
    let mut fold = Fold::new(convened, committee_name, clearance, &history);
    for event in &history {
        fold.event(event);
    }
    fold.actions(actions);
    fold.notices();
    Ok(fold.finished())
}

/// How much of a passage the audience reads.
enum Shown {
    Whole,
    /// Only these words of it.
    Partly(String),
}

/// Where a text is printed.
#[derive(Clone, Copy)]
enum Place {
    Front,
    Item(usize),
    Trailing,
    /// Under an item whose title the audience may not read: nowhere.
    Hidden,
}

struct Fold {
    clearance: Clearance,
    document: MeetingDocument,
    /// Every item's number, and its place among those that the audience may know of.
    items: BTreeMap<u32, Option<usize>>,
    /// The items that have text above the clearance.
    withheld: BTreeSet<usize>,
    passages: BTreeMap<u32, Shown>,
    superseded: BTreeMap<DecisionId, DecisionId>,
    begun: bool,
    /// Whether the block printed last is a list of matters that have no passage of their own.
    in_matters: bool,
}

impl Fold {
    fn new(
        convened: &MeetingConvened,
        committee_name: Option<&Name>,
        clearance: Clearance,
        history: &[&MeetingEvent],
    ) -> Self {
        let particulars = Particulars {
            reference: convened.reference.clone(),
            committee_name: committee_name.cloned(),
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
        }
    }

    fn event(&mut self, event: &MeetingEvent) {
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
                let entries: Vec<String> = list.entries.iter().filter_map(|entry| self.text(entry, place)).collect();
                let whole = entries.len() == list.entries.len();
                let shown = if whole { Shown::Whole } else { Shown::Partly(plain(&entries.join(" "))) };
                if !entries.is_empty() {
                    self.passage(list.passage, shown, place, Block::List { ordered: list.ordered, entries });
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
            _ => {}
        }
    }

    fn place(&self, item: Option<u32>) -> Place {
        match item.map(|item| self.items.get(&item)) {
            None if !self.begun => Place::Front,
            None | Some(None) => Place::Trailing,
            Some(Some(Some(item))) => Place::Item(*item),
            Some(Some(None)) => Place::Hidden,
        }
    }

    /// The one way from an event's text into the document.
    fn disclosed<'t, T>(&mut self, text: &'t Classified<T>, place: Place) -> Option<&'t T> {
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

    fn above(&self, classification: Classification) -> Option<Classification> {
        Some(classification).filter(|mark| mark.rank() > self.document.particulars.classification.rank())
    }

    fn passage(&mut self, number: u32, shown: Shown, place: Place, block: Block) {
        self.passages.insert(number, shown);
        self.in_matters = false;
        self.print(place, block);
    }

    fn print(&mut self, place: Place, block: Block) {
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
            let entry = sentences::matter(&found);
            let content =
                if let Place::Item(item) = place { self.document.items[item].content.last_mut() } else { None };
            match content {
                Some(Block::List { entries, .. }) if self.in_matters => entries.push(entry),
                _ => self.print(place, Block::List { ordered: false, entries: vec![entry] }),
            }
            self.in_matters = true;
        }
        self.document.matters.push(found);
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
        if !self.is_printed(decision.passage, text.as_str()) {
            let committee = self.document.particulars.committee().as_str().to_owned();
            let sentence = sentences::decision(&committee, &found, decision.delegated_to.as_ref());
            let sentence = sentences::with_mark(&sentence, self.above(found.classification));
            self.in_matters = false;
            self.print(place, Block::Paragraph(sentence));
        }
        self.document.decisions.push(found);
    }

    fn actions(&mut self, raised: &[ActionRaised]) {
        for action in raised {
            let place = self.place(action.item);
            let mark = action.marked.or_else(|| self.above(action.text.classification()));
            let Some(text) = self.disclosed(&action.text, place) else { continue };
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
            let block_says = |block: &Block| {
                let said = plain_block(block);
                said.starts_with(&line) || said.contains(&words)
            };
            if !self.document.blocks().any(block_says) {
                self.print(place, Block::Paragraph(sentences::action(&found)));
            }
            self.document.actions.push(found);
        }
    }

    /// Says of every item with text that the audience may not read where that text is, unless its prose says so.
    fn notices(&mut self) {
        for item in &self.withheld {
            let section = &mut self.document.items[*item];
            let Some(mark) = section.mark.filter(|mark| !self.clearance.permits(*mark)) else { continue };
            let says_so = |block: &Block| plain_block(block).contains(&plain(&format!("item was marked as {mark}")));
            if !section.content.iter().any(says_so) {
                section.content.insert(0, Block::Paragraph(sentences::recorded_elsewhere(mark)));
            }
        }
    }

    fn finished(mut self) -> MeetingDocument {
        self.document.complete_front();
        let announced = self.document.blocks().any(announces_next_meeting)
            || self.document.items.iter().any(|item| plain(&item.title).contains(" next meeting "));
        if let Some(on) = self.document.next_meeting_on.filter(|_| !announced) {
            self.document.trailing.push(Block::Paragraph(sentences::next_meeting(on)));
        }
        self.document
    }
}
