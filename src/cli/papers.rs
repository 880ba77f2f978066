//! How papers to print are printed.

use super::failure::Failure;
use super::output::{refuse_on_terminal, write_bytes, write_text};
use super::terminal::with_colours;
use crate::present::footer::Footer;
use crate::present::papers::{Paper, paper_docx, paper_markdown, paper_text};
use crate::present::table::TableLayout;
use crate::query::events::{Audience, EventReader};
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::classification::Classification;
use minutebook_ledger::Log;
use serde::Serialize;
use std::path::Path;

/// The formats of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PaperFormat {
    /// Text and tables, as wide as the terminal.
    Table,
    /// Markdown.
    Md,
    /// A Word document.
    Docx,
    /// JSON.
    Json,
}

/// The audience and the moment of a paper, for its footer.
pub(super) struct PaperOrigin {
    pub(super) audience: Classification,
    pub(super) as_of: Option<DateTime<Utc>>,
    pub(super) position: Position,
}

impl PaperOrigin {
    async fn footer(&self, log: &Log) -> Result<Footer, Failure> {
        let reader = EventReader::new(log.clone());
        let position = reader.last_known(self.position, &Audience::cleared(self.audience)).await?;
        let (root, rendered_at) = (log.root_at(position).await?, log.environment().clock.now());
        Ok(Footer { audience: self.audience, as_of: self.as_of, position, root, rendered_at })
    }
}

/// Prints a paper, or `json` for it, to a file or to the standard output.
pub(super) async fn print_paper(
    log: &Log,
    (paper, json): (&Paper, &impl Serialize),
    origin: &PaperOrigin,
    (format, layout): (PaperFormat, TableLayout),
    path: Option<&Path>,
) -> Result<(), Failure> {
    match format {
        PaperFormat::Table if path.is_some() => write_text(&paper_text(paper, layout), path),
        PaperFormat::Table => write_text(&with_colours(&paper_text(paper, layout)), None),
        PaperFormat::Json => write_text(&serde_json::to_string_pretty(json)?, path),
        PaperFormat::Md => write_text(&paper_markdown(paper, Some(&origin.footer(log).await?)), path),
        PaperFormat::Docx => {
            refuse_on_terminal(path)?;
            write_bytes(&paper_docx(paper, Some(&origin.footer(log).await?))?, path)
        }
    }
}
