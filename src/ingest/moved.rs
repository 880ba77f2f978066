//! A document that was recorded under another meeting: its record there is struck, and recorded under the right one.
//!
//! Actions, parties and statuses stay the same ones: what the document said of them is replaced by what it says as a
//! document of the right meeting. What came from elsewhere is not touched. Where nothing else stands, the other meeting
//! was never convened; where something does, or something rests on it, it stays convened.

use super::error::ImportError;
use super::intake::{Intake, RehearsedRequest};
use super::prepared::PreparedDocument;
use super::refusals::leave_out;
use super::report::ImportReport;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Clearance;
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{ActionRef, MeetingRef};
use minutebook_domain::{CommandId, Event, EventId, Position, RecordedEvent, StreamId, StreamVersion};
use minutebook_import::report::FileReport;
use minutebook_import::{ParsedHeadlines, SourceLines, SourcedEvent};
use minutebook_ledger::{Command, RecordError, Selection};
use std::collections::BTreeMap;

/// Where a document was recorded.
pub(super) struct RecordedUnder {
    /// The meeting, by its first reference.
    pub(super) meeting: MeetingRef,
    /// The command that recorded it there.
    command_id: String,
    /// The position of that command's last event.
    through: Position,
}

/// Returns the meeting under which the document's record stands today, if it was recorded.
pub(super) async fn recorded_under(intake: &Intake<'_>) -> Result<Option<RecordedUnder>, ImportError> {
    let document = intake.command_id();
    let Some(mut under) = recorded_by(intake, &document).await? else { return Ok(None) };
    // Each move leaves its strikes where the record was.
    let moves = format!("{document} ");
    loop {
        let history = history(intake, &StreamId::Meeting(under.meeting.clone())).await?;
        let later = history.into_iter().filter(|recorded| recorded.position > under.through);
        let mut later = later.map(|recorded| recorded.metadata.command_id).filter(|id| id.starts_with(&moves));
        let Some(id) = later.next() else { return Ok(Some(under)) };
        match recorded_by(intake, &id).await? {
            Some(next) if next.meeting != under.meeting => under = next,
            _ => return Ok(Some(under)),
        }
    }
}

/// Returns the meeting that a command convened or, if it convened none, the first that it recorded something of.
async fn recorded_by(intake: &Intake<'_>, command_id: &str) -> Result<Option<RecordedUnder>, ImportError> {
    let Some(receipt) = intake.recorder.receipt(command_id).await? else { return Ok(None) };
    let convened = receipt.events.iter().find(|placed| placed.event_type == "MeetingConvened");
    let streams = convened.into_iter().chain(&receipt.events).map(|placed| &placed.stream);
    let meeting = streams.into_iter().find_map(|stream| match stream {
        StreamId::Meeting(meeting) => Some(meeting.clone()),
        _ => None,
    });
    let through = receipt.events.last().map_or(Position::START, |placed| placed.position);
    Ok(meeting.map(|meeting| RecordedUnder { meeting, command_id: command_id.to_owned(), through }))
}

/// Refuses to move a document whose meeting has a record from other documents, and to move one to a meeting that has a
/// record.
pub(super) async fn ensure_alone(
    intake: &Intake<'_>,
    to: &MeetingRef,
    from: &RecordedUnder,
) -> Result<(), ImportError> {
    let there = history(intake, &StreamId::Meeting(to.clone())).await?;
    let events: Vec<_> = there.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    if !Event::standing(&events).is_empty() {
        return Err(ImportError::MeetingRecorded { meeting: to.clone() });
    }
    let here = history(intake, &StreamId::Meeting(from.meeting.clone())).await?;
    let events: Vec<_> = here.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    let of_another_document = Event::standing(&events).into_iter().any(|standing| {
        let supersedes = matches!(standing.event, Event::Meeting(MeetingEvent::DecisionSuperseded(_)));
        let brought_in_by = here.iter().find(|recorded| recorded.version == standing.brought_in_by);
        let id = brought_in_by.map_or("", |recorded| recorded.metadata.command_id.as_str());
        !supersedes && id != from.command_id && CommandId::from(id).is_import()
    });
    if of_another_document {
        return Err(ImportError::SeveralDocuments { meeting: from.meeting.clone() });
    }
    Ok(())
}

async fn history(intake: &Intake<'_>, stream: &StreamId) -> Result<Vec<RecordedEvent>, ImportError> {
    let selection = Selection::Stream(stream.clone());
    Ok(intake.recorder.log().read_all(selection).await.map_err(RecordError::from)?)
}

/// An event of the document that stands, and the id by which it is corrected.
struct StandingEvent {
    id: EventId,
    event: Event,
    place: StreamVersion,
    is_supplement: bool,
}

/// Returns the events of a stream that stand and that the command brought in.
fn standing(history: &[RecordedEvent], command_id: &str) -> Vec<StandingEvent> {
    let events: Vec<_> = history.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    let at = |version: StreamVersion| history.iter().find(|recorded| recorded.version == version);
    let standing = Event::standing(&events).into_iter().filter_map(|standing| {
        let brought_in_by = at(standing.brought_in_by)?;
        let target = at(standing.supplement.unwrap_or(standing.place))?;
        (brought_in_by.metadata.command_id == command_id).then(|| StandingEvent {
            id: target.event_id,
            event: standing.event,
            place: standing.place,
            is_supplement: standing.supplement.is_some(),
        })
    });
    standing.collect()
}

/// One command of a move, and the event that it is about.
struct MoveStep {
    command: Command,
    sourced: SourcedEvent,
    change: &'static str,
}

/// Prepares the move of a document to the meeting that `headlines` names; `all` are its events there.
pub(super) async fn prepare(
    intake: &Intake<'_>,
    headlines: &ParsedHeadlines,
    all: Vec<SourcedEvent>,
    from: RecordedUnder,
    mut report: FileReport,
    source_lines: SourceLines,
) -> Result<PreparedDocument, ImportError> {
    let RecordedUnder { meeting: wrong, command_id, through } = from;
    let steps = steps(intake, headlines, all, &wrong, &command_id).await?;
    let request = |commands| intake.moved(&headlines.reference, &wrong, through, commands);
    let rehearsal = intake.recorder.rehearse(&request(steps.iter().map(|step| step.command.clone()).collect())).await?;
    let (mut events, mut changes, mut commands) = (Vec::new(), Vec::new(), Vec::new());
    for (MoveStep { command, sourced, change }, outcome) in steps.into_iter().zip(rehearsal.outcomes) {
        match outcome {
            None => {
                events.push(sourced);
                changes.push(change);
                commands.push(command);
            }
            // Something else stands in the record of the other meeting, or rests on the meeting: it stays convened.
            Some(_) if change == "struck" && is_founding(&sourced.event) => {}
            Some(refusal) => leave_out(headlines, &sourced, refusal, &mut report)?,
        }
    }
    report.corrections = Some(commands.len() as u64);
    report.findings.sort_by_key(|finding| finding.line);
    let rehearsed = Some(RehearsedRequest { request: request(commands), pending: rehearsal.pending });
    Ok(PreparedDocument {
        report: ImportReport::Headlines(report),
        events,
        source_lines,
        changes,
        lowered: Vec::new(),
        rehearsed,
    })
}

fn is_founding(event: &Event) -> bool {
    matches!(event, Event::Meeting(MeetingEvent::MeetingConvened(_)))
}

/// Returns the commands of the move, in the order that the rules accept them.
async fn steps(
    intake: &Intake<'_>,
    headlines: &ParsedHeadlines,
    mut all: Vec<SourcedEvent>,
    wrong: &MeetingRef,
    command_id: &str,
) -> Result<Vec<MoveStep>, ImportError> {
    let own = StreamId::Meeting(wrong.clone());
    let receipt = intake.recorder.receipt(command_id).await?;
    let mut streams: Vec<StreamId> = Vec::new();
    for placed in receipt.into_iter().flat_map(|receipt| receipt.events) {
        if !matches!(placed.stream, StreamId::Committee(_)) && !streams.contains(&placed.stream) {
            streams.push(placed.stream);
        }
    }
    let mut recorded: BTreeMap<StreamId, Vec<StandingEvent>> = BTreeMap::new();
    for stream in streams {
        let events = standing(&history(intake, &stream).await?, command_id);
        recorded.insert(stream, events);
    }
    keep_action_references(&mut all, &recorded);

    let lines = headlines.convened_lines;
    let strike = |stream: &StreamId, struck: StandingEvent| {
        let source = Some(intake.source_of(lines));
        let (event, change, authority) = (struck.id, Change::Struck, None);
        let command = Command::Correct { event, change, authority, source, classification: None };
        let sourced = SourcedEvent { stream: stream.clone(), event: struck.event, lines, classification: None };
        MoveStep { command, sourced, change: "struck" }
    };
    let mut steps = Vec::new();
    // What only one meeting may say is struck first: that minutes are approved, that a decision is superseded.
    let (approvals, rest): (Vec<_>, Vec<_>) = recorded
        .remove(&own)
        .unwrap_or_default()
        .into_iter()
        .partition(|event| matches!(event.event, Event::Meeting(MeetingEvent::MinutesApproved(_))));
    steps.extend(approvals.into_iter().rev().map(|event| strike(&own, event)));
    let mut others = Vec::new();
    for (stream, events) in recorded {
        if matches!(stream, StreamId::Meeting(_)) {
            steps.extend(events.into_iter().rev().map(|event| strike(&stream, event)));
        } else {
            others.push((stream, events));
        }
    }
    let is_own = |sourced: &SourcedEvent| sourced.stream == StreamId::Meeting(headlines.reference.clone());
    for sourced in all.iter().filter(|sourced| is_own(sourced)) {
        steps.push(MoveStep { command: intake.record(sourced), sourced: sourced.clone(), change: "added" });
    }
    for (stream, events) in others {
        let mut new: Vec<&SourcedEvent> = all.iter().filter(|sourced| sourced.stream == stream).collect();
        for old in events {
            let same_type = |sourced: &&SourcedEvent| sourced.event.event_type() == old.event.event_type();
            let sourced = new.iter().position(same_type).map(|at| new.remove(at).clone());
            let sourced = sourced.unwrap_or_else(|| renamed(&stream, &old.event, wrong, headlines));
            if sourced.event != old.event {
                let by = if old.is_supplement {
                    sourced.event.clone().as_supplement(old.place)
                } else {
                    sourced.event.clone()
                };
                let command = Command::Correct {
                    event: old.id,
                    change: Change::Replaced(Box::new(by)),
                    authority: None,
                    source: Some(intake.source_of(sourced.lines)),
                    classification: sourced.classification,
                };
                steps.push(MoveStep { command, sourced, change: "replaced" });
            }
        }
    }
    steps.extend(rest.into_iter().rev().map(|event| strike(&own, event)));
    Ok(steps)
}

/// The event with the right meeting in the place of the other one, for what the document no longer says so.
fn renamed(stream: &StreamId, event: &Event, wrong: &MeetingRef, headlines: &ParsedHeadlines) -> SourcedEvent {
    let mut event = event.clone();
    event.meetings(&mut |meeting| {
        if meeting == wrong {
            meeting.clone_from(&headlines.reference);
        }
    });
    SourcedEvent { stream: stream.clone(), event, lines: headlines.convened_lines, classification: None }
}

/// Gives an action that the document does not number the reference that it was recorded under, which holds the number of the
/// other meeting.
fn keep_action_references(all: &mut [SourcedEvent], recorded: &BTreeMap<StreamId, Vec<StandingEvent>>) {
    let text = |event: &Event| match event {
        Event::Action(ActionEvent::ActionRaised(raised)) => {
            let text = raised.text.disclose(Clearance::full());
            text.map(|text| (raised.reference.clone(), text.to_string()))
        }
        _ => None,
    };
    let before = recorded.values().flatten().filter_map(|event| text(&event.event));
    let before: BTreeMap<String, ActionRef> = before.map(|(reference, text)| (text, reference)).collect();
    let is_recorded = |reference: &ActionRef| recorded.contains_key(&StreamId::Action(reference.clone()));
    let moved: BTreeMap<ActionRef, ActionRef> = all
        .iter()
        .filter_map(|sourced| text(&sourced.event))
        .filter(|(reference, _)| !is_recorded(reference))
        .filter_map(|(reference, text)| Some((reference, before.get(&text)?.clone())))
        .collect();
    for sourced in all {
        if let StreamId::Action(reference) = &mut sourced.stream
            && let Some(kept) = moved.get(reference)
        {
            *reference = kept.clone();
            if let Event::Action(ActionEvent::ActionRaised(raised)) = &mut sourced.event {
                raised.reference = kept.clone();
            }
        }
    }
}
