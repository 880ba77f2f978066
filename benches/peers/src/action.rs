//! The action of `minutebook-domain` as far as this load needs it: the same payloads, the same rules, one aggregate.

use chrono::NaiveDate;
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// A text and its mark, stored as the ledger stores one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Classified {
    pub(crate) classification: String,
    pub(crate) text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActionRaised {
    pub(crate) reference: String,
    pub(crate) text: Classified,
    pub(crate) owners: Vec<String>,
    pub(crate) due_on: NaiveDate,
    pub(crate) raised_on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActionProgressed {
    pub(crate) note: Classified,
    pub(crate) progressed_on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ActionEvent {
    ActionRaised(ActionRaised),
    ActionProgressed(ActionProgressed),
}

impl DomainEvent for ActionEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ActionRaised(_) => "ActionRaised".to_owned(),
            Self::ActionProgressed(_) => "ActionProgressed".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// Why a command is refused: the two rules that this load can meet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the action was raised already")]
    RaisedAlready,
    #[error("the action was never raised, or this is dated before it was")]
    NotRaised,
}

/// An action's state: what its rules need to know.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Action {
    raised_on: Option<NaiveDate>,
}

impl Aggregate for Action {
    const TYPE: &'static str = "action";
    type Command = ActionEvent;
    type Event = ActionEvent;
    type Error = Refused;
    type Services = ();

    async fn handle(&mut self, event: ActionEvent, (): &(), sink: &EventSink<Self>) -> Result<(), Refused> {
        match &event {
            ActionEvent::ActionRaised(_) if self.raised_on.is_some() => return Err(Refused::RaisedAlready),
            ActionEvent::ActionProgressed(progress)
                if self.raised_on.is_none_or(|raised_on| progress.progressed_on < raised_on) =>
            {
                return Err(Refused::NotRaised);
            }
            _ => {}
        }
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: ActionEvent) {
        if let ActionEvent::ActionRaised(raised) = event {
            self.raised_on = Some(raised.raised_on);
        }
    }
}
