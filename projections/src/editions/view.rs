//! One edition's view of a meeting's record: what it states, and what was recorded live.

use super::{EditionStatement, Slot};
use minutebook_domain::Event;
use minutebook_domain::correction::Standing;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{DocumentEdition, ItemLabel, MeetingRef};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the editions of a meeting's documents that state anything, in order.
pub fn editions_of(meeting: &MeetingRef, statements: &[EditionStatement]) -> BTreeSet<DocumentEdition> {
    let editions = statements.iter().map(|statement| &statement.edition);
    editions.filter(|edition| edition.meeting == *meeting).cloned().collect()
}

/// Returns the effective events that an edition states, and those that no edition of its meeting does: what was recorded
/// live, or for another meeting.
pub fn stated_by(
    events: Vec<Standing<Event>>,
    statements: &[EditionStatement],
    edition: &DocumentEdition,
) -> Vec<Event> {
    let mut by_slot: BTreeMap<Slot, BTreeSet<&DocumentEdition>> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| statement.edition.meeting == edition.meeting) {
        by_slot.entry(statement.slot).or_default().insert(&statement.edition);
    }
    let is_stated = |standing: &Standing<Event>| {
        let slot = Slot { place: standing.place, supplement: standing.supplement };
        by_slot.get(&slot).is_none_or(|editions| editions.contains(edition))
    };
    let mut events: Vec<Event> = events.into_iter().filter(is_stated).map(|standing| standing.event).collect();
    point_to_own_passages(&mut events);
    events
}

/// A passage of the view, by its words.
struct Passage {
    number: u32,
    item: Option<ItemLabel>,
    words: String,
}

/// A fact that several editions state names the passage of the edition that recorded it: in the view of another edition it
/// names the passage that states it there.
fn point_to_own_passages(events: &mut [Event]) {
    let passages: Vec<Passage> = events.iter().filter_map(passage).collect();
    for event in events.iter_mut() {
        let words = words_of(event);
        let Event::Meeting(event) = event else { continue };
        let (passage, item) = match event {
            MeetingEvent::DecisionRecorded(decision) => (&mut decision.passage, decision.item),
            MeetingEvent::MatterArisingNoted(matter) => (&mut matter.passage, matter.item),
            _ => continue,
        };
        let Some(number) = passage.as_mut() else { continue };
        if passages.iter().any(|passage| passage.number == *number) {
            continue;
        }
        let of_item = || passages.iter().filter(|passage| passage.item == item);
        let own = of_item().find(|passage| passage.words.contains(&words)).or_else(|| of_item().next());
        if let Some(own) = own {
            *number = own.number;
        }
    }
}

fn passage(event: &Event) -> Option<Passage> {
    let (number, item) = match event {
        Event::Meeting(MeetingEvent::ParagraphRecorded(passage)) => (passage.passage, passage.item),
        Event::Meeting(MeetingEvent::ListRecorded(passage)) => (passage.passage, passage.item),
        Event::Meeting(MeetingEvent::TableRecorded(passage)) => (passage.passage, passage.item),
        _ => return None,
    };
    Some(Passage { number, item, words: words_of(event) })
}

/// The letters and digits of an event's texts, to find one text in another whatever their marks and signs.
fn words_of(event: &Event) -> String {
    let mut words = String::new();
    event.clone().redactable().texts(&mut |_, text| {
        let text = text.value().to_string();
        words.extend(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    });
    words
}
