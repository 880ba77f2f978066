//! `minutebook record correction`.

use super::event_name::{EventHints, EventName};
use crate::cli::failure::Failure;
use minutebook_domain::classification::Classification;
use minutebook_domain::correction::Change;
use minutebook_domain::merge::{Merge, MergeStep};
use minutebook_domain::reference::Name;
use minutebook_domain::stored_event::DecodeError;
use minutebook_domain::{Event, EventId};
use minutebook_ledger::command_json::CommandJsonError;
use minutebook_ledger::{Command, Log, command_json};
use std::str::FromStr;

/// Correct an event: change fields of it, replace it, strike it, or add one after it.
///
/// The event is named by its id or by what it recorded: SSC72/01 is the event that raised the action, or its last event
/// that has the fields to change; SSC_72_2702/D3 is a decision, SSC_72_2702/4 an agenda item, SSC_72_2702 the convening of
/// the meeting, 'SSC_72_2702/Other User L' a status agreed there.
///
/// With --set, all that is not named stays: a text keeps its mark, and an event that was corrected before starts from what
/// stands there now. The ledger keeps the event, the correction, and who corrected it and why. The JSON of --replace and
/// --supplement is {"type": "ActionRaised", "data": {…}}.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("change").required(true).args(["set", "strike", "replace", "supplement"])))]
pub(super) struct CorrectionArgs {
    /// The event to correct: its id, or the reference of what it recorded.
    #[arg(value_name = "EVENT")]
    named: GivenName,
    /// Change a field: completed_on=2019-03-12, text.classification=RED, owners+=SECAS, owners-=DCC. An empty value removes
    /// an optional field. Can be given more than once.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<Assignment>,
    /// Strike the event: it did not happen.
    #[arg(long)]
    strike: bool,
    /// Replace the event with this one of the same type, as JSON.
    #[arg(long, value_name = "JSON")]
    replace: Option<String>,
    /// Add this event after it, as JSON.
    #[arg(long, value_name = "JSON")]
    supplement: Option<String>,
    /// The type of the event, where its reference does not say which is meant: completed, ActionProgressed.
    #[arg(long = "event", value_name = "TYPE")]
    event_type: Option<String>,
    /// Who authorised the correction: a meeting, the chair.
    #[arg(long, value_name = "WHOSE")]
    authority: Option<Name>,
}

/// The name of an event, and how it was written.
#[derive(Debug, Clone)]
struct GivenName {
    name: EventName,
    text: String,
}

impl FromStr for GivenName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self { name: text.parse()?, text: text.to_owned() })
    }
}

/// A field, and what becomes of it.
#[derive(Debug, Clone)]
struct Assignment {
    path: String,
    step: MergeStep,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "a field and its value were expected, such as completed_on=2019-03-12 or owners+=SECAS";
        let (path, value) = text.split_once('=').ok_or(expected)?;
        let entries = |path: &str, add: bool| {
            let entry = vec![value.into()];
            let (add, remove) = if add { (entry, Vec::new()) } else { (Vec::new(), entry) };
            (path.to_owned(), MergeStep::List { add, remove })
        };
        let (path, step) = match (path.strip_suffix('+'), path.strip_suffix('-')) {
            (Some(path), _) => entries(path, true),
            (_, Some(path)) => entries(path, false),
            _ => (path.to_owned(), MergeStep::Typed(value.to_owned())),
        };
        if path.trim().is_empty() {
            return Err(expected.to_owned());
        }
        Ok(Self { path, step })
    }
}

impl CorrectionArgs {
    pub(super) async fn into_command(
        self,
        log: &Log,
        classification: Option<Classification>,
    ) -> Result<Command, Failure> {
        let source = None;
        if !self.set.is_empty() {
            let merge = self.merge()?;
            let event = self.find(log, merge.fields().collect(), None).await?;
            // A user who can open the ledger itself can read all of it.
            let clearance = crate::cli::scope::full_clearance();
            return Ok(Command::Merge { event, merge, clearance, authority: self.authority, source, classification });
        }
        let (change, replaced_type) = match (&self.replace, &self.supplement) {
            (Some(json), _) => {
                let by = event(json)?;
                let replaced_type = by.event_type();
                (Change::Replaced(Box::new(by)), Some(replaced_type))
            }
            (_, Some(json)) => (Change::Supplemented(Box::new(event(json)?)), None),
            _ => (Change::Struck, None),
        };
        let event = self.find(log, Vec::new(), replaced_type).await?;
        Ok(Command::Correct { event, change, authority: self.authority, source, classification })
    }

    fn merge(&self) -> Result<Merge, Failure> {
        let mut merge = Merge::default();
        for Assignment { path, step } in &self.set {
            merge.add(path, step.clone()).map_err(|error| Failure::new(error.what).with_help(error.accepted))?;
        }
        Ok(merge)
    }

    async fn find(&self, log: &Log, fields: Vec<&str>, event_type: Option<&str>) -> Result<EventId, Failure> {
        let hints = EventHints { event_type: self.event_type.as_deref().or(event_type), fields };
        self.named.name.find(log, &self.named.text, &hints).await
    }
}

fn event(json: &str) -> Result<Event, Failure> {
    command_json::event(json).map_err(|error| {
        let failure = match error.field() {
            field if !field.is_empty() && !error.to_string().contains(&format!("`{field}`")) => {
                Failure::new(format!("`{field}`: {error}"))
            }
            _ => Failure::from_error(&error),
        };
        match &error {
            CommandJsonError::Event(DecodeError::Malformed { event_type, .. }) => {
                let fields: Vec<&str> = Event::fields_of(event_type).iter().map(|field| field.name).collect();
                failure.with_help(format!("the data of {event_type} has: {}", fields.join(", ")))
            }
            _ => failure.with_help(
                r#"an event was expected, such as {"type": "ActionCompleted", "data": {"completed_on": "2019-03-13"}}"#,
            ),
        }
    })
}
