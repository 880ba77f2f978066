//! `minutebook headlines`

use super::failure::Failure;
use super::moment::Moment;
use super::output::{print, print_bytes};
use crate::present::headlines::{Footer, docx::docx, html::html, json::json, markdown::markdown};
use crate::query::headlines::{Headlines, NoHeadlines, headlines};
use crate::query::read_query::ReadQuery;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::MeetingRef;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use minutebook_projections::headlines::MeetingDocument;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Print a meeting's headlines, as an audience may read them.
///
/// Nothing above the audience's classification is printed in any form. What was imported comes back word for word; what
/// was recorded without prose is put into sentences.
#[derive(clap::Args)]
pub(super) struct Print {
    /// The meeting: `SSC_72_2702`.
    meeting: MeetingRef,
    /// For whom: the highest classification that they may read.
    #[arg(long, value_name = "LEVEL", default_value = "WHITE")]
    audience: Classification,
    #[command(flatten)]
    moment: Moment,
    /// How to print it.
    #[arg(long, default_value = "md")]
    format: Format,
    /// Where to write it, rather than to the standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Markdown, in the house style.
    Md,
    /// One page that loads nothing from elsewhere.
    Html,
    /// JSON.
    Json,
    /// A Word document.
    Docx,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Print) -> Result<ExitCode, Failure> {
    if command.format == Format::Docx && command.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::new("a Word document is not written to a terminal").with_help("-o FILE"));
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let (document, footer) = folded(&log, &command.meeting, command.audience, command.moment).await?;
    log.close().await;
    let text = match command.format {
        Format::Md => markdown(&document, Some(&footer)),
        Format::Html => html(&document, Some(&footer)),
        Format::Json => json(&document, Some(&footer))?,
        Format::Docx => {
            write(&docx(&document, Some(&footer))?, command.output.as_deref())?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    match command.output {
        Some(path) => write((text.trim_end_matches('\n').to_owned() + "\n").as_bytes(), Some(&path))?,
        None => print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The document as it was at a moment for an audience, and what its footer says.
pub(super) async fn folded(
    log: &Log,
    meeting: &MeetingRef,
    audience: Classification,
    moment: Moment,
) -> Result<(MeetingDocument, Footer), Failure> {
    let Moment { as_of, known_at } = moment;
    let question = ReadQuery { as_of, known_at, reach: Clearance::up_to(audience).into(), committee: None };
    let Headlines { document, as_of, position } = match headlines(log, meeting, &question).await {
        Ok(found) => found,
        Err(NoHeadlines::NotConvened) => return Err(unknown(log, meeting, moment.is_now()).await?),
        Err(NoHeadlines::AboveClearance) => {
            let what = format!("the headlines of {meeting} are not for {audience}");
            return Err(Failure::new(what).with_help("give a higher --audience, if they are for one"));
        }
        Err(NoHeadlines::Ask(error)) => return Err(error.into()),
        Err(NoHeadlines::View(error)) => return Err(error.into()),
    };
    let rendered_at = log.environment().clock.now();
    let root = log.root_at(position).await?;
    Ok((document, Footer { audience, as_of, position, root, rendered_at }))
}

/// Writes a document to its file, or to the standard output.
fn write(bytes: &[u8], path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return print_bytes(bytes) };
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", path.display())))
}

async fn unknown(log: &Log, meeting: &MeetingRef, now: bool) -> Result<Failure, Failure> {
    // Its day and month may be wrong, or its number too.
    let committee = meeting.committee();
    let mut similar = log.references_like(&format!("{committee}_{}_", meeting.number()), 50).await?;
    if similar.is_empty() {
        similar = log.references_like(&format!("{committee}_"), 50).await?;
    }
    let meetings: Vec<String> =
        similar.into_iter().filter(|text| text.parse::<MeetingRef>().is_ok()).take(10).collect();
    let when = if now { "in the ledger" } else { "at that moment" };
    let failure = Failure::new(format!("there is no meeting {meeting} {when}"));
    Ok(if meetings.is_empty() { failure } else { failure.with_help(format!("it has: {}", meetings.join(", "))) })
}
