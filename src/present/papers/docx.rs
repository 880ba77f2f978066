//! A paper as a Word document.

use super::Paper;
use crate::present::docx::{BodyXml, WordDocument};
use crate::present::footer::Footer;
use minutebook_projections::headlines::HeadlinesBlock;
use zip::result::ZipError;

/// Returns the bytes of the package.
pub fn paper_docx(paper: &Paper, footer: Option<&Footer>) -> Result<Vec<u8>, ZipError> {
    let mut body = BodyXml::default();
    body.block(&HeadlinesBlock::Title(paper.title.clone()));
    if let Some(subtitle) = &paper.subtitle {
        body.block(&HeadlinesBlock::Reference(subtitle.clone()));
    }
    for line in &paper.lines {
        body.block(&HeadlinesBlock::Paragraph(line.clone()));
    }
    for section in &paper.sections {
        body.heading(&section.heading);
        if section.rows.is_empty() {
            body.block(&HeadlinesBlock::Paragraph(section.empty.to_owned()));
            continue;
        }
        let (headings, rows) = section.as_text();
        let shares: Vec<usize> = section.columns.iter().map(|column| column.share).collect();
        body.table(&headings, &rows, &shares);
    }
    let document = WordDocument {
        title: paper.title.clone(),
        creator: &paper.creator,
        header: &paper.header,
        mark: paper.mark.label(),
        footer,
        body,
    };
    document.package()
}
