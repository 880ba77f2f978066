//! `minutebook headlines`

use super::failure::Failure;
use super::output::{refuse_on_terminal, write_bytes, write_text};
use super::scope::{MomentArgs, note_clock_gap};
use crate::present::footer::Footer;
use crate::present::headlines::{docx::docx, html::html, json::json, markdown::markdown};
use crate::query::edition_choice::EditionChoice;
use crate::query::events::{Audience, EventReader};
use crate::query::headlines::{HeadlinesError, MeetingHeadlines, headlines};
use crate::query::read_query::ReadQuery;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::MeetingRef;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use minutebook_projections::headlines::MeetingDocument;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print a meeting's headlines for an audience.
///
/// Nothing classified above the audience is printed. Where several editions of the meeting's documents were imported, the most
/// confidential one that the audience may know is printed, or the one named with --edition. Imported text is printed word for word; sentences are written for
/// what was recorded without text.
#[derive(clap::Args)]
pub(super) struct HeadlinesArgs {
    /// The meeting: SSC_72_2702.
    meeting: MeetingRef,
    /// The highest classification that the audience may read: WHITE, GREEN, AMBER or RED.
    #[arg(long, value_name = "LEVEL", default_value = "WHITE")]
    audience: Classification,
    /// The edition: white (the headlines) or confidential (the minutes) [default: the highest for the audience].
    #[arg(long, value_name = "EDITION")]
    edition: Option<EditionChoice>,
    #[command(flatten)]
    moment: MomentArgs,
    /// The output format.
    #[arg(long, default_value = "md")]
    format: DocumentFormat,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DocumentFormat {
    /// Markdown.
    Md,
    /// HTML: one page without external files.
    Html,
    /// JSON.
    Json,
    /// A Word document.
    Docx,
}

pub(super) async fn run(ledger: &LedgerUrl, command: HeadlinesArgs) -> Result<ExitCode, Failure> {
    let output = command.output.as_deref();
    if command.format == DocumentFormat::Docx {
        refuse_on_terminal(output)?;
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let (document, footer) =
        document_for(&log, &command.meeting, command.edition, command.audience, command.moment).await?;
    log.close().await;
    match command.format {
        DocumentFormat::Md => write_text(&markdown(&document, Some(&footer)), output)?,
        DocumentFormat::Html => write_text(&html(&document, Some(&footer)), output)?,
        DocumentFormat::Json => write_text(&json(&document, Some(&footer))?, output)?,
        DocumentFormat::Docx => write_bytes(&docx(&document, Some(&footer))?, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the document for an audience at a moment, and its footer.
pub(super) async fn document_for(
    log: &Log,
    meeting: &MeetingRef,
    edition: Option<EditionChoice>,
    audience: Classification,
    moment: MomentArgs,
) -> Result<(MeetingDocument, Footer), Failure> {
    let is_now = moment.is_now();
    let MomentArgs { as_of, known_at } = moment;
    let query = ReadQuery { as_of, known_at, clearances: Clearance::up_to(audience).into(), committee: None };
    note_clock_gap(log, &query).await?;
    let MeetingHeadlines { document, as_of, position } = match headlines(log, meeting, edition, &query).await {
        Ok(found) => found,
        Err(HeadlinesError::NotConvened) => return Err(unknown(log, meeting, is_now).await?),
        Err(HeadlinesError::NoSuchEdition(edition)) => {
            let what = format!("there is no {edition} edition of {meeting} for {audience}");
            return Err(Failure::new(what).with_help("give a higher --audience, or leave --edition out"));
        }
        Err(HeadlinesError::AboveClearance) => {
            let what = format!("the headlines of {meeting} are classified above {audience}");
            return Err(Failure::new(what).with_help("give a higher --audience"));
        }
        Err(HeadlinesError::Query(error)) => return Err(error.into()),
        Err(HeadlinesError::Read(error)) => return Err(error.into()),
    };
    let rendered_at = log.environment().clock.now();
    let position = EventReader::new(log.clone()).last_known(position, &Audience::cleared(audience)).await?;
    let root = log.root_at(position).await?;
    Ok((document, Footer { audience, as_of, position, root, rendered_at }))
}

async fn unknown(log: &Log, meeting: &MeetingRef, now: bool) -> Result<Failure, Failure> {
    // Suggest meetings of the same number first: the day and the month are the likeliest to be wrong.
    let committee = meeting.committee();
    let mut similar = match meeting.number() {
        Some(number) => log.references_like(&format!("{committee}_{number}_"), 50).await?,
        None => Vec::new(),
    };
    if similar.is_empty() {
        similar = log.references_like(&format!("{committee}_"), 50).await?;
    }
    let meetings: Vec<String> =
        similar.into_iter().filter(|text| text.parse::<MeetingRef>().is_ok()).take(10).collect();
    let when = if now { "in the ledger" } else { "as of that moment" };
    let failure = Failure::new(format!("there is no meeting `{meeting}` {when}"));
    Ok(if meetings.is_empty() {
        failure
    } else {
        failure.with_help(format!("similar meetings: {}", meetings.join(", ")))
    })
}
