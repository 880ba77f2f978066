//! Commands as lines of JSON: for scripts, and for recording many things in one go.

use super::Who;
use crate::cli::failure::Failure;
use crate::cli::output::print;
use futures_util::StreamExt;
use minutebook_ledger::{Recorder, command_json};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader};

/// Record commands from a file or standard input, one JSON object a line.
///
/// A line is a command, {"stream": "action:SSC72/01", "type": "ActionRaised", "data": {…}}, or several that are
/// recorded together or not at all, {"commands": [{…}, {…}]}. It may also say "idempotency_key", "actor",
/// "on_behalf_of", "reason", "valid_at", "correlation_id" and "expected_version". A correction is
/// {"corrects": `EVENT_ID`, "change": "struck"}, or "change": {"replaced": {"type": …, "data": …}}.
///
/// For each line one line is printed, when it is durably recorded or refused; with --jobs in the order they end.
#[derive(clap::Args)]
pub(super) struct Lines {
    /// The file; standard input if it is left out or -.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How many lines to record at a time. With more than one, lines must not rest on one another.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
}

pub(super) async fn run(recorder: &Recorder, command: Lines, who: &Who) -> Result<ExitCode, Failure> {
    let mut refused = 0_u64;
    let lines = lines(&command.file).await?;
    let numbered = lines.enumerate().map(|(index, line)| (index + 1, line));
    let blank = |(_, line): &(usize, std::io::Result<String>)| !line.as_ref().is_ok_and(|line| line.trim().is_empty());
    let numbered = numbered.filter(move |line| std::future::ready(blank(line)));
    let mut outcomes = numbered
        .map(|(number, line)| async move { (number, record(recorder, line, who).await) })
        .buffer_unordered(usize::from(command.jobs))
        .boxed_local();
    while let Some((number, outcome)) = outcomes.next().await {
        let mut printed = match outcome {
            Ok(receipt) => receipt,
            Err(failure) => {
                refused += 1;
                json!({"error": failure.message(), "help": failure.help()})
            }
        };
        printed["line"] = Value::from(number);
        print(&printed.to_string())?;
    }
    recorder.log().close().await;
    Ok(ExitCode::from(u8::from(refused > 0)))
}

async fn record(recorder: &Recorder, line: std::io::Result<String>, who: &Who) -> Result<Value, Failure> {
    let envelope = who.envelope(recorder.log().environment())?;
    let request = command_json::request(&line?, envelope).map_err(|error| Failure::new(error.to_string()))?;
    Ok(serde_json::to_value(recorder.record(&request).await?)?)
}

async fn lines(file: &Path) -> Result<impl futures_util::Stream<Item = std::io::Result<String>>, Failure> {
    let input: Box<dyn AsyncBufRead + Unpin> = if file == Path::new("-") {
        Box::new(BufReader::new(tokio::io::stdin()))
    } else {
        let opened = tokio::fs::File::open(file).await;
        Box::new(BufReader::new(opened.map_err(|error| Failure::new(format!("{}: {error}", file.display())))?))
    };
    Ok(futures_util::stream::unfold(input.lines(), |mut lines| async move {
        lines.next_line().await.transpose().map(|line| (line, lines))
    }))
}
