//! Reads a committee's published documents into events.
//!
//! [`read`] turns the bytes of a meeting's headlines into [`ParsedHeadlines`]. [`events`] gives the events to record,
//! each with the lines it comes from. [`report::FileReport`] is what `import --format json` prints.
//! [`action_log`] does the same for a committee's spreadsheet of actions.
//!
//! The crate is pure: it reads no file, no clock and no ledger. No word is lost: each word of the document stands in the
//! title of one item or in one passage, in the document's order.

pub mod action_log;
pub mod block;
mod context;
pub mod docx;
mod encoding;
mod error;
mod events;
mod findings;
mod footer;
mod front_matter;
mod grammar;
mod headlines;
mod html;
mod layout;
mod markdown;
pub mod package;
pub mod pdf;
mod plain_text;
pub mod prose;
mod reader;
pub mod report;
mod source;
mod typed_lists;
mod typed_text;

pub use context::{GivenNumbers, ImportContext, OpenMeeting};
pub use error::DocumentReadError;
pub use events::{SourcedEvent, establishment, events};
pub use findings::{ImportFinding, ImportFindingKind, UnrecognisedText};
pub use footer::RENDERED_BY;
pub use front_matter::FrontMatterError;
pub use headlines::{
    ActionProgress, ActionUpdate, ParsedAction, ParsedAttendee, ParsedDecision, ParsedDeferral, ParsedHeadlines,
    ParsedItem, ParsedMatter, ParsedMinutes, ParsedPassage, ParsedRecord, ParsedStatus, PlacedRecord, StatusOutcome,
};
pub use markdown::NestingTooDeep;
pub use source::{DocumentFormat, MAX_BLOCKS, MAX_DOCUMENT_BYTES, MAX_MARKS, MAX_NESTING, SourceLines, SourceText};
pub use typed_text::{read_typed, typed_events};

use block::{RichText, SourceBlock};

/// Reads a meeting's headlines. The format comes from the context, else from the content, else from the file's name.
pub fn read(bytes: &[u8], context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentReadError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentReadError::TooLarge { bytes: bytes.len() });
    }
    if context.format.is_none() && docx::is_meant(bytes, context.file_name) {
        return read_docx(bytes, context);
    }
    let extension = context.file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let looks_like_pdf = context.format.is_none() && (extension.eq_ignore_ascii_case("pdf") || pdf::is_pdf(bytes));
    if looks_like_pdf || context.format == Some(DocumentFormat::Pdf) {
        return read_pdf(bytes, context);
    }
    read_text(bytes, context)
}

fn read_text(bytes: &[u8], context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentReadError> {
    let marks = source::count_marks(bytes);
    if marks > source::MAX_MARKS {
        return Err(DocumentReadError::TooManyMarks { marks });
    }
    let source = SourceText::decode(bytes);
    let format = context.format.unwrap_or_else(|| DocumentFormat::of(context.file_name, source.text()));
    let mut findings: Vec<ImportFinding> = Vec::new();
    for line in source.damaged_lines() {
        let text = "bytes that are not valid UTF-8 were replaced".to_owned();
        findings.push(ImportFinding { line: *line, kind: ImportFindingKind::NotUtf8, text });
    }
    for line in source.null_lines() {
        findings.push(ImportFinding::null_dropped(*line));
    }
    if let Some((line, encoding)) = source.assumed_encoding() {
        let text = format!("the file was read as {encoding}");
        findings.push(ImportFinding { line, kind: ImportFindingKind::NotUtf8, text });
    }
    let blocks = match format {
        DocumentFormat::PlainText | DocumentFormat::Pdf => plain_text::read(source.text()),
        DocumentFormat::Markdown => {
            let document = markdown::read(&source)?;
            for (line, target) in document.link_targets {
                let text = findings::excerpt(&target);
                findings.push(ImportFinding { line, kind: ImportFindingKind::LinkTargetDropped, text });
            }
            document.blocks
        }
    };
    let lines = SourceLines::of(source.text());
    assemble(blocks, &[], lines, findings, context)
}

fn read_docx(bytes: &[u8], context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentReadError> {
    let document = docx::read(bytes)?;
    assemble(document.blocks, &document.furniture, document.lines, document.findings, context)
}

fn read_pdf(bytes: &[u8], context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentReadError> {
    let document = pdf::read(bytes)?;
    assemble(document.blocks, &document.furniture, document.lines, Vec::new(), context)
}

fn assemble(
    blocks: Vec<SourceBlock>,
    furniture: &[RichText],
    lines: SourceLines,
    findings: Vec<ImportFinding>,
    context: &ImportContext<'_>,
) -> Result<ParsedHeadlines, DocumentReadError> {
    let mut headlines = read_parts(blocks, furniture, context)?;
    headlines.source_lines = lines;
    headlines.findings.extend(findings);
    headlines.findings.sort_by_key(|finding| finding.line);
    Ok(headlines)
}

/// Reads a document that is already split into blocks. The caller sets [`ParsedHeadlines::source_lines`], to which the
/// lines of the blocks refer.
pub fn read_blocks(
    blocks: Vec<SourceBlock>,
    context: &ImportContext<'_>,
) -> Result<ParsedHeadlines, DocumentReadError> {
    read_parts(blocks, &[], context)
}

/// Reads blocks. `furniture` holds the pages' headers and footers, which supply particulars that the text omits.
fn read_parts(
    mut blocks: Vec<SourceBlock>,
    furniture: &[RichText],
    context: &ImportContext<'_>,
) -> Result<ParsedHeadlines, DocumentReadError> {
    if blocks.iter().map(SourceBlock::parts).sum::<usize>() > MAX_BLOCKS {
        return Err(DocumentReadError::TooManyBlocks);
    }
    footer::drop_from(&mut blocks);
    if blocks.is_empty() {
        return Err(DocumentReadError::Empty);
    }
    let blocks = typed_lists::recognise(blocks);
    let front = front_matter::read(&layout::before_first_item(&blocks), &blocks, furniture, context)?;
    let parts = layout::parts(blocks, &front);
    Ok(reader::read(&parts, &front, context))
}
