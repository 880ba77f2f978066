//! `minutebook record`: one subcommand for each event that a person records.

mod action;
mod committee;
mod correction;
mod event_name;
mod fact_command;
mod lines;
mod mark;
mod meeting;
mod metadata;
mod party;
mod text_args;

use super::clock::ClockArgs;
use super::failure::Failure;
use super::output::print;
use metadata::MetadataArgs;
use minutebook_domain::classification::Classification;
use minutebook_domain::{Position, StreamVersion};
use minutebook_ledger::{LedgerUrl, Log, Opening, Receipt, Recorder, Request, Selection};
use std::process::ExitCode;

/// Record what happened at a meeting, before it or after it.
///
/// Each subcommand records one event. An event is never altered: a mistake is corrected with record correction, and who may
/// know of it is changed with record mark.
#[derive(clap::Args)]
pub(super) struct RecordArgs {
    #[command(flatten)]
    metadata: MetadataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Who may know of it: a level of the committee's scheme, such as WHITE, GREEN, AMBER or RED. Marks the text, or, if
    /// there is none, the event and its note [default: that of the action, meeting or committee]
    #[arg(long, global = true, value_name = "LEVEL")]
    classification: Option<Classification>,
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
    Mark(mark::MarkArgs),
    Lines(lines::LinesArgs),
}

pub(super) async fn run(ledger: &LedgerUrl, record: RecordArgs) -> Result<ExitCode, Failure> {
    let RecordArgs { metadata, clock, classification, command } = record;
    let recorder = Recorder::new(Log::open(ledger, Opening::OrNew, clock.environment()).await?);
    let commands = match command {
        RecordCommand::Lines(lines) => {
            return lines::run(&recorder, lines, &metadata, classification).await;
        }
        RecordCommand::Mark(mark) => {
            let commands = mark.into_commands(recorder.log(), classification).await?;
            if commands.is_empty() {
                recorder.log().close().await;
                print("nothing to mark: the mark is the same already")?;
                return Ok(ExitCode::SUCCESS);
            }
            commands
        }
        RecordCommand::Correction(command) => vec![command.into_command(recorder.log(), classification).await?],
        RecordCommand::Committee(fact) => vec![fact_command::command(&recorder, fact, classification).await?],
        RecordCommand::Meeting(fact) => vec![fact_command::command(&recorder, fact, classification).await?],
        RecordCommand::Action(fact) => vec![fact_command::command(&recorder, fact, classification).await?],
        RecordCommand::Party(fact) => vec![fact_command::command(&recorder, fact, classification).await?],
    };
    let request_metadata = metadata.metadata(recorder.log().environment())?;
    let expected = metadata.expected_version.map(StreamVersion::new);
    let planned = metadata.planned;
    let request = Request { commands, metadata: request_metadata, expected, planned };
    let receipt = recorder.record(&request).await?;
    let text =
        if metadata.json { serde_json::to_string_pretty(&receipt)? } else { as_text(recorder.log(), &receipt).await? };
    recorder.log().close().await;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
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
