//! A meeting's headlines into the ledger.

use super::disclosure;
use super::error::ImportError;
use super::intake::{Intake, RehearsedRequest};
use super::moved;
use super::prepared::PreparedDocument;
use super::refusals::leave_out;
use super::reimport::{self, CorrectionStep, LaterDocument};
use super::report::ImportReport;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Rejection};
use minutebook_import::report::{FileReport, report};
use minutebook_import::{
    ImportFinding, ImportFindingKind, ParsedHeadlines, SourceLines, SourcedEvent, establishment, events,
};
use minutebook_ledger::PendingAppend;

/// Events of one meeting's document. Each is decided on the state of the meeting that the ones before it lead to.
const MAX_EVENTS: usize = 5000;

/// What the caller says of the document's meeting.
#[derive(Clone, Copy)]
pub(super) struct GivenMeeting {
    /// Whether the caller named it.
    pub(super) is_given: bool,
    /// Whether the document is moved there, if it was recorded under another.
    pub(super) moves: bool,
}

pub(super) async fn prepare(
    intake: &Intake<'_>,
    mut headlines: ParsedHeadlines,
    given: GivenMeeting,
) -> Result<PreparedDocument, ImportError> {
    let source_lines = std::mem::take(&mut headlines.source_lines);
    let mut report = report(&headlines);
    report.file = intake.path.display().to_string();
    report.sha256.clone_from(&intake.sha256);
    // The record of a renumbered meeting stays where it is.
    headlines.reference = intake.recorder.first_reference(&headlines.reference).await?;
    let from = moved::recorded_under(intake).await?;
    let elsewhere = from.as_ref().filter(|from| given.is_given && from.meeting != headlines.reference);
    if let Some(from) = elsewhere.filter(|_| !given.moves) {
        let (recorded, given) = (from.meeting.clone(), headlines.reference);
        return Err(ImportError::OtherMeeting { recorded, given });
    }
    if elsewhere.is_none() && intake.is_recorded().await? {
        report.already_imported = true;
        let report = ImportReport::Headlines(report);
        return Ok(PreparedDocument {
            report,
            events: Vec::new(),
            source_lines,
            changes: Vec::new(),
            lowered: Vec::new(),
            rehearsed: None,
        });
    }
    let all: Vec<SourcedEvent> = establishment(&headlines).into_iter().chain(events(&headlines)).collect();
    if all.len() > MAX_EVENTS {
        return Err(ImportError::TooManyEvents { events: all.len(), limit: MAX_EVENTS });
    }
    if let Some(from) = from {
        let all = intake.without_known_registrations(all).await?;
        moved::ensure_alone(intake, &headlines.reference, &from).await?;
        return moved::prepare(intake, &headlines, all, from, report, source_lines).await;
    }
    if let Some(later) = reimport::later_document(intake, &headlines, &all).await? {
        return correct(intake, &headlines, later, report, source_lines).await;
    }
    let mut all = intake.without_known_registrations(all).await?;
    let mut judged = intake.judge(all.clone()).await?;
    if drop_unknown_supersessions(&mut all, &judged.refused, &mut report) {
        judged = intake.judge(all).await?;
    }
    for (sourced, refusal) in judged.refused {
        leave_out(&headlines, &sourced, refusal, &mut report)?;
    }
    let raised = judged.raised.into_iter();
    report.findings.extend(raised.map(|(line, text)| ImportFinding {
        line,
        kind: ImportFindingKind::MarkRaised,
        text,
    }));
    report.findings.sort_by_key(|finding| finding.line);
    let (report, rehearsed) = (ImportReport::Headlines(report), Some(judged.rehearsed));
    Ok(PreparedDocument {
        report,
        events: judged.accepted,
        source_lines,
        changes: Vec::new(),
        lowered: Vec::new(),
        rehearsed,
    })
}

/// Prepares the corrections of a meeting whose record came from earlier documents.
async fn correct(
    intake: &Intake<'_>,
    headlines: &ParsedHeadlines,
    later: LaterDocument,
    mut report: FileReport,
    source_lines: SourceLines,
) -> Result<PreparedDocument, ImportError> {
    let LaterDocument { steps, findings, is_known_edition } = later;
    report.findings.extend(findings);
    let (mut events, mut changes, mut commands) = (Vec::new(), Vec::new(), Vec::new());
    let (mut pending, mut lowered) = (PendingAppend::default(), Vec::new());
    if !steps.is_empty() {
        let request = intake.correction(steps.iter().map(|step| step.command.clone()).collect(), is_known_edition);
        let rehearsal = intake.recorder.rehearse(&request).await?;
        pending = rehearsal.pending;
        let mut accepted = Vec::with_capacity(steps.len());
        for (step, outcome) in steps.into_iter().zip(rehearsal.outcomes) {
            match outcome {
                Some(refusal) => leave_out(headlines, &step.sourced, refusal, &mut report)?,
                None => accepted.push(step),
            }
        }
        lowered = disclosure::lowered(&accepted);
        report.newly_visible = disclosure::audiences(&headlines.edition(), &accepted);
        for CorrectionStep { command, sourced, change, .. } in accepted {
            events.push(sourced);
            changes.push(change);
            commands.push(command);
        }
    }
    report.corrections = Some(commands.len() as u64);
    report.findings.sort_by_key(|finding| finding.line);
    let rehearsed = (!commands.is_empty())
        .then(|| RehearsedRequest { request: intake.correction(commands, is_known_edition), pending });
    Ok(PreparedDocument { report: ImportReport::Headlines(report), events, source_lines, changes, lowered, rehearsed })
}

/// Clears `supersedes` of decisions that were refused for it: the decision is recorded even where the ledger doesn't hold
/// the earlier one, and the finding says so. Returns whether there was such a decision.
fn drop_unknown_supersessions(
    all: &mut [SourcedEvent],
    refused: &[(SourcedEvent, Rejection)],
    report: &mut FileReport,
) -> bool {
    let mut any = false;
    for sourced in all {
        let refusal = refused.iter().find(|(other, _)| other.stream == sourced.stream && other.event == sourced.event);
        let (Event::Meeting(MeetingEvent::DecisionRecorded(decision)), Some((_, refusal))) =
            (&mut sourced.event, refusal)
        else {
            continue;
        };
        if !decision.supersedes.is_empty() {
            decision.supersedes.clear();
            let text = format!("no decision is superseded: {refusal}");
            report.findings.push(ImportFinding { line: sourced.lines.0, kind: ImportFindingKind::NotRecorded, text });
            any = true;
        }
    }
    any
}
