//! Events that a new document leaves out although they still hold: they are added to its events, so that they stay.

use super::earlier_stream::EarlierStream;
use super::shared::StatedFacts;
use crate::ingest::error::ImportError;
use crate::ingest::intake::Intake;
use minutebook_domain::action::{ActionEvent, ActionWithdrawn};
use minutebook_domain::event::supersessions;
use minutebook_domain::meeting::{MeetingEvent, MinutesApproved, MinutesOutcome};
use minutebook_domain::reference::MeetingRef;
use minutebook_domain::{Event, StreamId};
use minutebook_import::{ParsedHeadlines, SourcedEvent};
use minutebook_ledger::{RecordError, Selection, StoreError};
use std::collections::HashSet;

/// Completes the document's events of an action: one that the meeting no longer raises is kept as withdrawn.
pub(super) fn complete(
    events: &mut Vec<SourcedEvent>,
    earlier: &EarlierStream,
    stated: &StatedFacts<'_>,
    headlines: &ParsedHeadlines,
) {
    let begins = |event: &Event| matches!(event, Event::Action(ActionEvent::ActionRaised(_)));
    let raised = earlier.entries.iter().find_map(|entry| match &entry.event {
        Event::Action(ActionEvent::ActionRaised(raised)) => Some(raised),
        _ => None,
    });
    // Another edition of the meeting states how the stream begins, and is compared with the document.
    if stated.states_a_beginning() {
        return;
    }
    let Some(raised) = raised.filter(|_| !events.iter().any(|sourced| begins(&sourced.event))) else { return };
    let mut raised = raised.clone();
    (raised.raised_in, raised.item, raised.decision) = (None, None, None);
    // Without the meeting: its document doesn't say so, and its headlines would otherwise print it.
    let withdrawn = ActionWithdrawn { note: None, withdrawn_on: headlines.held_on, at_meeting: None };
    let (lines, classification) = (headlines.convened_lines, Some(headlines.text_classification));
    for event in [ActionEvent::from(withdrawn), ActionEvent::from(raised)] {
        events.insert(
            0,
            SourcedEvent { stream: earlier.stream.clone(), event: Event::Action(event), lines, classification },
        );
    }
}

/// Returns the supersessions in another meeting's stream that still follow from this meeting's decisions.
pub(super) fn still_superseded(
    meeting: &MeetingRef,
    own: &[SourcedEvent],
    earlier: &EarlierStream,
) -> Vec<SourcedEvent> {
    let follows = own.iter().flat_map(|sourced| match &sourced.event {
        Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => supersessions(meeting, decision)
            .into_iter()
            .map(|(stream, event)| SourcedEvent {
                stream,
                event,
                lines: sourced.lines,
                classification: sourced.classification,
            })
            .collect(),
        _ => Vec::new(),
    });
    let is_recorded = |sourced: &SourcedEvent| earlier.entries.iter().any(|entry| entry.event == sourced.event);
    follows.filter(|sourced| sourced.stream == earlier.stream && is_recorded(sourced)).collect()
}

/// Drops approvals of minutes that another meeting approved: the first import left them out by the same rule.
pub(super) async fn without_approved_elsewhere(
    intake: &Intake<'_>,
    meeting: &MeetingRef,
    events: Vec<SourcedEvent>,
    earlier: &EarlierStream,
) -> Result<Vec<SourcedEvent>, ImportError> {
    let mut kept = Vec::with_capacity(events.len());
    for sourced in events {
        if let Event::Meeting(MeetingEvent::MinutesApproved(minutes)) = &sourced.event
            && !earlier.approves(minutes)
            && is_approved_elsewhere(intake, meeting, minutes).await.map_err(RecordError::from)?
        {
            continue;
        }
        kept.push(sourced);
    }
    Ok(kept)
}

async fn is_approved_elsewhere(
    intake: &Intake<'_>,
    meeting: &MeetingRef,
    minutes: &MinutesApproved,
) -> Result<bool, StoreError> {
    let log = intake.recorder.log();
    let reference = MinutesApproved::minutes_reference(&minutes.committee, minutes.minutes_of);
    let approves = |event: &Event| {
        matches!(event, Event::Meeting(MeetingEvent::MinutesApproved(other))
            if (other.minutes_of, other.edition) == (minutes.minutes_of, minutes.edition)
                && other.outcome == MinutesOutcome::AsWritten)
    };
    let mut visited = HashSet::from([StreamId::Meeting(meeting.clone())]);
    for naming in log.read_all(Selection::Reference(reference)).await? {
        if visited.insert(naming.stream.clone()) {
            let history = log.read_all(Selection::Stream(naming.stream)).await?;
            let history: Vec<_> = history.into_iter().map(|recorded| (recorded.version, recorded.event)).collect();
            if Event::standing(&history).iter().any(|standing| approves(&standing.event)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
