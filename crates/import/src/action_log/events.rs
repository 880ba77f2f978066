//! The events that an action log adds to the ledger: an action that the ledger lacks is raised, and of a known action
//! only the differences are recorded.

use super::entries::{ActionLog, ActionLogEntry};
use super::findings::CellFinding;
use super::known_committee::{KnownAction, KnownCommittee, says_no_more};
use crate::events::{SourcedEvent, established};
use crate::findings::ImportFindingKind;
use crate::headlines::ActionProgress;
use chrono::NaiveDate;
use minutebook_domain::action::{
    ActionAssigned, ActionCarriedForward, ActionCompleted, ActionEvent, ActionProgressed, ActionRaised, ActionReopened,
    ActionStatus, ActionSuperseded, ActionWithdrawn, DueDateMoved, ReportedProgress,
};
use minutebook_domain::classification::Classified;
use minutebook_domain::reference::{ActionRef, Name, Prose};
use minutebook_domain::{Event, StreamId};
use std::collections::BTreeSet;

/// What an action log adds to the ledger.
#[derive(Debug, Clone, Default)]
pub struct LogEvents {
    /// The events to record, in the order of the rows.
    pub events: Vec<SourcedEvent>,
    /// What is not recorded because the ledger says otherwise, and what was assumed.
    pub findings: Vec<CellFinding>,
}

/// Returns the event that establishes the log's committee, for a ledger that does not know it.
pub fn log_establishment(log: &ActionLog) -> Option<SourcedEvent> {
    established(&log.committee, None, log.uses_tlp, (1, 1))
}

/// Returns the events of the action log that the ledger lacks.
pub fn log_events(log: &ActionLog, known: &KnownCommittee) -> LogEvents {
    let mut writer = LogEventWriter { log, known: known.clone(), written: LogEvents::default(), assumed: false };
    // All actions are raised first, since one may be superseded by an action further down.
    let mut days = Vec::with_capacity(log.entries.len());
    for entry in &log.entries {
        days.push(writer.raise(entry));
    }
    for (entry, reference) in log.entries.iter().zip(days) {
        if let Some(reference) = reference {
            writer.update(entry, &reference);
        }
    }
    writer.written
}

struct LogEventWriter<'a> {
    log: &'a ActionLog,
    known: KnownCommittee,
    written: LogEvents,
    assumed: bool,
}

impl LogEventWriter<'_> {
    fn find(&mut self, entry: &ActionLogEntry, kind: ImportFindingKind, text: String) {
        let sheet = entry.sheet.clone();
        self.written.findings.push(CellFinding { sheet, row: entry.row, column: None, kind, text });
    }

    fn record(&mut self, entry: &ActionLogEntry, reference: &ActionRef, event: impl Into<ActionEvent>) {
        let event = event.into();
        self.known.actions.entry(reference.clone()).or_default().take_in(&event);
        let stream = StreamId::Action(reference.clone());
        let (lines, classification) = ((entry.row, entry.row), Some(entry.text_classification));
        self.written.events.push(SourcedEvent { stream, event: Event::Action(event), lines, classification });
    }

    /// Returns the ledger's reference of the action. `SSC72/1` and `SSC72/01` are the same if the ledger holds only
    /// one of them.
    fn recorded_reference(&self, reference: &ActionRef) -> Option<ActionRef> {
        if self.known.actions.get(reference).is_some_and(|known| known.state.is_raised()) {
            return Some(reference.clone());
        }
        let raised = self.known.actions.iter().filter(|(_, known)| known.state.is_raised());
        raised.map(|(other, _)| other).find(|other| is_same(other, reference)).cloned()
    }

    /// Returns the reference in the ledger's spelling, whether or not the row's readers know the action.
    fn spelling(&self, reference: &ActionRef) -> ActionRef {
        let mut recorded = self.known.references.iter();
        let recorded = recorded.find(|other| *other == reference || is_same(other, reference));
        recorded.unwrap_or(reference).clone()
    }

    /// Raises the action if the ledger lacks it, and returns its reference there.
    fn raise(&mut self, entry: &ActionLogEntry) -> Option<ActionRef> {
        if let Some(known) = self.recorded_reference(&entry.reference) {
            let said = self.known.actions.get(&known).map(|known| known.text.clone()).unwrap_or_default();
            if !says_no_more(&entry.text, &said) {
                let (logged, recorded) = (crate::findings::excerpt(&entry.text), crate::findings::excerpt(&said));
                let text = format!("{known} is `{recorded}` in the ledger, but `{logged}` in the action log");
                self.find(entry, ImportFindingKind::ActionTextDiffers, text);
            }
            return Some(known);
        }
        let Ok(text) = entry.text.parse::<Prose>() else {
            let text = format!("{} is not in the ledger, and the row does not say what is to be done", entry.reference);
            self.find(entry, ImportFindingKind::NotRecorded, text);
            return None;
        };
        let raised_on = self.raised_on(entry);
        let meeting = self.known.meeting(entry.text_classification, entry.raised_at);
        let meeting = meeting.filter(|(_, held_on)| *held_on == raised_on);
        let due_on = entry.due_on.filter(|due| *due >= raised_on);
        let raised_in = meeting.map(|(meeting, _)| meeting.clone());
        if let Some(due) = entry.due_on.filter(|_| due_on.is_none()) {
            let text = format!("{} is due on {due}, before {raised_on}, when it was raised", entry.reference);
            self.find(entry, ImportFindingKind::DateOutOfOrder, text);
        }
        let reference = self.spelling(&entry.reference);
        let event = ActionRaised {
            reference: reference.clone(),
            text: Classified::new(entry.text_classification, text),
            owners: entry.owners.clone(),
            due_on,
            raised_in,
            raised_on,
            item: None,
            decision: None,
            marked: entry.mark,
            references: Vec::new(),
        };
        self.record(entry, &reference, event);
        Some(reference)
    }

    /// Returns the day the action was raised: the row's, else the meeting's, else the day of the log, but not after it
    /// was due or closed.
    fn raised_on(&mut self, entry: &ActionLogEntry) -> NaiveDate {
        let meeting = self.known.meeting(entry.text_classification, entry.raised_at).map(|(_, held_on)| *held_on);
        let beside = || {
            let same = |other: &&ActionLogEntry| other.raised_at == entry.raised_at;
            self.log.entries.iter().filter(same).find_map(|other| other.raised_on)
        };
        if let Some(day) = entry.raised_on.or(meeting).or_else(beside) {
            return day;
        }
        let latest = self.log.as_at.unwrap_or(self.known.today);
        let day = [entry.due_on, entry.closed_on].into_iter().flatten().fold(latest, NaiveDate::min);
        let text =
            format!("{} has no date on which it was raised: recorded as {day}, the latest possible", entry.reference);
        self.find(entry, ImportFindingKind::DateAssumed, text);
        day
    }

    /// Returns the day of an update: the log's own, else that of the last meeting in the ledger, else today.
    fn updated_on(&mut self, entry: &ActionLogEntry) -> NaiveDate {
        if let Some(day) = self.log.as_at {
            return day;
        }
        let day = self.known.last_meeting(entry.text_classification).unwrap_or(self.known.today);
        if !self.assumed {
            self.assumed = true;
            self.find(
                entry,
                ImportFindingKind::DateAssumed,
                format!("the action log has no date: its undated changes are recorded on {day}"),
            );
        }
        day
    }

    fn update(&mut self, entry: &ActionLogEntry, reference: &ActionRef) {
        let known = self.known.actions.get(reference).cloned().unwrap_or_default();
        let raised_on = known.raised_on.unwrap_or_default();
        let note_is_new = entry.note.as_deref().is_some_and(|note| !known.says(note));
        let ended = known.state.status().is_some_and(|status| status != ActionStatus::Outstanding);
        if ended && entry.status != Some(ActionProgress::Reopened) {
            return self.report_after_end(entry, reference, &known, note_is_new);
        }
        let reassigned = owners_differ(entry, &known);
        let moved = entry.due_on.filter(|due| Some(*due) != known.state.due_on() && *due >= raised_on);
        let status = entry.status.as_ref().filter(|status| adds_to(status, &known));
        if !reassigned && moved.is_none() && status.is_none() && !note_is_new {
            return;
        }
        let on = match entry.closed_on {
            Some(day) => day,
            None => self.updated_on(entry),
        };
        let on = on.max(raised_on);
        let at_meeting = None;
        if reassigned {
            let event =
                ActionAssigned { owners: entry.owners.clone(), assigned_on: on, at_meeting: at_meeting.clone() };
            self.record(entry, reference, event);
        }
        if let Some(to) = moved {
            self.record(
                entry,
                reference,
                DueDateMoved { to, note: None, moved_on: on, at_meeting: at_meeting.clone() },
            );
        }
        let prose = entry.note.as_deref().filter(|_| note_is_new).and_then(|note| note.parse::<Prose>().ok());
        let note = prose.map(|prose| Classified::new(entry.text_classification, prose));
        let said = note.is_some();
        let reported = |reported, note| ActionProgressed { note, reported, progressed_on: on, at_meeting: None };
        let event: Option<ActionEvent> = match status {
            Some(ActionProgress::Complete) => Some(ActionCompleted { note, completed_on: on, at_meeting }.into()),
            Some(ActionProgress::Withdrawn) => Some(ActionWithdrawn { note, withdrawn_on: on, at_meeting }.into()),
            Some(ActionProgress::Reopened) => Some(ActionReopened { note, reopened_on: on, at_meeting }.into()),
            Some(ActionProgress::CarriedForward(to)) => {
                Some(ActionCarriedForward { to: *to, note, carried_on: on, at_meeting }.into())
            }
            Some(ActionProgress::Superseded(by)) => {
                if said {
                    self.record(entry, reference, reported(None, note));
                }
                let by = self.recorded_reference(by).unwrap_or_else(|| by.clone());
                Some(ActionSuperseded { by, superseded_on: on, at_meeting }.into())
            }
            Some(ActionProgress::OnTarget) => Some(reported(Some(ReportedProgress::OnTarget), note).into()),
            // The due date already tells whether an action is overdue.
            _ => said.then(|| reported(None, note).into()),
        };
        if let Some(event) = event {
            self.record(entry, reference, event);
        }
    }

    /// Reports what a row says of an action that has ended in the ledger; nothing is recorded.
    fn report_after_end(
        &mut self,
        entry: &ActionLogEntry,
        reference: &ActionRef,
        known: &KnownAction,
        note_is_new: bool,
    ) {
        let Some(status) = known.state.status() else { return };
        let same = entry.status.as_ref().is_none_or(|said| said.end() == Some(status));
        if !same {
            let said = entry.status.as_ref().map_or("", ActionProgress::words);
            self.find(
                entry,
                ImportFindingKind::NotRecorded,
                format!("{reference} is {status} in the ledger, but {said} in the action log"),
            );
        }
        if let Some(note) = entry.note.as_deref().filter(|_| note_is_new) {
            let text = format!(
                "{reference} is {status} in the ledger, which lacks the words `{}`",
                crate::findings::excerpt(note)
            );
            self.find(entry, ImportFindingKind::NotRecorded, text);
        }
    }
}

/// Whether two references differ by leading zeros alone.
fn is_same(one: &ActionRef, other: &ActionRef) -> bool {
    let place = |reference: &ActionRef| reference.to_string().rsplit_once('/')?.1.parse::<u32>().ok();
    one.meeting_number() == other.meeting_number() && place(one) == place(other)
}

/// Whether the log names other owners than the ledger, without regard to case.
fn owners_differ(entry: &ActionLogEntry, known: &KnownAction) -> bool {
    let plain = |name: &Name| super::known_committee::plain(name.as_str());
    let said: BTreeSet<String> = entry.owners.iter().map(plain).collect();
    !said.is_empty() && said != known.state.owners().map(plain).collect()
}

/// Whether the status adds to what the ledger holds.
fn adds_to(status: &ActionProgress, known: &KnownAction) -> bool {
    match status {
        ActionProgress::Ongoing | ActionProgress::Overdue => false,
        ActionProgress::OnTarget => known.reported != Some(ReportedProgress::OnTarget),
        ActionProgress::CarriedForward(_) => !known.carried_forward,
        ActionProgress::Reopened => known.state.status() != Some(ActionStatus::Outstanding),
        _ => true,
    }
}
