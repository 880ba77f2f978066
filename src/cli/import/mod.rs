//! `minutebook import`

mod action_log;
mod document;
mod export;
mod headlines;
mod outcome;
mod read_files;
mod scratch_ledger;

use super::actor::actor;
use super::clock::ClockArgs;
use super::failure::Failure;
use super::input_files::input_files;
use super::new_ledger::NewLedger;
use super::output::{ReportFormat, print};
use super::progress::DelayedProgressBar;
use minutebook_domain::RequestMetadata;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::MeetingRef;
use minutebook_ledger::{LedgerUrl, Log, Opening, Recorder};
use outcome::{FileOutput, NotImported};
use read_files::{FileContent, ReadFile};
use scratch_ledger::ScratchLedger;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Record headlines and action logs, or another ledger's export.
///
/// Headlines are Markdown, plain text, Word or PDF; action logs are CSV or XLSX. Files and folders can be mixed: the
/// headlines are recorded first, in the order of their meetings, then the action logs.
///
/// A document is recorded whole or not at all. Imported again, it changes nothing; a later edition of a meeting's
/// headlines corrects the record, and another edition (minutes beside headlines) adds to it. Findings are printed with their lines. A file that cannot be read is reported, and the
/// others are imported; other files in a folder are skipped.
///
/// An export (.ndjson, from log --format ndjson) is checked and then recorded whole into an empty ledger, or one that
/// holds the beginning of it. The copy has the same events, bytes and root.
#[derive(clap::Args)]
pub(super) struct ImportArgs {
    /// Documents or folders of them (.md, .markdown, .txt, .docx, .pdf, .csv, .tsv, .xlsx, .xlsm), or an export (.ndjson,
    /// .jsonl).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The mark of a document that states none [default: the committee's, or the highest].
    #[arg(long, value_name = "LEVEL")]
    classification: Option<Classification>,
    /// The meeting that the document is of, where it names another or none: SSC_73_1303. For one file.
    #[arg(long, value_name = "MEETING")]
    meeting: Option<MeetingRef>,
    /// Move what the document recorded under another meeting to --meeting. Actions and statuses stay the same ones.
    #[arg(long = "move", requires = "meeting")]
    moves: bool,
    /// Lower marks of what is recorded already, where another edition of a meeting says the same under a lower mark.
    #[arg(long)]
    yes: bool,
    /// Record nothing, and print what would be recorded beside the lines it was read from.
    #[arg(long)]
    dry_run: bool,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ReportFormat,
    /// Who imports [default: your user name].
    #[arg(long, env = "MINUTEBOOK_ACTOR", hide_env_values = true)]
    actor: Option<String>,
    /// The person or body on whose behalf it is imported.
    #[arg(long, value_name = "WHO")]
    on_behalf_of: Option<String>,
    #[command(flatten)]
    clock: ClockArgs,
}

pub(super) async fn run(ledger: &LedgerUrl, command: ImportArgs) -> Result<ExitCode, Failure> {
    let new = NewLedger::before(ledger);
    let outcome = import_files(ledger, command).await;
    new.settle().await;
    outcome
}

async fn import_files(ledger: &LedgerUrl, command: ImportArgs) -> Result<ExitCode, Failure> {
    let files = input_files(&command.files)?;
    if command.meeting.is_some() && files.len() != 1 {
        let what = format!("--meeting is for one document, and {} files are given", files.len());
        return Err(Failure::new(what).with_help("import the files one by one"));
    }
    let scratch = ScratchLedger::for_dry_run(ledger, command.dry_run)?;
    let url = scratch.as_ref().map_or(ledger, |scratch| &scratch.url);
    let recorder = Recorder::new(Log::open(url, Opening::OrNew, command.clock.environment()).await?);
    let metadata = RequestMetadata {
        actor: actor(command.actor.as_deref())?,
        on_behalf_of: command.on_behalf_of.clone(),
        ..RequestMetadata::default()
    };
    let mut bar = DelayedProgressBar::new("documents");
    let files = read_files::read_in_order(files, command.meeting.as_ref(), &mut bar).await;
    let total = files.len() as u64;
    let mut printed = Vec::with_capacity(files.len());
    let mut refused = 0_u32;
    for (done, next) in (0..).zip(files) {
        bar.show(done, total);
        let (index, file) = (next.index, next.path.display().to_string());
        let in_folder = next.in_folder;
        let json = match import_one(&recorder, next, &metadata, &command).await {
            Ok(output) => {
                if command.format == ReportFormat::Table {
                    bar.print(&output.text)?;
                }
                output.json
            }
            Err(NotImported::Skipped(why)) if in_folder => {
                bar.print_error(&format!("skipped: {file}: {why}"));
                json!({"file": file, "passed_over": why})
            }
            Err(not_imported) => {
                refused += 1;
                let failure = not_imported.into_failure();
                bar.print_error(&failure.as_text(Some(&file)));
                json!({"file": file, "error": failure.message()})
            }
        };
        printed.push((index, json));
    }
    bar.finish();
    recorder.log().close().await;
    if command.format == ReportFormat::Json {
        // In the order that they were named, not that of recording.
        printed.sort_by_key(|(index, _)| *index);
        let printed: Vec<_> = printed.into_iter().map(|(_, json)| json).collect();
        print(&serde_json::to_string_pretty(&json!({"files": printed}))?)?;
    }
    Ok(ExitCode::from(u8::from(refused > 0)))
}

async fn import_one(
    recorder: &Recorder,
    next: ReadFile,
    metadata: &RequestMetadata,
    command: &ImportArgs,
) -> Result<FileOutput, NotImported> {
    let path = next.path.clone();
    let preview = command.dry_run.then_some(command.format);
    match next.content().await? {
        FileContent::Export => Ok(export::run(recorder.log(), &path, command.dry_run).await?),
        FileContent::Document(document) => {
            let document = document.with_classification(command.classification).moving(command.moves);
            Ok(document::run(recorder, document, &path, metadata, preview, command.yes).await?)
        }
    }
}
