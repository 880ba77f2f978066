//! `minutebook record correction`.

use crate::cli::failure::Failure;
use minutebook_domain::EventId;
use minutebook_domain::correction::Change;
use minutebook_domain::reference::Name;
use minutebook_ledger::{Command, command_json};

/// Correct an event: strike it, replace it, or add one after it.
///
/// The ledger keeps the event, the correction, and who corrected it and why. The event's id is printed when it is
/// recorded, and by minutebook history REFERENCE --format json. The other event is JSON with the type and data that this
/// prints: {"type": "ActionRaised", "data": {…}}.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("change").required(true).args(["strike", "replace", "supplement"])))]
pub(super) struct CorrectionArgs {
    /// The id of the event to correct.
    event: EventId,
    /// Strike the event: it did not happen.
    #[arg(long)]
    strike: bool,
    /// Replace the event with this one of the same type, as JSON.
    #[arg(long, value_name = "JSON")]
    replace: Option<String>,
    /// Add this event after it, as JSON.
    #[arg(long, value_name = "JSON")]
    supplement: Option<String>,
    /// Who authorised the correction: a meeting, the chair.
    #[arg(long, value_name = "WHOSE")]
    authority: Option<Name>,
}

impl CorrectionArgs {
    pub(super) fn into_command(self) -> Result<Command, Failure> {
        let event = |json: &str| -> Result<_, Failure> {
            let event = command_json::event(json).map_err(|error| {
                Failure::from_error(&error).with_help(
                    r#"an event was expected, such as {"type": "ActionCompleted", "data": {"completed_on": "2019-03-13"}}"#,
                )
            })?;
            Ok(Box::new(event))
        };
        let change = match (&self.replace, &self.supplement) {
            (Some(json), _) => Change::Replaced(event(json)?),
            (_, Some(json)) => Change::Supplemented(event(json)?),
            _ => Change::Struck,
        };
        Ok(Command::Correct {
            event: self.event,
            change,
            authority: self.authority,
            source: None,
            classification: None,
        })
    }
}
