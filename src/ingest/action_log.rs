//! A committee's action log into the ledger.

use super::{ImportError, Incoming, Prepared, Ready, Report};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::ActionRef;
use minutebook_domain::{Event, StreamId};
use minutebook_import::action_log::report::{LogReport, report};
use minutebook_import::action_log::{
    ActionLog, CellFinding, KnownAction, KnownCommittee, MAX_ROWS, log_establishment, log_events, source_rows,
};
use minutebook_import::{ImportFindingKind, SourceLines, SourcedEvent};
use minutebook_ledger::{RecordError, Selection};
use std::collections::BTreeSet;

pub(super) async fn prepare(
    incoming: &Incoming<'_>,
    log: ActionLog,
    source_lines: SourceLines,
) -> Result<Prepared, ImportError> {
    let mut report = report(&log);
    report.file = incoming.path.display().to_string();
    report.sha256.clone_from(&incoming.sha256);
    if incoming.is_recorded().await? {
        report.already_imported = true;
        return Ok(prepared(report, Vec::new(), source_lines, None));
    }
    let mut added = log_events(&log, &book(incoming, &log).await?);
    report.findings.append(&mut added.findings);
    // Where the log adds nothing the committee is established already.
    let establishment = log_establishment(&log).filter(|_| !added.events.is_empty());
    let all: Vec<SourcedEvent> = establishment.into_iter().chain(added.events).collect();
    if all.is_empty() {
        return Ok(prepared(report, all, source_lines, None));
    }
    let judged = incoming.judge(all).await?;
    for (sourced, refusal) in judged.refused {
        if refusal.rule() == "committee-established-once" {
            continue;
        }
        let entry = log.entries.iter().find(|entry| entry.row == sourced.lines.0);
        let (sheet, row) = (entry.and_then(|entry| entry.sheet.clone()), sourced.lines.0);
        let text = format!("not recorded: {refusal}");
        report.findings.push(CellFinding { sheet, row, column: None, kind: ImportFindingKind::NotRecorded, text });
    }
    report.findings.sort_by_key(|finding| (finding.sheet.clone(), finding.row));
    let ready = Some(judged.ready).filter(|_| !judged.kept.is_empty());
    Ok(prepared(report, judged.kept, source_lines, ready))
}

fn prepared(report: LogReport, events: Vec<SourcedEvent>, source_lines: SourceLines, ready: Option<Ready>) -> Prepared {
    Prepared { report: Report::ActionLog(report), events, changes: Vec::new(), source_lines, ready }
}

/// The rows of an action log by their number; several sheets' rows of one number are joined.
pub(super) fn rows(bytes: &[u8]) -> SourceLines {
    let mut rows: Vec<String> = Vec::new();
    for (_, number, text) in source_rows(bytes) {
        let at = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        if at < MAX_ROWS {
            rows.resize(rows.len().max(at + 1), String::new());
            rows[at].push_str(&text);
        }
    }
    rows.iter().map(String::as_str).collect()
}

/// What the book has of the actions that the log names, and of the committee's meetings.
async fn book(incoming: &Incoming<'_>, log: &ActionLog) -> Result<KnownCommittee, ImportError> {
    let ledger = incoming.recorder.log();
    let mut book = KnownCommittee { today: ledger.environment().clock.now().date_naive(), ..KnownCommittee::default() };
    let convened = ledger.read_all(Selection::Type("MeetingConvened".into())).await.map_err(RecordError::from)?;
    for recorded in convened {
        if let Event::Meeting(MeetingEvent::MeetingConvened(convened)) = recorded.event
            && *convened.reference.committee() == log.committee
        {
            book.meetings.insert(convened.reference.number(), (convened.reference.clone(), convened.held_on));
        }
    }
    let named: BTreeSet<ActionRef> = log.entries.iter().flat_map(|entry| alike(&entry.reference)).collect();
    for reference in named {
        let stream = Selection::Stream(StreamId::Action(reference.clone()));
        let recorded = ledger.read_all(stream).await.map_err(RecordError::from)?;
        let events: Vec<ActionEvent> = recorded
            .into_iter()
            .filter_map(|recorded| match recorded.event {
                Event::Action(event) => Some(event),
                _ => None,
            })
            .collect();
        if !events.is_empty() {
            book.actions.insert(reference, KnownAction::new(&events));
        }
    }
    Ok(book)
}

/// The reference, and those that differ from it by zeros before the place alone: `SSC72/1`, `SSC72/01`.
pub(super) fn alike(reference: &ActionRef) -> Vec<ActionRef> {
    let text = reference.to_string();
    let Some((meeting, place)) = text.rsplit_once('/') else { return vec![reference.clone()] };
    let place = place.trim_start_matches('0');
    (1..=4).filter_map(|digits| format!("{meeting}/{place:0>digits$}").parse().ok()).collect()
}
