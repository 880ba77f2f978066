//! A text typed during a meeting: what it is understood to say, and the request that records it.
//!
//! The command line and the page show what was understood before they record it.

use super::error::ImportError;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::meeting::{MeetingClosed, MeetingEvent};
use minutebook_domain::reference::{ActionRef, ItemLabel, MeetingRef, PartyName};
use minutebook_domain::{Event, Position, Rejection, RequestMetadata, StreamId};
use minutebook_import::{
    GivenNumbers, ImportFinding, ImportFindingKind, OpenMeeting, SourcedEvent, read_typed, typed_events,
};
use minutebook_ledger::{Command, Recorder, Request, Selection, StoreError};
use minutebook_projections::summary;
use serde::Serialize;
use std::collections::BTreeSet;

/// A text, and where it belongs.
#[derive(Debug, Clone)]
pub struct TypedText<'a> {
    /// The meeting, by any of its references.
    pub meeting: &'a MeetingRef,
    /// The agenda item that the text stands under; none for the agenda itself, a roll, or a text with headings.
    pub item: Option<ItemLabel>,
    /// The text.
    pub text: &'a str,
    /// The mark of the text; none for that of the meeting.
    pub classification: Option<Classification>,
}

/// What a text was understood to say. Nothing of it is recorded yet.
#[derive(Debug, Clone, Serialize)]
pub struct UnderstoodText {
    /// The meeting.
    pub meeting: MeetingRef,
    /// The mark of the text.
    pub classification: Classification,
    /// What would be recorded, in order.
    pub statements: Vec<UnderstoodStatement>,
    /// What calls for attention, each in a few words.
    pub findings: Vec<String>,
    /// What the rules refuse. While there is any, nothing can be recorded.
    pub refused: Vec<String>,
    #[serde(skip)]
    commands: Vec<Command>,
}

/// One event that would be recorded.
#[derive(Debug, Clone, Serialize)]
pub struct UnderstoodStatement {
    /// The event's type.
    pub event_type: &'static str,
    /// The action or the party that it is about, if it is about one.
    pub subject: Option<String>,
    /// The event in one line.
    pub summary: String,
}

impl UnderstoodText {
    /// The commands that record it.
    pub fn commands(&self) -> Vec<Command> {
        self.commands.clone()
    }

    /// The request that records it.
    pub fn request(&self, metadata: RequestMetadata, planned: bool) -> Request {
        Request { commands: self.commands.clone(), metadata, expected: None, planned }
    }
}

/// Reads a text by the grammar of documents, and asks the rules about each event that it leads to.
pub async fn understand(recorder: &Recorder, typed: &TypedText<'_>) -> Result<UnderstoodText, ImportError> {
    let meeting = recorder.first_reference(typed.meeting).await?;
    let stream = StreamId::Meeting(meeting.clone());
    let (open, item_mark) = match open_meeting(recorder, &meeting, typed).await? {
        Ok(found) => found,
        Err(refusal) => return Err(ImportError::Record(refusal.into())),
    };
    let headlines = read_typed(typed.text, &open)?;
    let events = typed_events(&headlines);
    let commands: Vec<Command> = events.iter().map(|sourced| command(sourced, typed)).collect();
    let mut understood = UnderstoodText {
        meeting,
        classification: open.classification,
        statements: events.iter().map(statement).collect(),
        findings: Vec::new(),
        refused: Vec::new(),
        commands,
    };
    let marked_higher = item_mark.zip(typed.item).filter(|(mark, _)| mark.rank() > open.classification.rank());
    if let Some((mark, item)) = marked_higher.filter(|_| typed.classification.is_none()) {
        let of_text = open.classification;
        understood
            .findings
            .push(format!("item {item} is marked {mark}, and this text is {of_text} unless it is marked"));
    }
    for finding in &headlines.findings {
        if finding.kind == ImportFindingKind::HigherClassification && typed.classification.is_none() {
            // A published document prints the mark of confidential minutes beside a public sentence; which is meant is the writer's to say.
            understood.refused.push(format!("{}: say which mark the text itself has", finding.text));
        } else if !is_said_by_the_command(finding) {
            understood.findings.push(format!("{}: {}", finding.kind.message(), finding.text));
        }
    }
    if understood.commands.is_empty() {
        return Ok(understood);
    }
    let metadata = RequestMetadata {
        actor: "preview".into(),
        command_id: format!("preview {stream}"),
        ..RequestMetadata::default()
    };
    let rehearsal = recorder.rehearse(&understood.request(metadata, true)).await?;
    let refusals = rehearsal.outcomes.into_iter().zip(&understood.statements);
    let refused = refusals.filter_map(|(outcome, statement)| Some(format!("{}: {}", statement.summary, outcome?)));
    understood.refused.extend(refused.collect::<Vec<_>>());
    Ok(understood)
}

/// Returns whether the finding is about what the caller gives and the text leaves out.
fn is_said_by_the_command(finding: &ImportFinding) -> bool {
    matches!(
        finding.kind,
        ImportFindingKind::DocumentWithoutClassification | ImportFindingKind::ItemWithoutClassification
    )
}

fn command(sourced: &SourcedEvent, typed: &TypedText<'_>) -> Command {
    let (stream, event) = (sourced.stream.clone(), sourced.event.clone());
    Command::Record { stream, event, source: None, classification: typed.classification }
}

fn statement(sourced: &SourcedEvent) -> UnderstoodStatement {
    let subject = match &sourced.stream {
        StreamId::Action(action) => Some(action.to_string()),
        StreamId::Party(_, party) => Some(party.to_string()),
        StreamId::Committee(_) | StreamId::Meeting(_) | StreamId::Token(_) => None,
    };
    UnderstoodStatement {
        event_type: sourced.event.event_type(),
        subject,
        summary: summary(&sourced.event, Clearance::full()),
    }
}

/// Reads what of the meeting is recorded already, and the mark of the text's item. A meeting that is not convened is refused.
async fn open_meeting(
    recorder: &Recorder,
    meeting: &MeetingRef,
    typed: &TypedText<'_>,
) -> Result<Result<(OpenMeeting, Option<Classification>), Rejection>, ImportError> {
    let stream = StreamId::Meeting(meeting.clone());
    let log = recorder.log();
    let history = log.read_all(Selection::Stream(stream.clone())).await.map_err(record_error)?;
    let (mut held_on, mut next_meeting_on, mut item, mut item_mark) = (None, None, None, None);
    let (mut items, mut numbers, mut people) = (BTreeSet::new(), GivenNumbers::default(), BTreeSet::new());
    for recorded in &history {
        let Event::Meeting(event) = &recorded.event else { continue };
        // A correction may give another day or title; a number that was given out once is never given out again.
        match event.or_correcting() {
            Some(MeetingEvent::MeetingConvened(convened)) => held_on = Some(convened.held_on),
            Some(MeetingEvent::MeetingPostponed(postponed)) => held_on = Some(postponed.to),
            Some(MeetingEvent::NextMeetingSet(next)) => next_meeting_on = Some(next.on),
            Some(MeetingEvent::AgendaItemTabled(tabled)) => {
                items.extend(tabled.number.number());
                if typed.item == Some(tabled.number) {
                    let title = tabled.title.disclose(Clearance::full()).map(ToString::to_string);
                    item = tabled.number.number().zip(title);
                    item_mark = tabled.classification;
                }
            }
            Some(MeetingEvent::ParagraphRecorded(passage)) => numbers.passages = numbers.passages.max(passage.passage),
            Some(MeetingEvent::ListRecorded(passage)) => numbers.passages = numbers.passages.max(passage.passage),
            Some(MeetingEvent::TableRecorded(passage)) => numbers.passages = numbers.passages.max(passage.passage),
            Some(MeetingEvent::MatterArisingNoted(matter)) => numbers.matters = numbers.matters.max(matter.number),
            Some(MeetingEvent::DecisionRecorded(decision)) => {
                numbers.decisions = numbers.decisions.max(decision.number);
            }
            Some(MeetingEvent::AttendanceRecorded(attendance)) => {
                people.insert(attendance.name.clone());
            }
            Some(MeetingEvent::ApologiesRecorded(apologies)) => {
                people.insert(apologies.name.clone());
            }
            _ => {}
        }
    }
    let Some(held_on) = held_on else {
        let what = format!("meeting {meeting} is not convened");
        return Ok(Err(Rejection::not_begun("meeting-convened-first", what, "convene it first")));
    };
    if let Some(wanted) = typed.item.filter(|_| item.is_none()) {
        let tabled: Vec<String> = items.iter().map(ToString::to_string).collect();
        let accepted =
            if tabled.is_empty() { "table it first".to_owned() } else { format!("one of: {}", tabled.join(", ")) };
        let what = format!("agenda item {wanted} is not tabled, or has a label that is no number");
        return Ok(Err(Rejection::not_begun("item-tabled-first", what, accepted)));
    }
    let sample = Event::Meeting(MeetingClosed { closed_at: None }.into());
    let classification = match typed.classification {
        Some(given) => given,
        None => recorder.default_mark(&stream, &sample).await?,
    };
    let open = OpenMeeting {
        reference: meeting.clone(),
        held_on,
        next_meeting_on,
        classification,
        item,
        items,
        numbers,
        raised: raised_actions(recorder, meeting).await.map_err(record_error)?,
        people,
        parties: known_parties(recorder, meeting).await.map_err(record_error)?,
    };
    Ok(Ok((open, item_mark)))
}

fn record_error(error: StoreError) -> ImportError {
    ImportError::Record(error.into())
}

/// The actions that are raised with the meeting's number.
async fn raised_actions(recorder: &Recorder, meeting: &MeetingRef) -> Result<BTreeSet<ActionRef>, StoreError> {
    let Some(number) = meeting.number() else { return Ok(BTreeSet::new()) };
    let named = recorder.log().references_like(&format!("{}{number}/", meeting.committee()), MAX_ACTIONS).await?;
    let mut raised = BTreeSet::new();
    for action in named.iter().filter_map(|name| name.parse::<ActionRef>().ok()) {
        if action.committee() != meeting.committee() || action.meeting_number() != number {
            continue;
        }
        let mut first = recorder.log().read(Selection::Stream(StreamId::Action(action.clone())), Position::START);
        let events = first.next_page().await?;
        if events.iter().any(|recorded| matches!(recorded.event, Event::Action(ActionEvent::ActionRaised(_)))) {
            raised.insert(action);
        }
    }
    Ok(raised)
}

/// The most references that are looked at for the actions of one meeting.
const MAX_ACTIONS: u32 = 10_000;

/// The parties that the committee has registered.
async fn known_parties(recorder: &Recorder, meeting: &MeetingRef) -> Result<BTreeSet<PartyName>, StoreError> {
    let registered = recorder.log().read_all(Selection::Type("PartyRegistered".into())).await?;
    let own = registered.into_iter().filter_map(|recorded| match recorded.stream {
        StreamId::Party(committee, party) if committee == *meeting.committee() => Some(party),
        _ => None,
    });
    Ok(own.collect())
}
