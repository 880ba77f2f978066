//! The metadata of a recorded event: who records it, why, and when it happened.

use crate::cli::actor::actor;
use crate::cli::failure::Failure;
use crate::cli::parsers::moment;
use chrono::{DateTime, Utc};
use minutebook_domain::{RequestMetadata, Source};
use minutebook_ledger::Environment;

/// The options that every `record` subcommand has.
#[derive(clap::Args)]
#[command(next_help_heading = "Who records, and why")]
pub(super) struct MetadataArgs {
    /// Who records [default: your user name].
    #[arg(long, global = true, env = "MINUTEBOOK_ACTOR", hide_env_values = true)]
    actor: Option<String>,
    /// The person or body on whose behalf it is recorded.
    #[arg(long, global = true, value_name = "WHO")]
    on_behalf_of: Option<String>,
    /// Why it is recorded. A correction must have a reason.
    #[arg(long, global = true)]
    reason: Option<String>,
    /// When it happened, if not on the date of the event itself: 2019-02-27T10:00:00Z.
    #[arg(long, global = true, value_name = "TIME", value_parser = moment)]
    valid_at: Option<DateTime<Utc>>,
    /// A key of your choice. Sent again with the same key, the command records nothing and prints the first outcome.
    #[arg(long, global = true, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Refuse unless the stream is at this version.
    #[arg(long, global = true, value_name = "VERSION")]
    pub(super) expected_version: Option<u64>,
    /// What is recorded is planned: the meeting lies in the future.
    #[arg(long, global = true)]
    pub(super) planned: bool,
    /// A name that related events share, such as those of one sitting.
    #[arg(long, global = true, value_name = "NAME")]
    correlation_id: Option<String>,
    /// Print the outcome as JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
}

impl MetadataArgs {
    pub(super) fn metadata(&self, environment: &Environment) -> Result<RequestMetadata, Failure> {
        let actor = actor(self.actor.as_deref())?;
        let command_id = match &self.idempotency_key {
            Some(key) => key.clone(),
            None => environment.command_id().map_err(|error| Failure::from_error(&error))?,
        };
        Ok(RequestMetadata {
            actor,
            on_behalf_of: self.on_behalf_of.clone(),
            command_id,
            correlation_id: self.correlation_id.clone(),
            reason: self.reason.clone(),
            source: Source { client: Some("command line".into()), ..Source::default() },
            valid_at: self.valid_at,
            ..RequestMetadata::default()
        })
    }
}
