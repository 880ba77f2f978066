//! A meeting's headlines into the ledger.

use super::reimport::{self, Step};
use super::{ImportError, Incoming, Prepared, Ready, Report};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Rejection};
use minutebook_import::report::{FileReport, report};
use minutebook_import::{
    ImportFinding, ImportFindingKind, ParsedHeadlines, SourceLines, SourcedEvent, establishment, events,
};
use minutebook_ledger::Decided;

pub(super) async fn prepare(incoming: &Incoming<'_>, mut headlines: ParsedHeadlines) -> Result<Prepared, ImportError> {
    let source_lines = std::mem::take(&mut headlines.source_lines);
    let mut report = report(&headlines);
    report.file = incoming.path.display().to_string();
    report.sha256.clone_from(&incoming.sha256);
    if incoming.is_recorded().await? {
        report.already_imported = true;
        let report = Report::Headlines(report);
        return Ok(Prepared { report, events: Vec::new(), source_lines, changes: Vec::new(), ready: None });
    }
    let mut all: Vec<SourcedEvent> = establishment(&headlines).into_iter().chain(events(&headlines)).collect();
    if let Some(steps) = reimport::steps(incoming, &headlines, &all).await? {
        return corrected(incoming, &headlines, steps, report, source_lines).await;
    }
    let mut judged = incoming.judge(all.clone()).await?;
    if let_stand(&mut all, &judged.refused, &mut report) {
        judged = incoming.judge(all).await?;
    }
    for (sourced, refusal) in judged.refused {
        leave_out(&headlines, &sourced, refusal, &mut report)?;
    }
    report.findings.sort_by_key(|finding| finding.line);
    let (report, ready) = (Report::Headlines(report), Some(judged.ready));
    Ok(Prepared { report, events: judged.kept, source_lines, changes: Vec::new(), ready })
}

/// A document of a meeting that the book holds from an earlier one.
async fn corrected(
    incoming: &Incoming<'_>,
    headlines: &ParsedHeadlines,
    steps: Vec<Step>,
    mut report: FileReport,
    source_lines: SourceLines,
) -> Result<Prepared, ImportError> {
    let (mut events, mut changes, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    let mut decided = Decided::default();
    if !steps.is_empty() {
        let request = incoming.correction(steps.iter().map(|step| step.command.clone()).collect());
        let rehearsal = incoming.recorder.rehearse(&request).await?;
        decided = rehearsal.decided;
        for (Step { command, sourced, word }, outcome) in steps.into_iter().zip(rehearsal.outcomes) {
            if let Some(refusal) = outcome {
                leave_out(headlines, &sourced, refusal, &mut report)?;
                continue;
            }
            events.push(sourced);
            changes.push(word);
            kept.push(command);
        }
    }
    report.corrections = Some(kept.len() as u64);
    report.findings.sort_by_key(|finding| finding.line);
    let ready = (!kept.is_empty()).then(|| Ready { request: incoming.correction(kept), decided });
    Ok(Prepared { report: Report::Headlines(report), events, source_lines, changes, ready })
}

/// A decision is recorded even where the book does not have the earlier one that it takes the place of; the earlier one
/// then stands, and that is reported. Whether there was such a decision.
fn let_stand(all: &mut [SourcedEvent], refused: &[(SourcedEvent, Rejection)], report: &mut FileReport) -> bool {
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

/// What the book's rules do not admit is left out if the meeting's own record is whole without it, and reported unless
/// it only says what the book holds already.
fn leave_out(
    headlines: &ParsedHeadlines,
    sourced: &SourcedEvent,
    refusal: Rejection,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let line = sourced.lines.0;
    match &sourced.event {
        Event::Meeting(MeetingEvent::MeetingConvened(_)) if refusal.rule() == "meeting-convened-once" => {
            return Err(ImportError::OtherDocument { meeting: headlines.reference.to_string() });
        }
        Event::Committee(_) | Event::Party(_) | Event::Action(ActionEvent::ActionRaised(_))
            if refusal.rule().ends_with("-once") && !refusal.rule().starts_with("status") => {}
        Event::Party(_) | Event::Action(_) | Event::Meeting(MeetingEvent::MinutesApproved(_)) => {
            let text = format!("not recorded: {refusal}");
            report.findings.push(ImportFinding { line, kind: ImportFindingKind::NotRecorded, text });
        }
        _ => return Err(ImportError::Refused { line, refusal }),
    }
    Ok(())
}
