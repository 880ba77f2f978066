//! A correction, as the command line gives it.

use crate::cli::failure::Failure;
use minutebook_domain::EventId;
use minutebook_domain::correction::Change;
use minutebook_domain::reference::Name;
use minutebook_ledger::{Command, command_json};

/// Put right an event that was wrong. The record keeps both, and who corrected it and why.
///
/// An event's id is printed when it is recorded, and by minutebook history SUBJECT --format json. What should have
/// stood there is given as JSON, with the type and the data as that prints them: {"type": "ActionRaised", "data": {…}}.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("change").required(true).args(["strike", "replace", "supplement"])))]
pub(super) struct CorrectionWords {
    /// The id of the event that was wrong.
    event: EventId,
    /// It did not happen.
    #[arg(long)]
    strike: bool,
    /// This should have stood there: the event as JSON, of the same type.
    #[arg(long, value_name = "JSON")]
    replace: Option<String>,
    /// This was left out after it: the event as JSON.
    #[arg(long, value_name = "JSON")]
    supplement: Option<String>,
    /// On whose authority: the meeting that agreed it, the chair.
    #[arg(long, value_name = "WHOSE")]
    authority: Option<Name>,
}

impl CorrectionWords {
    pub(super) fn into_command(self) -> Result<Command, Failure> {
        let event = |json: &str| -> Result<_, Failure> {
            let event = command_json::event(json).map_err(|error| {
                Failure::new(error.to_string()).with_help(
                    r#"an object such as {"type": "ActionCompleted", "data": {"completed_on": "2019-03-13"}}"#,
                )
            })?;
            Ok(Box::new(event))
        };
        let change = match (&self.replace, &self.supplement) {
            (Some(json), _) => Change::Replaced(event(json)?),
            (_, Some(json)) => Change::Supplemented(event(json)?),
            _ => Change::Struck,
        };
        Ok(Command::Correct { event: self.event, change, authority: self.authority, source: None })
    }
}
