//! `minutebook record lines`: commands as lines of JSON, for scripts.

use super::metadata::MetadataArgs;
use crate::cli::clock::ClockArgs;
use crate::cli::failure::Failure;
use crate::cli::new_ledger::NewLedger;
use crate::cli::progress::DelayedProgressBar;
use crate::cli::suggestions::refusal;
use futures_util::StreamExt;
use minutebook_domain::RequestMetadata;
use minutebook_domain::classification::Classification;
use minutebook_ledger::{LedgerUrl, Log, Opening, Recorder, command_json};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader};

/// Record commands, one JSON object a line.
///
/// They are read from a file or from standard input.
///
/// A line is one command, {"stream": "action:SSC72/01", "type": "ActionRaised", "data": {…}}, or several that are
/// recorded together or not at all, {"commands": [{…}, {…}]}. It may also have "idempotency_key", "actor",
/// "on_behalf_of", "reason", "valid_at", "correlation_id", "expected_version" and "planned", and a command its "classification". A
/// correction is {"corrects": EVENT_ID, "change": "struck"}. Other changes are {"set": {"completed_on": …}},
/// {"replaced": {"type": …, "data": …}} and {"marked": {"classification": "RED"}}.
///
/// For each line, one line is printed once the command is durably recorded or refused. With --jobs, lines are printed as
/// commands finish. Lines begin a ledger where there is none if the first one establishes a committee.
#[derive(clap::Args)]
pub(super) struct LinesArgs {
    /// The file, or - for standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How many lines to record at the same time. With more than one, no line may depend on another.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
}

pub(super) async fn run(
    ledger: &LedgerUrl,
    command: LinesArgs,
    metadata: &MetadataArgs,
    clock: &ClockArgs,
    classification: Option<Classification>,
) -> Result<ExitCode, Failure> {
    let numbered = lines(&command.file).await?.enumerate().map(|(index, line)| (index + 1, line));
    let is_written =
        |(_, line): &(usize, std::io::Result<String>)| !line.as_ref().is_ok_and(|line| line.trim().is_empty());
    let mut numbered = Box::pin(numbered.filter(move |line| std::future::ready(is_written(line))).peekable());
    let new = NewLedger::before(ledger);
    let begins = !new.exists() && {
        let first = numbered.as_mut().peek().await;
        first.is_some_and(|(_, line)| line.as_ref().is_ok_and(|line| establishes_a_committee(line)))
    };
    let opening = if begins { Opening::OrNew } else { Opening::Existing };
    let recorder = Recorder::new(Log::open(ledger, opening, clock.environment()).await?);
    let outcome = record_each(&recorder, numbered, &command, metadata, classification).await;
    recorder.log().close().await;
    new.settle().await;
    outcome
}

/// Returns whether the line, or the first of its commands, establishes a committee.
fn establishes_a_committee(line: &str) -> bool {
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    let first = line.get("commands").map_or(&line, |commands| &commands[0]);
    first["type"] == "CommitteeEstablished"
}

async fn record_each(
    recorder: &Recorder,
    numbered: impl futures_util::Stream<Item = (usize, std::io::Result<String>)>,
    command: &LinesArgs,
    metadata: &MetadataArgs,
    classification: Option<Classification>,
) -> Result<ExitCode, Failure> {
    let mut refused = 0_u64;
    let mut outcomes = numbered
        .map(|(number, line)| async move { (number, record(recorder, line, metadata, classification).await) })
        .buffer_unordered(usize::from(command.jobs))
        .boxed_local();
    let mut bar = DelayedProgressBar::new("lines");
    for done in 1.. {
        let Some((number, outcome)) = outcomes.next().await else { break };
        bar.count(done);
        let mut printed = match outcome {
            Ok(receipt) => receipt,
            Err(failure) => {
                refused += 1;
                json!({"error": failure.message(), "help": failure.help()})
            }
        };
        printed["line"] = Value::from(number);
        bar.print(&printed.to_string())?;
    }
    bar.finish();
    Ok(ExitCode::from(u8::from(refused > 0)))
}

async fn record(
    recorder: &Recorder,
    line: std::io::Result<String>,
    metadata: &MetadataArgs,
    classification: Option<Classification>,
) -> Result<Value, Failure> {
    let metadata = metadata.metadata(recorder.log().environment())?;
    let metadata = RequestMetadata { classification, ..metadata };
    let request = command_json::request(&line?, metadata).map_err(|error| Failure::from_error(&error))?;
    match recorder.record(&request).await {
        Ok(receipt) => Ok(serde_json::to_value(receipt)?),
        Err(error) => Err(refusal(recorder.log(), error, &request).await),
    }
}

async fn lines(file: &Path) -> Result<impl futures_util::Stream<Item = std::io::Result<String>>, Failure> {
    let input: Box<dyn AsyncBufRead + Unpin> = if file == Path::new("-") {
        Box::new(BufReader::new(tokio::io::stdin()))
    } else {
        let opened = tokio::fs::File::open(file).await;
        Box::new(BufReader::new(
            opened.map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", file.display())))?,
        ))
    };
    Ok(futures_util::stream::unfold(input.lines(), |mut lines| async move {
        lines.next_line().await.transpose().map(|line| (line, lines))
    }))
}
