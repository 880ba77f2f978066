//! A paper in Markdown.

use super::Paper;
use crate::present::footer::Footer;
use crate::present::headlines::markdown::{heading, push};
use minutebook_projections::headlines::HeadlinesBlock;

/// Renders the paper with an optional footer.
pub fn paper_markdown(paper: &Paper, footer: Option<&Footer>) -> String {
    let mut blocks = Vec::new();
    push(&mut blocks, &[HeadlinesBlock::Title(paper.title.clone())]);
    if let Some(subtitle) = &paper.subtitle {
        push(&mut blocks, &[HeadlinesBlock::Reference(subtitle.clone())]);
    }
    let lines = paper.lines.iter().cloned().chain([format!("Classification: {}", paper.mark)]);
    push(&mut blocks, &lines.map(HeadlinesBlock::Paragraph).collect::<Vec<_>>());
    for section in &paper.sections {
        blocks.push(heading(&section.heading));
        let block = if section.rows.is_empty() {
            HeadlinesBlock::Paragraph(section.empty.to_owned())
        } else {
            let (header, rows) = section.as_text();
            HeadlinesBlock::Table { header, rows }
        };
        push(&mut blocks, &[block]);
    }
    if let Some(footer) = footer {
        blocks.push("---".to_owned());
        push(&mut blocks, &[HeadlinesBlock::Paragraph(footer.line())]);
    }
    blocks.join("\n\n") + "\n"
}
