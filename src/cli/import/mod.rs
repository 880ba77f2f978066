//! `minutebook import`

mod document;
mod export;
mod files;
mod opened;
mod scratch;

pub(super) use files::{Form, Given, files};

use super::failure::Failure;
use super::output::print;
use super::progress::Bar;
use minutebook_ledger::{Envelope, Environment, LedgerUrl, Log, Opening, Recorder};
use opened::{Opened, What};
use scratch::Scratch;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Record published headlines (Markdown, plain text, Word, PDF) and action logs (CSV, XLSX), files or folders of them; or
/// bring in the export of a book.
///
/// A document is recorded whole or not at all, and once: imported again, it changes nothing. What calls for attention is
/// shown with its line. With --dry-run nothing is recorded, and what would be is shown beside the lines it was read from.
/// Of several, the headlines come first, in the order of their meetings, and the action logs after them. What cannot be
/// read is reported, and the rest goes on; what in a folder is no document is passed over.
///
/// An export (.ndjson, as `log --format ndjson` prints it) makes the same book elsewhere: the same events with the same
/// bytes, and so the same root. It is taken into an empty ledger, or into one that holds the beginning of it, and is
/// checked whole before anything is recorded.
#[derive(clap::Args)]
pub(super) struct Import {
    /// The documents, or folders of them (.md, .markdown, .txt, .docx, .pdf, .csv, .tsv, .xlsx, .xlsm), or an export
    /// (.ndjson, .jsonl).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Record nothing; show what would be recorded.
    #[arg(long)]
    dry_run: bool,
    /// How to print what was found.
    #[arg(long, default_value = "table")]
    format: Format,
    /// Who imports; the user's name on this machine if it is left out.
    #[arg(long, env = "MINUTEBOOK_ACTOR", hide_env_values = true)]
    actor: Option<String>,
    /// On whose behalf.
    #[arg(long, value_name = "WHO")]
    on_behalf_of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Import) -> Result<ExitCode, Failure> {
    let files = files(&command.files)?;
    let scratch = Scratch::for_dry_run(ledger, command.dry_run)?;
    let url = scratch.as_ref().map_or(ledger, |scratch| &scratch.url);
    let recorder = Recorder::new(Log::open(url, Opening::OrNew, Environment::system()).await?);
    let envelope = Envelope {
        actor: super::record::actor(command.actor.as_deref())?,
        on_behalf_of: command.on_behalf_of.clone(),
        ..Envelope::default()
    };
    let mut bar = Bar::of("documents");
    let opened = opened::in_order(files, &mut bar).await;
    let of = opened.len() as u64;
    let mut printed = Vec::with_capacity(opened.len());
    let mut refused = 0_u32;
    for (done, next) in (0..).zip(opened) {
        bar.show(done, of);
        let (place, file) = (next.place, next.file.display().to_string());
        let is_found = next.is_found;
        let said = match import_one(&recorder, next, &envelope, &command).await {
            Ok(done) => {
                if command.format == Format::Table {
                    bar.print(&done.text)?;
                }
                done.json
            }
            Err(Stopped::PassedOver(why)) if is_found => {
                bar.say(&format!("passed over: {file}: {why}"));
                json!({"file": file, "passed_over": why})
            }
            Err(stopped) => {
                refused += 1;
                let failure = stopped.into_failure();
                let help = failure.help().map(|help| format!("\n  help: {help}")).unwrap_or_default();
                bar.say(&format!("error: {file}: {}{help}", failure.message()));
                json!({"file": file, "error": failure.message()})
            }
        };
        printed.push((place, said));
    }
    bar.end();
    recorder.log().close().await;
    if command.format == Format::Json {
        // As they were given, whatever the order they were recorded in.
        printed.sort_by_key(|(place, _)| *place);
        let printed: Vec<_> = printed.into_iter().map(|(_, said)| said).collect();
        print(&serde_json::to_string_pretty(&json!({"files": printed}))?)?;
    }
    Ok(ExitCode::from(u8::from(refused > 0)))
}

/// What is printed of a file that was imported.
struct Done {
    json: serde_json::Value,
    text: String,
}

/// Why a file was not imported.
enum Stopped {
    /// It should have been, and could not.
    Refused(Failure),
    /// It is none that is imported, and says so by itself: in a folder that is no mistake.
    PassedOver(String),
}

impl Stopped {
    fn into_failure(self) -> Failure {
        match self {
            Self::Refused(failure) => failure,
            Self::PassedOver(why) => Failure::new(why),
        }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

async fn import_one(recorder: &Recorder, next: Opened, envelope: &Envelope, command: &Import) -> Result<Done, Stopped> {
    let file = next.file.clone();
    match next.open().await? {
        What::Export => Ok(export::run(recorder.log(), &file, command.dry_run).await?),
        What::Document(document) => Ok(document::run(recorder, *document, &file, envelope, command).await?),
    }
}
