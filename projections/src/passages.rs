//! Passages of a meeting's record: titles of items, paragraphs, lists and tables. They are there to be searched.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use crate::words::SearchTexts;
use minutebook_domain::classification::{Classified, Clearance, stored_list};
use minutebook_domain::meeting::{MeetingEvent, Table};
use minutebook_domain::reference::{ItemLabel, MeetingRef, Prose};
use minutebook_domain::{Event, StreamId};
use serde::{Deserialize, Serialize};

/// One row for each title, paragraph, list and table.
#[derive(Debug)]
pub struct Passages;

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PassageKind {
    /// The title of an agenda item.
    Title,
    /// A paragraph.
    Paragraph,
    /// A list, a text for each entry.
    List,
    /// A table, its cells one after the other.
    Table,
}

/// A passage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PassageRow {
    /// The meeting.
    pub meeting: MeetingRef,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// What it is.
    pub kind: PassageKind,
    /// Its place among the meeting's passages, from 1; 0 for a title.
    pub passage: u32,
    /// The texts.
    #[serde(with = "stored_list")]
    pub texts: Vec<Classified<Prose>>,
}

row_roles!(PassageRow { meeting: Own, item: Open, kind: Open, passage: Open, texts: Optional });

impl Projection for Passages {
    const NAME: &'static str = "passages";
    const VERSION: u32 = 1;
    const MEETING_FIELDS: &'static [&'static str] = &["meeting"];
    type Row = PassageRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        let Event::Meeting(event) = &*fact.event else { return Vec::new() };
        match event {
            MeetingEvent::AgendaItemTabled(item) => vec![format!("item {}", item.number)],
            MeetingEvent::ParagraphRecorded(paragraph) => vec![paragraph.passage.to_string()],
            MeetingEvent::ListRecorded(list) => vec![list.passage.to_string()],
            MeetingEvent::TableRecorded(table) => vec![table.passage.to_string()],
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<PassageRow>, fact: &Fact<'_>) -> Result<Option<PassageRow>, FoldError> {
        let (StreamId::Meeting(meeting), Event::Meeting(event)) = (fact.stream, &*fact.event) else { return Ok(row) };
        let (kind, item, passage, texts) = match event {
            MeetingEvent::AgendaItemTabled(item) => {
                (PassageKind::Title, Some(item.number), 0, vec![item.title.clone()])
            }
            MeetingEvent::ParagraphRecorded(paragraph) => {
                (PassageKind::Paragraph, paragraph.item, paragraph.passage, vec![paragraph.text.clone()])
            }
            MeetingEvent::ListRecorded(list) => (PassageKind::List, list.item, list.passage, list.entries.clone()),
            MeetingEvent::TableRecorded(table) => {
                (PassageKind::Table, table.item, table.passage, cells(&table.table)?.into_iter().collect())
            }
            _ => return Ok(row),
        };
        Ok(Some(PassageRow { meeting: meeting.clone(), item, kind, passage, texts }))
    }

    fn listing(row: &PassageRow) -> Listing {
        Listing { scope: row.meeting.committee().to_string(), facet: "" }
    }

    fn texts(row: &PassageRow) -> SearchTexts {
        row.texts.iter().fold(SearchTexts::default(), SearchTexts::with)
    }
}

/// Returns the cells of a table as one text; `None` if they are all empty.
fn cells(table: &Classified<Table>) -> Result<Option<Classified<Prose>>, FoldError> {
    let mark = table.classification();
    let Some(table) = table.disclose(Clearance::up_to(mark)) else { return Ok(None) };
    let cells = table.header.iter().chain(table.rows.iter().flatten()).map(|cell| cell.trim());
    let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    if cells.is_empty() {
        return Ok(None);
    }
    let text = cells.join("; ").parse().map_err(|error| FoldError(format!("the cells of a table: {error}")))?;
    Ok(Some(Classified::new(mark, text)))
}
