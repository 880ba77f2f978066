//! Helpers that read a text, check its events and return their words.

use minutebook_domain::action::{Action, ActionEvent, ActionRaised};
use minutebook_domain::classification::Clearance;
use minutebook_domain::committee::{Committee, CommitteeEvent};
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use minutebook_domain::party::{Party, PartyEvent};
use minutebook_domain::rules::check_history;
use minutebook_domain::{Event, StreamId};
use minutebook_import::report::{FileReport, report};
use minutebook_import::{
    DocumentFormat, DocumentReadError, ImportContext, ParsedHeadlines, SourcedEvent, establishment, events, read,
};
use std::collections::BTreeMap;

pub(crate) fn try_markdown(text: &str) -> Result<ParsedHeadlines, DocumentReadError> {
    read(text.as_bytes(), &ImportContext { file_name: "headlines.md", ..ImportContext::default() })
}

pub(crate) fn markdown(text: &str) -> ParsedHeadlines {
    try_markdown(text).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
}

pub(crate) fn plain(text: &str) -> ParsedHeadlines {
    let context = ImportContext {
        file_name: "headlines.txt",
        format: Some(DocumentFormat::PlainText),
        ..ImportContext::default()
    };
    read(text.as_bytes(), &context).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
}

/// Returns a document of front matter and `body`.
pub(crate) fn meeting(body: &str) -> String {
    format!(
        "This document is classified as **White** in accordance with the Panel Information Policy.\n\n\
         ## Tidal Sub-Committee (TSC) Meeting Headlines\n\n\
         12 June 2024, 10:00 – 12:30, The Old Customs House, Quay Street\n\n\
         ### TSC\\_31\\_1206 – TSC Meeting Headlines\n\n{body}\n"
    )
}

/// Returns the report on a meeting with this body, whose events must be legal.
pub(crate) fn body(body: &str) -> FileReport {
    let text = meeting(body);
    let headlines = markdown(&text);
    check(&headlines);
    report(&headlines)
}

/// Checks that the domain's rules admit every stream of the events.
pub(crate) fn check(headlines: &ParsedHeadlines) {
    let mut streams: BTreeMap<StreamId, Vec<Event>> = BTreeMap::new();
    let established = establishment(headlines).expect("a committee can be established");
    for SourcedEvent { stream, event, lines, .. } in std::iter::once(established).chain(events(headlines)) {
        assert!(lines.0 >= 1 && lines.0 <= lines.1, "{lines:?}");
        assert!(event.belongs_to(&stream), "{stream}");
        streams.entry(stream).or_default().push(event);
    }
    for (stream, events) in streams {
        let refused = match &stream {
            StreamId::Committee(_) => {
                let of = |event| if let Event::Committee(event) = event { event } else { unreachable!() };
                check_history::<Committee>(&events.into_iter().map(of).collect::<Vec<CommitteeEvent>>()).err()
            }
            StreamId::Meeting(_) => {
                let of = |event| if let Event::Meeting(event) = event { event } else { unreachable!() };
                check_history::<Meeting>(&events.into_iter().map(of).collect::<Vec<MeetingEvent>>()).err()
            }
            StreamId::Party(..) => {
                let of = |event| if let Event::Party(event) = event { event } else { unreachable!() };
                check_history::<Party>(&events.into_iter().map(of).collect::<Vec<PartyEvent>>()).err()
            }
            StreamId::Token(_) => unreachable!("no document hands out tokens"),
            StreamId::Action(reference) => {
                let of = |event| if let Event::Action(event) = event { event } else { unreachable!() };
                let mut history: Vec<ActionEvent> = events.into_iter().map(of).collect();
                let reopened = matches!(history.first(), Some(ActionEvent::ActionReopened(_)));
                // The ledger holds the action that an update refers to.
                if !matches!(history.first(), Some(ActionEvent::ActionRaised(_))) && !reopened {
                    let classification = headlines.text_classification;
                    let raised = ActionRaised {
                        reference: reference.clone(),
                        text: minutebook_domain::classification::Classified::new(classification, "x".parse().unwrap()),
                        owners: Vec::new(),
                        due_on: None,
                        raised_in: None,
                        raised_on: headlines.held_on - chrono::Days::new(30),
                        item: None,
                        decision: None,
                        marked: None,
                        references: Vec::new(),
                    };
                    history.insert(0, raised.into());
                }
                if reopened { None } else { check_history::<Action>(&history).err() }
            }
        };
        assert!(refused.is_none(), "{stream}: {refused:?}");
    }
}

fn push(words: &mut Vec<String>, text: &str) {
    words.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase));
}

/// Returns the words of the events in order: of titles, with number and mark, and of passages.
pub(crate) fn words(headlines: &ParsedHeadlines) -> Vec<String> {
    let clearance = Clearance::up_to(headlines.text_classification);
    let mut words = Vec::new();
    for SourcedEvent { event, .. } in events(headlines) {
        match event {
            Event::Meeting(MeetingEvent::AgendaItemTabled(item)) => {
                push(&mut words, &item.number.to_string());
                push(&mut words, item.title.disclose(clearance).unwrap().as_str());
                item.classification.into_iter().for_each(|mark| push(&mut words, mark.label()));
            }
            Event::Meeting(MeetingEvent::ParagraphRecorded(paragraph)) => {
                push(&mut words, paragraph.text.disclose(clearance).unwrap().as_str());
            }
            Event::Meeting(MeetingEvent::ListRecorded(list)) => {
                for (entry, number) in list.entries.iter().zip(1..) {
                    if list.ordered {
                        push(&mut words, &format!("{number}"));
                    }
                    push(&mut words, entry.disclose(clearance).unwrap().as_str());
                }
            }
            Event::Meeting(MeetingEvent::TableRecorded(table)) => {
                let table = table.table.disclose(clearance).unwrap();
                table.header.iter().chain(table.rows.iter().flatten()).for_each(|cell| push(&mut words, cell));
            }
            _ => {}
        }
    }
    words
}

/// Returns the words of a Markdown source without its mark-up, found by other means than the importer's.
pub(crate) fn words_of_source(text: &str) -> Vec<String> {
    let mut plain = text.replace("<sup>", "").replace("</sup>", "").replace('\\', "");
    plain = plain.replace("](#)", "");
    let mut words = Vec::new();
    for line in plain.lines() {
        // The word `Item` before a heading's number is mark-up, like the full stop after it.
        let said = line.trim_start_matches(['#', ' ']);
        push(&mut words, said.strip_prefix("Item ").unwrap_or(said));
    }
    words
}
