//! A meeting's headlines into the ledger.

use super::{ImportError, Incoming, Prepared};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Rejection};
use minutebook_import::report::{FileReport, report};
use minutebook_import::{Context, Finding, Headlines, Kind, Sourced, establishment, events, read};

pub(super) async fn prepare(incoming: &Incoming<'_>) -> Result<Prepared, ImportError> {
    let mut headlines = read(&incoming.bytes, &Context { file_name: &incoming.name, ..Context::default() })?;
    let source_lines = std::mem::take(&mut headlines.source_lines);
    let mut report = report(&headlines);
    report.file = incoming.path.display().to_string();
    report.sha256.clone_from(&incoming.sha256);
    if incoming.is_recorded().await? {
        report.already_imported = true;
        return Ok(Prepared { report, events: Vec::new(), source_lines, request: None });
    }
    let all: Vec<Sourced> = establishment(&headlines).into_iter().chain(events(&headlines)).collect();
    let mut request = incoming.request(&all);
    let outcomes = incoming.recorder.rehearse(&request).await?;
    let (mut kept, mut kept_commands) = (Vec::new(), Vec::new());
    for ((sourced, command), outcome) in all.into_iter().zip(request.commands).zip(outcomes) {
        match outcome {
            None => {
                kept.push(sourced);
                kept_commands.push(command);
            }
            Some(refusal) => leave_out(&headlines, &sourced, refusal, &mut report)?,
        }
    }
    request.commands = kept_commands;
    report.findings.sort_by_key(|finding| finding.line);
    Ok(Prepared { report, events: kept, source_lines, request: Some(request) })
}

/// What the book's rules do not admit is left out if the meeting's own record is whole without it, and reported unless
/// it only says what the book holds already.
fn leave_out(
    headlines: &Headlines,
    sourced: &Sourced,
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
            report.findings.push(Finding { line, kind: Kind::NotRecorded, text });
        }
        _ => return Err(ImportError::Refused { line, refusal }),
    }
    Ok(())
}
