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
mod text;
mod text_args;

use super::clock::ClockArgs;
use super::failure::Failure;
use super::new_ledger::NewLedger;
use super::output::{print, print_recorded};
use super::suggestions::{new_owners, refusal};
use super::terminal::print_error;
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
    One(Box<OneCommand>),
    Text(text::TextCommandArgs),
    Lines(lines::LinesArgs),
}

/// A subcommand that is recorded as one request.
#[derive(clap::Subcommand)]
enum OneCommand {
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
}

pub(super) async fn run(ledger: &LedgerUrl, record: RecordArgs) -> Result<ExitCode, Failure> {
    let RecordArgs { metadata, clock, classification, command } = record;
    let command = match command {
        RecordCommand::Text(text) => {
            let recorder = Recorder::new(Log::open(ledger, Opening::Existing, clock.environment()).await?);
            let outcome = text::run(&recorder, text, &metadata, classification).await;
            recorder.log().close().await;
            return outcome;
        }
        RecordCommand::Lines(lines) => return lines::run(ledger, lines, &metadata, &clock, classification).await,
        RecordCommand::One(command) => *command,
    };
    // Only a committee begins a ledger. For anything else a folder without one is a mistake.
    let begins = matches!(&command, OneCommand::Committee(committee) if committee.begins_a_ledger());
    let opening = if begins { Opening::OrNew } else { Opening::Existing };
    let new = NewLedger::before(ledger);
    let recorder = Recorder::new(Log::open(ledger, opening, clock.environment()).await?);
    let outcome = record_command(&recorder, command, &metadata, classification).await;
    recorder.log().close().await;
    new.settle().await;
    outcome
}

async fn record_command(
    recorder: &Recorder,
    command: OneCommand,
    metadata: &MetadataArgs,
    classification: Option<Classification>,
) -> Result<ExitCode, Failure> {
    let commands = match command {
        OneCommand::Mark(mark) => {
            let commands = mark.into_commands(recorder.log(), classification).await?;
            if commands.is_empty() {
                print("nothing to mark: the mark is the same already")?;
                return Ok(ExitCode::SUCCESS);
            }
            commands
        }
        OneCommand::Correction(command) => vec![command.into_command(recorder.log(), classification).await?],
        OneCommand::Committee(fact) => vec![fact_command::command(recorder, fact, classification).await?],
        OneCommand::Meeting(fact) => vec![fact_command::command(recorder, fact, classification).await?],
        OneCommand::Action(fact) => vec![fact_command::command(recorder, fact, classification).await?],
        OneCommand::Party(fact) => vec![fact_command::command(recorder, fact, classification).await?],
    };
    let request_metadata = metadata.metadata(recorder.log().environment())?;
    let expected = metadata.expected_version.map(StreamVersion::new);
    let planned = metadata.planned;
    let request = Request { commands, metadata: request_metadata, expected, planned };
    let notes = new_owners(recorder.log(), &request).await?;
    let receipt = match recorder.record(&request).await {
        Ok(receipt) => receipt,
        Err(error) => return Err(refusal(recorder.log(), error, &request).await),
    };
    let text =
        if metadata.json { serde_json::to_string_pretty(&receipt)? } else { as_text(recorder.log(), &receipt).await? };
    print_recorded(&text)?;
    for note in &notes {
        print_error(note);
    }
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
