//! Items without a mark, texts marked higher than the document they are printed in, and matters that a text puts off.

use super::book::{Book, MeetingOf, Place, Text};
use super::decisions::is_under_one_title;
use super::{Found, Kind};
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_import::prose;

pub(super) fn of(book: &Book<'_>, today: NaiveDate) -> Vec<Found> {
    let items = book.meetings.iter().flat_map(unmarked_items);
    let marked = book.texts.iter().filter(|text| is_marked_higher(book, text)).map(|text| {
        let mark = text.marked.map(|mark| mark.to_string()).unwrap_or_default();
        found(Kind::HigherClassification, text, &format!("{mark} in a document that is {}: {}", text.own, text.text))
    });
    let put_off = book.texts.iter().filter(|text| !text.is_matter).flat_map(|text| {
        let meeting = book.meetings.iter().find(|meeting| meeting.row.reference == text.meeting);
        let (held_on, next) = meeting.map_or((today, None), |of| (of.row.held_on, of.row.next_meeting_on));
        let sentences = prose::deferrals(&text.text, held_on, next);
        let waiting = sentences.into_iter().filter(|(to, _)| *to < today && !is_taken_up(book, text, held_on));
        waiting.map(|(to, said)| found(Kind::DeferralPassed, text, &format!("to {to}: {said}"))).collect::<Vec<_>>()
    });
    items.chain(marked).chain(put_off).collect()
}

fn found(kind: Kind, text: &Text, said: &str) -> Found {
    Found {
        kind,
        stream: StreamId::Meeting(text.meeting.clone()),
        place: text.place.clone(),
        meeting: Some(text.meeting.clone()),
        item: text.item,
        subject: match text.item {
            Some(item) => format!("{} item {item}", text.meeting),
            None => text.meeting.to_string(),
        },
        text: said.to_owned(),
    }
}

fn unmarked_items(meeting: &MeetingOf) -> impl Iterator<Item = Found> + '_ {
    let reference = &meeting.row.reference;
    meeting.items.iter().filter(|(_, _, mark)| mark.is_none()).map(move |(number, title, _)| Found {
        kind: Kind::ItemWithoutClassification,
        stream: StreamId::Meeting(reference.clone()),
        place: Place::Item(*number),
        meeting: Some(reference.clone()),
        item: Some(*number),
        subject: format!("{reference} item {number}"),
        text: format!("{number}. {title}"),
    })
}

/// Whether the mark beside a text is above the classification that the text itself is recorded under. A matter arising is
/// an entry of a list as well: it is found once, where its line is known best.
fn is_marked_higher(book: &Book<'_>, text: &Text) -> bool {
    let is_entry_of_matter = |matter: &&Text| {
        matter.is_matter
            && matter.meeting == text.meeting
            && matter.passage == text.passage
            && matter.marked.is_some()
            && text.text.contains(&matter.text)
    };
    text.marked.is_some_and(|mark| mark.rank() > text.own.rank())
        && (text.is_matter || !book.texts.iter().any(|matter| is_entry_of_matter(&matter)))
}

/// Whether a later decision is on what the text mentions, or under an item with the title of the text's own.
fn is_taken_up(book: &Book<'_>, text: &Text, held_on: NaiveDate) -> bool {
    book.decisions.iter().filter(|later| later.day > held_on).any(|later| {
        later.row.references.iter().any(|reference| text.references.contains(reference))
            || is_under_one_title(book, &later.row.meeting, later.row.item, &text.meeting, text.item)
    })
}
