//! The header row of a sheet and the meaning of its columns.

use super::sheet::{Sheet, SheetRow};
use crate::grammar::action_table::{ColumnKind, column};

/// The last row, from the top, that may be the header. A title, a key and empty rows stand above it.
const DEEPEST_HEADER: usize = 60;

/// The headings that are understood, for errors.
pub const ACCEPTED_HEADINGS: &str = "a reference (Ref, Reference, Action no., ID, No.) and at least two of: \
    Action or Description; Owner, Responsible, Assigned to or Lead; Due date, Target date or Deadline; Status or RAG; \
    Raised or Meeting; Update, Comments or Notes; Closed or Date completed; Classification or Marking";

/// The columns of an action log, counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogColumns {
    pub(crate) reference: u32,
    pub(crate) text: Option<u32>,
    pub(crate) owner: Option<u32>,
    /// Preferred columns first: `Revised due date` before `Due date`.
    pub(crate) due: Vec<u32>,
    pub(crate) status: Option<u32>,
    pub(crate) raised: Vec<u32>,
    pub(crate) update: Vec<u32>,
    pub(crate) closed: Option<u32>,
    pub(crate) mark: Option<u32>,
    /// The columns that are not read, with their headings.
    pub(crate) passed_over: Vec<(u32, String)>,
}

/// Returns the index of the header row and its columns.
pub(crate) fn header(sheet: &Sheet) -> Option<(usize, LogColumns)> {
    sheet.rows.iter().take(DEEPEST_HEADER).enumerate().find_map(|(at, row)| Some((at, columns(row)?)))
}

/// Returns the columns if the row is the header of an action log.
pub(crate) fn columns(row: &SheetRow) -> Option<LogColumns> {
    let mut headings: Vec<(u32, String, Option<ColumnKind>)> = row
        .cells
        .iter()
        .map(|(at, cell)| (*at, cell.text().into_owned(), column(&cell.text()).filter(|_| is_heading(&cell.text()))))
        .collect();
    let mut take = |wanted: ColumnKind, best: &dyn Fn(&str) -> u32| {
        let candidates = headings.iter_mut().filter(|(_, _, kind)| *kind == Some(wanted));
        let (at, _, kind) = candidates.min_by_key(|(at, heading, _)| (best(heading), *at))?;
        *kind = None;
        Some(*at)
    };
    let any = |_: &str| 0;
    // Beside `No.`, which numbers the rows, `Action ref` is the reference.
    let most_telling = |heading: &str| {
        let heading = heading.to_lowercase();
        match () {
            () if heading.contains("action") => 0,
            () if heading.contains("ref") => 1,
            () => 2,
        }
    };
    let latest = |heading: &str| {
        let heading = heading.to_lowercase();
        let said = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if said(&["revised", "new", "current", "latest"]) { 0 } else { 1 + u32::from(said(&["original", "initial"])) }
    };
    let mut found = LogColumns {
        reference: take(ColumnKind::Reference, &most_telling).unwrap_or(u32::MAX),
        ..LogColumns::default()
    };
    found.text = take(ColumnKind::Text, &any);
    if found.reference == u32::MAX {
        // `Action` holds the reference if another column holds the text.
        found.reference = found.text.and_then(|_| take(ColumnKind::Action, &any))?;
    } else if found.text.is_none() {
        found.text = take(ColumnKind::Action, &any);
    }
    found.owner = take(ColumnKind::Owner, &any);
    found.status = take(ColumnKind::Status, &any);
    found.closed = take(ColumnKind::Closed, &any);
    found.mark = take(ColumnKind::Mark, &any);
    found.due.extend(std::iter::from_fn(|| take(ColumnKind::Due, &latest)));
    found.raised.extend(std::iter::from_fn(|| take(ColumnKind::Raised, &any)));
    found.update.extend(std::iter::from_fn(|| take(ColumnKind::Update, &any)));
    let single = [found.text, found.owner, found.status, found.closed, found.mark].iter().flatten().count();
    let several = [&found.due, &found.raised, &found.update].iter().filter(|columns| !columns.is_empty()).count();
    let known = |at: u32| {
        at == found.reference
            || [found.text, found.owner, found.status, found.closed, found.mark].contains(&Some(at))
            || [&found.due, &found.raised, &found.update].iter().any(|columns| columns.contains(&at))
    };
    let rest = row.cells.iter().filter(|(at, _)| !known(*at));
    let passed_over = rest.map(|(at, cell)| (*at, cell.text().into_owned())).collect();
    (single + several >= 2).then_some(LogColumns { passed_over, ..found })
}

/// Whether a cell is short enough for a heading. Rows also mention owners and dates, but at length.
fn is_heading(text: &str) -> bool {
    text.chars().count() <= 60 && text.split_whitespace().count() <= 6
}
