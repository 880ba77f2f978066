//! Rules on items and texts: items without a mark, texts marked too high, and deferrals that a text states.

use super::finding::UnlocatedFinding;
use super::rule::LintRule;
use super::snapshot::{CommitteeSnapshot, EventLocator, RecordedText, VisibleMeeting};
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_import::prose;

pub(super) fn findings(snapshot: &CommitteeSnapshot<'_>, today: NaiveDate) -> Vec<UnlocatedFinding> {
    let items = snapshot.meetings.iter().flat_map(unmarked_items);
    let marked = snapshot.texts.iter().filter(|text| is_marked_higher(snapshot, text)).map(|text| {
        let mark = text.marked.map(|mark| mark.to_string()).unwrap_or_default();
        finding(
            LintRule::HigherClassification,
            text,
            &format!("{mark} in a document that is {}: {}", text.classification, text.text),
        )
    });
    let deferred = snapshot.texts.iter().filter(|text| !text.is_matter).flat_map(|text| {
        let meeting = snapshot.meetings.iter().find(|meeting| meeting.row.reference == text.meeting);
        let (held_on, next) =
            meeting.map_or((today, None), |meeting| (meeting.row.held_on, meeting.row.next_meeting_on));
        let sentences = prose::deferrals(&text.text, held_on, next);
        let passed = sentences.into_iter().filter(|(to, _)| *to < today && !is_taken_up(snapshot, text, held_on));
        passed
            .map(|(to, sentence)| finding(LintRule::DeferralPassed, text, &format!("to {to}: {sentence}")))
            .collect::<Vec<_>>()
    });
    items.chain(marked).chain(deferred).collect()
}

fn finding(kind: LintRule, text: &RecordedText, words: &str) -> UnlocatedFinding {
    UnlocatedFinding {
        kind,
        stream: StreamId::Meeting(text.meeting.clone()),
        event: text.event.clone(),
        meeting: Some(text.meeting.clone()),
        item: text.item,
        subject: match text.item {
            Some(item) => format!("{} item {item}", text.meeting),
            None => text.meeting.to_string(),
        },
        text: words.to_owned(),
    }
}

fn unmarked_items(meeting: &VisibleMeeting) -> impl Iterator<Item = UnlocatedFinding> + '_ {
    let reference = &meeting.row.reference;
    meeting.items.iter().filter(|item| item.mark.is_none()).map(move |item| UnlocatedFinding {
        kind: LintRule::ItemWithoutClassification,
        stream: StreamId::Meeting(reference.clone()),
        event: EventLocator::Item(item.number),
        meeting: Some(reference.clone()),
        item: Some(item.number),
        subject: format!("{reference} item {}", item.number),
        text: format!("{}. {}", item.number, item.title),
    })
}

/// Returns whether the mark beside a text is above the classification under which the text is recorded. A matter arising
/// that is also a list entry counts once, as the matter.
fn is_marked_higher(snapshot: &CommitteeSnapshot<'_>, text: &RecordedText) -> bool {
    let is_entry_of_matter = |matter: &&RecordedText| {
        matter.is_matter
            && matter.meeting == text.meeting
            && matter.passage == text.passage
            && matter.marked.is_some()
            && text.text.contains(&matter.text)
    };
    text.marked.is_some_and(|mark| mark.rank() > text.classification.rank())
        && (text.is_matter || !snapshot.texts.iter().any(|matter| is_entry_of_matter(&matter)))
}

/// Returns whether a later decision shares a reference with the text, or stands under an item of the same title.
fn is_taken_up(snapshot: &CommitteeSnapshot<'_>, text: &RecordedText, held_on: NaiveDate) -> bool {
    snapshot.decisions.iter().filter(|later| later.day > held_on).any(|later| {
        later.row.references.iter().any(|reference| text.references.contains(reference))
            || snapshot.same_title((&later.row.meeting, later.row.item), (&text.meeting, text.item))
    })
}
