//! `minutebook demo`

use super::failure::Failure;
use super::output::print;
use super::{history, log, verify};
use crate::ledger::{Envelope, Environment, LedgerUrl, Log, Opening, Recorder, Selection, command_json};
use minutebook_domain::{Position, Source};
use std::path::PathBuf;
use std::process::ExitCode;

/// The sample committee's record, as commands.
const SAMPLE: &str = include_str!("../../sample/committee.ndjson");

/// Make a ledger with a sample committee, and show what it holds.
#[derive(clap::Args)]
pub(super) struct Demo {
    /// The file to make the ledger in. A second demo in the same file records nothing new.
    #[arg(long, default_value = "minutebook-demo.db")]
    file: PathBuf,
}

pub(super) async fn run(command: Demo) -> Result<ExitCode, Failure> {
    let url = LedgerUrl::Sqlite(command.file.clone());
    let recorder = Recorder::new(Log::open(&url, Opening::OrNew, Environment::system()).await?);
    let first = recorder.log().read(Selection::All, Position::START).next_page().await?;
    if first.first().is_some_and(|event| event.command_id != "sample-1") {
        let what = format!("{} holds a ledger that is not a demo's", command.file.display());
        return Err(Failure::new(what).with_help("name another file with --file"));
    }
    for (index, line) in SAMPLE.lines().enumerate() {
        // The keys make a second demo on the same file record nothing new.
        let defaults = Envelope {
            actor: "sample secretary".into(),
            command_id: format!("sample-{}", index + 1),
            source: Source { client: Some("demo".into()), ..Source::default() },
            ..Envelope::default()
        };
        let request = command_json::request(line, defaults).map_err(|error| Failure::new(error.to_string()))?;
        recorder.record(&request).await?;
    }
    let head = recorder.log().head().await?;
    recorder.log().close().await;
    print(&format!("The sample committee is recorded in {}: {head} events.\n", command.file.display()))?;
    for (title, subject) in [("The life of one action", "TSC4/02"), ("The statuses of one party", "Other User K")] {
        print(&format!("{title} (minutebook history '{subject}')"))?;
        history::run(&url, history::History::of(subject)).await?;
        print("")?;
    }
    print("The last events (minutebook log)")?;
    log::run(&url, log::LogCommand::after(head.number().saturating_sub(6))).await?;
    print("\nIs everything as it was recorded? (minutebook verify)")?;
    let status = verify::run(&url, &verify::Verify::in_a_table()).await?;
    print(&format!("\nLook further with: minutebook --ledger {url} log"))?;
    Ok(status)
}
