//! `minutebook record`: one subcommand for each thing that can happen.

mod action;
mod committee;
mod correction;
mod lines;
mod meeting;
mod party;
mod text;

use super::arguments::moment;
use super::failure::Failure;
use super::output::print;
use chrono::{DateTime, Utc};
use minutebook_domain::{Event, Position, Source, StreamId, StreamVersion};
use minutebook_ledger::{
    Command, Envelope, Environment, LedgerUrl, Log, Opening, Receipt, Recorder, Request, Selection,
};
use std::process::ExitCode;

/// Record what happened at, before or after a meeting.
///
/// Each subcommand records one thing, for ever: nothing recorded is altered, and a mistake is put right with
/// `record correction`. Every text says who may read it with --classification.
#[derive(clap::Args)]
pub(super) struct Record {
    #[command(flatten)]
    who: Who,
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Who records, and why")]
struct Who {
    /// Who records; the user's name on this machine if it is left out.
    #[arg(long, global = true, env = "MINUTEBOOK_ACTOR", hide_env_values = true)]
    actor: Option<String>,
    /// On whose behalf.
    #[arg(long, global = true, value_name = "WHO")]
    on_behalf_of: Option<String>,
    /// Why it is recorded. A correction needs one.
    #[arg(long, global = true)]
    reason: Option<String>,
    /// When it was so, if that is not what the event itself says: 2019-02-27T10:00:00Z.
    #[arg(long, global = true, value_name = "TIME", value_parser = moment)]
    valid_at: Option<DateTime<Utc>>,
    /// A key of your own: sent again with it, the command records nothing new and prints the first outcome.
    #[arg(long, global = true, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Record only if the stream is at this version.
    #[arg(long, global = true, value_name = "VERSION")]
    expected_version: Option<u64>,
    /// What this belongs together with: a name that all events of one sitting share.
    #[arg(long, global = true, value_name = "NAME")]
    correlation_id: Option<String>,
    /// Print the outcome as JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(flatten)]
    Committee(committee::CommitteeWords),
    #[command(flatten)]
    Meeting(meeting::MeetingWords),
    #[command(flatten)]
    Action(action::ActionWords),
    #[command(flatten)]
    Party(party::PartyWords),
    /// Put right an event that was wrong.
    Correction(correction::CorrectionWords),
    /// Record commands from a file or standard input, one JSON object a line.
    Lines(lines::Lines),
}

pub(super) async fn run(ledger: &LedgerUrl, record: Record) -> Result<ExitCode, Failure> {
    let Record { who, what } = record;
    let command = match what {
        What::Lines(lines) => {
            let recorder = open(ledger).await?;
            return lines::run(&recorder, lines, &who).await;
        }
        What::Correction(words) => words.into_command()?,
        What::Committee(words) => recorded(words.into_event()?),
        What::Meeting(words) => recorded(words.into_event()?),
        What::Action(words) => recorded(words.into_event()?),
        What::Party(words) => recorded(words.into_event()?),
    };
    let recorder = open(ledger).await?;
    let envelope = who.envelope(recorder.log().environment())?;
    let expected = who.expected_version.map(StreamVersion::new);
    let receipt = recorder.record(&Request { commands: vec![command], envelope, expected }).await?;
    let text =
        if who.json { serde_json::to_string_pretty(&receipt)? } else { as_text(recorder.log(), &receipt).await? };
    recorder.log().close().await;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

async fn open(ledger: &LedgerUrl) -> Result<Recorder, Failure> {
    Ok(Recorder::new(Log::open(ledger, Opening::OrNew, Environment::system()).await?))
}

fn recorded((stream, event): (StreamId, Event)) -> Command {
    Command::Record { stream, event, source: None }
}

/// What was recorded, as it stands in the log now: with the numbers it was given.
async fn as_text(log: &Log, receipt: &Receipt) -> Result<String, Failure> {
    let mut lines = Vec::new();
    for placed in &receipt.events {
        let before = Position::new(placed.position.number() - 1);
        let event = log.read(Selection::Stream(placed.stream.clone()), before).next_page().await?.swap_remove(0);
        lines.push(format!(
            "recorded at position {}: {}: {}\n  in {}, version {}, event {}",
            placed.position,
            placed.event_type,
            minutebook_projections::summary(&event.event, super::log::operator()),
            placed.stream,
            placed.version,
            placed.event_id
        ));
    }
    Ok(lines.join("\n"))
}

/// Who records: the one given, else the user's name on this machine.
pub(super) fn actor(given: Option<&str>) -> Result<String, Failure> {
    let user = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    given.map(str::to_owned).or_else(user).filter(|name| !name.trim().is_empty()).ok_or_else(|| {
        Failure::new("nobody is named as recording this").with_help("give --actor, or set MINUTEBOOK_ACTOR")
    })
}

impl Who {
    fn envelope(&self, environment: &Environment) -> Result<Envelope, Failure> {
        let actor = actor(self.actor.as_deref())?;
        let command_id = match &self.idempotency_key {
            Some(key) => key.clone(),
            None => environment.command_id().map_err(|error| Failure::new(error.to_string()))?,
        };
        Ok(Envelope {
            actor,
            on_behalf_of: self.on_behalf_of.clone(),
            command_id,
            correlation_id: self.correlation_id.clone(),
            reason: self.reason.clone(),
            source: Source { client: Some("command line".into()), ..Source::default() },
            valid_at: self.valid_at,
            ..Envelope::default()
        })
    }
}
