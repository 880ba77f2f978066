//! Tables of actions: which column is which, by its heading.

use super::token::tokens;

/// The columns of a table of actions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) reference: usize,
    pub(crate) text: Option<usize>,
    pub(crate) owner: Option<usize>,
    pub(crate) due: Option<usize>,
    pub(crate) status: Option<usize>,
    pub(crate) update: Option<usize>,
    pub(crate) mark: Option<usize>,
}

/// What a column's heading says it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Reference,
    /// `Action`: the text, or the reference where another column has the text.
    Action,
    Text,
    Owner,
    Due,
    Status,
    /// The meeting or the day that it was raised.
    Raised,
    Update,
    /// The day it was closed, or whether it is.
    Closed,
    Mark,
}

/// What the column under this heading holds; `None` for one that says nothing of these.
pub(crate) fn column(heading: &str) -> Option<Column> {
    if heading.trim() == "#" {
        return Some(Column::Reference);
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
    // `Raised by` and `Closed by` name a person; `by when` asks for a day.
    let of_a_person = (raised || closed) && has("by") && !has("when");
    if of_a_person || heading.contains('%') {
        None
    } else if any(&["ref", "reference", "no", "number", "id"])
        && !any(&["meeting", "document", "paper", "agenda", "minute", "risk", "project"])
    {
        Some(Column::Reference)
    } else if any(&["update", "updates", "comment", "comments", "progress", "notes", "note", "remarks", "taken"]) {
        Some(Column::Update)
    } else if any(&["description", "details", "detail", "text", "task", "required", "agreed"]) {
        Some(Column::Text)
    } else if any(&["owner", "owners", "responsible", "responsibility", "assigned", "assignee", "lead", "whom", "who"])
    {
        Some(Column::Owner)
    } else if any(&["due", "deadline", "target", "when"]) {
        Some(Column::Due)
    } else if any(&["status", "state", "rag"]) {
        Some(Column::Status)
    } else if any(&["classification", "tlp", "marking"]) {
        Some(Column::Mark)
    } else if closed {
        Some(Column::Closed)
    } else if raised || words == ["date"] {
        Some(Column::Raised)
    } else if any(&["action", "actions"]) {
        Some(Column::Action)
    } else {
        None
    }
}

/// The columns, if the headings are those of a table of actions.
pub(crate) fn columns(header: &[String]) -> Option<Columns> {
    let kinds: Vec<Option<Column>> = header.iter().map(|heading| column(heading)).collect();
    let first = |kind: Column| kinds.iter().position(|found| *found == Some(kind));
    let action = first(Column::Action);
    let text = first(Column::Text).or_else(|| action.filter(|_| first(Column::Reference).is_some()));
    let reference = first(Column::Reference).or(action)?;
    let columns = Columns {
        reference,
        text,
        owner: first(Column::Owner),
        due: first(Column::Due),
        status: first(Column::Status),
        update: first(Column::Update),
        mark: first(Column::Mark),
    };
    let others = [columns.text, columns.owner, columns.due, columns.status, columns.update];
    (others.iter().flatten().count() >= 2 || (columns.status.is_some())).then_some(columns)
}
