//! Reads a committee's published headlines: text in, the meeting's events and a report out.
//!
//! Everything here is pure. [`read`] takes a document's bytes and gives [`ParsedHeadlines`]; [`events`] says what is to be
//! recorded, each event with the lines it was read from; [`report::FileReport`] is what `import --format json` prints.
//! Nothing is lost on the way: every word of the document is in exactly one item's title or passage, in order.

pub mod action_log;
pub mod block;
mod bullets;
pub mod docx;
mod encoding;
mod events;
mod extract;
mod findings;
mod front_matter;
mod grammar;
mod headlines;
mod layout;
mod markdown;
mod markup;
pub mod package;
pub mod pdf;
mod plain_text;
pub mod prose;
mod reader;
pub mod report;
mod source;

pub use events::{SourcedEvent, establishment, events};
pub use findings::{ImportFinding, ImportFindingKind, UnrecognisedText};
pub use headlines::{
    ActionProgress, ActionUpdate, ParsedAction, ParsedAttendee, ParsedDecision, ParsedDeferral, ParsedHeadlines,
    ParsedItem, ParsedMatter, ParsedMinutes, ParsedPassage, ParsedRecord, ParsedStatus, PlacedRecord, StatusOutcome,
};
pub use source::{DocumentFormat, MAX_DOCUMENT_BYTES, MAX_NESTING, SourceLines, SourceText};

use block::{DocumentBlock, RichText};
use minutebook_domain::classification::Classification;

/// What an import knows of a document beside its text.
#[derive(Debug, Clone, Default)]
pub struct ImportContext<'a> {
    /// The file's name, without its folder. Where the text does not give the meeting's reference, the name may.
    pub file_name: &'a str,
    /// The format, where it is not to be told from the name and the text.
    pub format: Option<DocumentFormat>,
    /// The classification of a document that states none. Without it such a document is recorded as RED: a text is
    /// never more widely readable than somebody has said.
    pub default_classification: Option<Classification>,
}

/// A document that is no meeting's headlines, or not one that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It is larger than any document of a meeting.
    #[error("the document has {bytes} bytes: at most {MAX_DOCUMENT_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is no package of Office's that can be read.
    #[error(transparent)]
    Package(#[from] package::PackageError),
    /// It is no Word document that can be read.
    #[error(transparent)]
    Docx(#[from] docx::DocxError),
    /// Its lists or quotes are nested deeper than is read.
    #[error("line {line}: lists and quotes are nested deeper than {MAX_NESTING} levels")]
    TooDeep {
        /// The line where that is so.
        line: u32,
    },
    /// It is a PDF that cannot be read.
    #[error(transparent)]
    Pdf(#[from] pdf::PdfError),
    /// It holds no text.
    #[error("the document holds no text")]
    Empty,
    /// It does not say which meeting it is of.
    #[error("no meeting's reference was found: one such as `SSC_72_2702` was expected before the first item")]
    NoMeeting,
    /// It does not say when the meeting was.
    #[error("no date of the meeting was found: one such as `27 February 2019` was expected before the first item")]
    NoDate,
}

/// Reads a document.
pub fn read(bytes: &[u8], context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentError::TooLarge { bytes: bytes.len() });
    }
    if context.format.is_none() && docx::is_meant(bytes, context.file_name) {
        return read_docx(bytes, context);
    }
    let extension = context.file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let named_pdf = context.format.is_none() && (extension.eq_ignore_ascii_case("pdf") || pdf::is_pdf(bytes));
    if named_pdf || context.format == Some(DocumentFormat::Pdf) {
        return read_pdf(bytes, context);
    }
    let source = SourceText::decode(bytes);
    let format = context.format.unwrap_or_else(|| DocumentFormat::of(context.file_name, source.text()));
    let mut findings: Vec<ImportFinding> = Vec::new();
    for line in source.damaged_lines() {
        let text = "bytes that are no UTF-8 were replaced".to_owned();
        findings.push(ImportFinding { line: *line, kind: ImportFindingKind::NotUtf8, text });
    }
    if let Some((line, encoding)) = source.taken_for() {
        findings.push(ImportFinding {
            line,
            kind: ImportFindingKind::NotUtf8,
            text: format!("the file was read as {encoding}"),
        });
    }
    let blocks = match format {
        DocumentFormat::PlainText | DocumentFormat::Pdf => plain_text::read(source.text()),
        DocumentFormat::Markdown => {
            let document =
                markdown::read(&source).map_err(|too_deep| DocumentError::TooDeep { line: too_deep.line })?;
            for (line, target) in document.link_targets {
                let text = findings::excerpt(&target);
                findings.push(ImportFinding { line, kind: ImportFindingKind::LinkTargetDropped, text });
            }
            document.blocks
        }
    };
    let mut headlines = read_blocks(blocks, context)?;
    headlines.source_lines = SourceLines::of(source.text());
    headlines.findings.append(&mut findings);
    headlines.findings.sort_by_key(|finding| finding.line);
    Ok(headlines)
}

fn read_docx(bytes: &[u8], context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentError> {
    let document = docx::read(bytes)?;
    let mut headlines = read_parts(document.blocks, &document.furniture, context)?;
    headlines.source_lines = document.lines;
    headlines.findings.extend(document.findings);
    headlines.findings.sort_by_key(|finding| finding.line);
    Ok(headlines)
}

fn read_pdf(bytes: &[u8], context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentError> {
    let document = pdf::read(bytes)?;
    let mut headlines = read_parts(document.blocks, &document.furniture, context)?;
    headlines.source_lines = document.lines;
    headlines.findings.sort_by_key(|finding| finding.line);
    Ok(headlines)
}

/// How the footer of a rendered document begins. It is the program's own line, and no part of the committee's record.
pub const RENDERED_BY: &str = "Rendered by Minutebook";

/// Takes the footer off a document that this program rendered.
fn drop_footer(blocks: &mut Vec<DocumentBlock>) {
    let is_footer = |block: &DocumentBlock| matches!(block, DocumentBlock::Paragraph(text) if text.as_str().starts_with(RENDERED_BY) && text.as_str().len() < 400);
    if blocks.len() > 1 {
        blocks.pop_if(|last| is_footer(last));
    }
}

/// Reads a document that another reader (of DOCX, of PDF) has brought into blocks. The lines that the blocks name are
/// that reader's to give, in [`ParsedHeadlines::source_lines`].
pub fn read_blocks(blocks: Vec<DocumentBlock>, context: &ImportContext<'_>) -> Result<ParsedHeadlines, DocumentError> {
    read_parts(blocks, &[], context)
}

/// Reads blocks, and what the headers and footers of their pages say. What the text itself does not say of the meeting,
/// these may.
fn read_parts(
    mut blocks: Vec<DocumentBlock>,
    furniture: &[RichText],
    context: &ImportContext<'_>,
) -> Result<ParsedHeadlines, DocumentError> {
    drop_footer(&mut blocks);
    if blocks.is_empty() {
        return Err(DocumentError::Empty);
    }
    let blocks = bullets::written_out(blocks);
    let front = front_matter::read(&layout::before_first_item(&blocks), &blocks, furniture, context.file_name)?;
    let parts = layout::parts(blocks, &front);
    Ok(reader::read(&parts, &front, context))
}
