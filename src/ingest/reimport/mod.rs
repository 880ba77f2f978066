//! A later document of a meeting whose record came from an earlier one: the differences become corrections.
//!
//! The new document is compared with what the earlier documents recorded, taken together; events that were recorded live
//! stay. An event in both is left alone. One that differs is replaced, one that is gone is struck, and a new one is added
//! after the event that it follows.

mod alignment;
mod carried_over;
mod earlier_stream;
mod number_map;
mod plan;

pub(super) use plan::CorrectionStep;

use super::error::ImportError;
use super::intake::Intake;
use carried_over::{complete, still_superseded, without_approved_elsewhere};
use earlier_stream::EarlierStream;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{CommandId, Event, RecordedEvent, StreamId};
use minutebook_import::{ParsedHeadlines, SourcedEvent};
use minutebook_ledger::{RecordError, Selection};
use number_map::NumberMap;
use plan::CorrectionPlan;
use std::collections::HashSet;

/// Returns the steps that turn the recorded meeting into `all`, the events of a new document; none if the ledger doesn't
/// hold the meeting yet.
pub(super) async fn steps(
    intake: &Intake<'_>,
    headlines: &ParsedHeadlines,
    all: &[SourcedEvent],
) -> Result<Option<Vec<CorrectionStep>>, ImportError> {
    let log = intake.recorder.log();
    let meeting = &headlines.reference;
    let own = StreamId::Meeting(meeting.clone());
    let history = log.read_all(Selection::Stream(own.clone())).await.map_err(RecordError::from)?;
    let Some(first) = history.first() else { return Ok(None) };
    if !is_import(first) {
        return Err(ImportError::RecordedLive { meeting: meeting.clone() });
    }
    let documents = documents(&history);
    let mut streams = vec![own.clone()];
    for document in &documents {
        let receipt = intake.recorder.receipt(document).await?;
        streams.extend(receipt.into_iter().flat_map(|receipt| receipt.events).map(|placed| placed.stream));
    }
    streams.extend(all.iter().map(|sourced| sourced.stream.clone()));
    let mut visited = HashSet::new();
    streams.retain(|stream| !matches!(stream, StreamId::Committee(_)) && visited.insert(stream.clone()));

    let mut numbers = NumberMap::new(history.iter().map(|recorded| &recorded.event));
    let mut plan = CorrectionPlan::new(intake, meeting);
    // The events of the meeting's own stream, which comes first.
    let mut own_events: Vec<SourcedEvent> = Vec::new();
    for stream in streams {
        let history = log.read_all(Selection::Stream(stream.clone())).await.map_err(RecordError::from)?;
        let earlier = EarlierStream::new(&stream, history, &documents, headlines.held_on);
        let mut new: Vec<SourcedEvent> = all.iter().filter(|sourced| sourced.stream == stream).cloned().collect();
        if stream == own {
            new = without_approved_elsewhere(intake, meeting, new, &earlier).await?;
        } else if matches!(stream, StreamId::Meeting(_)) {
            new = still_superseded(meeting, &own_events, &earlier);
        } else {
            complete(&mut new, &earlier, headlines);
        }
        let events: Vec<Event> = new.iter().map(|sourced| sourced.event.clone()).collect();
        let old: Vec<Event> = earlier.entries.iter().map(|entry| entry.event.clone()).collect();
        let pairs = alignment::pairs(&old, &events);
        for (event, pair) in events.iter().zip(&pairs) {
            numbers.assign(event, pair.map(|entry| &old[entry]));
        }
        for sourced in &mut new {
            sourced.event = numbers.apply(meeting, sourced.event.clone());
        }
        if stream == own {
            own_events.clone_from(&new);
        }
        plan.add_stream(&earlier, &new, &pairs);
    }
    Ok(Some(plan.into_steps()))
}

/// The command ids of the documents that the meeting's record came from. `DecisionSuperseded` comes from the document of a
/// later meeting, which is not one of them.
fn documents(history: &[RecordedEvent]) -> HashSet<String> {
    let supersedes = |event: &Event| matches!(event, Event::Meeting(MeetingEvent::DecisionSuperseded(_)));
    let is_of_later_meeting = |recorded: &&RecordedEvent| match recorded.metadata.corrects {
        Some(corrected) => history.iter().any(|earlier| earlier.event_id == corrected && supersedes(&earlier.event)),
        None => supersedes(&recorded.event),
    };
    let imported =
        history.iter().filter(|recorded| recorded.metadata.source.importer.is_some() && !is_of_later_meeting(recorded));
    imported.filter(|recorded| is_import(recorded)).map(|recorded| recorded.metadata.command_id.clone()).collect()
}

fn is_import(recorded: &RecordedEvent) -> bool {
    CommandId::from(recorded.metadata.command_id.as_str()).is_import()
}
