//! What becomes of an event of a document that the committee's rules refuse.

use super::error::ImportError;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Rejection, RejectionKind};
use minutebook_import::report::FileReport;
use minutebook_import::{ImportFinding, ImportFindingKind, ParsedHeadlines, SourcedEvent};

/// Leaves a refused event out of the batch. Without events of actions, parties and approvals the meeting's own record is
/// still whole: those are reported, unless they only repeat what the ledger holds. Any other refusal stops the import.
pub(super) fn leave_out(
    headlines: &ParsedHeadlines,
    sourced: &SourcedEvent,
    refusal: Rejection,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let line = sourced.lines.0;
    match &sourced.event {
        Event::Meeting(MeetingEvent::MeetingConvened(_)) if refusal.kind() == RejectionKind::AlreadyRecorded => {
            return Err(ImportError::RecordedLive { meeting: headlines.reference.clone() });
        }
        Event::Committee(_) | Event::Party(_) | Event::Action(ActionEvent::ActionRaised(_))
            if refusal.kind() == RejectionKind::AlreadyRecorded => {}
        // Another edition may have listed the person otherwise.
        Event::Meeting(MeetingEvent::AttendanceRecorded(_) | MeetingEvent::ApologiesRecorded(_))
            if refusal.kind() == RejectionKind::AlreadyRecorded =>
        {
            let text = format!("not recorded: {refusal}");
            report.findings.push(ImportFinding { line, kind: ImportFindingKind::NotRecorded, text });
        }
        Event::Party(_) | Event::Action(_) | Event::Meeting(MeetingEvent::MinutesApproved(_)) => {
            let text = format!("not recorded: {refusal}");
            report.findings.push(ImportFinding { line, kind: ImportFindingKind::NotRecorded, text });
        }
        _ => return Err(ImportError::Refused { line, refusal }),
    }
    Ok(())
}
