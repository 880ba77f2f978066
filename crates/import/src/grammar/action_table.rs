//! Tables of actions: the meaning of each column, by its heading.

use super::token::tokens;

/// The columns of a table of actions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ActionColumns {
    pub(crate) reference: usize,
    pub(crate) text: Option<usize>,
    pub(crate) owner: Option<usize>,
    pub(crate) due: Option<usize>,
    pub(crate) status: Option<usize>,
    pub(crate) update: Option<usize>,
    pub(crate) mark: Option<usize>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Reference,
    /// Headed `Action`: the text, or the reference if another column holds the text.
    Action,
    Text,
    Owner,
    Due,
    Status,
    /// The meeting that raised the action, or the day.
    Raised,
    Update,
    /// The day the action was closed, or whether it is.
    Closed,
    Mark,
}

/// Returns what the column under this heading holds; `None` for an unknown heading.
pub(crate) fn column(heading: &str) -> Option<ColumnKind> {
    if heading.trim() == "#" {
        return Some(ColumnKind::Reference);
    }
    let words: Vec<String> = tokens(heading, 0)
        .iter()
        .map(|t| t.text.to_lowercase())
        .filter(|t| t.contains(char::is_alphanumeric))
        .collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    let any = |list: &[&str]| list.iter().any(|word| has(word));
    let raised = any(&["raised", "opened", "origin", "originated", "created", "meeting", "source"]);
    let closed = any(&["closed", "complete", "completed", "completion", "closure", "close"]);
    // `Raised by` and `Closed by` head a column of people; `by when` heads one of dates.
    let of_a_person = (raised || closed) && has("by") && !has("when");
    if of_a_person || heading.contains('%') {
        None
    } else if any(&["ref", "reference", "no", "number", "id"])
        && !any(&["meeting", "document", "paper", "agenda", "minute", "risk", "project"])
    {
        Some(ColumnKind::Reference)
    } else if any(&["update", "updates", "comment", "comments", "progress", "notes", "note", "remarks", "taken"]) {
        Some(ColumnKind::Update)
    } else if any(&["description", "details", "detail", "text", "task", "required", "agreed"]) {
        Some(ColumnKind::Text)
    } else if any(&["owner", "owners", "responsible", "responsibility", "assigned", "assignee", "lead", "whom", "who"])
    {
        Some(ColumnKind::Owner)
    } else if any(&["due", "deadline", "target", "when"]) {
        Some(ColumnKind::Due)
    } else if any(&["status", "state", "rag"]) {
        Some(ColumnKind::Status)
    } else if any(&["classification", "tlp", "marking"]) {
        Some(ColumnKind::Mark)
    } else if closed {
        Some(ColumnKind::Closed)
    } else if raised || words == ["date"] {
        Some(ColumnKind::Raised)
    } else if any(&["action", "actions"]) {
        Some(ColumnKind::Action)
    } else {
        None
    }
}

/// Returns the columns if the headings are those of a table of actions.
pub(crate) fn columns(header: &[String]) -> Option<ActionColumns> {
    let kinds: Vec<Option<ColumnKind>> = header.iter().map(|heading| column(heading)).collect();
    let first = |kind: ColumnKind| kinds.iter().position(|found| *found == Some(kind));
    let action = first(ColumnKind::Action);
    let text = first(ColumnKind::Text).or_else(|| action.filter(|_| first(ColumnKind::Reference).is_some()));
    let reference = first(ColumnKind::Reference).or(action)?;
    let columns = ActionColumns {
        reference,
        text,
        owner: first(ColumnKind::Owner),
        due: first(ColumnKind::Due),
        status: first(ColumnKind::Status),
        update: first(ColumnKind::Update),
        mark: first(ColumnKind::Mark),
    };
    let others = [columns.text, columns.owner, columns.due, columns.status, columns.update];
    (others.iter().flatten().count() >= 2 || (columns.status.is_some())).then_some(columns)
}
