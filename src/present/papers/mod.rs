//! Papers to print: the agenda of the next meeting, and the actions by owner.
//!
//! A [`Paper`] is what every surface prints: the terminal, Markdown, Word and the page. It is already redacted; nothing here
//! knows a clearance.

mod actions_by_owner;
mod agenda;
mod docx;
mod markdown;
mod rows;
mod text;

pub use actions_by_owner::by_owner_paper;
pub use agenda::agenda_paper;
pub use docx::paper_docx;
pub use markdown::paper_markdown;
pub use text::paper_text;

use super::table::{Column, Tone};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{CommitteeCode, Name};

/// A paper: its heading, and sections with a table each.
#[derive(Debug, Clone)]
pub struct Paper {
    /// `Security Sub-Committee (SSC) Meeting Agenda`
    pub title: String,
    /// The line below, if there is one: `SSC_74_2703 – SSC Meeting Agenda`.
    pub subtitle: Option<String>,
    /// What each page of a document has in its header: `SSC_74_2703`, `SSC Actions by Owner`.
    pub header: String,
    /// The lines below: when and where, and the moment of which the paper is.
    pub lines: Vec<String>,
    /// The creator: the committee's code.
    pub creator: String,
    /// The lowest classification whose readers are told the same.
    pub mark: Classification,
    /// The sections.
    pub sections: Vec<PaperSection>,
}

/// A section of a paper.
#[derive(Debug, Clone)]
pub struct PaperSection {
    /// The heading.
    pub heading: String,
    /// What the section says without rows.
    pub empty: &'static str,
    /// The columns.
    pub columns: &'static [PaperColumn],
    /// The rows, with a cell for each column.
    pub rows: Vec<Vec<PaperCell>>,
}

/// A column of a paper's table.
#[derive(Debug, Clone, Copy)]
pub struct PaperColumn {
    /// The column as a terminal shows it.
    pub column: Column,
    /// Its share of the width of a page.
    pub share: usize,
}

/// A cell of a paper's table.
#[derive(Debug, Clone)]
pub struct PaperCell {
    /// The text.
    pub text: String,
    /// The classification of the text, if that is above the public's.
    pub mark: Option<Classification>,
    /// The emphasis.
    pub tone: Tone,
}

impl PaperCell {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), mark: None, tone: Tone::Plain }
    }

    fn marked(text: impl Into<String>, mark: Option<Classification>) -> Self {
        Self { text: text.into(), mark: mark.filter(|mark| *mark != Classification::public()), tone: Tone::Plain }
    }

    /// The text with its mark: `Write to the Panel (RED)`.
    fn line(&self) -> String {
        match self.mark {
            Some(mark) => format!("{} ({mark})", self.text),
            None => self.text.clone(),
        }
    }
}

impl PaperSection {
    /// The headings of the columns, and the rows as text.
    fn as_text(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let headings = self.columns.iter().map(|column| column.column.heading().to_owned()).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(PaperCell::line).collect());
        (headings, rows.collect())
    }
}

/// `Security Sub-Committee (SSC) Meeting Agenda`
fn titled(name: &Name, code: &CommitteeCode, what: &str) -> String {
    if name.as_str() == code.as_str() { format!("{code} {what}") } else { format!("{name} ({code}) {what}") }
}
