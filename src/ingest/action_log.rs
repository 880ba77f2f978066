//! A committee's action log into the ledger.

use super::error::ImportError;
use super::intake::{Intake, RehearsedRequest};
use super::prepared::PreparedDocument;
use super::report::{ImportReport, zero_padded};
use crate::query::read_query::end_of_time;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::ActionRef;
use minutebook_domain::{Event, RejectionKind, StreamId};
use minutebook_import::action_log::report::{LogReport, report};
use minutebook_import::action_log::{
    ActionLog, CellFinding, KnownAction, KnownCommittee, log_establishment, log_events,
};
use minutebook_import::{ImportFindingKind, SourceLines, SourcedEvent};
use minutebook_ledger::{BitemporalMoment, RecordError, RowFilter, Selection};
use minutebook_projections::meetings::{MeetingRow, Meetings};
use minutebook_projections::projection::Projection;
use minutebook_projections::redaction::standing_for;
use std::collections::{BTreeMap, BTreeSet};

pub(super) async fn prepare(
    intake: &Intake<'_>,
    log: ActionLog,
    source_lines: SourceLines,
) -> Result<PreparedDocument, ImportError> {
    let mut report = report(&log);
    report.file = intake.path.display().to_string();
    report.sha256.clone_from(&intake.sha256);
    if intake.is_recorded().await? {
        report.already_imported = true;
        return Ok(prepared(report, Vec::new(), source_lines, None));
    }
    let mut added = log_events(&log, &known(intake, &log).await?);
    report.findings.append(&mut added.findings);
    // A log that adds nothing leaves the committee as it is, so there is nothing to establish.
    let establishment = log_establishment(&log).filter(|_| !added.events.is_empty());
    let events: Vec<SourcedEvent> = establishment.into_iter().chain(added.events).collect();
    if events.is_empty() {
        return Ok(prepared(report, events, source_lines, None));
    }
    let judged = intake.judge(events).await?;
    for (sourced, refusal) in judged.refused {
        if matches!(sourced.event, Event::Committee(_)) && refusal.kind() == RejectionKind::AlreadyRecorded {
            continue;
        }
        let entry = log.entries.iter().find(|entry| entry.row == sourced.lines.0);
        let (sheet, row) = (entry.and_then(|entry| entry.sheet.clone()), sourced.lines.0);
        let text = format!("not recorded: {refusal}");
        report.findings.push(CellFinding { sheet, row, column: None, kind: ImportFindingKind::NotRecorded, text });
    }
    for (row, text) in judged.raised {
        let sheet = log.entries.iter().find(|entry| entry.row == row).and_then(|entry| entry.sheet.clone());
        report.findings.push(CellFinding { sheet, row, column: None, kind: ImportFindingKind::MarkRaised, text });
    }
    report.findings.sort_by_key(|finding| (finding.sheet.clone(), finding.row));
    let rehearsed = Some(judged.rehearsed).filter(|_| !judged.accepted.is_empty());
    Ok(prepared(report, judged.accepted, source_lines, rehearsed))
}

fn prepared(
    report: LogReport,
    events: Vec<SourcedEvent>,
    source_lines: SourceLines,
    rehearsed: Option<RehearsedRequest>,
) -> PreparedDocument {
    let report = ImportReport::ActionLog(report);
    PreparedDocument { report, events, changes: Vec::new(), lowered: Vec::new(), source_lines, rehearsed }
}

/// Returns what the readers of each row know of the actions that the log names, and of the committee's meetings.
async fn known(intake: &Intake<'_>, log: &ActionLog) -> Result<KnownCommittee, ImportError> {
    let ledger = intake.recorder.log();
    let mut known =
        KnownCommittee { today: ledger.environment().clock.now().date_naive(), ..KnownCommittee::default() };
    let marks: BTreeSet<Classification> = log.entries.iter().map(|entry| entry.text_classification).collect();
    for mark in marks {
        // A renumbered meeting has the number in force; what names it is recorded with its first reference.
        let listed = RowFilter::Listed { scope: log.committee.as_str(), facets: Meetings::FACETS };
        let at = BitemporalMoment::as_known_now(end_of_time());
        let meetings = ledger.rows::<Meetings>(listed, at, Clearance::up_to(mark)).await.map_err(RecordError::from)?;
        let by_number = known.meetings.entry(mark).or_default();
        for MeetingRow { reference, formerly, held_on, .. } in meetings.rows.into_iter().map(|keyed| keyed.row) {
            let first = formerly.first().unwrap_or(&reference).clone();
            if let Some(number) = reference.number() {
                by_number.insert(number, (first, held_on));
            }
        }
    }
    let named = log.entries.iter();
    let named: BTreeMap<ActionRef, Classification> = named
        .flat_map(|entry| zero_padded(&entry.reference).into_iter().map(|spelt| (spelt, entry.text_classification)))
        .collect();
    for (reference, mark) in named {
        let stream = Selection::Stream(StreamId::Action(reference.clone()));
        let history = ledger.read_all(stream).await.map_err(RecordError::from)?;
        if history.is_empty() {
            continue;
        }
        let events: Vec<ActionEvent> = standing_for(&history, Clearance::up_to(mark))
            .into_iter()
            .filter_map(|standing| match standing.event {
                Event::Action(event) => Some(event),
                _ => None,
            })
            .collect();
        known.references.insert(reference.clone());
        if !events.is_empty() {
            known.actions.insert(reference, KnownAction::new(&events));
        }
    }
    Ok(known)
}
