//! `minutebook headlines`

use super::failure::Failure;
use super::moment::Moment;
use super::output::{print, print_bytes};
use crate::ledger::{Environment, LedgerUrl, Log, Opening};
use crate::render::headlines::{Footer, docx::docx, html::html, json::json, markdown::markdown};
use crate::views::asking::Question;
use crate::views::headlines::{Headlines as Found, HeadlinesError, headlines};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::MeetingRef;
use minutebook_projections::headlines::NoDocument;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Print a meeting's headlines, as an audience may read them.
///
/// Nothing above the audience's classification is printed in any form. What was imported comes back word for word; what
/// was recorded without prose is put into sentences.
#[derive(clap::Args)]
pub(super) struct Headlines {
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

pub(super) async fn run(ledger: &LedgerUrl, command: Headlines) -> Result<ExitCode, Failure> {
    if command.format == Format::Docx && command.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::new("a Word document is not written to a terminal").with_help("-o FILE"));
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let meeting = &command.meeting;
    let Moment { as_of, known_at } = command.moment;
    let reach = Clearance::up_to(command.audience).into();
    let question = Question { as_of, known_at, reach, committee: None };
    let Found { document, as_of, position } = match headlines(&log, meeting, &question).await {
        Ok(found) => found,
        Err(HeadlinesError::View(error)) => return Err(error.into()),
        Err(HeadlinesError::NoDocument(NoDocument::NotConvened)) => {
            return Err(unknown(&log, meeting, command.moment.is_now()).await?);
        }
        Err(HeadlinesError::NoDocument(NoDocument::AboveClearance)) => {
            let what = format!("the headlines of {meeting} are not for {}", command.audience);
            return Err(Failure::new(what).with_help("give a higher --audience, if they are for one"));
        }
    };
    let rendered_at = log.environment().clock.now();
    let root = log.root_at(position).await?;
    log.close().await;
    let footer = Footer { audience: command.audience, as_of, position, root, rendered_at };
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
