//! `minutebook record`: one subcommand for each event that a person records.

mod action;
mod committee;
mod correction;
mod event_name;
mod lines;
mod meeting;
mod metadata;
mod party;
mod text_args;

use super::failure::Failure;
use super::output::print;
use metadata::MetadataArgs;
use minutebook_domain::{Event, Position, StreamId, StreamVersion};
use minutebook_ledger::{Command, Environment, LedgerUrl, Log, Opening, Receipt, Recorder, Request, Selection};
use std::process::ExitCode;

/// Record what happened at a meeting, before it or after it.
///
/// Each subcommand records one event. An event is never altered: a mistake is corrected with record correction. Every
/// text has a --classification that says who may read it.
#[derive(clap::Args)]
pub(super) struct RecordArgs {
    #[command(flatten)]
    metadata: MetadataArgs,
    #[command(subcommand)]
    command: RecordCommand,
}

#[derive(clap::Subcommand)]
enum RecordCommand {
    #[command(flatten)]
    Committee(committee::CommitteeCommand),
    #[command(flatten)]
    Meeting(meeting::MeetingCommand),
    #[command(flatten)]
    Action(action::ActionCommand),
    #[command(flatten)]
    Party(party::PartyCommand),
    Correction(correction::CorrectionArgs),
    Lines(lines::LinesArgs),
}

pub(super) async fn run(ledger: &LedgerUrl, arguments: RecordArgs) -> Result<ExitCode, Failure> {
    let RecordArgs { metadata, command } = arguments;
    let command = match command {
        RecordCommand::Lines(lines) => {
            let recorder = open(ledger).await?;
            return lines::run(&recorder, lines, &metadata).await;
        }
        RecordCommand::Correction(correction) => {
            let recorder = open(ledger).await?;
            let command = correction.into_command(recorder.log()).await?;
            return record(&recorder, command, &metadata).await;
        }
        RecordCommand::Committee(command) => record_command(command.into_event()?),
        RecordCommand::Meeting(command) => record_command(command.into_event()?),
        RecordCommand::Action(command) => record_command(command.into_event()?),
        RecordCommand::Party(command) => record_command(command.into_event()?),
    };
    record(&open(ledger).await?, command, &metadata).await
}

/// Records one command and prints its outcome.
async fn record(recorder: &Recorder, command: Command, metadata: &MetadataArgs) -> Result<ExitCode, Failure> {
    let request_metadata = metadata.metadata(recorder.log().environment())?;
    let expected = metadata.expected_version.map(StreamVersion::new);
    let receipt = recorder.record(&Request { commands: vec![command], metadata: request_metadata, expected }).await?;
    let text =
        if metadata.json { serde_json::to_string_pretty(&receipt)? } else { as_text(recorder.log(), &receipt).await? };
    recorder.log().close().await;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

async fn open(ledger: &LedgerUrl) -> Result<Recorder, Failure> {
    Ok(Recorder::new(Log::open(ledger, Opening::OrNew, Environment::system()).await?))
}

fn record_command((stream, event): (StreamId, Event)) -> Command {
    Command::Record { stream, event, source: None, classification: None }
}

/// The recorded events, read back from the log with the numbers they were given.
async fn as_text(log: &Log, receipt: &Receipt) -> Result<String, Failure> {
    let mut lines = Vec::new();
    for placed in &receipt.events {
        let before = Position::new(placed.position.number() - 1);
        let event = log.read(Selection::Stream(placed.stream.clone()), before).next_page().await?.swap_remove(0);
        lines.push(format!(
            "recorded at position {}: {}: {}\n  in {}, version {}, event {}",
            placed.position,
            placed.event_type,
            minutebook_projections::summary(&event.event, super::scope::full_clearance()),
            placed.stream,
            placed.version,
            placed.event_id
        ));
    }
    Ok(lines.join("\n"))
}
