//! Rows to entries, one for each action, and the committee they belong to.

use super::cell_date;
use super::cell_reference::{self, CellReference};
use super::columns::{LogColumns, header};
use super::error::ActionLogError;
use super::findings::{CellFinding, UnrecognisedCell, lettered};
use super::sheet::{Sheet, SheetCell, SheetRow};
use super::status_cell::{self, StatusCell};
use crate::context::ImportContext;
use crate::findings::{ImportFindingKind, excerpt};
use crate::grammar::token::tokens;
use crate::grammar::{action, classification, reference as meeting};
use crate::headlines::ActionProgress;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, CommitteeCode, Name};
use std::collections::BTreeMap;

/// An action log, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionLog {
    /// The committee whose actions these are.
    pub committee: CommitteeCode,
    /// The date in the log's title or file name: the log shows the actions as of that day.
    pub as_at: Option<NaiveDate>,
    /// Whether a mark belongs to the Traffic Light Protocol only.
    pub uses_tlp: bool,
    /// The actions, in the order of the rows.
    pub entries: Vec<ActionLogEntry>,
    /// The findings, in the order they arose.
    pub findings: Vec<CellFinding>,
    /// Cells and rows that were not understood.
    pub unrecognised: Vec<UnrecognisedCell>,
}

/// An action of the log.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the log's columns")]
pub struct ActionLogEntry {
    pub sheet: Option<String>,
    pub row: u32,
    pub reference: ActionRef,
    pub text: String,
    pub owners: Vec<Name>,
    pub due_on: Option<NaiveDate>,
    pub status: Option<ActionProgress>,
    pub raised_on: Option<NaiveDate>,
    /// The number of the meeting that raised the action.
    pub raised_at: u32,
    pub note: Option<String>,
    pub closed_on: Option<NaiveDate>,
    pub mark: Option<Classification>,
    /// The classification under which the texts are recorded: the row's mark, else the log's, else RED.
    pub text_classification: Classification,
}

/// Reads the sheets that have the header of an action log.
pub(super) fn read(sheets: &[Sheet], context: &ImportContext<'_>) -> Result<ActionLog, ActionLogError> {
    let headed: Vec<(&Sheet, usize, LogColumns)> =
        sheets.iter().filter_map(|sheet| header(sheet).map(|(at, columns)| (sheet, at, columns))).collect();
    if headed.is_empty() {
        return Err(ActionLogError::NoHeader);
    }
    let title: Vec<String> =
        headed.iter().flat_map(|(sheet, at, _)| sheet.rows[..*at].iter().map(SheetRow::text)).collect();
    let stem = context.file_name.rsplit_once('.').map_or(context.file_name, |(stem, _)| stem).replace('_', " ");
    let titles = || title.iter().map(String::as_str).chain([stem.as_str()]);
    let committee = committee(&headed, titles())?;
    let stated = title.iter().find_map(|text| classification::of_document(text)).or(context.default_classification);
    let log = ActionLog {
        committee,
        as_at: titles().find_map(|text| cell_date::last(text, None)),
        uses_tlp: false,
        entries: Vec::new(),
        findings: Vec::new(),
        unrecognised: Vec::new(),
    };
    let mut reader = LogReader { log, sheet: None, row: 0, stated, unmarked: false };
    for sheet in sheets.iter().filter(|sheet| !sheet.rows.is_empty() && header(sheet).is_none()) {
        reader.at(sheet, sheet.rows[0].number, true);
        reader.find(None, ImportFindingKind::SheetPassedOver, "it has no header of an action log");
    }
    for (sheet, at, columns) in &headed {
        reader.sheet(sheet, *at, columns, sheets.len() > 1);
    }
    Ok(reader.log)
}

/// Returns the committee that most references name; if none names any, the one in the title or the file's name.
fn committee<'t>(
    headed: &[(&Sheet, usize, LogColumns)],
    mut titles: impl Iterator<Item = &'t str>,
) -> Result<CommitteeCode, ActionLogError> {
    let mut counts: BTreeMap<CommitteeCode, usize> = BTreeMap::new();
    for (sheet, at, columns) in headed {
        for cell in sheet.rows[at + 1..].iter().filter_map(|row| row.cell(columns.reference)) {
            let written = cell_reference::read(&cell.text()).filter(|written| written.meeting.is_some());
            if let Some(code) = written.and_then(|written| written.committee) {
                *counts.entry(code).or_default() += 1;
            }
        }
    }
    let all: usize = counts.values().sum();
    if let Some((code, count)) = counts.iter().max_by_key(|(_, count)| **count) {
        if count * 2 > all {
            return Ok(code.clone());
        }
        let committees: Vec<String> = counts.keys().map(|code| format!("`{code}`")).collect();
        return Err(ActionLogError::SeveralCommittees { committees: committees.join(" and ") });
    }
    titles
        .find_map(|text| {
            let words = tokens(text, 0);
            let code = words.iter().find(|t| t.text.len() >= 2 && t.text.chars().all(|c| c.is_ascii_uppercase()))?;
            code.text.parse().ok()
        })
        .ok_or(ActionLogError::NoCommittee)
}

struct LogReader {
    log: ActionLog,
    sheet: Option<String>,
    row: u32,
    stated: Option<Classification>,
    unmarked: bool,
}

impl LogReader {
    fn at(&mut self, sheet: &Sheet, row: u32, named: bool) {
        self.sheet = sheet.name.clone().filter(|_| named);
        self.row = row;
    }

    fn find(&mut self, column: Option<u32>, kind: ImportFindingKind, text: &str) {
        let (sheet, row, column) = (self.sheet.clone(), self.row, lettered(column));
        self.log.findings.push(CellFinding { sheet, row, column, kind, text: text.to_owned() });
    }

    /// Reports a cell or row that was not understood, with what is accepted in its place.
    fn not_understood(&mut self, column: Option<u32>, text: &str, accepted: &str) {
        let (sheet, row) = (self.sheet.clone(), self.row);
        let unrecognised = UnrecognisedCell { sheet, row, column: lettered(column), text: text.to_owned() };
        self.log.unrecognised.push(unrecognised);
        self.find(column, ImportFindingKind::NotUnderstood, &format!("`{}`: expected {accepted}", excerpt(text)));
    }

    fn sheet(&mut self, sheet: &Sheet, header: usize, columns: &LogColumns, named: bool) {
        self.at(sheet, sheet.rows[header].number, named);
        for (column, heading) in &columns.passed_over {
            self.find(
                Some(*column),
                ImportFindingKind::ColumnPassedOver,
                &format!("`{}` is not read", excerpt(heading)),
            );
        }
        for row in &sheet.rows[header + 1..] {
            self.row = row.number;
            if row.cells != sheet.rows[header].cells {
                self.entry(row, columns);
            }
        }
    }

    fn entry(&mut self, row: &SheetRow, columns: &LogColumns) {
        const REFERENCE: &str = "an action's reference, such as `SSC72/01`";
        let text_of = |column: Option<u32>| column.and_then(|at| row.cell(at)).map(|cell| cell.text().into_owned());
        let named = row.cell(columns.reference);
        if let Some(SheetCell::Date(_)) = named {
            let accepted = format!("{REFERENCE}: the cell holds a date, which Excel makes of `3/01`");
            return self.not_understood(None, &row.text(), &accepted);
        }
        let raised = columns.raised.iter().filter_map(|at| Some((*at, row.cell(*at)?)));
        let raised: Vec<(u32, Raised)> = raised.map(|(at, cell)| (at, raised_in(cell))).collect();
        let meeting = raised.iter().find_map(|(_, raised)| raised.meeting);
        let written: Option<CellReference> = named.and_then(|cell| cell_reference::read(&cell.text()));
        let Some(reference) = written.and_then(|written| written.in_full(&self.log.committee, meeting)) else {
            return self.not_understood(
                None,
                &row.text(),
                &format!("{REFERENCE} in column {}", lettered(Some(columns.reference)).unwrap_or_default()),
            );
        };
        if *reference.committee() != self.log.committee {
            let accepted = format!("an action of {}, as most rows are", self.log.committee);
            return self.not_understood(None, &row.text(), &accepted);
        }
        for (column, raised) in &raised {
            if raised.meeting.is_none() && raised.on.is_none() {
                self.not_understood(
                    Some(*column),
                    &text_of(Some(*column)).unwrap_or_default(),
                    &format!("a meeting such as `SSC_72_2702`, or {}", cell_date::ACCEPTED),
                );
            }
        }
        let raised_on = raised.iter().find_map(|(_, raised)| raised.on);
        let from = raised_on.or(self.log.as_at).unwrap_or_default();
        let due_on =
            columns.due.iter().find(|at| row.cell(**at).is_some()).and_then(|at| self.day(row, *at, raised_on));
        let mut notes: Vec<String> = columns.update.iter().filter_map(|at| text_of(Some(*at))).collect();
        let mut status = text_of(columns.status)
            .map_or_else(StatusCell::default, |text| status_cell::read(&text, &self.log.committee, from));
        if status.progress.is_none()
            && let Some(told) = text_of(columns.status).filter(|text| status_cell::names_supersession(text))
            && let Some(by) = notes.iter().find_map(|note| status_cell::superseded_by(note, &self.log.committee, from))
        {
            // The status says `Superseded`, and the update names the other action.
            status = StatusCell { progress: Some(by), on: cell_date::last(&told, Some(from)), says_more: false };
        }
        if let Some((column, text)) = columns.status.zip(text_of(columns.status)) {
            if status.progress.is_none() {
                self.not_understood(Some(column), &text, status_cell::ACCEPTED);
            }
            if status.says_more {
                notes.insert(0, text);
            }
        }
        let closed_on = self.closed(row, columns, &mut status, raised_on);
        let owner = text_of(columns.owner);
        let owners = owner.as_deref().and_then(action::owners_in).unwrap_or_default();
        let described = text_of(columns.text).unwrap_or_default();
        let marked = classification::marked(&described);
        let in_column = text_of(columns.mark);
        let mark = in_column.as_deref().and_then(|text| classification::labels(&tokens(text, 0)));
        if let (Some(column), Some(text), None) = (columns.mark, &in_column, mark) {
            self.not_understood(Some(column), text, "a classification, such as `WHITE`, `GREEN`, `AMBER` or `RED`");
        }
        self.log.uses_tlp |= in_column.as_deref().is_some_and(|text| text.to_uppercase().contains("TLP"));
        let mark = mark.or(marked.mark);
        let stated = mark.or(self.stated);
        if stated.is_none() && !self.unmarked {
            self.unmarked = true;
            self.find(
                None,
                ImportFindingKind::DocumentWithoutClassification,
                "neither the action log nor the row states a classification: such rows are recorded as RED",
            );
        }
        let text = described[marked.text].to_owned();
        let entry = ActionLogEntry {
            sheet: self.sheet.clone(),
            row: self.row,
            raised_at: meeting.unwrap_or(reference.meeting_number()),
            reference,
            text,
            owners,
            due_on,
            status: status.progress,
            raised_on,
            note: Some(notes.join("\n")).filter(|note| !note.trim().is_empty()),
            closed_on,
            mark,
            text_classification: stated.unwrap_or_else(Classification::highest),
        };
        self.report_gaps(&entry, columns);
        self.log.entries.push(entry);
    }

    /// Reports an action without an owner, and an open one without a due date.
    fn report_gaps(&mut self, entry: &ActionLogEntry, columns: &LogColumns) {
        let about = format!("{}: {}", entry.reference, excerpt(&entry.text));
        if entry.owners.is_empty() {
            self.find(columns.owner, ImportFindingKind::ActionWithoutOwner, &about);
        }
        if entry.due_on.is_none() && !entry.status.as_ref().is_some_and(ActionProgress::ends_it) {
            self.find(columns.due.first().copied(), ImportFindingKind::ActionWithoutDueDate, &about);
        }
    }

    fn day(&mut self, row: &SheetRow, column: u32, from: Option<NaiveDate>) -> Option<NaiveDate> {
        let cell = row.cell(column);
        match cell_date::read(cell, from) {
            cell_date::CellDate::On(day) => Some(day),
            cell_date::CellDate::None => None,
            cell_date::CellDate::Unread => {
                self.not_understood(Some(column), &cell.map(SheetCell::text).unwrap_or_default(), cell_date::ACCEPTED);
                None
            }
        }
    }

    /// Returns the day the action was closed, from its own column or the status. A `Yes` in that column is a status.
    fn closed(
        &mut self,
        row: &SheetRow,
        columns: &LogColumns,
        status: &mut StatusCell,
        from: Option<NaiveDate>,
    ) -> Option<NaiveDate> {
        let said = columns.closed.and_then(|at| Some((at, row.cell(at)?)));
        let on = match said {
            Some((_, cell)) if ["no", "n"].contains(&cell.text().to_lowercase().as_str()) => None,
            Some((_, cell))
                if ["yes", "y", "closed", "complete", "completed"].contains(&cell.text().to_lowercase().as_str()) =>
            {
                status.progress.get_or_insert(ActionProgress::Complete);
                None
            }
            Some((at, _)) => self.day(row, at, from),
            None => None,
        };
        if on.is_some() && columns.status.is_none_or(|at| row.cell(at).is_none()) {
            status.progress = Some(ActionProgress::Complete);
        }
        on.or(status.on).filter(|_| status.progress.as_ref().is_some_and(ActionProgress::ends_it))
    }
}

/// What a `Raised` cell says: a meeting, a day, or both.
struct Raised {
    meeting: Option<u32>,
    on: Option<NaiveDate>,
}

fn raised_in(cell: &SheetCell) -> Raised {
    let text = cell.text();
    let on = match cell_date::read(Some(cell), None) {
        cell_date::CellDate::On(day) => Some(day),
        _ => None,
    };
    let words = tokens(&text, 0);
    let referred = meeting::first_meeting(&words, true).map(|(found, _)| found.number);
    // `72`, `Meeting 72`, `SSC 72`, `SSC72`.
    let last = words.last().map(|t| t.text.trim_start_matches(|c: char| c.is_ascii_uppercase()));
    let plain = last.filter(|_| on.is_none() && words.len() <= 3).and_then(|digits| digits.parse().ok());
    Raised { meeting: referred.or(plain.filter(|number| (1..10_000).contains(number))), on }
}
